"""Plot: marks on a pair of axes, with a title, a legend and a colour bar as they are needed.

::

    plot(Axes(Axis("Field", "°"), Axis("Distortion", "%")), [Line(angle, distortion, "587.6 nm")])
"""

from collections.abc import Sequence

from lichtbild.figure.axes import (
    Axes,
    axis_title,
    frame,
    grid,
    label_room,
    scale,
    ticks,
    x_labels,
    y_labels,
)
from lichtbild.figure.colour_bar import bar_room, colour_bar
from lichtbild.figure.legend import inked, legend
from lichtbild.figure.marks import Image, Mark
from lichtbild.figure.palette import Ink
from lichtbild.figure.strokes import stroke
from lichtbild.figure.svg import Element, Svg, moved, window, words
from lichtbild.figure.typography import shortened
from lichtbild.figure.view import View

TITLE = 24.0
MARGIN = 12.0
UNDER = 44.0
"""Room under a plot for labels and the axis's title, pixels."""


def plot(axes: Axes, marks: Sequence[Mark]) -> Svg:
    """A figure of marks on axes.

    Args:
        axes: what x and y mean; ends that are None are taken from the marks.
        marks: the first one lowest; those without an ink get the palette's, one after the other.
    """
    shown = inked(marks)
    x, y = scale(axes.x, shown, "x"), scale(axes.y, shown, "y")
    across, down = ticks(axes.x, x), ticks(axes.y, y)
    maps = [mark for mark in shown if isinstance(mark, Image)]
    bar = bar_room(maps[0].colours) + 14 if maps else 0.0
    left = MARGIN + label_room(down) + (30 if axes.y.label else 12)
    inner = axes.width - left - MARGIN - bar
    names, names_height = legend(shown, inner)
    top = MARGIN + (TITLE if axes.title else 0) + (names_height + 6 if names_height else 0)
    view = View(inner, axes.height - top - UNDER - (0 if axes.x.label else -16), x, y)
    view = squared(view) if axes.equal else view
    left += (inner - view.width) / 2
    body = [
        grid(view, across, down, origin=axes.origin),
        window(0, 0, view.width, view.height, [stroke(mark, view, Ink.INK) for mark in shown]),
        frame(view),
        x_labels(view, across, axis_title(axes.x, across)),
        y_labels(view, down, axis_title(axes.y, down)),
    ]
    heading = [title(axes.title, left, MARGIN + 11, axes.width - left - MARGIN)] if axes.title else []
    if names_height:
        heading.append(moved(names, left, top - names_height - 6))
    if maps:
        heading.append(
            moved(colour_bar(maps[0].colours, maps[0].label, view.height), left + view.width + 14, top)
        )
    return Svg(axes.width, axes.height, (*heading, moved(body, left, top)), axes.title)


def title(text: str, x: float, y: float, width: float, size: float = 13.5) -> Element:
    """The words above a plot, cut to the width that there is."""
    return words(x, y, shortened(text, width * 0.92, size), font_size=size, font_weight=600)


def squared(view: View) -> View:
    """The largest part of a view in which a unit of x is as long as one of y."""
    across = abs(view.x.high - view.x.low) / view.width
    down = abs(view.y.high - view.y.low) / view.height
    unit = max(across, down)
    return View(abs(view.x.high - view.x.low) / unit, abs(view.y.high - view.y.low) / unit, view.x, view.y)
