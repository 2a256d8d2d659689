"""Layouts: one scale, true curvatures, rays where they go."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from lichtbild.figure.palette import LIGHT, Ink, series_ink
from lichtbild.figure.svg import svg_text
from lichtbild.optics.drawing.layout import RayBundle, layout, spread
from lichtbild.optics.lens import Aperture, Gap, Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.surface import Surface


def lens() -> Lens:
    surfaces = (
        Surface(1 / 10, semi_aperture=4.0),
        Surface(-1 / 14, semi_aperture=4.0),
        Surface(semi_aperture=3.0),
    )
    gaps = (Gap(np.inf), Gap(4.0, ModelGlass(1.5168, 64.2)), Gap(1.0), Gap(10.0))
    return Lens(surfaces, gaps, 2, Aperture("f-number", 2.0), name="a lens")


def points(svg: str, fill: str) -> np.ndarray:
    """Points of the first path with a fill."""
    data = re.search(f'<path d="([^"]*)" fill="{fill}"', svg)
    assert data is not None
    return np.array(re.findall(r"[ML](\S+?) ([-\d.]+)", data[1]), dtype=float)


def test_the_vertex_has_the_lens_s_radius() -> None:
    """A circle through points of the drawn front face: pixels are right to 0.01 + 0.04 (thinning)."""
    drawing = layout(lens())
    shape = points(svg_text(drawing.svg), LIGHT[Ink.GLASS])
    scale = drawing.sheet.scale
    x, y = shape[: len(shape) // 2].T
    inside = np.abs(y - drawing.sheet.y) < 3.9 * scale
    # x^2 + y^2 = 2 a x + b for a circle through the origin-shifted points on the axis.
    rows = np.stack([2 * (x[inside] - drawing.sheet.x), np.ones(inside.sum())], axis=1)
    squares = (x[inside] - drawing.sheet.x) ** 2 + (y[inside] - drawing.sheet.y) ** 2
    (centre, _), *_ = np.linalg.lstsq(rows, squares, rcond=None)
    # Sag of 0.84 mm is measured to 0.05 pixels of about 50 / mm.
    assert centre / scale == pytest.approx(10, rel=3 * 0.05 / (0.84 * scale))


def test_both_axes_have_one_scale() -> None:
    drawing = layout(lens())
    shape = points(svg_text(drawing.svg), LIGHT[Ink.GLASS])
    scale, radius = drawing.sheet.scale, drawing.section.bodies[0].radius
    assert np.ptp(shape[:, 1]) / scale == pytest.approx(2 * radius, abs=0.02 / scale)
    assert np.ptp(shape[:, 0]) / scale == pytest.approx(4.0, abs=0.1 / scale)


def test_rays_end_at_their_points() -> None:
    """The last point of a drawn ray is its place on the image; a lost one ends where it was lost."""
    rays = np.zeros((4, 2, 2))
    rays[:, 0] = [[1.0, 1.0], [1.2, 1.1], [0.5, 0.4], [0.25, -0.75]]
    rays[:, 1] = np.array([0.05, 3.9, 5.0, 15.0])[:, None]
    rays[1:, :, 1] = np.nan
    bundle = RayBundle(rays, "0°", np.array([[0.0, 0.0], [1.0, 1.0]]))
    drawing = layout(lens(), [bundle])
    text = svg_text(drawing.svg)
    data = re.search(f'<path d="([^"]*)" stroke="{LIGHT[series_ink(0)]}"', text)
    assert data is not None
    whole, lost = [
        np.array(re.findall(r"(\S+?) ([-\d.]+)(?:L|$)", piece), dtype=float)
        for piece in data[1].split("M")[1:]
    ]
    x, y = drawing.sheet.place(15.0, 0.25)
    assert whole[-1] == pytest.approx((x, y - drawing.sheet.top), abs=0.006)
    # Start, both faces, image: the stop in air bends no ray and is no point of it.
    assert len(whole) == 4
    assert whole[0, 1] == pytest.approx(whole[1, 1], abs=0.011)
    assert len(lost) == 2


def test_hostile_names_are_only_text() -> None:
    hostile = replace(lens(), name="<svg onload=x> & \x02")
    rays = [RayBundle(np.zeros((4, 3, 1)), "<b>")]
    root = ElementTree.fromstring(svg_text(layout(hostile, rays).svg))
    assert any(node.text == "<svg onload=x> & \ufffd" for node in root.iter())


def test_same_lens_same_bytes() -> None:
    assert svg_text(layout(lens()).svg) == svg_text(layout(lens()).svg)


def test_labels_do_not_touch() -> None:
    wanted, widths = np.array([10.0, 12.0, 11.0, 80.0]), np.array([20.0, 20.0, 20.0, 20.0])
    found = spread(wanted, widths)
    assert np.diff(np.sort(found)).min() >= 20 - 0.01
    assert found[3] == 80.0
    assert found[:3].mean() == pytest.approx(11.0, abs=0.01)
    assert np.argsort(found).tolist() == [0, 2, 1, 3]


def test_an_empty_lens_is_an_axis_and_an_image() -> None:
    bare = replace(lens(), gaps=tuple(Gap(gap.thickness) for gap in lens().gaps))
    ElementTree.fromstring(svg_text(layout(bare, semi_apertures=np.ones(3)).svg))
