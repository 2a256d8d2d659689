"""``lichtbild design``: a specification becomes a lens that meets it."""

import json
import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lichtbild.cli.interrupt import Interruption
from lichtbild.cli.options import option

if TYPE_CHECKING:
    from lichtbild.optics.search.result import Measure
    from lichtbild.optics.specification import Specification
    from lichtbild.study.design import Progress
    from lichtbild.study.judge import Best

_SEARCH, _FILES = "Search", "Other files"

LOG_EVERY_S = 30.0
"""Seconds between two lines of progress where nobody looks at a terminal."""

MINUTES = 8.0
"""So that the whole command, with what is compiled at first and the table at last, takes ten."""


def design(  # noqa: PLR0913  a command's options are its arguments
    specification: Annotated[
        Path,
        typer.Argument(help="A specification (.toml); docs/lens_design.md has its keys.", metavar="SPEC"),
    ],
    output: Annotated[
        Path,
        option(_FILES, "-o --output", "LENS", "Lens to write (.toml, .zmx, .seq); a folder for a front."),
    ],
    minutes: Annotated[
        float, option(_SEARCH, "--minutes", "M", "How long to search, for each lens of a front.", "8")
    ] = MINUTES,
    seed: Annotated[int, option(_SEARCH, "--seed", "N", "Of all that is random.", "0")] = 0,
    jobs: Annotated[
        int | None, option(_SEARCH, "-j --jobs", "N", "Processes at once.", "one for each core")
    ] = None,
    until_met: Annotated[
        bool, option(_SEARCH, "--until-met", "", "End as soon as the specification is met.")
    ] = False,
    as_json: Annotated[bool, option(_FILES, "--json", "", "Table and history as JSON on stdout.")] = False,
    dry_run: Annotated[
        bool, option(_SEARCH, "--dry-run", "", "Say what would be searched for, and search nothing.")
    ] = False,
) -> None:
    """Design a lens from a specification alone; run again, it goes on where it was."""
    from lichtbild.core.errors import BadInput
    from lichtbild.io.compiled import keep_compiled
    from lichtbild.io.lens.specification import read_specification

    if not minutes >= 0:
        raise BadInput(f"--minutes is {minutes:g}; give 0 (only what is in the ledger) or more")
    if jobs is not None and jobs < 1:
        raise BadInput(f"--jobs is {jobs}; give 1 or more")
    wanted = read_specification(specification)
    if dry_run:
        for each in wanted:
            typer.echo(_told(each))
        return
    keep_compiled()
    crew = jobs or os.cpu_count() or 1
    places = _places(wanted, output)
    found = []
    for each, place in zip(wanted, places, strict=True):
        if len(wanted) > 1:
            typer.echo(f"{place.name}: {_told(each)}", err=True)
        found.append(_designed(each, place, minutes, seed, crew, until_met))
    _report(places, found, as_json)
    if not all(history and history[-1].proof.is_met for history in found):
        raise typer.Exit(1)


def _told(wanted: "Specification") -> str:
    from math import degrees

    return (
        f"{wanted.elements} elements, f/{wanted.f_number:g}, image height {wanted.image_height:g} mm, "
        f"{2 * degrees(wanted.half_field):.4g} degrees, focal length {wanted.focal_length:.4g} mm, "
        f"track at most {wanted.track:g} mm"
    )


def _places(wanted: tuple["Specification", ...], output: Path) -> list[Path]:
    """Where each lens goes.

    Raises:
        BadInput: a front without a folder, or a kind of file that no lens is written as.
        CannotWrite: a folder that is not there.
    """
    from lichtbild.core.errors import BadInput, CannotWrite

    if len(wanted) == 1:
        if output.suffix.lower() not in (".toml", ".zmx", ".seq"):
            raise BadInput(f"{output}: a lens is written as .toml, .zmx or .seq; change the suffix")
        if not output.parent.is_dir():
            raise CannotWrite(f"{output}: there is no folder {output.parent}; make it first")
        return [output]
    if output.suffix:
        raise BadInput(
            f"{output}: a front of {len(wanted)} lenses goes into a folder; name one without a suffix"
        )
    try:
        output.mkdir(exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"{output}: the folder cannot be made ({error.strerror})") from error
    return [output / f"{each.elements}p-f{each.f_number:g}-t{each.track:g}.toml" for each in wanted]


