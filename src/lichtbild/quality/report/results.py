"""Results: all that a run of the laboratory found, as a page for people and as JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from lichtbild.figure.page import Block, Figure, Folded, Paragraph, Section, page
from lichtbild.image.measure import Measure
from lichtbild.quality.limits import Check
from lichtbild.quality.record import SCHEMA, Record, plain
from lichtbild.quality.repeats import Mean, groups, means, overall
from lichtbild.quality.report import plots, tables
from lichtbild.quality.report.scores import score_sections
from lichtbild.quality.score_card import ScoreCard
from lichtbild.quality.score_card import measures as score_measures

MOST_ROWS: Final = 8000
"""Numbers of a run up to which a page shows all of them by place; the JSON always has them."""

_FOUND: Final = "What was found; the numbers of regions are explained below the picture."
_SEEN: Final = "What is seen of the difference to the reference (FLIP): black is nothing, pale yellow is 1."
_REPEATED: Final = "Each number is the mean over a picture's places; the JSON has every place by itself."
_FOOTER: Final = (
    "Where a clause says “after”, the standard's text was not at hand and its method is built from published "
    "descriptions of it; “–” in place of an interval means that none can be told from one picture."
)


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
        scores: of the cameras on the cards that were asked for.
        overlays: pictures of what was found, PNG, JPEG or WebP, by the SHA-256 of the specimen.
        seen: maps of what is seen of the difference to a reference, likewise.
    """

    version: str
    settings: Mapping[str, Any]
    records: tuple[Record, ...]
    failures: tuple[Failure, ...] = ()
    checks: tuple[Check, ...] = ()
    cameras: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    scores: tuple[ScoreCard, ...] = ()
    overlays: Mapping[str, bytes] = field(default_factory=dict)
    seen: Mapping[str, bytes] = field(default_factory=dict)

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
        "scores": [_score(score) for score in results.scores],
        "checks": [_check(check) for check in results.checks],
        "passes": results.passes,
    }
    # Without indents, for which Python's own slow writer is needed; a line for each picture.
    lines = (f"{json.dumps(key)}: {_lines(part)}" for key, part in table.items())
    return "{" + ",\n".join(lines) + "}\n"


def _lines(part: Any) -> str:
    """A part of the JSON; of a list each thing takes a line."""
    if not isinstance(part, list):
        return json.dumps(part, allow_nan=False, ensure_ascii=False)
    things = (json.dumps(each, allow_nan=False, ensure_ascii=False) for each in part)
    return "[" + ",\n".join(things) + "]"


def results_page(results: Results, title: str) -> str:
    """The results as one HTML file."""
    sections = [Section("Pictures", _pictures(results))]
    if results.checks:
        sections.append(Section("Limits", (Paragraph(_told(results.checks)), tables.checks(results.checks))))
    sections.extend(score_sections(results.scores))
    if len(results.cameras) > 1:
        sections.append(Section("Cameras side by side", (_side_by_side(results.cameras),)))
    sections.extend(_repeats(results.cameras))
    whole = sum(len(record.measures) for record in results.records) <= MOST_ROWS
    sections.extend(_of_picture(record, _figures(record, results), whole=whole) for record in results.records)
    subtitle = f"Lichtbild {results.version}, {tables.counted(len(results.records), 'picture')}"
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
    """A section for each row of shots in one setting."""
    sections = []
    for name, records in cameras.items():
        for shots in groups(records):
            if len(shots) > 1:
                words = shots[0].conditions or "one setting"
                table = tables.repeated(_picture_means(shots), _REPEATED)
                heading = f"Repeated shots: {name}, {words}"
                sections.append(Section(heading, (Folded(f"{len(shots)} shots", (table,)),)))
    return sections


def _figures(record: Record, results: Results) -> tuple[Figure, ...]:
    """The pictures that belong to a record."""
    told = ((results.overlays, _FOUND), (results.seen, _SEEN))
    return tuple(
        Figure(pictures[record.sha256], words, wide=True)
        for pictures, words in told
        if record.sha256 in pictures
    )


def _of_picture(record: Record, figures: tuple[Figure, ...], *, whole: bool) -> Section:
    blocks: list[Block] = [Paragraph(note) for note in record.notes]
    blocks.extend(figures)
    blocks.extend(tables.summed(record.measures))
    blocks.extend(plots.maps(record))
    blocks.extend(plots.curves(record.curves))
    if whole and record.measures:
        blocks.append(
            Folded(f"All {len(record.measures)} numbers by place", tables.by_place(record.measures))
        )
    for chart in record.charts:
        left = sum(not verdict.usable for verdict in chart.verdicts)
        line = f"{chart.title}: {len(chart.verdicts) - left} of {len(chart.verdicts)} regions usable"
        blocks.append(Folded(line, (tables.verdicts(chart),)))
    return Section(record.name, tuple(blocks) or (Paragraph("Nothing was found to measure."),))


def _score(score: ScoreCard) -> dict[str, Any]:
    numbers = [plain(asdict(measure)) for measure in score_measures(score)]
    return {"camera": score.camera, "card": score.card.name, "measures": numbers}


def _check(check: Check) -> dict[str, Any]:
    limit = asdict(check.limit)
    measure = None if check.measure is None else plain(asdict(check.measure))
    return {"picture": check.record, "limit": plain(limit), "measure": measure, "outcome": check.outcome}
