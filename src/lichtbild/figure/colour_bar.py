"""Colour bar: what the colours of a map mean, beside it."""

from base64 import b64encode

import numpy as np

from lichtbild.figure.axes import SMALL, Axis, axis_title, label_room, ticks
from lichtbild.figure.colour_map import ColourMap
from lichtbild.figure.palette import Ink
from lichtbild.figure.svg import Element, element, group, path, segments, words
from lichtbild.figure.view import Scale, View

THICK = 12.0
STEPS = 128


def bar_room(colours: ColourMap) -> float:
    """Width in pixels that a bar with its labels and title needs."""
    return THICK + 44 + label_room(ticks(Axis(), _scale(colours)))


def colour_bar(colours: ColourMap, label: str, height: float) -> Element:
    """A strip of all colours, its origin in the upper left corner, labels to the right."""
    scale = _scale(colours)
    marked = ticks(Axis(), scale)
    view = View(THICK, height, Scale(0, 1), scale)
    part = np.linspace(1, 0, STEPS)[:, None]
    ramp = ColourMap(0.0, 1.0, table=colours.table)
    strip = element(
        "image",
        x=0,
        y=0,
        width=THICK,
        height=height,
        preserveAspectRatio="none",
        href=f"data:image/png;base64,{b64encode(ramp.png(part)).decode()}",
    )
    y = view.down(marked.values)
    nicks = segments(np.full_like(y, THICK), y, np.full_like(y, THICK + 4), y)
    labels = [words(THICK + 7, float(at) + 4, text) for at, text in zip(y, marked.labels, strict=True)]
    across = THICK + label_room(marked) + 24
    title = axis_title(Axis(label), marked)
    return group(
        [
            strip,
            element("rect", x=0, y=0, width=THICK, height=height, fill="none", stroke=Ink.RULE),
            path(nicks, stroke=Ink.RULE),
            group(labels, font_size=SMALL, fill=Ink.MUTED),
            words(
                0,
                0,
                title,
                text_anchor="middle",
                transform=f"translate({across:.1f} {height / 2:.1f}) rotate(-90)",
            ),
        ]
    )


def _scale(colours: ColourMap) -> Scale:
    high = colours.high if colours.high > colours.low else colours.low + 1
    return Scale(colours.low, high, colours.log)
