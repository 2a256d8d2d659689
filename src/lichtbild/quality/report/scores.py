"""Scores of a report: each camera on the cards that were asked for, and cameras side by side."""

from collections.abc import Mapping, Sequence

from lichtbild.core.errors import BadInput
from lichtbild.figure.page import Block, Paragraph, Section, Table
from lichtbild.quality.objective import objectives
from lichtbild.quality.record import Record
from lichtbild.quality.report.tables import spanned
from lichtbild.quality.score_card import Card, ScoreCard, compared, scored

Cameras = Mapping[str, tuple[Record, ...]]


def score_cards(cameras: Cameras, cards: Sequence[Card]) -> tuple[ScoreCard, ...]:
    """Every camera on every card that its measures say something of, card by card."""
    found = []
    for card in cards:
        for camera, records in cameras.items():
            measures = [measure for record in records for measure in record.measures]
            numbers = objectives(measures, card.viewing, max(record.rows for record in records))
            if any(card.weights.get(name, 0) > 0 for name in numbers):
                found.append(scored(camera, card, numbers))
    return tuple(found)


def score_sections(found: Sequence[ScoreCard]) -> tuple[Section, ...]:
    """A section for each kind of photograph."""
    sections = []
    for name in dict.fromkeys(each.card.name for each in found):
        group = [each for each in found if each.card.name == name]
        blocks: list[Block] = [_table(each) for each in group]
        blocks.extend(_missing(group))
        if len(group) > 1:
            blocks.append(_side_by_side(group))
        sections.append(Section(f"Score card: {group[0].card.title}", tuple(blocks)))
    return tuple(sections)


def _table(found: ScoreCard) -> Table:
    rows = [
        (line.attribute.title, line.number, line.attribute.unit, line.loss, spanned(line.interval),
         line.weight, line.attribute.basis)
        for line in found.lines
    ]  # fmt: skip
    whole = ("All together", None, "", found.loss, spanned(found.interval), None, "")
    head = ("attribute", "number", "unit", "loss, JND", "95 % interval", "weight", "map")
    card = found.card
    words = f"{found.camera}: quality {found.quality:.2f} (SQS2, JND). {card.light}, {card.viewing.title}"
    return Table(head, (*rows, whole), words, digits=3)


def _missing(group: Sequence[ScoreCard]) -> list[Block]:
    return [
        Paragraph(
            f"{each.camera}: {', '.join(each.missing).replace('_', ' ')} not measured, so that the whole "
            "loss is a lower bound."
        )
        for each in group
        if each.missing
    ]


def _side_by_side(group: Sequence[ScoreCard]) -> Block:
    try:
        return compared(group).table()
    except BadInput as error:
        return Paragraph(str(error))
