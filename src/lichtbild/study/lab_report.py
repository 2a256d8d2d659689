"""What a run of the laboratory leaves behind: page, JSON and limits."""

from collections.abc import Sequence
from pathlib import Path

import lichtbild
from lichtbild.io import search_ledger
from lichtbild.io.atomic import put_text, replacing
from lichtbild.io.limits_file import write_limits
from lichtbild.quality.limits import Check, of_golden
from lichtbild.quality.record import Record
from lichtbild.quality.report.results import Results, results_json, results_page
from lichtbild.quality.report.scores import score_cards
from lichtbild.quality.score_card import card_named
from lichtbild.study.lab import Found, Order, by_camera


def ledger_of(target: Path) -> Path:
    """Where a run notes what it has done, beside its report."""
    return search_ledger.ledger_of(target).with_suffix("").with_suffix(".measuring.jsonl")


def forget(target: Path) -> None:
    """Take a run's notes away: its report is written."""
    search_ledger.forget(ledger_of(target))


def results(found: Sequence[Found], order: Order, checks: tuple[Check, ...]) -> Results:
    """What was found, as a whole."""
    records = tuple(each.record for each in found if each.record is not None)
    overlays = {
        each.record.sha256: each.overlay for each in found if each.record is not None and each.overlay
    }
    cameras = by_camera(found)
    cards = [card_named(name) for name in order.cards]
    return Results(
        lichtbild.__version__,
        order.told,
        records,
        tuple(each.failure for each in found if each.record is None),
        checks,
        cameras,
        score_cards(cameras, cards),
        overlays,
    )


def write(found: Results, target: Path) -> None:
    """Write the page, and the numbers beside it as JSON.

    Raises:
        CannotWrite: a file cannot be put there.
    """
    with replacing(target.with_suffix(".json")) as draft:
        put_text(results_json(found), draft)
    with replacing(target) as draft:
        put_text(results_page(found, f"Measured: {target.stem}"), draft)


def as_json(found: Results) -> str:
    """The numbers as JSON."""
    return results_json(found)


def write_golden(records: Sequence[Record], tolerance: float, path: Path) -> None:
    """Write limits about golden units.

    Raises:
        CannotWrite: the file cannot be put there.
    """
    write_limits(of_golden(records, tolerance), path)
