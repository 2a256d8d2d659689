"""Tables of a panel's report."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Final

from lichtbild.figure.page import Block, Folded, Paragraph, Table
from lichtbild.panel.conduct import Conduct
from lichtbild.panel.report.findings import Difference, Findings, Numbers, Place, Scaling
from lichtbild.panel.report.plots import ordered

LEVEL: Final = 0.05
MOST_CROSSED: Final = 14
"""Conditions up to which pairs are shown as rows and columns."""

MOST_LISTED: Final = 2000
"""Pairs on a page at most; the JSON has all."""

Cell = str | float | None


def fixed(value: float, digits: int = 2) -> str:
    """A number with so many decimals and a real minus sign; a dash if it is none.

    >>> fixed(-0.504), fixed(float("nan"))
    ('−0.50', '–')
    """
    if not isfinite(value):
        return "–"
    told = f"{value:.{digits}f}"
    return told.lstrip("-") if float(told) == 0 else told.replace("-", "−")


def chance(p: float) -> str:
    """A p-value.

    >>> chance(0.0312), chance(1e-9)
    ('0.031', '< 0.001')
    """
    if not isfinite(p):
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def ranged(low: float, high: float) -> str:
    """An interval; a dash where there is none."""
    return f"{fixed(low)} … {fixed(high)}" if isfinite(low) and isfinite(high) else "–"


def scale_table(scaling: Scaling, unit: str) -> Table:
    """Values of conditions with their intervals, best first, and what other models say."""
    order = sorted(scaling.places, key=lambda each: -each.value if isfinite(each.value) else 1e9)
    index = {place.condition: k for k, place in enumerate(scaling.places)}
    rows = tuple(
        (
            each.condition,
            fixed(each.value),
            ranged(each.low, each.high),
            str(each.count),
            *(_other(rows[index[each.condition]]) for rows in scaling.others.values()),
        )
        for each in order
    )
    head = ("condition", f"value [{unit}]", "95 % interval", "answers", *scaling.others)
    return Table(head, rows, f"{scaling.observers} observers, {scaling.answers} answers. {scaling.interval}.")


def _other(row: tuple[float, float, float]) -> str:
    value, low, high = row
    return f"{fixed(value)} ({ranged(low, high)})" if isfinite(low) else fixed(value)


def by_scene(scalings: Sequence[Scaling], unit: str) -> Table:
    """Conditions by scenes: value and half of the interval."""
    scenes = [each for each in scalings if each.scene]
    cells = {(place.condition, each.scene): _short(place) for each in scenes for place in each.places}
    rows = tuple((name, *(cells.get((name, each.scene), "–") for each in scenes)) for name in ordered(scenes))
    return Table(
        ("condition", *(each.scene for each in scenes)), rows, f"{unit}, ± half of the 95 % interval"
    )


def _short(place: Place) -> str:
    if not isfinite(place.value):
        return "–"
    half = (place.high - place.low) / 2
    return f"{fixed(place.value)} ± {fixed(half)}" if isfinite(half) else fixed(place.value)


def pairs(scaling: Scaling, unit: str) -> tuple[Block, ...]:
    """Which conditions differ: crossed where they are few, and every pair with interval and p."""
    found = scaling.differences
    if not found:
        return (Paragraph("No pairs are listed."),)
    differ = sum(each.adjusted <= LEVEL for each in found)
    words = f"{differ} of {len(found)} pairs differ (Holm, all pairs of this scale at {100 * LEVEL:g} %)."
    blocks: list[Block] = [Paragraph(words)]
    if len(scaling.places) <= MOST_CROSSED:
        blocks.append(_crossed(scaling, unit))
    blocks.append(Folded(f"All {len(found)} pairs", (_listed(found, unit),)))
    return tuple(blocks)


def _crossed(scaling: Scaling, unit: str) -> Table:
    names = [
        name for name in ordered([scaling]) if any(name in (d.first, d.second) for d in scaling.differences)
    ]
    known = {(each.first, each.second): (each.value, each.adjusted) for each in scaling.differences}
    known |= {(b, a): (-value, p) for (a, b), (value, p) in known.items()}
    rows = tuple((one, *(_cross(known.get((one, other))) for other in names[1:])) for one in names[:-1])
    rows = tuple(
        (row[0], *("" if j < i else cell for j, cell in enumerate(row[1:]))) for i, row in enumerate(rows)
    )
    return Table(("", *names[1:]), rows, f"row less column, {unit}; * differs")


def _cross(found: tuple[float, float] | None) -> str:
    return "" if found is None else f"{fixed(found[0])}{' *' if found[1] <= LEVEL else ''}"


def _listed(found: Sequence[Difference], unit: str) -> Table:
    order = sorted(found, key=lambda each: (each.adjusted, each.p, each.first, each.second))
    rows = tuple(
        (
            each.first,
            each.second,
            fixed(each.value),
            ranged(each.low, each.high),
            chance(each.p),
            chance(each.adjusted),
            "differ" if each.adjusted <= LEVEL else "",
        )
        for each in order[:MOST_LISTED]
    )
    head = ("first", "second", f"first − second [{unit}]", "95 % interval", "p", "p, Holm", "")
    words = "" if len(order) <= MOST_LISTED else f"{MOST_LISTED} of {len(order)} pairs; the JSON has all."
    return Table(head, rows, words)


def fits(scalings: Sequence[Scaling]) -> Table:
    """Whether scales explain the answers."""
    rows = tuple(
        (
            each.scene or "all scenes",
            fit.name,
            fixed(fit.value),
            str(fit.freedom) if fit.freedom else "–",
            chance(fit.p),
            fit.told,
        )
        for each in scalings
        for fit in each.fit
    )
    return Table(("scale of", "number", "value", "degrees of freedom", "p", "meaning"), rows)


def conducts(found: Sequence[Conduct], out: Mapping[str, str]) -> Table:
    """How each observer answered, and who was left out."""
    rows = tuple(
        (
            each.observer,
            str(each.answers),
            _of(each.golden_right, each.golden),
            _of(each.retests_alike, each.retests),
            fixed(each.median_s, 1),
            out.get(each.observer, ""),
        )
        for each in found
    )
    head = ("observer", "answers", "golden pairs right", "retests alike", "median time [s]", "left out by")
    return Table(head, rows)


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}" if whole else "–"


def consistency(numbers: Sequence[Numbers]) -> Table:
    """Numbers of the observers who count."""
    names = sorted({name for each in numbers for name in each.values})
    rows = tuple((name, *(_number(each, name) for each in numbers)) for name in names)
    return Table(("observer", *(each.name for each in numbers)), rows)


def _number(numbers: Numbers, name: str) -> str:
    value = numbers.values.get(name, float("nan"))
    if numbers.name.startswith("p of"):
        return chance(value)
    whole = isfinite(value) and "triads" in numbers.name
    return str(int(value)) if whole else fixed(value)


def models(findings: Findings) -> Table:
    """What each number is, by which method and after what."""
    return Table(
        ("", ""),
        (
            ("quantity", f"{findings.quantity}, {findings.unit}"),
            ("zero or range", findings.zero),
            ("model", findings.model),
            ("follows", findings.clause),
            ("pairs", "two-sided, Student's t, Holm's correction over all pairs of one scale"),
        ),
    )
