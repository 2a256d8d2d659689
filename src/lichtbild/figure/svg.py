"""Svg: a drawing as a tree of elements, and its text.

Colours are `Ink`, names that a theme gives a value, so that the same drawing is printed on white paper,
stands alone on a dark screen, or takes the colours of the page around it. All text is escaped, and numbers
are written to a hundredth of a pixel.

Source: W3C Scalable Vector Graphics (SVG) 1.1, second edition.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

import numpy as np
from jaxtyping import Float, Real

from lichtbild.figure.palette import LIGHT, Ink

Value: TypeAlias = str | float | Ink | None
Points: TypeAlias = Real[np.ndarray, " n"]

FAMILY = "Inter, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (production 2) has no way to say, not even escaped."""


@dataclass(frozen=True)
class Element:
    """A tag, its attributes and what is in it."""

    tag: str
    attributes: tuple[tuple[str, str | float | Ink], ...] = ()
    children: tuple["Element | str", ...] = ()


@dataclass(frozen=True)
class Svg:
    """A drawing of ``width`` by ``height`` pixels, y downward.

    Args:
        children: what is drawn, the first one lowest.
        title: what it shows, in one sentence, for those who cannot see it.
        millimetres: width and height on paper; None lets the page decide.
    """

    width: float
    height: float
    children: tuple[Element, ...]
    title: str = ""
    millimetres: tuple[float, float] | None = None


def element(tag: str, *children: Element | str, **attributes: Value) -> Element:
    """An element; an underscore in an attribute's name is a hyphen, None leaves it out."""
    kept = ((name.replace("_", "-"), value) for name, value in attributes.items() if value is not None)
    return Element(tag, tuple(kept), children)


def group(children: Iterable[Element], **attributes: Value) -> Element:
    """Elements that share attributes."""
    return element("g", *children, **attributes)


def window(x: float, y: float, width: float, height: float, children: Iterable[Element]) -> Element:
    """Elements in a rectangle of their own that cuts off what sticks out; its corner is their origin."""
    return element("svg", *children, x=x, y=y, width=width, height=height, overflow="hidden")


def words(x: float, y: float, text: str, **attributes: Value) -> Element:
    """One line of text whose base line begins at (x, y)."""
    return element("text", text, x=x, y=y, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, **attributes: Value) -> Element:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)


def path(data: str, **attributes: Value) -> Element:
    """A path; see `trace`, `closed` and `segments` for its data."""
    return element("path", d=data, **attributes)


def trace(x: Points, y: Points) -> str:
    """Path data of a line through points; where one is not finite, the line is broken."""
    parts: list[str] = []
    pen = "M"
    for across, down in zip(x.tolist(), y.tolist(), strict=True):
        if np.isfinite(across) and np.isfinite(down):
            parts.append(f"{pen}{number(across)} {number(down)}")
            pen = "L"
        else:
            pen = "M"
    return "".join(parts)


def closed(x: Points, y: Points) -> str:
    """Path data of an outline."""
    return trace(x, y) + "Z"


def segments(x1: Points, y1: Points, x2: Points, y2: Points) -> str:
    """Path data of separate lines."""
    gap = np.full_like(x1, np.nan, dtype=float)
    return trace(np.stack([x1, x2, gap], 1).ravel(), np.stack([y1, y2, gap], 1).ravel())


def number(value: float) -> str:
    """A number of pixels to a hundredth, as short as it can be written.

    >>> number(12.504), number(-0.001), number(3.0)
    ('12.5', '0', '3')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def clean(text: str) -> str:
    """Text that XML can hold: what it forbids becomes a replacement character."""
    return FORBIDDEN.sub("\ufffd", text)


def markup(node: Element | str, theme: Mapping[Ink, str] = LIGHT) -> str:
    """Text of an element and all that is in it."""
    if isinstance(node, str):
        return escape(clean(node), quote=False)
    attributes = "".join(f' {name}="{_value(value, theme)}"' for name, value in node.attributes)
    if not node.children:
        return f"<{node.tag}{attributes}/>"
    inside = "".join(markup(child, theme) for child in node.children)
    return f"<{node.tag}{attributes}>{inside}</{node.tag}>"


def _value(value: str | float | Ink, theme: Mapping[Ink, str]) -> str:
    if isinstance(value, Ink):
        return escape(theme[value])
    return escape(clean(value)) if isinstance(value, str) else number(value)


def svg_text(svg: Svg, theme: Mapping[Ink, str] = LIGHT, *, alone: bool = True) -> str:
    """Text of a drawing.

    Args:
        svg: the drawing.
        theme: value of each ink.
        alone: it is a file of its own, on a background of the theme's paper; else a part of a page.
    """
    width, height = number(svg.width), number(svg.height)
    size = ("", "") if svg.millimetres is None else tuple(f"{number(side)}mm" for side in svg.millimetres)
    head = element(
        "svg",
        *([element("title", svg.title)] if svg.title else []),
        *([element("rect", width=svg.width, height=svg.height, fill=Ink.PAPER)] if alone else []),
        *svg.children,
        xmlns="http://www.w3.org/2000/svg" if alone else None,
        viewBox=f"0 0 {width} {height}",
        width=size[0] or svg.width,
        height=size[1] or svg.height,
        role="img",
        aria_label=svg.title or None,
        font_family=FAMILY,
        font_size=12,
        fill=Ink.INK,
    )
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' if alone else "") + markup(head, theme) + "\n"


def moved(drawing: Element | Sequence[Element], x: float, y: float) -> Element:
    """Elements moved by (x, y)."""
    inside = (drawing,) if isinstance(drawing, Element) else tuple(drawing)
    return group(inside, transform=f"translate({number(x)} {number(y)})")


def circles(x: Points, y: Points, diameter: float, colour: str | Ink, **attributes: Value) -> Element:
    """Filled circles of one size, as one path: a line without length whose ends are round."""
    dots = "".join(
        f"M{number(across)} {number(down)}h0"
        for across, down in zip(x.tolist(), y.tolist(), strict=True)
        if np.isfinite(across) and np.isfinite(down)
    )
    return path(dots, stroke=colour, stroke_width=diameter, stroke_linecap="round", fill="none", **attributes)


def arrow_heads(
    x: Points,
    y: Points,
    direction: Float[np.ndarray, "2 n"],
    size: Points,
    slope: float = 0.32,
    **attributes: Value,
) -> Element:
    """Filled triangles with their tips at (x, y), pointing along unit vectors (y downward).

    Args:
        x: of the tips.
        y: of the tips.
        direction: where they point.
        size: length of each.
        slope: of both sides against the direction.
        attributes: of the element.
    """
    along, across = direction * size, np.stack([-direction[1], direction[0]]) * size * slope
    gap = np.full(len(x), np.nan)
    tips = np.stack([x, x - along[0] + across[0], x - along[0] - across[0], gap], 1).ravel()
    downs = np.stack([y, y - along[1] + across[1], y - along[1] - across[1], gap], 1).ravel()
    return path(trace(tips, downs), stroke="none", **attributes)
