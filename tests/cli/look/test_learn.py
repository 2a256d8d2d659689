"""Learning a look on the command line."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cli.test_develop import called
from frames import smooth_frame
from lichtbild.io.dng.write import write
from lichtbild.io.learned_look import trust_of
from lichtbild.look.learn import chart
from lichtbild.look.learn.display_colour import difference
from lichtbild.look.learn.style_fit import shown
from lichtbild.look.style import parse, style
from look.learn.looks import photograph, warm_and_contrasty

Said = pytest.CaptureFixture[str]


def written(path: Path, picture: np.ndarray) -> Path:
    Image.fromarray(np.round(picture * 255).astype(np.uint8)).save(path)
    return path


def test_a_chart_is_drawn_and_learned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Said) -> None:
    drawn, look = tmp_path / "chart.png", tmp_path / "mine.toml"
    assert called(monkeypatch, "look", "chart", "-o", drawn) == 0
    np.testing.assert_array_equal(np.asarray(Image.open(drawn)), np.round(chart.picture() * 255))
    after = written(tmp_path / "after.png", warm_and_contrasty(chart.picture()))
    assert called(monkeypatch, "look", "learn", "--chart", after, "-o", look, "--json") == 0
    assert json.loads(capsys.readouterr().out)["patches"] == len(chart.colours())
    held = parse(look.read_bytes(), "mine")
    assert held.lut is not None
    colours = 0.1 + 0.8 * np.random.default_rng(1).random((300, 3))
    np.testing.assert_allclose(shown(held, colours), warm_and_contrasty(colours), atol=0.03)
    trust = trust_of(tomllib.loads(look.read_text()))
    assert trust is not None
    assert trust.shape == (9, 9, 9)


def test_folders_of_pairs_are_learned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Said) -> None:
    folders = tmp_path / "before", tmp_path / "after"
    for folder, look in zip(folders, (np.asarray, warm_and_contrasty), strict=True):
        folder.mkdir()
        for seed in (1, 2):
            written(folder / f"{seed}.png", look(photograph(seed)))
    target, page = tmp_path / "mine.toml", tmp_path / "mine.html"
    options = ("--pairs", *folders, "-o", target, "--hold-out", "--report", page)
    assert called(monkeypatch, "look", "learn", *options) == 0
    assert "held out" in capsys.readouterr().err
    assert target.read_text().startswith("# The look mine")
    assert "</html>" in page.read_text()
    assert called(monkeypatch, "look", "learn", *options) == 2
    assert "--overwrite" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "give one of them"),
        (("a.png",), "one picture is no pair;"),
        (("a.png", "black.png", "a.png"), "3 pictures are no pairs;"),
        (("one.png", "one2.png"), "one.png, one2.png: the pictures have 1 x 1 pixels"),
        (("a.png", "near.png"), "a.png, near.png: before and after differ by no more than 2 codes"),
        (("--chart", "chart.png", "--before", "a.png"), "a.png: the chart's four"),
        (("a.png", "a.png"), "is given as before and after"),
        (("a.png", "small.png"), "differs in size"),
        (("a.png", "none.png"), "cannot be read"),
        (("--chart", "a.png"), "a.png: the chart's four corner marks"),
        (("--finished",), "needs pictures"),
        (("--finished", "a.png", "black.png"), "black.png: a picture of 50 x 50 pixels says"),
        (("--pairs", "a.png", "a.png"), "is no folder"),
    ],
)
def test_what_teaches_nothing_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Said, arguments: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    written(Path("a.png"), photograph(1))
    written(Path("small.png"), photograph(1, 40))
    near = photograph(1)
    near[:9, :9] = np.where(near[:9, :9] > 0.5, near[:9, :9] - 2 / 255, near[:9, :9] + 2 / 255)
    written(Path("near.png"), near)
    for name in ("one.png", "one2.png"):
        written(Path(name), np.zeros((1, 1, 3)))
    written(Path("chart.png"), chart.picture())
    written(Path("black.png"), np.zeros((50, 50, 3)))
    assert called(monkeypatch, "look", "learn", *arguments) == 2
    assert sentence in capsys.readouterr().err
    assert not Path("learned.toml").exists()


def test_a_learned_look_is_given_to_pictures_and_to_raw_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Said
) -> None:
    """The file holds numbers of its own; on a finished picture it is right, and on a raw file alike."""
    look, picture = tmp_path / "mine.toml", photograph(7)
    after = written(tmp_path / "after.png", warm_and_contrasty(chart.picture()))
    assert called(monkeypatch, "look", "learn", "--chart", after, "-o", look) == 0
    assert "the numbers leave" in capsys.readouterr().err
    held = parse(look.read_bytes(), "mine")
    assert held.view != style("natural").view
    assert held.tone_bath is not None
    before = written(tmp_path / "plain.png", picture)
    assert called(monkeypatch, "look", "apply", before, "--look", look, "-o", tmp_path / "done.png") == 0
    done = np.asarray(Image.open(tmp_path / "done.png").convert("RGB")) / 255
    # Half a CIEDE2000 in the mean: what the chart teaches, rounding, and the residual's nodes.
    assert difference(done, warm_and_contrasty(picture)).mean() < 0.6

    write(smooth_frame((60, 72)), tmp_path / "scene.dng")
    rendered = {}
    for name, options in {
        "natural": ("--look", "natural"),
        "mine": ("--look", look),
        "half": ("--look", look, "--strength", 50),
    }.items():
        target = tmp_path / f"{name}.png"
        assert called(monkeypatch, "develop", tmp_path / "scene.dng", "-o", target, *options) == 0
        rendered[name] = np.asarray(Image.open(target).convert("RGB")) / 255
    wanted = warm_and_contrasty(rendered["natural"])
    # Of the raw file's own light, by local tone and sharpening, more is left than on the finished picture.
    apart = difference(rendered["mine"], wanted).mean()
    assert apart < 0.3 * difference(rendered["natural"], wanted).mean()
    far = difference(rendered["mine"], rendered["natural"]).mean()
    assert 0.25 * far < difference(rendered["half"], rendered["natural"]).mean() < 0.75 * far
