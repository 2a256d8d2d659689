"""``lichtbild look solve``: a look's numbers from its targets, or what they reach of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lichtbild.cli.destination import Overwrite, make_parent, refuse_existing
from lichtbild.core.errors import BadFile, BadInput

if TYPE_CHECKING:
    from lichtbild.look.reached import Reached
    from lichtbild.look.targets import Aim


def solve(
    file: Annotated[Path, typer.Argument(help="A look's file (.toml) with a table \\[targets].")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="File to write instead of the look's own.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Measure the numbers that the file has; write nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print targets and measurements as JSON.")] = False,
    overwrite: Overwrite = False,
) -> None:
    """Solve a look from its targets, and write its numbers into the file.

    Comments, order and targets stay. Where targets cannot be met together they are named with their lines,
    and nothing is written. With --check the exit code is 1 where a target is missed.
    """
    if output is not None:
        _check(file, output, overwrite)
    try:
        _solve(file, output or file, check, as_json)
    except BadFile:
        raise
    except BadInput as error:  # its sentence calls the look by its name
        raise BadFile(file, str(error)) from error


def _check(file: Path, output: Path, overwrite: bool) -> None:
    if output.suffix.lower() != ".toml":
        raise BadInput(f"{output}: a look is a .toml file; name one with -o")
    if output.resolve() != file.resolve():  # the look's own file is replaced without being asked for
        refuse_existing(output, overwrite)


def _solve(file: Path, output: Path, check: bool, as_json: bool) -> None:
    from lichtbild.io.look_file import read_bytes, write_solved
    from lichtbild.look.reached import reached
    from lichtbild.look.solve import refuse_conflict, solved
    from lichtbild.look.style import parse
    from lichtbild.look.targets import parse_targets

    text, name = read_bytes(file), file.stem
    if check:
        found: tuple[Reached, ...] = reached(parse(text, name), parse_targets(text, name))
        _show(name, found, (), as_json)
        raise typer.Exit(0 if all(one.is_met for one in found) else 1)
    solution = solved(text, name)
    _show(name, solution.reached, solution.conflict, as_json)
    refuse_conflict(solution, name)
    make_parent(output)
    write_solved(output, text.decode("utf-8"), solution.style)


def _show(name: str, found: "Sequence[Reached]", conflict: "Sequence[Aim]", as_json: bool) -> None:
    """Print the targets: a table for people, and JSON for programs where it is asked for."""
    import json

    from rich.console import Console
    from rich.table import Table

    table = Table("line", "target", "wanted", "reached", "allowed", "", title=f"look {name}")
    for one in found:
        aim = one.aim
        allowed = f"{_number(aim.low)} to {_number(aim.high)}"
        met = "" if one.is_met else "missed"
        table.add_row(str(aim.line), aim.name, _number(aim.wanted), _number(one.value), allowed, met)
    Console(stderr=True).print(table)
    if as_json:
        targets = [_entry(one) for one in found]
        told: dict[str, Any] = {"look": name, "targets": targets, "conflict": [aim.line for aim in conflict]}
        typer.echo(json.dumps(told, indent=2))


def _entry(one: "Reached") -> dict[str, Any]:
    """A target and what it reaches, in JSON's own types; a limit has no least."""
    aim = one.aim
    low = aim.low if aim.low > float("-inf") else None
    return {
        "line": aim.line,
        "target": aim.name,
        "wanted": aim.wanted,
        "reached": round(one.value, 6),
        "low": low,
        "high": aim.high,
        "met": one.is_met,
    }


def _number(value: float) -> str:
    return "any" if value == float("-inf") else f"{value:.3g}"
