"""Recipes beside photographs."""

from dataclasses import replace
from pathlib import Path

import pytest

from lichtbild.camera.recipe import GeometryRecipe, LookRecipe, Recipe
from lichtbild.core.errors import BadFile, CannotWrite
from lichtbild.io import sidecar
from lichtbild.io.recipe import load_recipe

EDIT = replace(
    Recipe(), look=LookRecipe(name="mono", strength=0.7), geometry=GeometryRecipe(straighten_deg=2.5)
)


def test_a_sidecar_is_named_after_the_whole_file_and_holds_every_choice(tmp_path: Path) -> None:
    source = tmp_path / "a.b.dng"
    assert sidecar.saved(source) is None
    path = sidecar.save(EDIT, source)
    assert path.name == "a.b.dng.lichtbild.toml"
    assert sidecar.saved(source) == EDIT == load_recipe(path)


def test_a_forgotten_edit_is_gone_and_may_be_forgotten_again(tmp_path: Path) -> None:
    source = tmp_path / "a.dng"
    sidecar.save(EDIT, source)
    sidecar.forget(source)
    sidecar.forget(source)
    assert sidecar.saved(source) is None
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_recipe_is_a_bad_file(tmp_path: Path) -> None:
    source = tmp_path / "a.dng"
    sidecar.sidecar_of(source).write_text("look = 3")
    with pytest.raises(BadFile, match=r"a\.dng\.lichtbild\.toml"):
        sidecar.saved(source)


def test_a_folder_that_is_not_there_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite):
        sidecar.save(EDIT, tmp_path / "none" / "a.dng")
