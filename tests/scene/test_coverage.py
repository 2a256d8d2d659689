"""Shapes' shares of pixels against brute force and closed forms."""

import math

import numpy as np
import pytest

from lichtbild.scene.coverage import disc, half_plane, rectangle
from lichtbild.scene.frame import Frame

FRAME = Frame(7, 9, (0.7, 1.1))
FINE = 200


def brute(inside) -> np.ndarray:
    y, x = np.meshgrid(
        (0.5 - (np.arange(7 * FINE) + 0.5) / (7 * FINE)) * 0.7,
        ((np.arange(9 * FINE) + 0.5) / (9 * FINE) - 0.5) * 1.1,
        indexing="ij",
    )
    return inside(x, y).reshape(7, FINE, 9, FINE).mean(axis=(1, 3))


@pytest.mark.parametrize("degrees", [0.0, 5.0, 37.0, 90.0, 134.0, 180.0, 271.0])
def test_half_plane(degrees: float) -> None:
    normal, point = math.radians(degrees), (0.031, -0.017)
    expected = brute(lambda x, y: (x - point[0]) * math.cos(normal) + (y - point[1]) * math.sin(normal) > 0)
    # A border crosses at most 2 x 200 of 200 x 200 samples; their errors average out, 1 / 200 bounds them.
    np.testing.assert_allclose(half_plane(FRAME, point, normal), expected, atol=1 / FINE)


def test_half_planes_of_both_sides_fill_the_frame() -> None:
    for normal in np.linspace(0, 7, 50):
        both = half_plane(FRAME, (0.1, 0.2), normal) + half_plane(FRAME, (0.1, 0.2), normal + math.pi)
        assert both == pytest.approx(np.ones((7, 9)), abs=1e-9)


@pytest.mark.parametrize("radius", [0.02, 0.13, 0.3, 0.9])
def test_disc(radius: float) -> None:
    centre = (0.07, 0.05)
    expected = brute(lambda x, y: (x - centre[0]) ** 2 + (y - centre[1]) ** 2 < radius**2)
    rows, columns, share = disc(FRAME, centre, radius)
    found = np.zeros((7, 9))
    found[rows, columns] = share
    np.testing.assert_allclose(found, expected, atol=1 / FINE)


def test_disc_has_the_area_of_a_disc() -> None:
    _, _, share = disc(FRAME, (0.0123, -0.045), 0.2)
    assert share.sum() * FRAME.pixel[0] * FRAME.pixel[1] == pytest.approx(math.pi * 0.04, rel=1e-12)


def test_rectangle_has_its_area() -> None:
    share = rectangle(FRAME, (-0.21, -0.13, 0.05, 0.22))
    assert share.sum() * FRAME.pixel[0] * FRAME.pixel[1] == pytest.approx(0.26 * 0.35, rel=1e-12)
    expected = brute(lambda x, y: (x > -0.21) & (x < 0.05) & (y > -0.13) & (y < 0.22))
    np.testing.assert_allclose(share, expected, atol=2 / FINE)
