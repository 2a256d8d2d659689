"""Strokes: each mark of a plot as an element."""

from base64 import b64encode

import numpy as np

from lichtbild.figure.marks import Arrows, Circle, Dots, Image, Line, Mark, Note, Rule
from lichtbild.figure.palette import Ink
from lichtbild.figure.svg import (
    Element,
    arrow_heads,
    circles,
    element,
    group,
    line,
    path,
    segments,
    trace,
    words,
)
from lichtbild.figure.view import View

HEAD = 6.0
"""Length of an arrow's head in pixels."""


def stroke(mark: Mark, view: View, ink: Ink | str) -> Element:
    """What a mark looks like in a view.

    Args:
        mark: what to draw.
        view: where its data lie.
        ink: for a mark that has none of its own.
    """
    match mark:
        case Line():
            return _line(mark, view, mark.ink or ink)
        case Dots():
            return circles(
                view.across(mark.x),
                view.down(mark.y),
                mark.size,
                mark.ink or ink,
                opacity=None if mark.opacity == 1 else mark.opacity,
            )
        case Circle():
            return _circle(mark, view, mark.ink or ink)
        case Rule():
            return _rule(mark, view, mark.ink or ink)
        case Note():
            return _note(mark, view)
        case Arrows():
            return _arrows(mark, view, mark.ink or ink)
        case Image():
            return _image(mark, view)


def _line(mark: Line, view: View, ink: Ink | str) -> Element:
    x, y = view.across(mark.x), view.down(mark.y)
    drawn = path(
        trace(x, y),
        fill="none",
        stroke=ink,
        stroke_width=mark.width,
        stroke_dasharray=mark.dash,
        stroke_linejoin="round",
        stroke_linecap="round" if mark.dash is None else None,
    )
    return group([drawn, circles(x, y, 5.0, ink)]) if mark.dots else drawn


def _circle(mark: Circle, view: View, ink: Ink | str) -> Element:
    x, y = (
        view.across(np.array([mark.x, mark.x + mark.radius])),
        view.down(np.array([mark.y, mark.y - mark.radius])),
    )
    return element(
        "ellipse",
        cx=float(x[0]),
        cy=float(y[0]),
        rx=abs(float(x[1] - x[0])),
        ry=abs(float(y[1] - y[0])),
        fill="none",
        stroke=ink,
        stroke_width=1,
        stroke_dasharray=mark.dash,
    )


def _rule(mark: Rule, view: View, ink: Ink | str) -> Element:
    if mark.axis == "x":
        x = float(view.across(np.array([mark.value]))[0])
        return line(x, 0, x, view.height, stroke=ink, stroke_width=1, stroke_dasharray=mark.dash)
    y = float(view.down(np.array([mark.value]))[0])
    return line(0, y, view.width, y, stroke=ink, stroke_width=1, stroke_dasharray=mark.dash)


def _note(mark: Note, view: View) -> Element:
    x, y = float(view.across(np.array([mark.x]))[0]), float(view.down(np.array([mark.y]))[0])
    shift = {"start": 4.0, "middle": 0.0, "end": -4.0}[mark.anchor]
    return words(x + shift, y - 4, mark.text, fill=mark.ink, font_size=10.5, text_anchor=mark.anchor)


def _arrows(mark: Arrows, view: View, ink: Ink | str) -> Element:
    x, y = view.across(mark.x), view.down(mark.y)
    tip_x, tip_y = view.across(mark.x + mark.along_x), view.down(mark.y + mark.along_y)
    along = np.stack([tip_x - x, tip_y - y])
    length = np.maximum(np.sqrt((along**2).sum(axis=0)), 1e-9)
    # An arrow shorter than its head is a smaller arrow.
    size = np.minimum(HEAD, 0.6 * length)
    shafts = path(segments(x, y, tip_x, tip_y), fill="none", stroke=ink, stroke_width=1.2)
    return group([shafts, arrow_heads(tip_x, tip_y, along / length, size, fill=ink)])


def _image(mark: Image, view: View) -> Element:
    x = view.across(np.array([mark.left, mark.right]))
    y = view.down(np.array([mark.high, mark.low]))
    data = b64encode(mark.colours.png(mark.values[::-1])).decode()
    return element(
        "image",
        x=float(x[0]),
        y=float(y[0]),
        width=float(x[1] - x[0]),
        height=float(y[1] - y[0]),
        preserveAspectRatio="none",
        style="image-rendering:pixelated",
        href=f"data:image/png;base64,{data}",
    )
