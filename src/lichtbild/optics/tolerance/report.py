"""Report: yield, spread of contrast, worst offenders and what to allow instead, as a page and as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import degrees
from typing import Any

import numpy as np

from lichtbild.figure.axes import Axes, Axis
from lichtbild.figure.marks import Line, Mark, Rule
from lichtbild.figure.page import Block, Figure, Paragraph, Section, Table, page
from lichtbild.figure.palette import series_ink
from lichtbild.figure.plot import plot
from lichtbild.optics.report.part import Part, Rows, plain
from lichtbild.optics.tolerance.budget import Budget, ContrastLimit
from lichtbild.optics.tolerance.comparison import Comparison, comparison_part
from lichtbild.optics.tolerance.inverse import Inverse
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.monte_carlo import Builds
from lichtbild.optics.tolerance.prepared import Prepared
from lichtbild.optics.tolerance.sensitivity import Sensitivity
from lichtbild.optics.tolerance.yield_rate import Yield, least_margins, yield_of

OFFENDERS = 24
"""Rows of the table of the worst offenders; the numbers beside the report have all."""

CURVE = 201
"""Points of a cumulative curve."""

SHARES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, eq=False)
class Findings:
    """What was found about a lens and a budget.

    Args:
        ready: both.
        seed: of the draws.
        builds: by derivatives.
        sensitivities: the greatest fall of contrast first.
        without: yield without each kind of error.
        comparison: of builds by derivatives with the same ones traced anew.
        inverse: budget for a wanted yield, and the yield it has on fresh draws.
    """

    ready: Prepared
    seed: int
    builds: Builds
    sensitivities: tuple[Sensitivity, ...]
    without: tuple[tuple[Kind, Yield], ...]
    comparison: Comparison | None = None
    inverse: tuple[Inverse, Yield] | None = None

    @property
    def rate(self) -> Yield:
        """Yield of the builds."""
        return yield_of(self.builds, self.ready.budget, self.ready.share)


def parts(found: Findings) -> dict[str, Part]:
    """The sections of the report, by names for programs."""
    chosen = {
        "yield": _yield_part(found),
        "sensitivity": _sensitivity_part(found),
        "compensation": _compensation_part(found),
        "budget": _budget_part(found.ready.budget),
    }
    if found.comparison is not None:
        chosen["retrace"] = comparison_part(found.comparison)
    if found.inverse is not None:
        chosen["inverse"] = _inverse_part(*found.inverse)
    return chosen


def numbers(found: Findings) -> dict[str, Any]:
    """All numbers of the report, in JSON's own types."""
    lens, budget = found.ready.lens, found.ready.budget
    return {
        "lens": lens.name,
        "source": lens.source,
        "budget": budget.name,
        "seed": found.seed,
        "builds": len(found.builds),
        "parameters": len(found.ready.parameters),
        **{name: plain(part.numbers) for name, part in parts(found).items()},
    }


def html(found: Findings, footer: str = "") -> str:
    """The report as one self-contained page."""
    sections = [Section(part.heading, part.blocks) for part in parts(found).values()]
    title = f"Tolerances of {found.ready.lens.name or 'a lens'}"
    return page(title, sections, subtitle=found.ready.budget.name, data=numbers(found), footer=footer)


def sentence(rate: Yield) -> str:
    """A yield with its interval, in words."""
    low, high = rate.interval
    return f"{rate.rate:.1%} of {rate.total} builds are good (95 % interval {low:.1%} to {high:.1%})"


def _numbers_of(rate: Yield) -> dict[str, Any]:
    return {"rate": rate.rate, "good": rate.good, "total": rate.total, "interval_95": list(rate.interval)}


def _yield_part(found: Findings) -> Part:
    """Yield, and the spread of the least contrast of each limit."""
    budget, share = found.ready.budget, found.ready.share
    rows: Rows = []
    marks: list[Mark] = []
    limits: list[Mapping[str, Any]] = []
    for number, limit in enumerate(budget.contrast):
        margins = least_margins(found.builds, budget, limit, share)
        nominal = float(least_margins(found.ready.nominal, budget, limit, share)[0])
        kept = Yield(int(np.sum(margins >= 0)), len(margins))
        spread = np.quantile(np.nan_to_num(margins, nan=-1.0), SHARES)
        rows.append((_words(limit), f"{kept.rate:.1%}", nominal, *map(float, spread)))
        marks.append(_cumulative(margins, _words(limit), number))
        limits.append(
            {"limit": limit, **_numbers_of(kept), "nominal": nominal, "margin_5_50_95": spread.tolist()}
        )
    axes = Axes(Axis("Least contrast above the limit"), Axis("Builds", "%", 0.0, 100.0), "", 760, 380)
    head = ("Limit", "Kept by", "Without errors", *(f"{at:.0%} of builds below" for at in SHARES))
    return Part(
        "Yield",
        (
            Paragraph(f"{sentence(found.rate)}; wanted are {budget.wanted:.1%}."),
            Figure(
                plot(axes, [*marks, Rule(0.0, "x")]),
                "Share of builds whose least contrast over a limit's fields and directions is so far above "
                "the limit or farther.",
                wide=True,
            ),
            table(head, rows, "Least contrast above each limit"),
        ),
        {**_numbers_of(found.rate), "wanted": budget.wanted, "limits": limits},
    )


