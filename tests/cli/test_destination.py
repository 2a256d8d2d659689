"""Files that commands of looks write: never over others unasked, and in a folder that may be missing."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cli.test_develop import called
from lichtbild.core import resources
from look.learn.looks import photograph, warm_and_contrasty

Said = pytest.CaptureFixture[str]

COMMANDS = {
    "a.png": ("chart", "-o", "{}"),
    "a.cube": ("export", "authentic", "--size", "3", "-o", "{}"),
    "a.toml": ("solve", "given.toml", "-o", "{}"),
    "a.jpg": ("sheet", "before.png", "--looks", "mono", "--size", "64", "-o", "{}"),
    "a.html": ("meter", "table.cube", "-o", "{}"),
    "b.html": ("learn", "before.png", "after.png", "-o", "learned.toml", "--report", "{}"),
    "b.toml": ("import", "table.cube", "-o", "{}"),
}
"""Commands by the file that they write."""


@pytest.fixture(autouse=True)
def _material(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures, a look and a table; and what is long in the work is left out."""
    monkeypatch.chdir(tmp_path)
    for name, picture in (("before", photograph(1)), ("after", warm_and_contrasty(photograph(1)))):
        Image.fromarray(np.round(picture * 255).astype(np.uint8)).save(f"{name}.png")
    text = resources.read("look", "catalogue", "natural.toml").decode()
    Path("given.toml").write_text(text.split("\n[targets]")[0] + "\n[targets]\ngrey_lightness = 51.5\n")
    nodes = [f"{red} {green} {blue}" for blue in (0, 1) for green in (0, 1) for red in (0, 1)]
    Path("table.cube").write_text("LUT_3D_SIZE 2\n" + "\n".join(nodes) + "\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_there_is_replaced_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, name: str
) -> None:
    words = [word.format(name) for word in COMMANDS[name]]
    Path(name).write_text("mine")
    assert called(monkeypatch, "look", *words) == 2
    assert f"{name} is there already; name another file, or add --overwrite" in capsys.readouterr().err
    assert Path(name).read_text() == "mine"
    assert called(monkeypatch, "look", *words, "--overwrite") == 0
    assert Path(name).read_bytes() != b"mine"


@pytest.mark.parametrize("name", COMMANDS)
def test_one_missing_folder_is_made_and_no_more(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, name: str
) -> None:
    assert called(monkeypatch, "look", *(word.format(f"new/{name}") for word in COMMANDS[name])) == 0
    assert Path("new", name).is_file()
    Path("learned.toml").unlink(missing_ok=True)
    assert called(monkeypatch, "look", *(word.format(f"no/deep/{name}") for word in COMMANDS[name])) == 3
    assert "cannot be made" in capsys.readouterr().err
    assert not Path("no").exists() and not Path("learned.toml").exists()


def test_every_format_goes_into_a_folder_that_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    from lichtbild.look.lut import Lut

    monkeypatch.setattr("lichtbild.look.bake.bake", lambda look, size, space: Lut.identity(3))
    monkeypatch.setattr("lichtbild.io.lut.export.checked_size", lambda suffix, size=None: 4)
    monkeypatch.setattr("lichtbild.io.lut.hald.write", lambda lut, path, label, level: path.touch())
    assert called(monkeypatch, "look", "export", "given.toml", "--all", "tables", "--strength", 80) == 0
    assert Path("tables", "given.cube").is_file()


def test_a_report_that_has_no_place_leaves_no_look(monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    Path("page.html").mkdir()
    words = ("before.png", "after.png", "-o", "own.toml", "--report", "page.html")
    assert called(monkeypatch, "look", "learn", *words) == 3
    assert "page.html: a folder has this name" in capsys.readouterr().err
    assert not Path("own.toml").exists()
    assert called(monkeypatch, "look", "learn", *words[:-1], "own.toml") == 2
    assert "both the look and the report" in capsys.readouterr().err


def test_a_solved_look_is_a_toml_file(monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    assert called(monkeypatch, "look", "solve", "given.toml", "-o", "own.png") == 2
    assert "a look is a .toml file" in capsys.readouterr().err
    assert called(monkeypatch, "look", "solve", "given.toml", "-o", "given.toml") == 0
