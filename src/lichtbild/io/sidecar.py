"""Sidecar: the recipe of a photograph in a file beside it, which ``lichtbild develop --recipe`` replays."""

from pathlib import Path
from typing import Final

from lichtbild.camera.recipe import Recipe
from lichtbild.core.errors import CannotWrite
from lichtbild.io.recipe import load_recipe, save_recipe

ENDING: Final = ".lichtbild.toml"
"""What follows the whole name of the photograph's file, or of the first frame of its burst."""


def sidecar_of(source: Path) -> Path:
    """Where the recipe of a photograph lies."""
    return source.with_name(source.name + ENDING)


def saved(source: Path) -> Recipe | None:
    """The recipe beside a photograph; None where there is none.

    Raises:
        BadFile: what lies there is no recipe.
    """
    path = sidecar_of(source)
    return load_recipe(path) if path.is_file() else None


def save(recipe: Recipe, source: Path) -> Path:
    """Write the recipe beside its photograph; returns where.

    Raises:
        CannotWrite: the file cannot be written there.
    """
    path = sidecar_of(source)
    save_recipe(recipe, path)
    return path


def forget(source: Path) -> None:
    """Take the recipe away; nothing happens where there is none.

    Raises:
        CannotWrite: it cannot be removed.
    """
    path = sidecar_of(source)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise CannotWrite(f"{path}: cannot be removed ({error.strerror})") from error
