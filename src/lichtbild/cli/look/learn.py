"""``lichtbild look learn``: a look from pictures that have it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lichtbild.core.errors import BadInput

if TYPE_CHECKING:
    from lichtbild.look.learn.lesson import Lesson


def _option(names: str, value: str, words: str, usual: str = "") -> Any:
    words += rf" \[default: {usual}]" if usual else ""
    return typer.Option(*names.split(), help=words, metavar=value or None, show_default=False)


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
        _option("--pairs", "BEFORE AFTER", "Two folders, whose pictures belong together by name."),
    ] = None,
    chart: Annotated[
        Path | None, _option("--chart", "AFTER", "The chart of 'lichtbild look chart' after the look.")
    ] = None,
    before: Annotated[
        Path | None,
        _option("--before", "BEFORE", "The same chart before the look.", "the chart as it was drawn"),
    ] = None,
    finished: Annotated[
        bool, _option("--finished", "", "Learn from finished pictures alone; five are good.")
    ] = False,
    plain: Annotated[
        list[Path] | None,
        _option(
            "--plain", "PICTURE", "With --finished: one of your pictures without the look. Again for more."
        ),
    ] = None,
    output: Annotated[Path, _option("-o --output", "TOML", "Look file to write.", "learned.toml")] = Path(
        "learned.toml"
    ),
    hold_out: Annotated[
        bool, _option("--hold-out", "", "Also measure the error on each pair, learned from the others.")
    ] = False,
    report: Annotated[
        Path | None, _option("--report", "HTML", "Page to write, with the map of trust.")
    ] = None,
    as_json: Annotated[bool, _option("--json", "", "Tell what was learned as JSON.")] = False,
    overwrite: Annotated[bool, _option("--overwrite", "", "Replace files that are there.")] = False,
) -> None:
    """Learn a look: from pictures before and after, from a chart, or from finished pictures alone.

    The look file is one for 'lichtbild develop --look' and 'lichtbild look apply'.
    """
    from lichtbild.io import learned_look, learning
    from lichtbild.io.atomic import put_text, replacing

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
    with replacing(output) as draft:
        told = (*lesson.told, *lesson.description.sentences)
        put_text(learned_look.text(lesson.whole.style, output.stem, told, lesson.trust), draft)
    if report is not None:
        from lichtbild.look.learn.learning_page import learning_page

        with replacing(report) as draft:
            put_text(learning_page(lesson, output.stem), draft)
    _tell(lesson, output, as_json)


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
        if path is not None and path.exists() and not overwrite:
            raise BadInput(f"{path} is there already; name another file, or add --overwrite")


def _in_turn(pictures: list[Path]) -> list[tuple[Path, Path]]:
    if len(pictures) % 2:
        raise BadInput(
            f"{len(pictures)} pictures are no pairs; give BEFORE AFTER in turn, or --finished for pictures "
            "without originals"
        )
    return list(zip(pictures[::2], pictures[1::2], strict=True))
