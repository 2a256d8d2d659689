"""``lichtbild look meter``: what a look does to tone, colour and tint, in numbers, a chart and a sentence."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lichtbild.cli import choices
from lichtbild.cli.destination import Overwrite, make_parent, refuse_existing
from lichtbild.core.errors import BadInput

if TYPE_CHECKING:
    from lichtbild.study.measuring import Subject

WIDE = 110
"""Width of the tables where they go to a file, in characters."""


def meter(
    look: Annotated[
        str,
        typer.Argument(
            help="A look by its name or its file (.toml), a table (.cube, HaldCLUT .png or .tif, Adobe "
            ".xmp), or the picture before.",
            show_default=False,
        ),
    ],
    after: Annotated[
        Path | None,
        typer.Argument(help="The same picture after, pixel by pixel.", show_default=False),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Page with charts to write.", metavar="HTML", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All numbers as JSON on stdout.")] = False,
    overwrite: Overwrite = False,
) -> None:
    """Measure a look: tone, chroma, hue, tint, black point, and a sentence that says it.

    Looks are measured on a scene's light, beside the look natural; tables and pairs on finished pictures.
    """
    if output is not None:
        if output.suffix.lower() not in (".html", ".htm"):
            raise BadInput(f"{output}: the report is a page; name a .html file with -o")
        refuse_existing(output, overwrite)
    subject = _measured(look, after)
    from lichtbild.look.meter_report import numbers
    from lichtbild.look.words import sentence

    words = sentence(subject.measured, subject.against)
    if output is not None:
        _write(subject, output)
    if as_json:
        typer.echo(json.dumps({"name": subject.name, "sentence": words, **numbers(subject.measured)}))
        return
    _show(subject)
    typer.echo(words)


def _measured(look: str, after: Path | None) -> "Subject":
    path = Path(look)
    if after is not None:
        # Its matrices are small: threads would only wait for one another. NumPy reads this when it is loaded.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from lichtbild.study import measuring

        return measuring.of_pair(path, after)
    from lichtbild.look.recipe import look_named
    from lichtbild.study import measuring

    if path.suffix.lower() in measuring.TABLES:
        return measuring.of_table(path)
    if path.suffix and path.suffix.lower() != ".toml" and path.is_file():
        raise BadInput(
            f"{path}: is no look and no table (.toml, {', '.join(measuring.TABLES)}); "
            "a picture is measured with the same one after it"
        )
    chosen = choices.look(look)
    return measuring.of_look(look_named(chosen["look.name"], chosen.get("look.text")))


def _write(subject: "Subject", output: Path) -> None:
    import lichtbild
    from lichtbild.io.atomic import put_text, replacing
    from lichtbild.look.meter_report import report

    footer = f"Lichtbild {lichtbild.__version__}"
    make_parent(output)
    with replacing(output) as draft:
        put_text(report(subject.name, subject.measured, subject.against, footer), draft)


def _show(subject: "Subject") -> None:
    """The tables as wide as the terminal."""
    import sys

    from rich.box import SIMPLE_HEAD
    from rich.columns import Columns
    from rich.console import Console
    from rich.table import Table

    from lichtbild.figure.page import quantity
    from lichtbild.look.meter_report import overview
    from lichtbild.look.readings import CONFIDENCE
    from lichtbild.look.words import NAMES

    measured = subject.measured
    single = Table(subject.name, "", box=SIMPLE_HEAD)
    for name, value in overview(measured):
        single.add_row(name, "–" if value is None else quantity(value, 3))
    exposed = Table("EV", "L*", box=SIMPLE_HEAD)
    for ev in (-4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0):
        exposed.add_row(f"{ev:+g}", _told(measured.exposure(ev), ".1f"))
    tinted = Table("L*", "shown", "a*", "b*", box=SIMPLE_HEAD)
    for at in (0.0, 20.0, 50.0, 85.0, 100.0):
        a, b = measured.tint_at(at)
        tinted.add_row(f"{at:g}", *(_told(each, ".1f") for each in (measured.tone(at), a, b)))
    coloured = Table("colour", "hue", "chroma", "shift of hue", "of L*", box=SIMPLE_HEAD)
    for place, name in enumerate(NAMES):
        cells = (
            _told(readings.value[place], form) + _error(CONFIDENCE * readings.error[place])
            for readings, form in (
                (measured.chroma, ".2f"),
                (measured.turn, "+.1f"),
                (measured.shade, "+.1f"),
            )
        )
        coloured.add_row(name, f"{measured.chroma.at[place]:g}°", *cells)
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    console.print(Columns([single, exposed, tinted]), coloured)


def _told(value: float, form: str) -> str:
    """A number as text, without the sign of a zero; a dash where there is none."""
    if value != value:
        return "–"
    text = f"{value:{form}}"
    return text.replace("-", "+" if "+" in form else "") if float(text) == 0 else text


def _error(bound: float) -> str:
    return f" ± {bound:.2g}" if bound > 0 else ""
