"""``lichtbild measure``: pictures of charts become a report of numbers."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lichtbild.cli import choices
from lichtbild.cli.destination import make_parent, refuse_existing
from lichtbild.cli.options import FILES, RUN, Deep, Jobs, Overwrite, Quiet, option
from lichtbild.core.errors import BadInput

if TYPE_CHECKING:
    from lichtbild.quality.limits import Check, Limit
    from lichtbild.quality.record import Record
    from lichtbild.quality.report.results import Results
    from lichtbild.study.lab import Found, Order, Shot

_BENCH, _LIMITS = "Bench", "Limits"
METHODS = ("unbiased", "iso2023", "both")


def measure(  # noqa: PLR0913  a command's options are its arguments
    pictures: Annotated[
        list[str],
        typer.Argument(
            help="Pictures of charts (JPEG, PNG, TIFF, HEIF, DNG, any raw), folders, patterns; each folder "
            "is a camera.",
            metavar="PICTURES...",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None,
        option(
            FILES, "-o --output", "HTML", "Report; its numbers go beside it as .json.", "measured.html here"
        ),
    ] = None,
    deep: Deep = False,
    layout: Annotated[
        Path | None, option(FILES, "--layout", "TOML", "Describes headerless dumps.", "TOML beside each")
    ] = None,
    overwrite: Overwrite = False,
    chart: Annotated[
        str | None,
        option(_BENCH, "--chart", "NAMES", "Look for these alone, by commas (chart --list).", "any"),
    ] = None,
    edges: Annotated[
        str, option(_BENCH, "--edges", "METHOD", f"Of sharpness: {', '.join(METHODS)}.", "unbiased")
    ] = "unbiased",
    viewing: Annotated[
        str | None,
        option(_BENCH, "--viewing", "NAMES", "How the picture is looked at, by commas.", "monitor"),
    ] = None,
    card: Annotated[
        str | None,
        option(_BENCH, "--card", "NAMES", "Score cards: daylight, indoor, night, portrait.", "none"),
    ] = None,
    white: Annotated[
        float | None,
        option(_BENCH, "--white", "CD/M2", "Measured luminance of the chart's white, for ISO speeds."),
    ] = None,
    corrected: Annotated[
        bool, option(_BENCH, "--corrected", "", "Correct lens and shading of raw files as they ask.")
    ] = False,
    series: Annotated[
        bool,
        option(_BENCH, "--series", "", "Shots of one setting stood still: noise in time, fixed pattern."),
    ] = False,
    reference: Annotated[
        Path | None,
        option(_BENCH, "--reference", "FILE", "Hold each picture against this one: PSNR, SSIM, FLIP ..."),
    ] = None,
    registered: Annotated[
        bool, option(_BENCH, "--registered", "", "Shift pictures on to the reference first.")
    ] = False,
    limits: Annotated[
        Path | None, option(_LIMITS, "--limits", "TOML", "What must be reached; else the exit code is 1.")
    ] = None,
    golden: Annotated[
        Path | None, option(_LIMITS, "--golden", "TOML", "Write limits about these pictures' numbers.")
    ] = None,
    tolerance: Annotated[
        float, option(_LIMITS, "--tolerance", "PERCENT", "Of --golden, each number by so much.", "10")
    ] = 10.0,
    as_json: Annotated[bool, option(RUN, "--json", "", "All numbers as JSON on stdout, no files.")] = False,
    jobs: Jobs = 0,
    quiet: Quiet = False,
) -> None:
    """Find the charts in pictures, measure all that they tell, and write one report.

    Exit code 1: a limit was missed. Run the same command again after an interruption to go on.
    """
    target = Path("measured.html") if output is None else output
    order = replace(
        _order(chart, edges, viewing, card, white),
        corrected=corrected,
        layout=layout,
        reference=reference,
        registered=registered,
    )
    if reference is not None and not reference.is_file():
        raise BadInput(f"{reference}: there is no such picture to hold others against; check --reference")
    if registered and reference is None:
        raise BadInput("--registered shifts pictures on to a reference; name it with --reference")
    share = _share(tolerance)
    from lichtbild.io.limits_file import read_limits
    from lichtbild.study import batch, lab, lab_report

    asked = read_limits(limits) if limits is not None else ()
    _refuse(target, golden, overwrite=overwrite, as_json=as_json)
    shots = lab.plan(pictures, deep=deep)
    if not as_json:
        make_parent(target)
        lab_report.check_place(target)
    count = batch.thread_count(choices.count(jobs, "--jobs"))
    order = replace(order, threads=count if len(shots) == 1 else 1, overlay=lab.overlay_width(len(shots)))
    notes = None if as_json else lab_report.ledger_of(target)
    found = _found(shots, order, notes, count, quiet=quiet)
    if series:
        found = (*found, *lab.series(found, order))
    records = [each.record for each in found if each.record is not None]
    checks, fault = _checked(found, asked)
    results = lab_report.results(found, order, checks)
    if as_json:
        typer.echo(lab_report.as_json(results), nl=False)
    else:
        lab_report.leave(results, target)
    if golden is not None and records:
        lab_report.write_golden(*_apart(found), share, golden)
    _tell(results, None if as_json else target, quiet=quiet or not records)
    if fault is not None:
        raise fault
    codes = [each.exit_code for each in found if each.exit_code]
    if codes or not results.passes:
        raise typer.Exit(max(codes, default=1))


def _checked(
    found: "tuple[Found, ...]", asked: "tuple[Limit, ...]"
) -> "tuple[tuple[Check, ...], BadInput | None]":
    """Limits held against all pictures and series; one that cannot be held costs no report."""
    from lichtbild.quality.limits import checked_together

    try:
        return checked_together(*_apart(found), asked), None
    except BadInput as error:
        return (), error


def _apart(found: "tuple[Found, ...]") -> "tuple[list[Record], list[Record]]":
    """Records of pictures, and of series."""
    told = [(each.record, each.together) for each in found if each.record is not None]
    return (
        [record for record, together in told if not together],
        [record for record, together in told if together],
    )


def _order(
    chart: str | None, edges: str, viewing: str | None, card: str | None, white: float | None
) -> "Order":
    from lichtbild.quality.bench import check_chart
    from lichtbild.quality.parts.subject import Conditions
    from lichtbild.quality.score_card import card_named
    from lichtbild.quality.viewing import viewing_named
    from lichtbild.study.lab import Order

    if edges not in METHODS:
        raise BadInput(f"--edges takes {', '.join(METHODS)}, not '{edges}'")
    for name in _names(chart):
        check_chart(name)
    cards = [card_named(name) for name in _names(card)]
    seen = [viewing_named(name).name for name in _names(viewing) or ("monitor",)]
    seen.extend(each.viewing.name for each in cards)
    if white is not None and not 0 < white < 1e9:
        raise BadInput(f"--white takes a luminance above 0 cd/m2, not {white:g}")
    conditions = Conditions(_names(chart), edges, tuple(dict.fromkeys(seen)), white)
    return Order(conditions, cards=tuple(each.name for each in cards))


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _share(tolerance: float) -> float:
    if not 0 < tolerance <= 1000:
        raise BadInput(f"--tolerance takes more than 0 and at most 1000 per cent, not {tolerance:g}")
    return tolerance / 100


def _refuse(target: Path, golden: Path | None, *, overwrite: bool, as_json: bool) -> None:
    """Refuse, before long work, what could not be written."""
    if target.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"{target}: a report is a page; name it .html with -o")
    if not as_json:
        for path in (target, target.with_suffix(".json")):
            refuse_existing(path, overwrite)
    if golden is not None:
        refuse_existing(golden, overwrite)
        make_parent(golden)


def _found(
    shots: "tuple[Shot, ...]", order: "Order", ledger: Path | None, count: int, *, quiet: bool
) -> "tuple[Found, ...]":
    """What came of the shots, in their order."""
    from lichtbild.study import lab

    done: dict[Shot, Found] = {}
    with _shown(len(shots), quiet) as told, closing(lab.run(shots, order, ledger, count)) as answers:
        for each in answers:
            done[each.shot] = each
            told(each)
    return tuple(done[shot] for shot in shots)


@contextmanager
def _shown(total: int, quiet: bool) -> "Iterator[Callable[[Found], None]]":
    """A report of how many are done: a bar on a terminal, a line for each failure elsewhere."""
    from lichtbild.cli.report import on_terminal

    if quiet or total == 1 or not on_terminal():
        yield lambda found: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("measure", total=total)
        yield lambda found: bar.update(task, advance=1, description=found.shot.path.name)


def _tell(results: "Results", target: Path | None, *, quiet: bool) -> None:
    for failure in results.failures:
        typer.echo(f"lichtbild: {failure.reason}", err=True)
    failed = [check for check in results.checks if check.failed]
    for check in failed[:20]:
        what = check.limit.measure if check.measure is None else check.measure.name
        place = check.limit.where if check.measure is None else check.measure.where
        where = f" ({place})" if place not in ("", "*") else ""
        value = "not measured" if check.measure is None else f"{check.measure.value:.4g}"
        typer.echo(f"{check.record}: {what}{where} is {value}: {check.outcome}", err=True)
    if len(failed) > 20:
        typer.echo(f"and {len(failed) - 20} more", err=True)
    if quiet:
        return
    from lichtbild.quality.report.tables import counted

    charts = sum(len(record.charts) for record in results.records)
    numbers = sum(len(record.measures) for record in results.records)
    told = ((len(results.records), "picture"), (charts, "chart"), (numbers, "number"))
    words = ", ".join(counted(*each) for each in told)
    if results.checks:
        words += f", {len(results.checks) - len(failed)} of {len(results.checks)} checks passed"
    typer.echo(words if target is None else f"{words} -> {target}", err=True)
    sys.stderr.flush()