def table(head: tuple[str, ...], rows: Rows, caption: str = "") -> Table:
    """A table with as many digits as tolerances are worth."""
    return Table(head, tuple(rows), caption, digits=3)


def _words(limit: ContrastLimit) -> str:
    fields = ", ".join(f"{share:g}" for share in limit.fields)
    same = limit.tangential == limit.sagittal
    wanted = f"{limit.tangential:g}" if same else f"T {limit.tangential:g}, S {limit.sagittal:g}"
    return f"{wanted} at {limit.frequency:g}/mm, field {fields}"


def _cumulative(values: np.ndarray, label: str, number: int) -> Line:
    at = np.quantile(np.nan_to_num(values, nan=-1.0), np.linspace(0, 1, CURVE))
    return Line(at, np.linspace(100, 0, CURVE), label, series_ink(number))


def _sensitivity_part(found: Findings) -> Part:
    rows: Rows = [
        (
            row.parameter.name,
            f"{row.parameter.limit / row.parameter.kind.factor:.3g} {row.parameter.kind.unit}".strip(),
            row.wavefront,
            row.mean,
            row.worst,
        )
        for row in found.sensitivities[:OFFENDERS]
    ]
    head = ("Error at its limit", "Limit", "Wavefront, waves rms", "Mean contrast", "Worst contrast")
    without: Rows = [(kind.full, f"{rate.rate:.1%}") for kind, rate in found.without]
    blocks: tuple[Block, ...] = (
        Paragraph(
            "Each error alone, after compensation: what it adds to the wavefront over all fields, by how "
            "much the mean contrast changes, and the greatest fall of any contrast that a limit looks at."
        ),
        table(head, rows, "Worst offenders"),
    )
    if without:
        blocks = (*blocks, table(("Kind made without error", "Yield"), without, "What each kind costs"))
    return Part(
        "Sensitivity",
        blocks,
        {
            "parameters": [
                {
                    "name": row.parameter.name,
                    "kind": str(row.parameter.kind),
                    "limit": row.parameter.limit / row.parameter.kind.factor,
                    "wavefront_waves_rms": row.wavefront,
                    "mean_contrast": row.mean,
                    "worst_contrast": row.worst,
                }
                for row in found.sensitivities
            ],
            "yield_without": {str(kind): _numbers_of(rate) for kind, rate in found.without},
        },
    )


def _compensation_part(found: Findings) -> Part:
    """How far the image surface had to be moved."""
    how, builds = found.ready.budget.compensation, found.builds
    moved = [("Focus, µm", builds.focus * 1e3)] if how.focus else []
    if how.image_tilt:
        turns = np.vectorize(degrees)(builds.tilt) * 60
        moved += [("Tilt about x, ′", turns[0]), ("Tilt about y, ′", turns[1])]
    rows: Rows = [(name, *map(float, np.quantile(values, SHARES))) for name, values in moved]
    best = "mean contrast is greatest" if how.by == "contrast" else "mean variance of the wavefronts is least"
    words = f"The image surface of each build is set where the {best}." if rows else "Nothing is adjusted."
    head = ("Adjustment", *(f"{at:.0%} of builds below" for at in SHARES))
    blocks: tuple[Block, ...] = (Paragraph(words), *((table(head, rows),) if rows else ()))
    return Part("Compensation", blocks, {name: np.quantile(values, SHARES) for name, values in moved})


def _budget_part(budget: Budget) -> Part:
    meaning = {
        "normal": "normal; a limit is twice the standard deviation",
        "uniform": "uniform up to the limit",
        "truncated normal": "normal, cut off at the limit, which is twice the standard deviation",
    }
    words = f"Errors are {meaning[budget.distribution]}. {budget.source}".strip()
    return Part("Budget", (Paragraph(words), _limits_table(budget)), {"limits": _limits(budget)})


def _limits_table(budget: Budget) -> Block:
    rows: Rows = [(name, place, value) for name, place, value in _rows(budget)]
    return table(("Limit", "Where", "Value"), rows)


def _rows(budget: Budget) -> list[tuple[str, str, float]]:
    rows = [
        (str(k), "everywhere else" if budget.only else "everywhere", v / k.factor)
        for k, v in budget.limits.items()
    ]
    for only in budget.only:
        rows += [(str(k), f"{k.place} {only.place}", v / k.factor) for k, v in only.limits.items()]
    return rows


def _limits(budget: Budget) -> list[dict[str, Any]]:
    return [{"limit": name, "where": place, "value": value} for name, place, value in _rows(budget)]


def _inverse_part(found: Inverse, fresh: Yield) -> Part:
    words = (
        "Every limit is at its loosest, and the yield is still above the wanted one."
        if found.loosest
        else f"Limits for a yield of {found.budget.wanted:.1%}, each adding alike to the wavefront."
    )
    return Part(
        "Inverse",
        (
            Paragraph(f"{words} On fresh draws {sentence(fresh)}."),
            _limits_table(found.budget),
        ),
        {
            "wanted": found.budget.wanted,
            "predicted": _numbers_of(found.predicted),
            "fresh": _numbers_of(fresh),
            "loosest": found.loosest,
            "limits": _limits(found.budget),
        },
    )
