"""``lichtbild develop``: raw files become photographs."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lichtbild.core.errors import BadInput

if TYPE_CHECKING:
    from lichtbild.study.batch import Job, Outcome, Settings

LOOKS = "linear (matrix and encoding only), profile (the DNG's own rendering), natural"
SPACES = "srgb, display-p3, rec2020, prophoto, linear-rec2020"


def develop(  # noqa: PLR0913  a command's options are its arguments
    inputs: Annotated[list[str], typer.Argument(help="Raw files, folders or patterns.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="File or folder to write; else beside each input.", show_default=False
        ),
    ] = None,
    look: Annotated[str | None, typer.Option(help=f"One of {LOOKS}.", show_default="natural")] = None,
    ev: Annotated[float | None, typer.Option(help="Exposure to add, in EV.", show_default="0")] = None,
    space: Annotated[str | None, typer.Option(help=f"Colour space: {SPACES}.", show_default="srgb")] = None,
    crop: Annotated[
        str | None, typer.Option(help="left,top,right,bottom to keep, each 0 to 1.", show_default=False)
    ] = None,
    straighten: Annotated[
        float | None, typer.Option(help="Turn clockwise by -45 to 45 degrees.", show_default="0")
    ] = None,
    rotate: Annotated[
        int | None, typer.Option(help="Turn clockwise by 0, 90, 180 or 270 degrees.", show_default="0")
    ] = None,
    flip: Annotated[
        str | None, typer.Option(help="Mirror: none, horizontal or vertical.", show_default="none")
    ] = None,
    demosaic: Annotated[
        str | None, typer.Option(help="ddfapd, malvar, bilinear or generic.", show_default="ddfapd")
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(help="Which of the file's profiles, for --look profile.", show_default="its default"),
    ] = None,
    file_format: Annotated[
        str, typer.Option("--format", help="jpg, png, tif, exr or avif, where -o names no file.")
    ] = "jpg",
    quality: Annotated[
        int | None, typer.Option(help="Of JPEG and AVIF, 1 to 100.", show_default="92")
    ] = None,
    bits: Annotated[
        int | None, typer.Option(help="Of a sample: 8, 16 or 32.", show_default="the format's usual")
    ] = None,
    layout: Annotated[
        Path | None,
        typer.Option(help="TOML that describes headerless files.", show_default="beside the file"),
    ] = None,
    recipe: Annotated[
        Path | None, typer.Option(help="Replay the choices in this TOML.", show_default=False)
    ] = None,
    save_recipe: Annotated[
        Path | None, typer.Option(help="Write every choice to this TOML.", show_default=False)
    ] = None,
    dump: Annotated[
        list[str] | None,
        typer.Option(
            help="Also write what this stage gives, as float TIFF; again for more.", show_default=False
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace photographs that are there.")
    ] = False,
    jobs: Annotated[int, typer.Option("-j", "--jobs", help="Threads; 0 takes every core.", min=0)] = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a file on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only errors.")] = False,
) -> None:
    """Develop raw files into photographs."""
    from lichtbild.camera.recipe import Recipe
    from lichtbild.io import recipe as recipes
    from lichtbild.study import batch

    changes = {
        "look.name": look,
        "look.profile": profile,
        "develop.exposure.ev": ev,
        "develop.demosaic.method": demosaic,
        "geometry.crop": _numbers(crop, "--crop", 4) if crop else None,
        "geometry.straighten_deg": straighten,
        "geometry.quarter_turns": _quarter_turns(rotate),
        "geometry.flip": flip,
        "output.space": space,
        "output.quality": quality,
        "output.bits": bits,
    }
    linear_format = ".exr" in (_suffix(file_format), output and output.suffix.lower())
    if linear_format and space is None and recipe is None:
        changes["output.space"] = "linear-rec2020"
    chosen = recipes.changed(
        recipes.load_recipe(recipe) if recipe else Recipe(),
        {path: value for path, value in changes.items() if value is not None},
    )
    planned = batch.plan(inputs, output, _suffix(file_format), chosen.look.name)
    if save_recipe and not dry_run:
        recipes.save_recipe(chosen, save_recipe)
    if dry_run:
        _show_plan(planned, as_json)
        return
    settings = batch.Settings(
        recipe=chosen,
        layout=layout,
        dumps=tuple(dump or ()),
        overwrite=overwrite or (output is not None and len(planned) == 1 and planned[0].target == output),
        threads=batch.thread_count(jobs),
    )
    worst = _run(planned, settings, as_json=as_json, quiet=quiet)
    if worst:
        raise typer.Exit(worst)


def _run(planned: "tuple[Job, ...]", settings: "Settings", *, as_json: bool, quiet: bool) -> int:
    """Develop every job; returns the worst exit code."""
    from lichtbild.study import batch, warm

    if not quiet and not warm.is_warm():
        typer.echo("first run: compiling the kernels, which takes some seconds once", err=True)
    worst = 0
    with _progress(quiet) as report:
        for outcome in batch.run(planned, settings, report):
            worst = max(worst, outcome.exit_code)
            _tell(outcome, as_json=as_json, quiet=quiet)
    if worst == 0:
        warm.note_warm()
    return worst


@contextmanager
def _progress(quiet: bool) -> "Iterator[Callable[[Job, float], None]]":
    """A report of progress: a bar on a terminal, silence elsewhere."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("develop", total=1.0)
        yield lambda job, share: bar.update(task, completed=share, description=job.source.name)


def _tell(outcome: "Outcome", *, as_json: bool, quiet: bool) -> None:
    job = outcome.job
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "source": str(job.source),
                    "target": str(job.target),
                    "status": outcome.status,
                    "message": outcome.message,
                    "seconds": round(outcome.seconds, 3),
                }
            )
        )
    elif outcome.status == "failed":
        typer.echo(f"lichtbild: {outcome.message}", err=True)
    elif not quiet:
        done = f"{job.source} -> {job.target} ({outcome.seconds:.1f} s)"
        typer.echo(done if outcome.status == "done" else outcome.message, err=True)
        if outcome.status == "done" and outcome.message:
            typer.echo(f"  {outcome.message}", err=True)


def _show_plan(planned: "tuple[Job, ...]", as_json: bool) -> None:
    for job in planned:
        plan = {"source": str(job.source), "target": str(job.target), "exists": job.target.exists()}
        typer.echo(json.dumps(plan) if as_json else f"{job.source} -> {job.target}", err=not as_json)


def _suffix(file_format: str) -> str:
    return f".{file_format.lower().lstrip('.')}"


def _numbers(text: str, option: str, count: int) -> tuple[float, ...]:
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != count:
        raise BadInput(f"{option} takes {count} numbers with commas between them, not '{text}'")
    return numbers


def _quarter_turns(degrees: int | None) -> int | None:
    if degrees is None:
        return None
    if degrees % 90:
        raise BadInput(
            f"--rotate takes 0, 90, 180 or 270 degrees, not {degrees}; --straighten takes any angle"
        )
    return degrees // 90 % 4
