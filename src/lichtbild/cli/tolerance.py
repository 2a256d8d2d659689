"""``lichtbild tolerance``: what errors of making do to a lens, how many builds are good, what to allow."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lichtbild.cli.options import option
from lichtbild.cli.trace import Glasses, LensName, keep_compiled, stem

if TYPE_CHECKING:
    from lichtbild.io.lens import Reading
    from lichtbild.optics.lens import Lens
    from lichtbild.optics.tolerance.comparison import Comparison
    from lichtbild.optics.tolerance.inverse import Inverse
    from lichtbild.optics.tolerance.prepared import Prepared
    from lichtbild.optics.tolerance.report import Findings
    from lichtbild.optics.tolerance.yield_rate import Yield

LOG_EVERY_S = 10.0
"""Seconds between two lines of progress where nobody looks at a terminal."""

SHOWN = 10
"""Worst offenders on the terminal."""

ALONE = 2000
"""Builds that the yield without a kind of error, and each trial of the inverse, is told by."""

FRESH = 1
"""Added to the seed for draws that nothing was fitted to."""

_QUESTION, _REPORT, _FILES = "The question", "Report", "Files"


def tolerance(  # noqa: PLR0913  a command's options are its arguments
    lens: LensName,
    budget: Annotated[
        Path,
        typer.Argument(help="A tolerance budget (.toml).", metavar="BUDGET", show_default=False),
    ],
    output: Annotated[
        Path | None,
        option(
            _REPORT,
            "-o --output",
            "HTML",
            "Report to write; its numbers go beside it as .json.",
            "LENS-tolerance.html",
        ),
    ] = None,
    as_json: Annotated[bool, option(_REPORT, "--json", "", "All numbers as JSON on stdout.")] = False,
    builds: Annotated[int, option(_QUESTION, "--builds", "N", "Builds to predict.", "10000")] = 10_000,
    seed: Annotated[int, option(_QUESTION, "--seed", "N", "Of the draws.", "0")] = 0,
    retrace: Annotated[
        int, option(_QUESTION, "--retrace", "N", "Make and trace the first N builds, too.", "0")
    ] = 0,
    inverse: Annotated[
        float | None,
        option(_QUESTION, "--inverse", "YIELD", "Find the loosest budget with this yield, 0 to 1."),
    ] = None,
    save: Annotated[
        Path | None, option(_FILES, "--save", "TOML", "Write the budget that --inverse found.")
    ] = None,
    overwrite: Annotated[bool, option(_FILES, "--overwrite", "", "Let --save replace a file.")] = False,
    glasses: Glasses = None,
    threads: Annotated[int, option(_REPORT, "-j --jobs", "N", "Threads.", "one for each core")] = 0,
) -> None:
    """Tolerance a lens: sensitivities, yield of thousands of builds, and the budget for a wanted yield."""
    _check(builds, seed, retrace, inverse, threads)
    _check_files(save, inverse, overwrite)
    from lichtbild.io.lens import read_lens
    from lichtbild.io.lens.budget import read_budget

    keep_compiled()
    allowed = read_budget(budget)
    ready = _ready(read_lens(lens, glasses or ()), allowed)
    found = _found(ready, builds, seed, retrace, inverse, threads or None)
    _save(found, save)
    place = output or (None if as_json else Path(f"{stem(lens)}-tolerance.html"))
    _report(found, place, as_json)
    if found.rate.rate < ready.budget.wanted:
        typer.echo(f"below the wanted yield of {ready.budget.wanted:.1%}", err=True)
        raise typer.Exit(1)


def _check(builds: int, seed: int, retrace: int, inverse: float | None, threads: int) -> None:
    """Options that no file need be read for.

    Raises:
        BadInput: one of them is out of its range.
    """
    from lichtbild.core.errors import BadInput

    if not 1 <= builds <= 10_000_000:
        raise BadInput(f"--builds can be 1 to 10000000, not {builds}")
    if seed < 0:
        raise BadInput(f"--seed is a whole number from 0 on, not {seed}")
    if not 0 <= retrace <= builds:
        raise BadInput(f"--retrace can be 0 to the number of builds, {builds}, not {retrace}")
    if inverse is not None and not 0 < inverse < 1:
        raise BadInput(f"--inverse is a yield between 0 and 1, such as 0.8, not {inverse:g}")
    if threads < 0:
        raise BadInput(f"--jobs is 1 or more, not {threads}")


def _check_files(save: Path | None, inverse: float | None, overwrite: bool) -> None:
    from lichtbild.core.errors import BadInput, CannotWrite

    if save is None:
        return
    if inverse is None:
        raise BadInput("--save writes the budget that --inverse finds; give --inverse YIELD with it")
    if save.exists() and not overwrite:
        raise CannotWrite(f"{save}: is there already; name another file or add --overwrite")


def _ready(reading: "Reading", allowed: Any) -> "Prepared":
    from lichtbild.optics.check import check_lens
    from lichtbild.optics.tolerance.prepared import prepared

    for finding in reading.findings:
        typer.echo(f"note: {finding}", err=True)
    lens: Lens = reading.lens
    for doubt in check_lens(lens):
        typer.echo(f"doubtful: {doubt}", err=True)
    return prepared(lens, allowed)


def _found(
    ready: "Prepared", builds: int, seed: int, retrace: int, wanted: float | None, threads: int | None
) -> "Findings":
    from lichtbild.optics.tolerance.report import Findings
    from lichtbild.optics.tolerance.sensitivity import sensitivities, yields_without

    errors = ready.errors(builds, seed)
    predicted = ready.predicted(errors, _told("builds predicted"), threads)
    alone = yields_without(ready, min(builds, ALONE), seed, _told("kinds of errors"))
    offenders = sensitivities(ready)
    back = None if wanted is None else _inverse(ready, wanted, seed)
    again = _retraced(ready, seed, retrace) if retrace else None
    return Findings(ready, seed, predicted, offenders, alone, again, back)


def _retraced(ready: "Prepared", seed: int, count: int) -> "Comparison":
    """The first builds made and traced; those of an earlier run are not traced again."""
    from lichtbild.io.lens.retraces import in_order, retraced_anew
    from lichtbild.optics.tolerance.comparison import compared

    told, done = _told("builds traced"), []
    for row in retraced_anew(ready, seed, count):
        done.append(row)
        told(len(done), count)
    again = ready.predicted(ready.errors(count, seed))
    return compared(again, in_order(done), ready.budget, ready.share)


def _inverse(ready: "Prepared", wanted: float, seed: int) -> "tuple[Inverse, Yield]":
    """The budget with a wanted yield, and its yield on draws that it was not fitted to."""
    from lichtbild.optics.tolerance.inverse import inverse
    from lichtbild.optics.tolerance.yield_rate import estimated_yield

    found = inverse(ready, wanted, count=2 * ALONE, seed=seed, told=_told("trials of the inverse"))
    return found, estimated_yield(ready.with_limits(found.budget), 2 * ALONE, seed + FRESH)


def _told(what: str) -> Callable[[int, int], None]:
    """Progress: on a terminal at once, elsewhere a line now and then."""
    from lichtbild.cli.report import on_terminal

    last = time.monotonic()

    def told(done: int, total: int) -> None:
        nonlocal last
        if on_terminal():
            end = "\r\x1b[K" if done >= total else ""
            typer.echo(f"\r\x1b[K{done}/{total} {what}{end}", err=True, nl=False)
        elif time.monotonic() - last > LOG_EVERY_S:
            last = time.monotonic()
            typer.echo(f"{done}/{total} {what}", err=True)

    return told


def _save(found: "Findings", save: Path | None) -> None:
    if save is None or found.inverse is None:
        return
    from lichtbild.io.lens.budget import write_budget

    write_budget(found.inverse[0].budget, save)
    typer.echo(f"{save}", err=True)


def _report(found: "Findings", place: Path | None, as_json: bool) -> None:
    from lichtbild import __version__
    from lichtbild.io.atomic import replacing
    from lichtbild.optics.tolerance.report import html, numbers

    values = json.dumps(numbers(found), indent=1)
    if as_json:
        typer.echo(values)
    else:
        _summary(found)
    if place is not None:
        with replacing(place) as draft:
            draft.write_text(html(found, f"Lichtbild {__version__}"), encoding="utf-8")
        beside = place.with_suffix(".json")
        with replacing(beside) as draft:
            draft.write_text(values, encoding="utf-8")
        typer.echo(f"{place} and {beside.name}", err=True)


def _summary(found: "Findings") -> None:
    """The yield and the worst offenders, for who reads no report."""
    from rich.console import Console
    from rich.table import Table

    from lichtbild.optics.tolerance.report import sentence

    table = Table("error at its limit", "limit", "waves rms", "worst contrast")
    for row in found.sensitivities[:SHOWN]:
        kind = row.parameter.kind
        limit = f"{row.parameter.limit / kind.factor:.3g} {kind.unit}".strip()
        table.add_row(row.parameter.name, limit, f"{row.wavefront:.4f}", f"{row.worst:+.4f}")
    console = Console()
    console.print(table)
    typer.echo(sentence(found.rate))
    if found.comparison is not None:
        first, second = found.comparison.yields
        typer.echo(
            f"traced anew: contrast within {found.comparison.rms:.4f} rms; yield {first.rate:.1%} by "
            f"derivatives, {second.rate:.1%} traced, of {second.total} builds"
        )
    if found.inverse is not None:
        typer.echo(f"inverse, on fresh draws: {sentence(found.inverse[1])}")
