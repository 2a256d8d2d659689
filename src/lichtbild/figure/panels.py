"""Panels: many small plots on the same axes, in rows and columns.

Ray fans are fields by planes, spot diagrams fields by focus: what is to be compared shares its scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from lichtbild.figure.axes import (
    PLAIN,
    Axis,
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
from lichtbild.figure.plot import MARGIN, TITLE, title
from lichtbild.figure.strokes import stroke
from lichtbild.figure.svg import Element, Svg, group, line, moved, window, words
from lichtbild.figure.ticks import Ticks, round_step
from lichtbild.figure.typography import shortened, text_width
from lichtbild.figure.view import View

GAP = 10.0
"""Between panels without labels, pixels; labels of neighbours need more."""

LABELLED_GAPS = (26.0, 16.0)

ROW_SIZE = 11.5


@dataclass(frozen=True)
class Panels:
    """What panels have in common.

    Args:
        x: axis of each; ends that are None are taken from all marks together.
        y: as x.
        title: above all.
        rows: a title for each row, to its left.
        columns: a title for each column, above it.
        cell: width and height of one panel, pixels.
        scale_bar: a bar in the last panel says how large things are, in place of labels at ticks.
    """

    x: Axis = PLAIN
    y: Axis = PLAIN
    title: str = ""
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    cell: tuple[float, float] = (230, 140)
    scale_bar: bool = False


Cells = Sequence[Sequence[Sequence[Mark]]]


@dataclass(frozen=True)
class _Place:
    """Where panels stand: all are one view, apart by gaps."""

    view: View
    left: float
    top: float
    gaps: tuple[float, float]
    rows: int
    columns: int

    def corner(self, row: int, column: int) -> tuple[float, float]:
        """Upper left corner of a panel."""
        across, down = self.view.width + self.gaps[0], self.view.height + self.gaps[1]
        return self.left + column * across, self.top + row * down

    @property
    def right(self) -> float:
        return self.corner(0, self.columns)[0] - self.gaps[0]

    @property
    def bottom(self) -> float:
        return self.corner(self.rows, 0)[1] - self.gaps[1]


def panels(shared: Panels, cells: Cells) -> Svg:
    """A figure of panels.

    Args:
        shared: axes and titles.
        cells: marks of each panel, by row and column; a label names the same series in every panel.
    """
    every = inked(list(chain.from_iterable(chain.from_iterable(cells))))
    view = View(*shared.cell, scale(shared.x, every, "x"), scale(shared.y, every, "y"))
    marked = ticks(shared.x, view.x), ticks(shared.y, view.y)
    left = MARGIN + _row_room(shared) + (0 if shared.scale_bar else label_room(marked[1]) + 30)
    under_title = MARGIN + (TITLE if shared.title else 0)
    gaps = (GAP, GAP) if shared.scale_bar else LABELLED_GAPS
    columns = max((len(row) for row in cells), default=0)
    names, names_height = legend(every, columns * (view.width + gaps[0]) - gaps[0])
    top = under_title + (names_height + 6 if names_height else 0) + (20 if shared.columns else 0)
    place = _Place(view, left, top, gaps, len(cells), columns)
    parts = [moved(names, left, under_title)] if names_height else []
    parts += _all_panels(shared, place, marked, (every, cells))
    parts += _titles(shared, place)
    parts += _scales(shared, place, marked)
    bar, bar_width = _bar(every, place)
    width = place.right + MARGIN + bar_width
    if shared.title:
        parts.append(title(shared.title, left, MARGIN + 11, width - left))
    return Svg(width, place.bottom + (30 if shared.scale_bar else 46), (*parts, *bar), shared.title)


def _row_room(shared: Panels) -> float:
    return max((text_width(text, ROW_SIZE) for text in shared.rows), default=0.0) + (12 if shared.rows else 0)


def _all_panels(
    shared: Panels, place: _Place, marked: tuple[Ticks, Ticks], content: tuple[Sequence[Mark], Cells]
) -> list[Element]:
    """The plots, without labels."""
    every, cells = content
    drawn = iter(every)
    view = place.view
    behind = [] if shared.scale_bar else [grid(view, *marked, origin=True)]
    parts = []
    for row, across in enumerate(cells):
        for column, cell in enumerate(across):
            inside = [stroke(next(drawn), view, Ink.INK) for _ in cell]
            plot = [*behind, window(0, 0, view.width, view.height, inside), frame(view)]
            parts.append(moved(plot, *place.corner(row, column)))
    return parts


def _titles(shared: Panels, place: _Place) -> list[Element]:
    """Titles of rows and columns."""
    width, height = place.view.width, place.view.height
    columns = [
        words(x + width / 2, y - 8, shortened(text, width, ROW_SIZE), text_anchor="middle")
        for text, (x, y) in _with_corners(shared.columns, place, along_row=True)
    ]
    rows = [
        words(MARGIN, y + height / 2 + 4, text)
        for text, (_, y) in _with_corners(shared.rows, place, along_row=False)
    ]
    return [group([*columns, *rows], font_size=ROW_SIZE, fill=Ink.INK)]


def _with_corners(
    texts: Sequence[str], place: _Place, *, along_row: bool
) -> list[tuple[str, tuple[float, float]]]:
    return [
        (text, place.corner(*((0, index) if along_row else (index, 0)))) for index, text in enumerate(texts)
    ]


def _scales(shared: Panels, place: _Place, marked: tuple[Ticks, Ticks]) -> list[Element]:
    """What says how large things are: a bar, or labels below and to the left of all panels."""
    view, (across, down) = place.view, marked
    if shared.scale_bar:
        return [moved(_scale_bar(view, shared.x.unit), place.right, place.bottom + 16)]
    lowest = x_labels(view, across, axis_title(shared.x, across))
    leftmost = y_labels(view, down, axis_title(shared.y, down))
    return [
        *(moved(lowest, *place.corner(place.rows - 1, index)) for index in range(place.columns)),
        *(moved(leftmost, *place.corner(index, 0)) for index in range(place.rows)),
    ]


def _bar(marks: Sequence[Mark], place: _Place) -> tuple[list[Element], float]:
    """A colour bar if any mark is a map, and the width that it takes."""
    maps = [mark for mark in marks if isinstance(mark, Image)]
    if not maps:
        return [], 0.0
    height = min(place.bottom - place.top, 260.0)
    bar = colour_bar(maps[0].colours, maps[0].label, height)
    return [moved(bar, place.right + 14, place.top)], bar_room(maps[0].colours) + 14


def _scale_bar(view: View, unit: str) -> Element:
    """A bar of round length that ends at the origin, and how long it is."""
    reach = abs(view.x.high - view.x.low)
    length = round_step(reach, 3)
    pixels = length / reach * view.width
    return group(
        [
            line(-pixels, 0, 0, 0, stroke=Ink.INK, stroke_width=2),
            words(-pixels - 8, 4, f"{length:g} {unit}".strip(), text_anchor="end", font_size=ROW_SIZE),
        ]
    )
