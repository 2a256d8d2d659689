"""``lichtbild calibrate``: a camera's own raw frames of charts, even fields and darkness become a camera."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lichtbild.cli.destination import make_parent, refuse_existing
from lichtbild.cli.options import FILES, RUN, Deep, Overwrite, Quiet, option
from lichtbild.core.errors import BadInput

if TYPE_CHECKING:
    from lichtbild.camera.calibration.findings import Findings
    from lichtbild.study.calibrating import Shot

_CAMERA = "The camera"


def calibrate(  # noqa: PLR0913  a command's options are its arguments
    frames: Annotated[
        list[str],
        typer.Argument(
            help="Raw files of one camera, folders, patterns: of charts (a card in A and in D65, slanted "
            "edges, a grid of dots; the chart bench has all), of an even field and of darkness, two of each "
            "exposure. They are sorted by what they show.",
            metavar="FRAMES...",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None,
        option(FILES, "-o --output", "TOML", "The camera; its profile goes beside as .dcp.", "camera.toml"),
    ] = None,
    light: Annotated[
        str | None,
        option(FILES, "--light", "LIGHT", "On all charts: A, D65, 2856K.", "the folder's name, or EXIF"),
    ] = None,
    lux: Annotated[
        float | None,
        option(_CAMERA, "--lux", "LUX", "On the cards: tells the quantum efficiency.", "a peak of 0.6"),
    ] = None,
    pitch: Annotated[
        float | None, option(_CAMERA, "--pitch", "UM", "Of pixels.", "by EXIF's 35 mm equivalent")
    ] = None,
    focal: Annotated[float | None, option(_CAMERA, "--focal", "MM", "Focal length.", "EXIF")] = None,
    f_number: Annotated[float | None, option(_CAMERA, "--f-number", "N", "Of the lens.", "EXIF")] = None,
    deep: Deep = False,
    overwrite: Overwrite = False,
    as_json: Annotated[bool, option(RUN, "--json", "", "What was found as JSON on stdout.")] = False,
    dry_run: Annotated[bool, option(RUN, "--dry-run", "", "Only say how the frames are sorted.")] = False,
    quiet: Quiet = False,
) -> None:
    """Measure a camera by its own raw frames, for develop --camera and shoot --camera."""
    from lichtbild.camera.calibration.findings import Optics
    from lichtbild.study import calibrating

    target = Path("camera.toml") if output is None else output
    if target.suffix.lower() != ".toml":
        raise BadInput(f"{target}: a camera is a file of TOML; name it .toml with -o")
    for value, name in ((lux, "--lux"), (pitch, "--pitch"), (focal, "--focal"), (f_number, "--f-number")):
        if value is not None and not 0 < value < float("inf"):
            raise BadInput(f"{name} takes a number above 0, not {value:g}")
    if not dry_run:
        refuse_existing(target, overwrite)
        refuse_existing(target.with_suffix(".dcp"), overwrite)
    with _progress(quiet) as told:
        shots = calibrating.planned(frames, light, told, deep=deep)
        if dry_run:
            _say_plan(shots, as_json)
            return
        optics = Optics("", focal, f_number, None if pitch is None else pitch / 1000, lux)
        found = calibrating.calibrated(shots, optics, told)
    make_parent(target)
    files = calibrating.written(found, target, shots[0].path)
    _say(found, files, as_json=as_json, quiet=quiet)


def _say_plan(shots: "tuple[Shot, ...]", as_json: bool) -> None:
    for shot in shots:
        if as_json:
            plan = {"file": str(shot.path), "kind": shot.kind, "light": shot.light, "iso": shot.iso}
            typer.echo(json.dumps(plan))
            continue
        words = {"dark": "darkness", "flat": "an even field", "chart": "charts"}[shot.kind]
        lit = f" in {shot.light}" if shot.light else ", light unknown" if shot.kind == "chart" else ""
        iso = "" if shot.iso is None else f", ISO {shot.iso:g}"
        typer.echo(f"{shot.path}: {words}{lit}{iso}, {100 * shot.level:.1f} % of white", err=True)


def _say(found: "Findings", files: tuple[Path, ...], *, as_json: bool, quiet: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_numbers(found) | {"files": [str(path) for path in files]}))
    if quiet:
        return
    for name, colours in found.colours:
        error = float(colours.fit.errors.mean())
        typer.echo(f"{name}: {len(colours.fit.errors)} patches to {error:.2f} CIELAB in the mean", err=True)
    for one in found.known.noise:
        scale = one.profile.scale[1]
        typer.echo(f"ISO {one.iso:g}: {1 / scale:.0f} electrons fill a green pixel", err=True)
    if found.spreads:
        counts = ", ".join(str(one.edges) for one in found.spreads)
        typer.echo(f"edges in red, green and blue: {counts}", err=True)
    for words in found.notes:
        typer.echo(f"note: {words}", err=True)
    whole = "a whole camera" if found.camera is not None else "enough to develop by, not to imitate"
    typer.echo(f"{whole} -> {' and '.join(map(str, files))}", err=True)


def _numbers(found: "Findings") -> dict[str, Any]:
    return {
        "model": found.known.model,
        "colours": {name: float(one.fit.errors.mean()) for name, one in found.colours},
        "noise": {f"{one.iso:g}": list(one.profile.scale) for one in found.known.noise},
        "edges": [one.edges for one in found.spreads],
        "notes": list(found.notes),
        "whole": found.camera is not None,
    }


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A bar on a terminal, nothing elsewhere."""
    from lichtbild.cli.report import on_terminal

    if quiet or not on_terminal():
        yield lambda what, share: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("calibrate", total=1.0)
        yield lambda what, share: bar.update(task, completed=share, description=what)
