"""Legend: names of series beside a sample of each, in rows above a plot."""

from collections.abc import Sequence
from dataclasses import replace

from lichtbild.figure.marks import Arrows, Circle, Dots, Image, Line, Mark, Note, Rule
from lichtbild.figure.palette import Ink, series_ink
from lichtbild.figure.svg import Element, element, group, line, words
from lichtbild.figure.typography import text_width

ROW = 18.0
SIZE = 11.5
SAMPLE = 22.0
GAP = 18.0


def inked(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Marks with an ink each: series without one take the palette's next, one for all of a label."""
    names: dict[str, Ink] = {}
    taken = 0
    result: list[Mark] = []
    for mark in marks:
        if isinstance(mark, Image | Note) or mark.ink is not None:
            result.append(mark)
            continue
        ink = names.get(mark.label) if mark.label else None
        if ink is None:
            ink = series_ink(taken)
            taken += 1
            if mark.label:
                names[mark.label] = ink
        result.append(replace(mark, ink=ink))
    return tuple(result)


def entries(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The first mark of each label, in order."""
    found: dict[str, Mark] = {}
    for mark in marks:
        if not isinstance(mark, Image | Note) and mark.label:
            found.setdefault(mark.label, mark)
    return tuple(found.values())


def legend(marks: Sequence[Mark], width: float) -> tuple[Element, float]:
    """Rows of samples and names that fill a width, and their height in pixels (0 without any name)."""
    rows: list[Element] = []
    x = y = 0.0
    for mark in entries(marks):
        label = getattr(mark, "label", "")
        need = SAMPLE + 6 + text_width(label, SIZE)
        if x > 0 and x + need > width:
            x, y = 0.0, y + ROW
        rows += [_sample(mark, x, y + 8), words(x + SAMPLE + 6, y + 12, label)]
        x += need + GAP
    return group(rows, font_size=SIZE, fill=Ink.INK), (y + ROW if rows else 0.0)


def _sample(mark: Mark, x: float, y: float) -> Element:
    ink = getattr(mark, "ink", None) or Ink.INK
    match mark:
        case Dots():
            return element("circle", cx=x + SAMPLE / 2, cy=y, r=max(mark.size / 2, 2.5), fill=ink)
        case Circle():
            return element(
                "circle", cx=x + SAMPLE / 2, cy=y, r=5, fill="none", stroke=ink, stroke_dasharray=mark.dash
            )
        case Line() | Rule() | Arrows():
            width = max(getattr(mark, "width", 1.0), 1.0)
            dash = getattr(mark, "dash", None)
            sample = line(x, y, x + SAMPLE, y, stroke=ink, stroke_width=width, stroke_dasharray=dash)
            if not getattr(mark, "dots", False):
                return sample
            return group([sample, element("circle", cx=x + SAMPLE / 2, cy=y, r=2.5, fill=ink)])
        case _:
            return group([])
