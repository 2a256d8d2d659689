"""Charts as pixels: nothing shines through, areas are exact, edges and patches lie where targets say."""

import math

import numpy as np
import pytest

from lichtbild.image.chart import Chart, Disc, Edge, Leaves, Patch, Polygon, Star
from lichtbild.image.chart_catalogue import chart_named, chart_names
from lichtbild.image.chart_raster import Canvas, drawn
from lichtbild.image.charts.paints import grey, reflectance

ROWS, COLUMNS = 297, 420
"""A pixel is a square millimetre of A3."""


def shares(chart: Chart) -> np.ndarray:
    """What part of each pixel of 2 mm each paint fills; leaves fill none."""
    count = len(chart.paints)
    return drawn(chart, Canvas.whole(chart, ROWS // 2, COLUMNS // 2, np.eye(count), np.zeros(count)))


def reflected(chart: Chart) -> np.ndarray:
    values = np.array([[reflectance(paint)] for paint in chart.paints])
    return drawn(chart, Canvas.whole(chart, ROWS, COLUMNS, values, np.ones(1)))[..., 0]


@pytest.mark.parametrize("name", chart_names())
def test_paints_fill_each_pixel_once(name: str) -> None:
    """No shape lies across two paints, which would make a share below 0 or above 1; none shines through."""
    chart = chart_named(name)
    found = shares(chart)
    assert found.min() > -1e-6 and found.max() < 1 + 1e-6
    free = np.ones(found.shape[:2], bool)
    pitch = 297 / (ROWS // 2)
    for shape in chart.shapes:
        if isinstance(shape, Leaves):
            (x, y), (tall, wide) = shape.corner, shape.size
            down, right = (
                slice(int(y / pitch), int((y + tall) / pitch) + 1),
                slice(int(x / 2), int((x + wide) / 2) + 1),
            )
            free[down, right] = False
    np.testing.assert_allclose(found.sum(axis=2)[free], 1.0, atol=1e-6)


@pytest.mark.parametrize("name", ["dynamic-range-ring", "flare-target", "dot-grid", "esfr-grid"])
def test_a_paint_fills_the_area_of_its_shapes(name: str) -> None:
    """Paints of discs and squares on which nothing else lies; float32 sums of some thousand pixels."""
    chart = chart_named(name)
    found = shares(chart).sum(axis=(0, 1), dtype=float) * 2 * 297 / (ROWS // 2)
    for index in range(2, len(chart.paints)):
        parts = [shape for shape in chart.shapes if isinstance(shape, Disc) and shape.paint == index]
        if parts:
            assert found[index] == pytest.approx(sum(math.pi * disc.radius**2 for disc in parts), rel=1e-5)
    if name == "esfr-grid":
        assert found[2:].min() == pytest.approx(35 * 28.0**2, rel=1e-5)


@pytest.mark.parametrize("name", chart_names())
def test_patches_show_their_paints_and_edges_their_sides(name: str) -> None:
    chart = chart_named(name)
    found = reflected(chart)
    for target in chart.targets:
        if isinstance(target, Patch):
            corners = np.array(target.corners)
            (left, top), (right, bottom) = np.ceil(corners.min(axis=0)), np.floor(corners.max(axis=0))
            inside = found[int(top) : int(bottom), int(left) : int(right)]
            assert inside.size
            np.testing.assert_allclose(inside, reflectance(chart.paints[target.paint]), rtol=1e-6)
        if isinstance(target, Edge):
            start, end = np.array(target.start), np.array(target.end)
            along = (end - start) / np.hypot(*(end - start))
            right = np.array([-along[1], along[0]])  # as seen on paper, y down
            for share in (0.0, 0.5, 1.0):
                place = start + share * (end - start)
                for side, paint in ((right, target.dark), (-right, target.bright)):
                    expected = pytest.approx(reflectance(chart.paints[paint]), rel=1e-5)
                    for step in (1.5, target.reach - 0.75):
                        x, y = place + step * side
                        assert found[int(y), int(x)] == expected


def test_a_star_swings_between_its_paints_about_its_mean() -> None:
    chart = chart_named("siemens-star")
    star = next(shape for shape in chart.shapes if isinstance(shape, Star))
    found = reflected(chart)
    y, x = np.mgrid[0:ROWS, 0:COLUMNS] + 0.5
    far = np.hypot(x - star.centre[0], y - star.centre[1])
    ring = found[(far > 90) & (far < 103)]
    # 144 cycles at 96 mm: 4.2 mm each, of which a pixel averages 9 %.
    assert ring.mean() == pytest.approx(0.44, abs=2e-3)
    assert 0.08 < ring.min() < 0.12 and 0.76 < ring.max() < 0.8


def test_pixels_beyond_the_paper_are_the_surround() -> None:
    values = np.array([[0.9], [0.1]])
    chart = Chart(
        "a", "a", (2.0, 4.0), (grey(0.9), grey(0.1)), (Polygon(((0, 0), (2, 0), (2, 2), (0, 2)), 1),)
    )
    edges = np.array([-1.0, 0.0, 1.0, 3.0, 5.0]), np.array([0.5, 1.5, 2.5])
    found = drawn(chart, Canvas(*edges, values, np.ones(1), np.array([0.3])))[..., 0]
    # The last column is half paper, the last row half below it.
    np.testing.assert_allclose(found[0], [0.3, 0.1, 0.5, 0.6], rtol=1e-6)
    np.testing.assert_allclose(found[1], [0.3, 0.2, 0.4, 0.45], rtol=1e-6)
