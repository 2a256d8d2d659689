"""Dead leaves: their radii, their correlation, their seed."""

import math

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.image.leaves import drawn_radii
from lichtbild.scene.dead_leaves import dead_leaves
from lichtbild.scene.frame import Frame
from scene.charts import FRAME, LIGHTING, WHITE, luminances


def test_radii_have_a_density_of_the_third_power() -> None:
    radii = drawn_radii(np.random.default_rng(1).random(100_000), 0.01, 0.3)
    # P(R < r) = (a^-2 - r^-2) / (a^-2 - b^-2), from the integral of r^-3.
    place = np.sort(radii)
    expected = (0.01**-2 - place**-2) / (0.01**-2 - 0.3**-2)
    # Kolmogorov and Smirnov: 1.95 / sqrt(n) is passed once in 1000 seeds.
    assert np.abs(expected - (np.arange(1e5) + 0.5) / 1e5).max() < 1.95 / math.sqrt(1e5)
    assert drawn_radii(np.array([0.0, 1.0]), 0.01, 0.3) == pytest.approx([0.01, 0.3])


def shared_area(distance: float, small: float, large: float) -> float:
    """Mean area that a leaf shares with itself moved by a distance, by Simpson's rule over 1 / r^2."""
    radii = drawn_radii((np.arange(20000) + 0.5) / 20000, small, large)
    half = np.clip(distance / (2 * radii), 0, 1)
    return float((2 * radii**2 * (np.arccos(half) - half * np.sqrt(1 - half**2))).mean())


@pytest.mark.parametrize("pixels", [4, 10])
def test_correlation_is_that_of_the_model(pixels: int) -> None:
    frame, radii = Frame(48, 48, (0.48, 0.48)), (0.03, 0.12)
    products, squares = [], []
    for seed in range(60):
        grey = luminances(dead_leaves(frame, LIGHTING, seed, radii=radii, grey=(0.1, 0.9))) / WHITE - 0.5
        products.append((grey[:, :-pixels] * grey[:, pixels:]).mean())
        squares.append((grey**2).mean())
    area = shared_area(0.0, *radii)
    shared = shared_area(pixels * 0.01, *radii)
    expected = 0.64 / 12 * shared / (2 * area - shared)
    # Four standard errors over the seeds; pixels blur the borders by far less at 4 pixels and more.
    error = 4 * np.std(products) / math.sqrt(60)
    assert error < 0.25 * 0.64 / 12
    assert np.mean(products) == pytest.approx(expected, abs=error)
    # Even between 0.1 and 0.9: variance 0.8^2 / 12, less what pixels on borders lose.
    assert 0.85 < np.mean(squares) / (0.64 / 12) < 1.0 + 4 * np.std(squares) / math.sqrt(60) / (0.64 / 12)


def test_same_seed_same_bytes() -> None:
    first, again, other = (dead_leaves(FRAME, LIGHTING, seed) for seed in (5, 5, 6))
    assert first.weights.tobytes() == again.weights.tobytes()
    assert first.weights.tobytes() != other.weights.tobytes()


def test_colours_are_mixtures_of_natural_reflectances() -> None:
    scene = dead_leaves(FRAME, LIGHTING, 1)
    # Dirichlet shares have sum 1; float32.
    assert scene.weights.sum(axis=2) == pytest.approx(np.ones((30, 40)), abs=1e-5)
    assert (scene.weights >= 0).all() and scene.weights.shape[2] == 8


def test_what_are_no_leaves() -> None:
    with pytest.raises(BadInput, match="the smallest first"):
        dead_leaves(FRAME, LIGHTING, 1, radii=(0.2, 0.1))
    with pytest.raises(BadInput, match="seed is 0 or more"):
        dead_leaves(FRAME, LIGHTING, -1)
