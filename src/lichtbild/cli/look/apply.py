"""``lichtbild look apply``: finished pictures are given a look."""

import time
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from lichtbild.cli import choices, report
from lichtbild.cli.develop import show_plan
from lichtbild.cli.options import (
    FILES,
    LOOK,
    AsJson,
    Deep,
    DryRun,
    Grain,
    Jobs,
    Overwrite,
    PersonStrength,
    Place,
    Quiet,
    Vignette,
    option,
)

if TYPE_CHECKING:
    from lichtbild.study.job import Job, Settings

LOOKS = "By name (lichtbild look list), such as authentic; or a look's file (.toml)"
SPACES = "srgb, display-p3, rec2020, prophoto, rec2100-pq or rec2100-hlg"


def apply(  # noqa: PLR0913  a command's options are its arguments
    inputs: Annotated[
        list[str],
        typer.Argument(help="Pictures, folders or patterns.", metavar="FILES", show_default=False),
    ],
    look: Annotated[str, option(LOOK, "--look", "NAME", f"{LOOKS}.")],
    strength: Annotated[
        float | None,
        option(LOOK, "--strength", "PERCENT", "From no change, 0, over the look itself, to 150.", "100"),
    ] = None,
    person_strength: PersonStrength = None,
    vignette: Vignette = None,
    grain: Grain = None,
    output: Place = None,
    file_format: Annotated[
        str | None,
        option(FILES, "--format", "NAME", "jpg, png, tif, avif or heic.", "each picture's own"),
    ] = None,
    space: Annotated[str | None, option(FILES, "--space", "NAME", f"{SPACES}.", "each picture's own")] = None,
    bits: Annotated[
        int | None, option(FILES, "--bits", "COUNT", "Of a sample: 8, 10, 12 or 16.", "the format's usual")
    ] = None,
    quality: Annotated[
        int | None, option(FILES, "--quality", "NUMBER", "Of lossy files, 1 to 100.", "92")
    ] = None,
    deep: Deep = False,
    overwrite: Overwrite = False,
    jobs: Jobs = 0,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Give finished pictures a look.

    A picture is taken as rendered by natural: its look is undone and the other one given. Local tone and
    sharpening are left as they are. What is done already is not done again.
    """
    from lichtbild.camera.recipe import Recipe
    from lichtbild.study import batch, grading
    from lichtbild.study.job import Settings

    changes = {
        **choices.look(look),
        "look.strength": choices.percent(strength),
        **choices.strengths(vignette=vignette, grain=grain),
        "look.person_strength": choices.percent(person_strength, "--person-strength"),
        "output.space": space,
        "output.bits": bits,
        "output.quality": quality,
    }
    chosen = choices.changed(Recipe(), changes)
    choices.check_filter(chosen.look.look)
    suffix = None if file_format is None else choices.suffix(file_format)
    planned = grading.plan(inputs, output, suffix, chosen.look.name, deep=deep)
    if dry_run:
        show_plan(planned, as_json)
        return
    settings = Settings(
        recipe=chosen,
        overwrite=overwrite,
        output=output,
        threads=batch.thread_count(choices.count(jobs, "--jobs")),
        finished=True,
        own_space=space is None,
    )
    worst = _run(planned, settings, as_json=as_json, quiet=quiet)
    if worst:
        raise typer.Exit(worst)


def _run(planned: "tuple[Job, ...]", settings: "Settings", *, as_json: bool, quiet: bool) -> int:
    """Do every job; returns the worst exit code."""
    from lichtbild.study import batch, warm

    if len(planned) == 1:
        with report.share_shown(quiet or as_json) as progress:
            (outcome,) = batch.run(planned, settings, progress)
        if as_json:
            typer.echo(report.as_json(outcome))
        else:
            report.tell_one(outcome, quiet)
        return outcome.exit_code
    warm.warm_filter(settings.recipe)  # once, and not in every worker at the same time
    began, outcomes = time.perf_counter(), []
    with report.count_shown(len(planned), quiet) as told, closing(batch.run(planned, settings)) as running:
        for outcome in running:
            outcomes.append(outcome)
            told(outcome)
            if as_json:
                typer.echo(report.as_json(outcome))
    report.tell_all(outcomes, time.perf_counter() - began, quiet)
    return max(outcome.exit_code for outcome in outcomes)
