"""``lichtbild look learn``: a look from pictures that have it."""

import json
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lichtbild.cli.destination import PANEL, Overwrite, make_parent, refuse_existing
from lichtbild.cli.options import option
from lichtbild.core.errors import BadInput

if TYPE_CHECKING:
    from lichtbild.look.learn.lesson import Lesson


def learn(  # noqa: PLR0913  a command's options are its arguments
    pictures: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Pictures before and after, in turn: BEFORE AFTER [BEFORE AFTER ...]; with --finished, "
            "pictures that have the look.",
            metavar="PICTURES",
            show_default=False,
        ),
    ] = None,
    pairs: Annotated[
        tuple[Path, Path] | None,
        option(PANEL, "--pairs", "BEFORE AFTER", "Two folders, whose pictures belong together by name."),
    ] = None,
    chart: Annotated[
        Path | None, option(PANEL, "--chart", "AFTER", "The chart of 'lichtbild look chart' after the look.")
    ] = None,
    before: Annotated[
        Path | None,
        option(PANEL, "--before", "BEFORE", "The same chart before the look.", "the chart as it was drawn"),
    ] = None,
    finished: Annotated[
        bool, option(PANEL, "--finished", "", "Learn from finished pictures alone; five are good.")
    ] = False,
    plain: Annotated[
        list[Path] | None,
        option(
            PANEL,
            "--plain",
            "PICTURE",
            "With --finished: one of your pictures without the look. Again for more.",
        ),
    ] = None,
    output: Annotated[
        Path, option(PANEL, "-o --output", "TOML", "Look file to write.", "learned.toml")
    ] = Path("learned.toml"),
    hold_out: Annotated[
        bool, option(PANEL, "--hold-out", "", "Also measure the error on each pair, learned from the others.")
    ] = False,
    report: Annotated[
        Path | None, option(PANEL, "--report", "HTML", "Page to write, with the map of trust.")
    ] = None,
    as_json: Annotated[bool, option(PANEL, "--json", "", "Tell what was learned as JSON.")] = False,
    overwrite: Overwrite = False,
) -> None:
    """Learn a look: from pictures before and after, from a chart, or from finished pictures alone.

    The look file is one for 'lichtbild develop --look' and 'lichtbild look apply'.
    """
    from lichtbild.io import learned_look, learning

    _check(output, report, overwrite)
    given = [bool(pictures) and not finished, pairs is not None, chart is not None, finished]
    if sum(given) != 1:
        raise BadInput(
            "a look is learned from pairs (BEFORE AFTER ... or --pairs), from --chart or from --finished "
            "pictures; give one of them"
        )
    if finished:
        lesson = learning.from_finished(pictures or [], plain or [])
    elif chart is not None:
        lesson = learning.from_chart(chart, before)
    else:
        found = learned_look.matched(*pairs) if pairs is not None else _in_turn(pictures or [])
        lesson = learning.from_pairs(found, hold_out)
    told = (*lesson.told, *lesson.description.sentences)
    texts = {output: learned_look.text(lesson.whole.style, output.stem, told, lesson.trust)}
    if report is not None:
        from lichtbild.look.learn.learning_page import learning_page

        texts[report] = learning_page(lesson, output.stem)
    _write(texts)
    _tell(lesson, output, as_json)


def _write(texts: dict[Path, str]) -> None:
    """Write files: where one has no place, none is written."""
    from lichtbild.io.atomic import put_text, replacing

    with ExitStack() as stack:
        for path, text in texts.items():
            make_parent(path)
            put_text(text, stack.enter_context(replacing(path)))


def _tell(lesson: "Lesson", output: Path, as_json: bool) -> None:
    if as_json:
        does = asdict(lesson.description)
        table = {"look": str(output), **lesson.numbers, "does": does, "notes": list(lesson.told)}
        typer.echo(json.dumps(table))
        return
    for line in (*lesson.told, *lesson.description.sentences):
        typer.echo(line, err=True)
    typer.echo(output)


def _check(output: Path, report: Path | None, overwrite: bool) -> None:
    if output.suffix.lower() != ".toml":
        raise BadInput(f"{output}: a look is a .toml file; name one with -o")
    for path in (output, report):
        if path is not None:
            refuse_existing(path, overwrite)
    if report is not None and report.resolve() == output.resolve():
        raise BadInput(f"{report}: is both the look and the report; name two files")


def _in_turn(pictures: list[Path]) -> list[tuple[Path, Path]]:
    if len(pictures) % 2:
        count = "one picture is no pair" if len(pictures) == 1 else f"{len(pictures)} pictures are no pairs"
        raise BadInput(f"{count}; give BEFORE AFTER in turn, or --finished for pictures without originals")
    return list(zip(pictures[::2], pictures[1::2], strict=True))
