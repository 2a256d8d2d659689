"""Dimension lines: how long something is, between two arrows.

Source: ISO 129-1 (dimension and extension lines, terminators, placement of values).
"""

import numpy as np

from lichtbild.figure.palette import Ink
from lichtbild.figure.svg import Element, arrow_heads, element, group, line, words
from lichtbild.figure.typography import text_width

HEAD = 8.0
SIZE = 11.5
OUTSIDE = 20.0
"""How far a line goes on where its arrows are outside, pixels."""


def across(first: float, last: float, y: float, text: str, start: float) -> Element:
    """A horizontal dimension line; a short one has its arrows outside and its text to the right.

    Args:
        first: pixel of its left end.
        last: pixel of its right end.
        y: where the line is.
        text: in its middle.
        start: y where the extension lines begin.
    """
    toward = 1.0 if y > start else -1.0
    half = text_width(text, SIZE) / 2 + 6
    narrow = last - first < 2 * half + 2.5 * HEAD
    low, high = (first - OUTSIDE, last + OUTSIDE) if narrow else (first, last)
    middle = high + half if narrow else (first + last) / 2
    outward = np.array([[1.0, -1.0] if narrow else [-1.0, 1.0], [0.0, 0.0]])
    return group(
        [
            _extension(first, start, first, y + toward * 4),
            _extension(last, start, last, y + toward * 4),
            line(low, y, high, y, stroke=Ink.MUTED, stroke_width=0.8),
            _heads(np.array([first, last]), np.array([y, y]), outward),
            element("rect", x=middle - half, y=y - 8, width=2 * half, height=16, fill=Ink.PAPER),
            words(middle, y + 4, text, text_anchor="middle", font_size=SIZE, fill=Ink.INK),
        ]
    )


def upward(top: float, bottom: float, x: float, text: str, start: float) -> Element:
    """A vertical dimension line, its text turned to be read from the right.

    Args:
        top: pixel of its upper end.
        bottom: pixel of its lower end.
        x: where the line is.
        text: in its middle.
        start: x where the extension lines begin.
    """
    toward = 1.0 if x > start else -1.0
    half = text_width(text, SIZE) / 2 + 6
    middle = (top + bottom) / 2
    return group(
        [
            _extension(start, top, x + toward * 4, top),
            _extension(start, bottom, x + toward * 4, bottom),
            line(x, top, x, bottom, stroke=Ink.MUTED, stroke_width=0.8),
            _heads(np.array([x, x]), np.array([top, bottom]), np.array([[0.0, 0.0], [-1.0, 1.0]])),
            element("rect", x=x - 8, y=middle - half, width=16, height=2 * half, fill=Ink.PAPER),
            words(
                0,
                4,
                text,
                text_anchor="middle",
                font_size=SIZE,
                fill=Ink.INK,
                transform=f"translate({x:.2f} {middle:.2f}) rotate(-90)",
            ),
        ]
    )


def _heads(x: np.ndarray, y: np.ndarray, direction: np.ndarray) -> Element:
    return arrow_heads(x, y, direction, np.full(len(x), HEAD), fill=Ink.MUTED)


def _extension(x1: float, y1: float, x2: float, y2: float) -> Element:
    return line(x1, y1, x2, y2, stroke=Ink.RULE, stroke_width=0.6)
