"""``lichtbild look sheet``: every look on one photograph."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lichtbild.cli import choices
from lichtbild.cli.destination import PANEL, Overwrite, make_parent, refuse_existing
from lichtbild.cli.options import option
from lichtbild.core.errors import BadInput

if TYPE_CHECKING:
    from lichtbild.camera.recipe import LookRecipe

SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".avif", ".heic", ".heif", ".html", ".htm")
"""Of files that can hold a sheet."""


def sheet(  # noqa: PLR0913  a command's options are its arguments
    photo: Annotated[
        Path, typer.Argument(help="A finished picture or a raw file.", metavar="PHOTO", show_default=False)
    ],
    output: Annotated[
        Path | None,
        option(
            PANEL, "-o --output", "FILE", "A picture (.jpg, .png ...), or a page (.html).", "PHOTO.looks.jpg"
        ),
    ] = None,
    named: Annotated[
        str | None, option(PANEL, "--looks", "NAMES", "Which, by commas; .toml files too.", "every one")
    ] = None,
    strength: Annotated[
        float | None, option(PANEL, "--strength", "PERCENT", "Of each look, 0 to 150.", "100")
    ] = None,
    size: Annotated[
        int | None,
        option(PANEL, "--size", "PIXELS", "Longer side of each picture.", "480 on a sheet, 1080 on a page"),
    ] = None,
    jobs: Annotated[int, option(PANEL, "-j --jobs", "COUNT", "Tiles at a time.", "every core")] = 0,
    overwrite: Overwrite = False,
) -> None:
    """Show a photograph in every look, on a contact sheet or on a page.

    On the page a click enlarges a picture, and holding the pointer down shows the first one in its place.
    """
    target = photo.with_suffix(".looks.jpg") if output is None else output
    if target.suffix.lower() not in SUFFIXES:
        raise BadInput(f"{target}: a sheet is a picture or a page; name one of {', '.join(SUFFIXES)} with -o")
    if size is not None and not 64 <= size <= 4096:
        raise BadInput(f"--size takes 64 to 4096 pixels, not {size}")
    chosen = _chosen(named, choices.percent(strength))
    from lichtbild.study import batch, look_sheet

    look_sheet.refuse_source(photo, target)
    refuse_existing(target, overwrite)
    threads = batch.thread_count(choices.count(jobs, "--jobs"))
    make_parent(target)
    count = look_sheet.write_sheet(photo, target, chosen, long_edge=size, threads=threads)
    typer.echo(f"{target}: {count} pictures")


def _chosen(named: str | None, strength: float | None) -> "tuple[LookRecipe, ...]":
    """The looks that are asked for."""
    from lichtbild.camera.recipe import LookRecipe
    from lichtbild.look.recipe import look_named
    from lichtbild.study.look_sheet import every_look

    factor = 1.0 if strength is None else strength
    if named is None:
        return every_look(factor)
    names = [part.strip() for part in named.split(",") if part.strip()]
    if not names:
        raise BadInput(f"--looks takes names of looks with commas between them, not '{named}'")
    found = []
    for name in names:
        table = choices.look(name)
        recipe = LookRecipe(table["look.name"], strength=factor, text=table.get("look.text"))
        look_named(recipe.name, recipe.text, factor)  # refuses before long work
        found.append(recipe)
    return tuple(found)
