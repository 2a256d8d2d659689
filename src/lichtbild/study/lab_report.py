"""What a run of the laboratory leaves behind: page, JSON and limits."""

from collections.abc import Sequence
from pathlib import Path

import lichtbild
from lichtbild.core.errors import CannotWrite
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


def check_place(target: Path) -> None:
    """Know before long work, not after it, that nothing can be written where the report shall be.

    Raises:
        CannotWrite: nothing can.
    """
    try:
        search_ledger.check(ledger_of(target))
    except CannotWrite as error:
        reason = getattr(error.__cause__, "strerror", "") or str(error)
        raise CannotWrite(
            f"{target}: nothing can be written in {target.parent} ({reason}); name another place with -o"
        ) from error


def forget(target: Path) -> None:
    """Take a run's notes away: its report is written."""
    search_ledger.forget(ledger_of(target))


def results(found: Sequence[Found], order: Order, checks: tuple[Check, ...]) -> Results:
    """What was found, as a whole."""
    records = tuple(each.record for each in found if each.record is not None)
    pictures = {
        name: {
            each.record.sha256: getattr(each, name)
            for each in found
            if each.record is not None and getattr(each, name)
        }
        for name in ("overlay", "seen")
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
        pictures["overlay"],
        pictures["seen"],
    )


def write(found: Results, target: Path) -> None:
    """Write the page, and the numbers beside it as JSON.

    Raises:
        CannotWrite: a file cannot be put there.
    """
    with replacing(target.with_suffix(".json")) as draft:
        put_text(results_json(found), draft)
    with replacing(target) as draft:
        put_text(results_page(found, f"Measurements: {target.stem}"), draft)


def leave(found: Results, target: Path) -> None:
    """Write what was measured, if anything was, and take the run's notes away.

    Raises:
        CannotWrite: a file cannot be put there.
    """
    if found.records:
        write(found, target)
    forget(target)


def as_json(found: Results) -> str:
    """The numbers as JSON."""
    return results_json(found)


def write_golden(pictures: Sequence[Record], series: Sequence[Record], tolerance: float, path: Path) -> None:
    """Write limits about golden units.

    Raises:
        BadInput: the pictures have no number in common.
        CannotWrite: the file cannot be put there.
    """
    write_limits(of_golden(pictures, tolerance, series), path)
