"""``lichtbild look export``: a look as a file of other programs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lichtbild.cli import choices
from lichtbild.cli.destination import PANEL, Overwrite, make_parent, refuse_existing
from lichtbild.cli.options import option
from lichtbild.core.errors import BadInput

if TYPE_CHECKING:
    from lichtbild.io.lut.label import Label
    from lichtbild.look.recipe import Look

_FORMATS = (
    "File to write; its suffix names the format: .cube, .clf, .icc (device link), .xmp (Adobe profile), .dcp "
    "(camera profile), .png or .tif (HaldCLUT). Again for more."
)

_ALL = (".cube", "-65.cube", "-hald.png", "-hald.tif", ".xmp", ".clf", ".icc")
"""What ``--all`` writes behind the look's name; and .dcp where a camera is given."""


def export(  # noqa: PLR0913  a command's options are its arguments
    look: Annotated[str, typer.Argument(help="A look by its name, or its file (.toml).", show_default=False)],
    output: Annotated[list[Path] | None, option(PANEL, "-o --output", "FILE", _FORMATS)] = None,
    everything: Annotated[
        Path | None, option(PANEL, "--all", "FOLDER", "Write every format into this folder.")
    ] = None,
    size: Annotated[
        int | None, option(PANEL, "--size", "COUNT", "Nodes an axis.", "33; HaldCLUT 64, Adobe profile 32")
    ] = None,
    strength: Annotated[
        float | None,
        option(PANEL, "--strength", "PERCENT", "From natural, 0, over the look itself, to 150.", "100"),
    ] = None,
    space: Annotated[
        str, option(PANEL, "--space", "NAME", "Of the colours before and after: srgb or display-p3.", "srgb")
    ] = "srgb",
    camera: Annotated[
        Path | None, option(PANEL, "--camera", "DNG", "A raw file of the camera that a .dcp is for.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write a look for other programs.

    The table turns a finished picture as natural renders it into one of the look.
    """
    chosen, label = _chosen(look, strength, space)
    paths = [*(output or ()), *_everything(everything, chosen.name, camera)]
    if not paths:
        raise BadInput("there is nothing to write; name a file, such as -o look.cube, or --all FOLDER")
    _check(paths, size, camera)
    for path in paths:
        refuse_existing(path, overwrite)
    for path in paths:
        make_parent(path)
        typer.echo(f"{path}: {_written(chosen, path, label, _size(path, size), camera)}")


def _chosen(name: str, strength: float | None, space: str) -> "tuple[Look, Label]":
    from lichtbild.image.picture import ColourSpace
    from lichtbild.io.lut.label import Label
    from lichtbild.look.fingerprint import fingerprint
    from lichtbild.look.recipe import look_named

    if space not in (ColourSpace.SRGB.value, ColourSpace.DISPLAY_P3.value):
        raise BadInput(f"--space takes srgb or display-p3, not '{space}'")
    table = choices.look(name)
    factor = choices.percent(strength)
    chosen = look_named(table["look.name"], table.get("look.text"), 1.0 if factor is None else factor)
    if not chosen.has_style:
        able = choices.with_numbers()
        raise BadInput(f"the look '{chosen.name}' has no numbers to make a table of; choose one of {able}")
    percent = round(100 * chosen.strength)
    title = chosen.name if percent == 100 else f"{chosen.name} {percent} %"
    told = f"lichtbild look {chosen.name}, numbers {fingerprint(chosen)}, strength {percent} %, {space}"
    return chosen, Label(title, told, ColourSpace(space))


def _everything(folder: Path | None, name: str, camera: Path | None) -> list[Path]:
    if folder is None:
        return []
    return [folder / f"{name}{ending}" for ending in (*_ALL, *([".dcp"] if camera is not None else []))]


def _size(path: Path, size: int | None) -> int | None:
    return 65 if size is None and path.name.endswith("-65.cube") else size


def _check(paths: list[Path], size: int | None, camera: Path | None) -> None:
    """Refuse what cannot be written before anything is."""
    from lichtbild.io.lut.export import checked_size

    for path in paths:
        if path.suffix.lower() != ".dcp":
            try:
                checked_size(path.suffix, size)
            except BadInput as error:
                raise BadInput(f"{path}: {error}") from error
        elif camera is None:
            raise BadInput(f"{path}: a camera profile needs a DNG of the camera; name one with --camera")


def _written(look: "Look", path: Path, label: "Label", size: int | None, camera: Path | None) -> str:
    """Write one file; says what it holds."""
    from lichtbild.io.lut import export as files

    if path.suffix.lower() == ".dcp":
        assert camera is not None  # checked before
        apart = files.write_dcp(look, path, camera, label)
        told = f"{apart.mean:.2f} CIEDE2000 from the look in the mean, {apart.most:.2f} at most for 95 %"
        lost = f"; greys lose their tint of {apart.greys:.1f}, which a camera profile cannot hold"
        return told + (lost if apart.greys > 1 else "")
    from lichtbild.look.bake import bake

    style = look.style
    assert style is not None  # checked before
    files.write(lambda nodes: bake(style, size=nodes, space=label.space), path, label, size=size)
    return f"{files.checked_size(path.suffix, size)} nodes an axis"
