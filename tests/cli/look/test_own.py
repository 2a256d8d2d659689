"""A look of one's own, and how strong a look is, on the command line."""

from pathlib import Path

import pytest

from cli.test_develop import called, dng
from lichtbild.core import resources
from lichtbild.look.recipe import LOOKS

__all__ = ["dng"]


def test_list_names_every_look(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(monkeypatch, "look", "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(LOOKS)


def test_a_look_of_ones_own_is_carried_by_the_recipe(monkeypatch: pytest.MonkeyPatch, dng: Path) -> None:
    own = dng.with_name("mine.toml")
    own.write_bytes(resources.read("look", "catalogue", "authentic.toml"))
    made, again, named = (dng.with_name(f"{name}.png") for name in "abc")
    recipe = dng.with_name("recipe.toml")
    assert called(monkeypatch, "develop", dng, "--look", own, "-o", made, "--save-recipe", recipe, "-q") == 0
    own.unlink()
    assert called(monkeypatch, "develop", dng, "--recipe", recipe, "-o", again, "-q") == 0
    assert called(monkeypatch, "develop", dng, "--look", "authentic", "-o", named, "-q") == 0
    assert made.read_bytes() == again.read_bytes() == named.read_bytes()


def test_strength_goes_from_natural_to_the_look(monkeypatch: pytest.MonkeyPatch, dng: Path) -> None:
    written = []
    for look, strength in (("natural", 100), ("authentic", 0), ("authentic", 60), ("authentic", 100)):
        target = dng.with_name(f"{look}{strength}.png")
        options = ("--look", look, "--strength", strength, "-o", target, "-q")
        assert called(monkeypatch, "develop", dng, *options) == 0
        written.append(target.read_bytes())
    assert written[0] == written[1]
    assert len(set(written)) == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--strength", 151), "--strength takes 0 to 150 percent, not 151"),
        (("--look", "linear", "--strength", 50), "has no strength; choose one of natural"),
        (("--look", "nowhere.toml"), "nowhere.toml: cannot be read"),
        (("--look", "velvet"), "there is no look 'velvet'; choose one of"),
    ],
)
def test_what_is_no_look_is_refused(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    dng: Path,
    options: tuple[object, ...],
    words: str,
) -> None:
    assert called(monkeypatch, "develop", dng, *options, "-o", dng.with_name("no.jpg")) == 2
    said = capsys.readouterr().err
    assert words in said and len(said.strip().splitlines()) == 1
    assert not dng.with_name("no.jpg").exists()


def test_a_strength_that_does_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], dng: Path
) -> None:
    options = ("--look", "linear", "--grain", 1, "--sharpening", 1, "-o", dng.with_name("a.jpg"))
    assert called(monkeypatch, "develop", dng, *options) == 0
    said = capsys.readouterr().err
    assert "has no grain, so that its strength does nothing" in said and "has no sharpening" in said
