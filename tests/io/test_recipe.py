from dataclasses import replace
from pathlib import Path

import pytest

from lichtbild.camera.recipe import GeometryRecipe, LookRecipe, OutputRecipe, Recipe
from lichtbild.core.errors import BadFile, BadInput
from lichtbild.develop.recipe import DemosaicChoice, DevelopRecipe, ExposureChoice, WhiteBalanceChoice
from lichtbild.image.picture import ColourSpace
from lichtbild.io.recipe import changed, dumps, from_table, load_recipe, save_recipe

UNUSUAL = Recipe(
    DevelopRecipe(
        white_balance=WhiteBalanceChoice("neutral", (0.5, 1.0, 0.7)),
        demosaic=DemosaicChoice("malvar", "bin"),
        exposure=ExposureChoice(baseline=False, ev=-1.25),
    ),
    LookRecipe("profile", "Some Profile"),
    GeometryRecipe(False, False, "vertical", 3, 1.5, (0.1, 0.2, 0.9, 0.8)),
    OutputRecipe(ColourSpace.DISPLAY_P3, 80, 12, 2048, 500_000, True),
)


@pytest.mark.parametrize("recipe", [Recipe(), UNUSUAL])
def test_a_saved_recipe_is_the_same_recipe_and_the_same_file(recipe: Recipe, tmp_path: Path) -> None:
    save_recipe(recipe, tmp_path / "a.toml")
    loaded = load_recipe(tmp_path / "a.toml")
    assert loaded == recipe
    save_recipe(loaded, tmp_path / "b.toml")
    assert (tmp_path / "a.toml").read_bytes() == (tmp_path / "b.toml").read_bytes()


def test_what_a_file_leaves_out_keeps_its_default(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text("schema = 1\n[develop.exposure]\nev = 1\n")
    assert load_recipe(tmp_path / "r.toml") == Recipe(DevelopRecipe(exposure=ExposureChoice(ev=1.0)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "schema = 1"),
        ("schema = 2", "schema = 1"),
        ("schema = 1\n[lok]\nname = 'x'", "a recipe has no key 'lok'; it has develop, look"),
        (
            "schema = 1\n[develop.exposure]\nevs = 1",
            "'develop.exposure' has no key 'evs'; it has baseline, method, ev",
        ),
        ("schema = 1\n[develop.exposure]\nev = 'much'", "'develop.exposure.ev' cannot be 'much'"),
        ("schema = 1\n[develop.exposure]\nev = 99", "-20 to 20 EV"),
        ("schema = 1\n[develop.demosaic]\nmethod = 'magic'", "'residual', 'malvar'"),
        ("schema = 1\nlook = 3", "'look' cannot be 3"),
        ("schema = 1\n[geometry]\ncrop = [0.9, 0, 0.1, 1]", "left before right"),
        ("schema == 1", "is not TOML"),
        ("\x00\xff", "is not TOML"),
    ],
)
def test_a_bad_recipe_is_one_sentence(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadFile) as caught:
        load_recipe(path)
    assert words in str(caught.value) and str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_or_huge_recipe_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        load_recipe(tmp_path / "none.toml")
    huge = tmp_path / "huge.toml"
    huge.write_bytes(b"#" * (2 << 20))
    with pytest.raises(BadFile, match="at most"):
        load_recipe(huge)


def test_changes_by_path() -> None:
    recipe = changed(Recipe(), {"develop.exposure.ev": 2, "output.space": "rec2020"})
    assert recipe.develop.exposure.ev == 2 and recipe.output.space is ColourSpace.REC2020
    assert changed(recipe, {}) == recipe
    with pytest.raises(BadInput, match=r"'output\.space' cannot be 'cmyk'"):
        changed(recipe, {"output.space": "cmyk"})
    assert from_table({}) == Recipe()
    assert replace(recipe) == recipe and "schema = 1" in dumps(recipe)
