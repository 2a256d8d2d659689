"""Plots put data where their axes say, and every plot is well-formed."""

import io
import re
from base64 import b64decode
from xml.etree import ElementTree

import numpy as np
import PIL.Image
import pytest

from lichtbild.figure.axes import Axes, Axis, scale
from lichtbild.figure.colour_map import DIVERGING, GREY, SEQUENTIAL, ColourMap, symmetric
from lichtbild.figure.legend import entries, inked
from lichtbild.figure.marks import Arrows, Circle, Dots, Image, Line, Mark, Note, Rule, mesh
from lichtbild.figure.palette import Ink
from lichtbild.figure.panels import Panels, panels
from lichtbild.figure.plot import plot
from lichtbild.figure.simplify import kept_points
from lichtbild.figure.svg import svg_text
from lichtbild.figure.typography import shortened, text_width
from lichtbild.figure.view import Scale, View

X = np.linspace(0, 4, 9)


def every_mark() -> list[Mark]:
    return [
        Image(np.arange(12.0).reshape(3, 4), 0, 4, 0, 3, ColourMap(0, 11), "Waves <1>"),
        Line(X, X / 2, "line & co", dots=True),
        Line(X, X**0.5, dash="4 2"),
        Dots(X, X, "dots"),
        Circle(2, 1, 0.5, "circle"),
        Rule(1.0),
        Rule(2.0, "x"),
        Note(1, 1, "<note>"),
        Arrows(X, X, 0.1 + X, -X, "arrows"),
    ]


def test_every_mark_is_well_formed() -> None:
    svg = plot(Axes(Axis("x <", "mm"), Axis("y"), "a & b"), every_mark())
    root = ElementTree.fromstring(svg_text(svg))
    words = ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("}text")]
    assert {"a & b", "x < (mm)", "<note>", "line & co", "Waves <1>"} <= set(words)


def test_points_lie_where_the_axes_say() -> None:
    view = View(200, 100, Scale(0, 10), Scale(-1, 1))
    np.testing.assert_allclose(view.across(np.array([0.0, 5.0, 10.0])), [0, 100, 200])
    np.testing.assert_allclose(view.down(np.array([-1.0, 0.0, 1.0])), [100, 50, 0])
    log = Scale(1e-3, 1.0, log=True)
    np.testing.assert_allclose(log.part(np.array([1e-3, 1e-2, 1.0, 0.0])), [0, 1 / 3, 1, np.nan])


def test_ranges_are_round_and_hold_the_data() -> None:
    line = Line(X, np.array([0.3, np.nan, 7.2, 1, 2, 3, 4, 5, np.inf]))
    found = scale(Axis(), [line], "y")
    assert (found.low, found.high) == (0.0, 8.0)
    assert scale(Axis(low=-1.0), [line], "y").low == -1.0
    found = scale(Axis(log=True), [Line(X, X)], "y")
    assert (found.low, found.high) == pytest.approx((0.1, 10.0))
    picture = Image(np.zeros((2, 2)), -1.03, 1.03, -1, 1, GRAY)
    found = scale(Axis(), [picture], "x")
    assert (found.low, found.high) == (-1.03, 1.03)


GRAY = ColourMap(0, 1, table=GREY)


def test_equal_axes_have_equal_units() -> None:
    circle = Circle(0, 0, 1.0, ink=Ink.INK)
    for width in (300, 700):
        svg = svg_text(plot(Axes(width=width, height=400, equal=True), [circle]))
        found = re.search(r'rx="([\d.]+)" ry="([\d.]+)"', svg)
        assert found is not None
        assert float(found[1]) == pytest.approx(float(found[2]), abs=0.011)


def test_a_label_has_one_ink_in_all_panels() -> None:
    cells = [[[Line(X, X, "F"), Line(X, X, "d")], [Line(X, -X, "d")]]]
    svg = panels(Panels(rows=("0°",), columns=("T", "S"), title="Fans"), cells)
    root = ElementTree.fromstring(svg_text(svg))
    inks = [
        node.get("stroke") for node in root.iter() if node.get("stroke-width") == "1.6" and "path" in node.tag
    ]
    assert inks[1] == inks[2] != inks[0]
    marks = inked(cells[0][0] + cells[0][1])
    assert [mark.label for mark in entries(marks) if isinstance(mark, Line)] == ["F", "d"]


def test_a_scale_bar_says_how_large_things_are() -> None:
    shared = Panels(Axis("", "µm", -20, 20), Axis("", "µm", -20, 20), cell=(100, 100), scale_bar=True)
    text = svg_text(panels(shared, [[[Dots(X, X)]]]))
    assert "10 µm" in text
    assert 'x1="-25"' in text


def test_a_map_shows_its_values() -> None:
    """Row 0 is at the bottom, what is not finite is clear, and colours are the table's."""
    values = np.array([[0.0, 1.0], [np.nan, 0.5]])
    text = svg_text(plot(Axes(), [Image(values, 0, 1, 0, 1, ColourMap(0, 1))]))
    _, data = re.findall(r"base64,([^\"]+)", text)
    found = np.asarray(PIL.Image.open(io.BytesIO(b64decode(data))).convert("RGBA"))
    assert found[0, 0, 3] == 0
    assert found[1, 0, :3].tolist() == SEQUENTIAL[0].tolist()
    assert found[1, 1, :3].tolist() == SEQUENTIAL[-1].tolist()
    assert found[0, 1, :3].tolist() == SEQUENTIAL[127].tolist()


def lightness(table: np.ndarray) -> np.ndarray:
    """CIE L* of sRGB codes."""
    part = table / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    y = linear @ [0.2126, 0.7152, 0.0722]
    return np.asarray(np.where(y > 216 / 24389, 116 * np.cbrt(y) - 16, y * 24389 / 27))


def test_lightness_tells_the_value() -> None:
    """It grows all along the sequential map, and evenly; both arms of the diverging one fall alike."""
    steps = np.diff(lightness(SEQUENTIAL)[::10])
    assert steps.min() > 0.5 * steps.mean() > 0
    assert steps.max() < 1.6 * steps.mean()
    both = lightness(DIVERGING)
    assert np.argmax(both) in range(120, 135)
    assert np.abs(both - both[::-1]).max() < 6


def test_a_symmetric_map_has_zero_in_its_middle() -> None:
    colours = symmetric(np.array([[-0.5, np.nan, 2.0]]))
    assert (colours.low, colours.high) == (-2.0, 2.0)
    assert symmetric(np.array([[np.nan]])).high == 1.0
    assert ColourMap(1e-4, 1, log=True).codes(np.array([[0.0, 1e-2, 1.0]])).tolist() == [[0, 127, 254]]


def test_a_mesh_has_every_row_and_column() -> None:
    y, x = np.mgrid[0:3, 0:4]
    line = mesh(x, y)
    assert int(np.isnan(line.x).sum()) == 3 + 4


def test_fewer_points_draw_the_same_line() -> None:
    x = np.linspace(0, 10, 1001)
    y = np.sin(x)
    kept = kept_points(x, y, 0.01)
    assert kept.sum() < 60
    # A vertical distance is at most sqrt(2) of the distance where the slope is at most 1.
    assert np.abs(np.interp(x, x[kept], y[kept]) - y).max() < 0.01 * np.sqrt(2)
    assert kept[[0, -1]].all()


def test_long_titles_are_cut() -> None:
    assert shortened("short", 100) == "short"
    cut = shortened("a very long title that does not fit", 80)
    assert cut.endswith("…")
    assert text_width(cut) <= 80