def _designed(
    wanted: "Specification", place: Path, minutes: float, seed: int, workers: int, until_met: bool
) -> "list[Best]":
    """One lens, searched for and written; the lenses on the way, each better than those before."""
    from contextlib import closing

    from lichtbild.io.lens import write_lens
    from lichtbild.study.design import search

    told = _Told(60 * minutes, until_met)
    history: list[Best] = []
    try:
        with closing(search(wanted, seed, place, workers, told)) as better:
            for best in better:
                history.append(best)
                write_lens(best.proof.lens, place)
    except Interruption:
        typer.echo("\ninterrupted; run the same command again to go on", err=True)
        if not history:
            raise
    finally:
        told.end()
    return history


class _Told:
    """Progress, told on the way; says when to end."""

    def __init__(self, seconds: float, until_met: bool) -> None:
        self._end, self._until_met = time.monotonic() + seconds, until_met
        self._last = time.monotonic()

    def __call__(self, progress: "Progress") -> bool:
        from lichtbild.cli.report import on_terminal

        if on_terminal():
            typer.echo(f"\r\x1b[K{self._line(progress)}", err=True, nl=False)
        elif progress.is_new or time.monotonic() - self._last > LOG_EVERY_S:
            self._last = time.monotonic()
            typer.echo(self._line(progress), err=True)
        met = self._until_met and progress.best is not None and progress.best.proof.is_met
        return time.monotonic() < self._end and not met

    def end(self) -> None:
        """Leave the line of progress."""
        from lichtbild.cli.report import on_terminal

        if on_terminal():
            typer.echo("", err=True)

    @staticmethod
    def _line(progress: "Progress") -> str:
        best = "nothing yet" if progress.best is None else _best(progress.best)
        return f"{progress.seconds:6.0f} s, {progress.tasks} tasks, {progress.lenses} lenses, {best}"


def _best(best: "Best") -> str:
    missed, spot = best.proof.standing
    return f"best RMS {1e3 * spot:.2f} um" + (f", a limit missed by {missed:.1%}" if missed else "")


def _report(places: list[Path], found: "list[list[Best]]", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([_as_numbers(*each) for each in zip(places, found, strict=True)], indent=1))
        return
    for place, history in zip(places, found, strict=True):
        if history:
            _print_table(place, history[-1].proof.measures)
        else:
            typer.echo(f"{place}: nothing found yet; search longer (--minutes)", err=True)


def _as_numbers(place: Path, history: "list[Best]") -> dict[str, Any]:
    measures = history[-1].proof.measures if history else ()
    return {
        "lens": str(place),
        "measures": [{**_plain(asdict(each)), "is_met": each.is_met} for each in measures],
        "history": [
            {
                "seconds": round(each.seconds, 1),
                "rms_um": round(1e3 * each.proof.spot, 4),
                "missed": each.proof.standing[0],
                "tasks": each.tasks,
            }
            for each in history
        ],
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Infinite limits are none: JSON has no infinity."""
    from math import isinf

    return {k: None if isinstance(v, float) and isinf(v) else v for k, v in values.items()}


def _print_table(place: Path, measures: "tuple[Measure, ...]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", "asked for", "reached", "", title=str(place))
    for each in measures:
        table.add_row(
            each.name, _range(each), f"{each.value:.4g} {each.unit}", "" if each.is_met else "missed"
        )
    Console(width=max(Console().width, 90)).print(table)


def _range(each: "Measure") -> str:
    from math import isinf

    if isinf(each.most):
        return f"at least {each.least:.4g}" if each.least > 0 else ""
    return f"at most {each.most:.4g}" if each.least <= 0 else f"{each.least:.4g} to {each.most:.4g}"
