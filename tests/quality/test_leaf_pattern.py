import math

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Leaves
from lichtbild.quality.leaf_pattern import _bessel, correlation, leaf_pattern, power_law

COARSE = Leaves((5.0, 7.0), (30.0, 40.0), (1.0, 6.0), (0.1, 0.5), 4)


def test_each_place_sees_the_front_disc() -> None:
    """Against all discs, one after another."""
    pattern = leaf_pattern(COARSE)
    x, y = np.random.default_rng(1).random((2, 300)) * [[40.0], [30.0]] + [[5.0], [7.0]]
    inside = (
        np.hypot(x[:, None] - pattern.discs[:, 0], y[:, None] - pattern.discs[:, 1]) <= pattern.discs[:, 2]
    )
    assert inside.any(axis=1).all()
    np.testing.assert_array_equal(pattern(x, y), pattern.greys[inside.argmax(axis=1)])


def test_a_part_shows_what_the_whole_shows() -> None:
    x, y = np.random.default_rng(2).random((2, 400)) * [[9.0], [6.0]] + [[20.0], [11.0]]
    part = leaf_pattern(COARSE, (20.0, 11.0, 29.0, 17.0))
    np.testing.assert_array_equal(part(x, y), leaf_pattern(COARSE)(x, y))


def test_it_is_the_pattern_that_the_chart_prints() -> None:
    leaves = pytest.importorskip("lichtbild.image.leaves")
    edges = np.linspace(5.0, 45.0, 161), np.linspace(7.0, 37.0, 121)
    x, y = np.meshgrid(*((one[:-1] + one[1:]) / 2 for one in edges))
    printed = leaves.leaf_means(COARSE, *edges)
    same = np.abs(leaf_pattern(COARSE)(x, y) - printed) < 1e-6
    # Pixels of 1/4 mm that no border crosses see one leaf whole.
    assert same.mean() > 0.6


def test_bessel() -> None:
    turns = (np.arange(64) + 0.5) * math.pi / 64
    x = np.linspace(0, 30, 301)
    # The mean of cos(x sin t) over a turn; 64 places are exact to rounding up to x = 60.
    np.testing.assert_allclose(
        _bessel(x[None])[0], np.cos(np.outer(x, np.sin(turns))).mean(axis=1), atol=1e-7
    )


def test_correlation_of_places() -> None:
    """It begins at 1 and ends at the largest leaf's width; pairs of places of a pattern agree."""
    assert correlation((1.0, 6.0), np.array([1e-9, 12.0, 20.0])) == pytest.approx([1.0, 0.0, 0.0], abs=1e-6)
    rng, pairs = np.random.default_rng(3), []
    for seed in range(40):
        pattern = leaf_pattern(Leaves((0.0, 0.0), (30.0, 30.0), (1.0, 6.0), (0.0, 1.0), seed))
        x, y = 2 + 26 * rng.random((2, 200))
        pairs.append(pattern(x, y) == pattern(x + 1.0, y))
    share = np.mean(pairs)
    # Each seed tells about (30 / 6)^2 independent leaves: a standard deviation of 0.5 / sqrt(40 * 25).
    assert share == pytest.approx(correlation((1.0, 6.0), np.array([1.0]))[0], abs=3 * 0.016)


def test_the_law_holds_the_variance() -> None:
    """The integral of the power over all frequencies is the variance of greys."""
    f = np.geomspace(1e-3, 8.0, 500)
    power = power_law(COARSE, f)
    total = np.trapezoid(power * 2 * math.pi * f, f)
    # What lies above 8 / mm falls like f^-3: its integral is 2 pi f^2 P there.
    total += 2 * math.pi * f[-1] ** 2 * power[-10:].mean()
    assert total == pytest.approx(0.4**2 / 12, rel=0.01)


def test_colours_are_refused() -> None:
    with pytest.raises(BadInput, match="grey leaves"):
        leaf_pattern(Leaves((0.0, 0.0), (9.0, 9.0), (0.5, 2.0), (0.1, 0.5), 1, coloured=True))
