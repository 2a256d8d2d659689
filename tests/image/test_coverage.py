"""Shapes' shares of pixels against closed forms; what frames make of them is tested in the scene's room."""

import math

import numpy as np
import pytest

from lichtbild.image.coverage import Point, disc, overlap, polygon, rectangle

X, Y = np.linspace(-1.0, 6.0, 15), np.linspace(0.0, 4.0, 9)
PIXEL = 0.25
FINE = 64


def regular(count: int, radius: float, turn: float, centre: Point = (2.4, 1.9)) -> tuple[Point, ...]:
    angles = turn + 2 * math.pi * np.arange(count) / count
    return tuple((centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles)


def shoelace(corners: tuple[Point, ...]) -> float:
    x, y = np.array(corners).T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


STAR = tuple(
    corner
    for pair in zip(regular(5, 1.6, 0.3), regular(5, 0.5, 0.3 + math.pi / 5), strict=True)
    for corner in pair
)


@pytest.mark.parametrize(
    "corners",
    [regular(3, 1.7, 0.1), regular(4, 1.5, 0.1), regular(7, 0.04, 0.9), regular(4, 1.2, math.pi / 4), STAR],
)
def test_a_polygon_has_its_area_either_way_round(corners: tuple[Point, ...]) -> None:
    for way in (corners, corners[::-1]):
        _, _, share = polygon(X, Y, way)
        # Sums of squares of at most 7 units in double precision.
        assert share.sum() * PIXEL == pytest.approx(shoelace(corners), rel=1e-12, abs=1e-13)


def test_each_pixel_has_its_share() -> None:
    """Against samples: a border crosses 2 x 64 of 64 x 64 at most, and their errors average out."""
    corners = regular(4, 1.5, 0.1)
    y, x = np.meshgrid(
        (np.arange(8 * FINE) + 0.5) / (2 * FINE), (np.arange(14 * FINE) + 0.5) / (2 * FINE) - 1
    )
    y, x = y.T, x.T
    inside = np.ones(y.shape, bool)
    for (x1, y1), (x2, y2) in zip(corners, (*corners[1:], corners[0]), strict=True):
        inside &= (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) > 0
    expected = inside.reshape(8, FINE, 14, FINE).mean(axis=(1, 3))
    found = np.zeros((8, 14))
    rows, columns, share = polygon(X, Y, corners)
    found[rows, columns] = share
    np.testing.assert_allclose(found, expected, atol=1 / FINE)


def test_polygons_that_touch_fill_what_they_share() -> None:
    """The two parts of a square that a slanted line cuts, beyond the picture's border too."""
    left = ((-2.0, -1.0), (2.3, -1.0), (2.9, 5.0), (-2.0, 5.0))
    right = ((2.3, -1.0), (8.0, -1.0), (8.0, 5.0), (2.9, 5.0))
    whole = np.zeros((8, 14))
    for corners in (left, right):
        rows, columns, share = polygon(X, Y, corners)
        whole[rows, columns] += share
    np.testing.assert_allclose(whole, 1.0, rtol=0, atol=1e-12)


def test_an_upright_polygon_is_a_rectangle() -> None:
    rows, columns, share = polygon(X, Y, ((0.1, 0.2), (3.3, 0.2), (3.3, 2.9), (0.1, 2.9)))
    expected = rectangle(X, Y, (0.1, 0.2), (3.3, 2.9))
    assert (rows, columns) == expected[:2]
    np.testing.assert_array_equal(share, expected[2])
    assert share.sum() * PIXEL == pytest.approx(3.2 * 2.7, rel=1e-12)


def test_a_hair_off_upright_is_as_good_as_upright() -> None:
    """Where the closed form would be a difference of nearly equal squares over almost nothing."""
    for lean in (1e-6, 1e-8, 1e-10, 1e-14):
        _, _, share = polygon(X, Y, ((0.1, 0.2), (3.3, 0.2), (3.3 + lean, 2.9), (0.1 + lean, 2.9)))
        assert share.sum() * PIXEL == pytest.approx(3.2 * 2.7, rel=1e-7)


def test_what_lies_beside_the_pixels_fills_none() -> None:
    for rows, columns, share in (
        disc(X, Y, (9.0, 2.0), 1.0),
        rectangle(X, Y, (-4.0, 0.0), (-2.0, 1.0)),
        polygon(X, Y, regular(5, 0.5, 0.0, (2.0, 7.0))),
    ):
        assert share.shape == (rows.stop - rows.start, columns.stop - columns.start)
        assert share.sum() == 0


def test_a_disc_has_its_area_and_overlaps_are_lengths() -> None:
    _, _, share = disc(X, Y, (2.4, 1.9), 1.3)
    assert share.sum() * PIXEL == pytest.approx(math.pi * 1.69, rel=1e-12)
    assert overlap(X, 0.3, 1.2).sum() * 0.5 == pytest.approx(0.9)
