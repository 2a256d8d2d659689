"""Results: all that a run of the laboratory found, as a page for people and as JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from lichtbild.figure.page import Block, Figure, Folded, Paragraph, Section, page
from lichtbild.image.measure import Measure
from lichtbild.quality.limits import Check
from lichtbild.quality.record import SCHEMA, Record, plain
from lichtbild.quality.repeats import Mean, means, overall
from lichtbild.quality.report import plots, tables

_FOOTER: Final = (
    "Where a clause says “after”, the standard's text was not at hand and its method is built from published "
    "descriptions of it; “–” in place of an interval means that none can be told from one picture."
)

FULLY: Final = 6
"""Pictures up to which a page has every number of every place; of more it has means, and the JSON all."""


@dataclass(frozen=True)
class Failure:
    """A picture that could not be measured, and why."""

    name: str
    reason: str


@dataclass(frozen=True, eq=False)
class Results:
    """What a run found.

    Attributes:
        version: of Lichtbild.
        settings: that the run was given, by name.
        records: of the pictures, in their order.
        failures: pictures that could not be measured.
        checks: limits and what became of them.
        cameras: pictures by the camera or folder that they stand for, in their order.
        sections: of score cards and other parts that stand on their own.
        overlays: pictures of what was found, PNG or JPEG, by the SHA-256 of the specimen.
    """

    version: str
    settings: Mapping[str, Any]
    records: tuple[Record, ...]
    failures: tuple[Failure, ...] = ()
    checks: tuple[Check, ...] = ()
    cameras: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    overlays: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def passes(self) -> bool:
        """Whether no limit failed and every picture could be measured."""
        return not self.failures and not any(check.failed for check in self.checks)


def results_json(results: Results) -> str:
    """The results as JSON; the same results give the same bytes."""
    table = {
        "schema": SCHEMA,
        "lichtbild": results.version,
        "settings": plain(dict(results.settings)),
        "pictures": [record.to_table() for record in results.records],
        "failures": [asdict(failure) for failure in results.failures],
        "cameras": {
            name: [plain(asdict(mean)) for mean in means(records)]
            for name, records in results.cameras.items()
        },
        "checks": [_check(check) for check in results.checks],
        "passes": results.passes,
    }
    # Without indents, for which Python's own slow writer is needed; a line for each part.
    lines = (
        f"{json.dumps(key)}: {json.dumps(part, allow_nan=False, ensure_ascii=False)}"
        for key, part in table.items()
    )
    return "{" + ",\n".join(lines) + "}\n"


def results_page(results: Results, title: str) -> str:
    """The results as one HTML file."""
    sections = [Section("Pictures", _pictures(results))]
    if results.checks:
        sections.append(Section("Limits", (Paragraph(_told(results.checks)), tables.checks(results.checks))))
    sections.extend(results.sections)
    if len(results.cameras) > 1:
        sections.append(Section("Cameras side by side", (_side_by_side(results.cameras),)))
    sections.extend(_repeats(results.cameras))
    fully = len(results.records) <= FULLY
    sections.extend(_of_picture(record, results.overlays, fully) for record in results.records)
    subtitle = f"Lichtbild {results.version}, {len(results.records)} pictures"
    return page(title, sections, subtitle=subtitle, footer=_FOOTER)


def _pictures(results: Results) -> tuple[Block, ...]:
    blocks: list[Block] = [tables.pictures(results.records)]
    blocks.extend(Paragraph(f"{each.name} was not measured: {each.reason}") for each in results.failures)
    return tuple(blocks)


def _told(checks: Sequence[Check]) -> str:
    failed = sum(check.failed for check in checks)
    words = "Pass" if not failed else "Fail"
    return f"{words}: {len(checks) - failed} of {len(checks)} checks passed."


def _side_by_side(cameras: Mapping[str, tuple[Record, ...]]) -> Block:
    columns = [_picture_means(records) for records in cameras.values()]
    return tables.compared(tuple(cameras), columns)


def _picture_means(records: Sequence[Record]) -> tuple[Mean, ...]:
    """The mean over shots of each measure's mean over the places of a shot."""
    shots = [
        Record(
            record.name,
            record.sha256,
            record.origin,
            record.camera,
            record.conditions,
            record.rows,
            record.columns,
            measures=tuple(_of_mean(mean) for mean in overall(record.measures) if mean.count),
        )
        for record in records
    ]
    return means(shots)


def _of_mean(mean: Mean) -> Measure:
    return Measure(mean.name, mean.mean, mean.unit, "", "", note="the mean over places")


def _repeats(cameras: Mapping[str, tuple[Record, ...]]) -> list[Section]:
    """A section for each camera of which there are several shots."""
    return [
        Section(
            f"Repeated shots: {name}", (Folded("Means and spreads", (tables.repeated(means(shots), ""),)),)
        )
        for name, shots in cameras.items()
        if len(shots) > 1
    ]


def _of_picture(record: Record, overlays: Mapping[str, bytes], fully: bool) -> Section:
    blocks: list[Block] = [Paragraph(note) for note in record.notes]
    if record.sha256 in overlays:
        blocks.append(
            Figure(overlays[record.sha256], "What was found; regions left out are crossed.", wide=True)
        )
    whole = tuple(measure for measure in record.measures if not measure.where)
    placed = tuple(measure for measure in record.measures if measure.where)
    if whole:
        blocks.append(tables.measured(whole))
    blocks.extend(plots.curves(record.curves))
    if placed and fully:
        blocks.append(Folded(f"All {len(placed)} numbers by place", tables.by_place(placed)))
    elif placed:
        words = f"Means of {len(placed)} numbers over their places; the JSON has each."
        blocks.append(Folded("Means over places", (tables.repeated(overall(placed), words),)))
    for chart in record.charts:
        left = sum(not verdict.usable for verdict in chart.verdicts)
        line = f"{chart.title}: {len(chart.verdicts) - left} of {len(chart.verdicts)} regions usable"
        blocks.append(Folded(line, (tables.verdicts(chart),)))
    return Section(record.name, tuple(blocks) or (Paragraph("Nothing was found to measure."),))


def _check(check: Check) -> dict[str, Any]:
    limit = asdict(check.limit)
    measure = None if check.measure is None else plain(asdict(check.measure))
    return {"picture": check.record, "limit": plain(limit), "measure": measure, "outcome": check.outcome}
