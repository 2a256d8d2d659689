"""``lichtbild develop``: raw files become photographs."""

import json
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lichtbild.cli import choices, report
from lichtbild.cli.options import (
    DEVELOP,
    FILES,
    LOOK,
    PICTURE,
    RUN,
    AsJson,
    Deep,
    DryRun,
    Grain,
    Jobs,
    Overwrite,
    PersonStrength,
    Place,
    PortraitBlades,
    PortraitBlur,
    PortraitDepth,
    PortraitDepthKind,
    PortraitDepthRange,
    PortraitFNumber,
    PortraitFocus,
    PortraitLens,
    PortraitOn,
    Quiet,
    SubjectMask,
    Vignette,
    option,
)

if TYPE_CHECKING:
    from lichtbild.camera.recipe import Recipe
    from lichtbild.study.job import Job, Settings

LOOKS = (
    "By name (lichtbild look list tells all), such as natural, authentic, linear; or a look's file (.toml)"
)
SPACES = "srgb, display-p3, rec2020, prophoto, linear-rec2020, rec2100-pq or rec2100-hlg"


def develop(  # noqa: PLR0913  a command's options are its arguments
    inputs: Annotated[
        list[str],
        typer.Argument(help="Raw files, folders or patterns.", metavar="FILES", show_default=False),
    ],
    output: Place = None,
    file_format: Annotated[
        str,
        option(
            FILES,
            "--format",
            "NAME",
            "jpg, ultra-hdr, png, tif, avif, heic, exr (scene light) or dng.",
            "jpg",
        ),
    ] = "jpg",
    burst: Annotated[
        str,
        option(
            FILES,
            "--burst",
            "WHICH",
            "Merge frames taken seconds apart: auto; folder (all in it, whatever their times); off.",
            "auto",
        ),
    ] = "auto",
    merged_dng: Annotated[
        bool, option(FILES, "--merged-dng", "", "Also write each burst's merged frame, NAME.merged.dng.")
    ] = False,
    photo_report: Annotated[
        bool, option(FILES, "--report", "", "Also write NAME.report.html: frames, light, predicted noise.")
    ] = False,
    deep: Deep = False,
    overwrite: Overwrite = False,
    camera: Annotated[
        Path | None, option(FILES, "--camera", "TOML", "What lichtbild calibrate found of the camera.")
    ] = None,
    layout: Annotated[
        Path | None,
        option(FILES, "--layout", "TOML", "Describes headerless files.", "the one beside the file"),
    ] = None,
    recipe: Annotated[
        Path | None, option(FILES, "--recipe", "TOML", "Replay the choices in this file.")
    ] = None,
    save_recipe: Annotated[
        Path | None, option(FILES, "--save-recipe", "TOML", "Write every choice to this file.")
    ] = None,
    scale: Annotated[
        str | None,
        option(DEVELOP, "--scale", "FACTOR", "Rows and columns, of a frame's: 1, 1.5 or 2.", "1"),
    ] = None,
    denoise: Annotated[
        str | None, option(DEVELOP, "--denoise", "METHOD", "auto, fast, best, net or off.", "auto")
    ] = None,
    wb: Annotated[
        str | None,
        option(DEVELOP, "--wb", "WHITE", "as-shot, auto, KELVIN or KELVIN,TINT such as 5200,10.", "as-shot"),
    ] = None,
    pick: Annotated[
        str | None, option(DEVELOP, "--pick", "X,Y", "White balance by what is grey there, each 0 to 1.")
    ] = None,
    demosaic: Annotated[
        str | None,
        option(DEVELOP, "--demosaic", "METHOD", "residual, malvar, bilinear or generic.", "residual"),
    ] = None,
    highlights: Annotated[
        str | None, option(DEVELOP, "--highlights", "METHOD", "rebuild, clip or off.", "rebuild")
    ] = None,
    ev: Annotated[
        float | None,
        option(DEVELOP, "--ev", "EV", "Exposure to add instead of metering, -20 to 20.", "metered"),
    ] = None,
    deblur: Annotated[
        str | None, option(DEVELOP, "--deblur", "STRENGTH", "auto, off, or 0 to 2.", "auto")
    ] = None,
    look: Annotated[
        str | None, option(LOOK, "--look", "NAME", f"{LOOKS}.", "natural; of an exr, linear")
    ] = None,
    strength: Annotated[
        float | None,
        option(LOOK, "--strength", "PERCENT", "From natural, 0, over the look itself, to 150.", "100"),
    ] = None,
    person_strength: PersonStrength = None,
    profile: Annotated[
        str | None,
        option(LOOK, "--profile", "NAME", "Which of the file's, for --look profile.", "its default"),
    ] = None,
    local_tone: Annotated[
        str | None, option(LOOK, "--local-tone", "STRENGTH", "off, or 0 to 2.", "the look's own, 1")
    ] = None,
    sharpening: Annotated[
        str | None, option(LOOK, "--sharpening", "STRENGTH", "off, or 0 to 2.", "the look's own, 1")
    ] = None,
    vignette: Vignette = None,
    grain: Grain = None,
    portrait: PortraitOn = False,
    lens: PortraitLens = None,
    f_number: PortraitFNumber = None,
    focus: PortraitFocus = None,
    blur: PortraitBlur = None,
    blades: PortraitBlades = None,
    depth: PortraitDepth = None,
    depth_range: PortraitDepthRange = None,
    depth_kind: PortraitDepthKind = None,
    subject_mask: SubjectMask = None,
    crop: Annotated[
        str | None, option(PICTURE, "--crop", "L,T,R,B", "Part to keep by its edges, each 0 to 1.")
    ] = None,
    straighten: Annotated[
        float | None,
        option(PICTURE, "--straighten", "DEGREES", "Turn clockwise by -45 to 45 degrees.", "0"),
    ] = None,
    rotate: Annotated[
        int | None,
        option(PICTURE, "--rotate", "DEGREES", "Turn clockwise by 0, 90, 180 or 270 degrees.", "0"),
    ] = None,
    flip: Annotated[
        str | None, option(PICTURE, "--flip", "AXIS", "Mirror: none, horizontal or vertical.", "none")
    ] = None,
    long_edge: Annotated[
        int | None,
        option(PICTURE, "--long-edge", "PIXELS", "Reduce the longer side to this.", "as it was taken"),
    ] = None,
    space: Annotated[str | None, option(PICTURE, "--space", "NAME", f"{SPACES}.", "srgb")] = None,
    bits: Annotated[
        int | None,
        option(PICTURE, "--bits", "COUNT", "Of a sample: 8, 10, 12, 16 or 32.", "the format's usual"),
    ] = None,
    quality: Annotated[
        int | None, option(PICTURE, "--quality", "NUMBER", "Of lossy files, 1 to 100.", "92")
    ] = None,
    max_bytes: Annotated[
        str | None, option(PICTURE, "--max-bytes", "SIZE", "Largest lossy file, such as 500k or 2M.")
    ] = None,
    jobs: Jobs = 0,
    dump: Annotated[
        list[str] | None,
        option(RUN, "--dump", "STAGE", "Also write what this stage gives, as float TIFF; again for more."),
    ] = None,
    list_stages: Annotated[
        bool, option(RUN, "--list-stages", "", "Say which stages the first file goes through, and end.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Develop raw files into photographs.

    What is done already is not done again; the ledger .lichtbild.jsonl beside the photographs knows.
    """
    from lichtbild.study import batch
    from lichtbild.study.job import Settings

    changes = {
        "develop.scale": choices.scale(scale),
        "develop.denoise.method": denoise,
        "develop.white_balance": choices.white_balance(wb, pick),
        "develop.demosaic.method": demosaic,
        "develop.highlights.method": highlights,
        "develop.exposure.ev": ev,
        "develop.deblur": choices.deblur(deblur),
        **choices.look(look),
        "look.strength": choices.percent(strength),
        "look.person_strength": choices.percent(person_strength, "--person-strength"),
        "look.profile": profile,
        **choices.strengths(local_tone=local_tone, sharpening=sharpening, vignette=vignette, grain=grain),
        **choices.portrait(portrait, lens, f_number, focus, blur, blades, depth, subject_mask),
        "geometry.crop": choices.numbers(crop, "--crop", 4) if crop else None,
        "geometry.straighten_deg": straighten,
        "geometry.quarter_turns": choices.quarter_turns(rotate),
        "geometry.flip": flip,
        "output.long_edge": long_edge,
        "output.space": space,
        "output.bits": bits,
        "output.quality": quality,
        "output.max_bytes": choices.byte_count(max_bytes),
        "output.hdr": file_format.lower() == "ultra-hdr" or None,
    }
    suffix = choices.suffix(file_format)
    written = output.suffix.lower() if output and output.suffix and not output.is_dir() else suffix
    changes = ({} if recipe else choices.suited(written)) | choices.given(changes)
    chosen = choices.changed(_loaded(recipe), changes)
    planned = batch.plan(inputs, output, suffix, chosen.look.name, deep=deep, burst=choices.burst(burst))
    if dry_run:
        show_plan(planned, as_json)
        return
    _save(chosen, save_recipe)
    settings = Settings(
        recipe=chosen,
        layout=layout,
        dumps=tuple(dump or ()),
        merged_dng=merged_dng,
        report=photo_report,
        overwrite=overwrite,
        output=output,
        threads=batch.thread_count(choices.count(jobs, "--jobs")),
        camera=_calibrated(camera),
        depth=depth,
        depth_range=choices.depth_range(depth_range, depth_kind),
        subject_mask=subject_mask,
    )
    if list_stages:
        typer.echo("\n".join(batch.stage_names(planned[0], settings)))
        return
    if worst := _run(planned, settings, as_json=as_json, quiet=quiet):
        raise typer.Exit(worst)


def _calibrated(path: Path | None) -> Path | None:
    """The file of a calibrated camera, once it is known that it can be read."""
    if path is not None:
        from lichtbild.io.calibration_file import read_calibration

        read_calibration(path)
    return path


def _loaded(path: Path | None) -> "Recipe":
    from lichtbild.camera.recipe import Recipe

    if path is None:
        return Recipe()
    from lichtbild.io.recipe import load_recipe

    return load_recipe(path)


def _save(recipe: "Recipe", path: Path | None) -> None:
    from lichtbild.io.recipe import save_recipe

    if path is None:
        return
    save_recipe(recipe, path)


def _run(planned: "tuple[Job, ...]", settings: "Settings", *, as_json: bool, quiet: bool) -> int:
    """Develop every job; returns the worst exit code."""
    from lichtbild.study import batch, warm

    bursts = any(job.others for job in planned)
    if settings.merged_dng and not quiet and not bursts:
        typer.echo("there is no burst among the files, so that --merged-dng writes nothing", err=True)
    cold = not warm.is_warm(bursts=bursts)
    if cold and not quiet:
        typer.echo("first run: compiling the kernels, which takes some seconds once", err=True)
    if len(planned) == 1:
        with report.share_shown(quiet or as_json) as progress:
            (outcome,) = batch.run(planned, settings, progress)
        if as_json:
            typer.echo(report.as_json(outcome))
        else:
            report.tell_one(outcome, quiet)
        outcomes = [outcome]
    else:
        if cold:
            warm.warm(bursts=bursts)  # once, and not in every worker at the same time
        began = time.perf_counter()
        outcomes = []
        with (
            report.count_shown(len(planned), quiet) as told,
            closing(batch.run(planned, settings)) as running,
        ):
            for outcome in running:
                outcomes.append(outcome)
                told(outcome)
                if as_json:
                    typer.echo(report.as_json(outcome))
        report.tell_all(outcomes, time.perf_counter() - began, quiet)
    if cold and any(outcome.status == "done" for outcome in outcomes):
        warm.note_warm(bursts=bursts)
    return max(outcome.exit_code for outcome in outcomes)


def show_plan(planned: "tuple[Job, ...]", as_json: bool) -> None:
    """Say what would become what."""
    for job in planned:
        plan = {
            "source": str(job.source),
            "sources": [str(source) for source in job.sources],
            "target": str(job.target),
            "exists": job.target.exists(),
        }
        words = f"{job.source}{report.and_more(job)} -> {job.target}"
        typer.echo(json.dumps(plan) if as_json else words, err=not as_json)
