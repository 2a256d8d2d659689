"""Tables of a report: numbers with their intervals, as a laboratory prints them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from lichtbild.figure.page import Block, Paragraph, Table, quantity
from lichtbild.image.measure import Measure
from lichtbild.quality.limits import Check
from lichtbild.quality.record import ChartRecord, Record
from lichtbild.quality.repeats import Mean, difference

_CHANNELS: Final = ("red", "green", "blue", "luminance")
_MOST_NOTES: Final = 12


def in_words(key: str) -> str:
    """A key as a reader's words.

    >>> in_words("visual_noise")
    'visual noise'
    """
    return key.replace("_", " ")


def counted(count: int, word: str) -> str:
    """A count and its word.

    >>> counted(1, "chart"), counted(2, "chart")
    ('1 chart', '2 charts')
    """
    return f"{count} {word}{'' if count == 1 else 's'}"


def spanned(interval: tuple[float, float] | None) -> str:
    """An interval in figures; a dash where there is none."""
    return "–" if interval is None else f"{quantity(interval[0], 4)} … {quantity(interval[1], 4)}"


def summed(measures: Sequence[Measure]) -> tuple[Block, ...]:
    """Each measure of a picture: its one number with its interval, or its mean and range over the places."""
    groups: dict[tuple[str, str, str], list[Measure]] = {}
    for measure in measures:
        channel = measure.where.split(", ")[-1]
        name = f"{measure.name}, {channel}" if channel in _CHANNELS else measure.name
        groups.setdefault((name, measure.unit, measure.method), []).append(measure)
    singles = (group[0] for group in groups.values() if len(group) == 1)
    marks = _marks(measure.note for measure in singles)
    clauses = _marks(group[0].clause for group in groups.values())
    rows = tuple(_sum(name, unit, group, marks, clauses) for (name, unit, _), group in groups.items())
    head = ("measure", "value", "95 % interval, or range", "places", "unit", "note", "method", "by")
    told = (("By", clauses), ("Notes", marks))
    lines = (Paragraph(f"{word}. {_explained(texts)}") for word, texts in told if texts)
    return (Table(head, rows, digits=4), *lines)


def _marks(texts: Iterable[str]) -> dict[str, str]:
    """A number for each text, so that a table of many rows says it once."""
    return {text: str(k) for k, text in enumerate(dict.fromkeys(filter(None, texts)), 1)}


def _explained(marks: Mapping[str, str]) -> str:
    return "; ".join(f"{mark}: {text}" for text, mark in marks.items())


def _sum(
    name: str, unit: str, group: Sequence[Measure], marks: Mapping[str, str], clauses: Mapping[str, str]
) -> tuple[str | float | None, ...]:
    first, values = group[0], [each.value for each in group if math.isfinite(each.value)]
    if len(group) == 1:
        number, ends, places = first.value, first.interval, ""
    else:
        number = sum(values) / len(values) if values else math.nan
        ends, places = (min(values), max(values)) if values else None, str(len(values))
    note = marks.get(first.note, "") if len(group) == 1 else ""
    told = (unit, note, first.method, clauses.get(first.clause, ""))
    return (in_words(name), quantity(number, 4), spanned(ends), places, *told)


def by_place(measures: Sequence[Measure]) -> tuple[Block, ...]:
    """Numbers of many places: for each method a table with a row a place, and what has to be known of them.

    A number stands with half of its 95 % interval; the JSON has both ends.
    """
    blocks: list[Block] = []
    for method in dict.fromkeys(measure.method for measure in measures):
        members = [measure for measure in measures if measure.method == method]
        names = tuple(dict.fromkeys((measure.name, measure.unit) for measure in members))
        cells = {(measure.where, measure.name, measure.unit): _short(measure) for measure in members}
        rows = tuple(
            (where, *(cells.get((where, *name), "") for name in names))
            for where in dict.fromkeys(measure.where for measure in members)
        )
        head = tuple(in_words(name) + (f" [{unit}]" if unit else "") for name, unit in names)
        clauses = ", ".join(dict.fromkeys(measure.clause for measure in members))
        blocks.append(Table(("where", *head), rows, f"{method}; {clauses}"))
        notes = dict.fromkeys(measure.note for measure in members if measure.note)
        blocks.extend(Paragraph(note) for note in list(notes)[:_MOST_NOTES])
    return tuple(blocks)


def _short(measure: Measure) -> str:
    """A number and half of its interval, in as many digits as a reader takes in."""
    value = quantity(measure.value, 4)
    if measure.interval is None:
        return value
    return f"{value} ± {quantity((measure.interval[1] - measure.interval[0]) / 2, 2)}"


def verdicts(chart: ChartRecord) -> Table:
    """What can be measured of a chart, and why the rest cannot."""
    rows = tuple(
        (each.target, "measured" if each.usable else "left out", each.reason) for each in chart.verdicts
    )
    return Table(("target", "verdict", "why"), rows)


def pictures(records: Sequence[Record]) -> Table:
    """The pictures that were measured."""
    rows = tuple(
        (
            each.name,
            each.camera,
            each.conditions,
            f"{each.columns} × {each.rows}",
            each.origin,
            ", ".join(chart.title for chart in each.charts) or "none found",
            each.sha256[:16],
        )
        for each in records
    )
    return Table(("picture", "camera", "setting", "pixels", "from", "charts", "SHA-256 begins"), rows)


def checks(found: Iterable[Check]) -> Table:
    """Limits and what became of them, failures first."""
    order = {"fail": 0, "missing": 1, "unsure": 2, "pass": 3}
    rows = tuple(
        (
            each.outcome,
            each.record,
            in_words(each.limit.measure if each.measure is None else each.measure.name),
            each.limit.where if each.measure is None else each.measure.where,
            "–" if each.measure is None else quantity(each.measure.value, 4),
            "–" if each.measure is None else spanned(each.measure.interval),
            bounds(each.limit.least, each.limit.most),
            each.limit.unit or ("" if each.measure is None else each.measure.unit),
        )
        for each in sorted(found, key=lambda check: order[check.outcome])
    )
    head = ("outcome", "picture", "measure", "where", "value", "95 % interval", "limits", "unit")
    return Table(head, rows)


def bounds(least: float, most: float) -> str:
    """Two limits in figures.

    >>> bounds(0.25, float("inf"))
    'at least 0.2500'
    """
    if math.isinf(least):
        return f"at most {quantity(most, 4)}"
    if math.isinf(most):
        return f"at least {quantity(least, 4)}"
    return f"{quantity(least, 4)} … {quantity(most, 4)}"


def repeated(means: Sequence[Mean], caption: str) -> Table:
    """Means of repeated shots."""
    rows = tuple(
        (
            in_words(each.name),
            each.where,
            quantity(each.mean, 4),
            spanned(each.interval),
            each.spread,
            each.count,
            each.unit,
        )
        for each in means
    )
    head = ("measure", "where", "mean", "95 % interval", "spread of a shot", "shots", "unit")
    return Table(head, rows, caption, digits=3)


def compared(names: Sequence[str], columns: Sequence[Sequence[Mean]]) -> Table:
    """Cameras side by side: the mean of each measure, and the step from the first to the last.

    Args:
        names: of the cameras.
        columns: the means of each.
    """
    known = [{(mean.name, mean.where, mean.unit): mean for mean in column} for column in columns]
    keys = list(dict.fromkeys(key for column in known for key in column))
    rows = []
    for key in keys:
        cells = [column.get(key) for column in known]
        values = tuple(None if mean is None else quantity(mean.mean, 4) for mean in cells)
        first, last = cells[0], cells[-1]
        step: tuple[str | None, ...] = (None, None)
        if first is not None and last is not None and len(cells) > 1:
            by, interval = difference(first, last)
            step = (quantity(by, 3), spanned(interval))
        rows.append((in_words(key[0]), key[1], *values, *step, key[2]))
    head = ("measure", "where", *names, "last − first", "95 % interval", "unit")
    return Table(head, tuple(rows), digits=4)
