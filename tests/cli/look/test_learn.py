"""Learning a look on the command line."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cli.test_develop import called
from lichtbild.io.learned_look import trust_of
from lichtbild.look.learn import chart
from lichtbild.look.style import parse
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
    style = parse(look.read_bytes(), "mine")
    assert style.lut is not None
    colours = 0.1 + 0.8 * np.random.default_rng(1).random((300, 3))
    np.testing.assert_allclose(style.lut.lut(colours), warm_and_contrasty(colours), atol=0.03)
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
