"""``lichtbild look import``: a lookup table of another program as a look."""

from pathlib import Path
from typing import Annotated

import typer

from lichtbild.cli.destination import Overwrite, make_parent, refuse_existing
from lichtbild.core.errors import BadInput


def import_(
    table: Annotated[
        Path,
        typer.Argument(
            help="A .cube, a HaldCLUT (.png, .tif) or an Adobe profile (.xmp).",
            metavar="FILE",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help=r"Look file to write. \[default: FILE with .toml]",
            metavar="TOML",
            show_default=False,
        ),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Make a look of a lookup table.

    The look has the numbers of natural and the table after them: 'lichtbild develop --look FILE.toml' and
    'lichtbild look apply' take it.
    """
    from lichtbild.io.atomic import put_text, replacing
    from lichtbild.io.lut.as_look import imported, read_lut

    target = table.with_suffix(".toml") if output is None else output
    if target.suffix.lower() != ".toml":
        raise BadInput(f"{target}: a look is a .toml file; name one with -o")
    refuse_existing(target, overwrite)
    made = imported(read_lut(table), target.stem)
    make_parent(target)
    with replacing(target) as draft:
        put_text(made.text, draft)
    for note in made.notes:
        typer.echo(f"{table}: {note}", err=True)
    typer.echo(target)
