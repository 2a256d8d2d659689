"""``lichtbild look sheet`` as a user meets it."""

import sys
from pathlib import Path

import pytest

from frames import smooth_frame
from lichtbild.cli.main import exit_code
from lichtbild.io.dng.write import write
from lichtbild.io.export import save
from lichtbild.io.picture_file import read_picture
from lichtbild.study.look_sheet import every_look
from pictures import picture


def sheet(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["lichtbild", "look", "sheet", *map(str, arguments)])
    return exit_code()


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    save(picture(80, 120), "photo.png")
    return tmp_path


def test_every_look_on_a_finished_picture(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sheet(monkeypatch, "photo.png") == 0
    assert capsys.readouterr().out == f"photo.looks.jpg: {len(every_look())} pictures\n"
    assert min(read_picture("photo.looks.jpg").extent) > 80


def test_chosen_looks_of_a_raw_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(smooth_frame((120, 160)), "scene.dng")
    options = ("--looks", "natural, authentic", "--strength", 50, "--size", 64, "-o", "sheet.png")
    assert sheet(monkeypatch, "scene.dng", *options) == 0
    assert "2 pictures" in capsys.readouterr().out
    assert read_picture("sheet.png").extent.width > 2 * 60


def test_a_page_holds_every_picture(monkeypatch: pytest.MonkeyPatch, somewhere: Path) -> None:
    assert sheet(monkeypatch, "photo.png", "--looks", "authentic", "-o", "looks.html") == 0
    page = (somewhere / "looks.html").read_text()
    assert page.count("<img") == 2 and "original" in page and "authentic" in page
    assert "http:" not in page and "https:" not in page


def test_bad_input_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cases: list[tuple[tuple[object, ...], str]] = [
        (("missing.jpg",), "missing.jpg: does not exist"),
        (("photo.png", "--looks", ","), "--looks takes names of looks"),
        (("photo.png", "--looks", "nosuch"), "there is no look 'nosuch'"),
        (("photo.png", "-o", "sheet.gif"), "a sheet is a picture or a page"),
        (("photo.png", "--strength", 200), "0 to 150 percent"),
        (("photo.png", "--size", 10), "64 to 4096"),
        (("photo.png", "--looks", "aces2"), "renders scenes"),
    ]
    for arguments, words in cases:
        assert sheet(monkeypatch, *arguments) == 2, arguments
        said = capsys.readouterr().err
        assert words in said and said.count("\n") == 1, (arguments, said)


def test_a_sheet_never_replaces_its_photograph(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], somewhere: Path
) -> None:
    before = (somewhere / "photo.png").read_bytes()
    (somewhere / "link.png").symlink_to("photo.png")
    for target in ("photo.png", "./photo.png", "link.png"):
        assert sheet(monkeypatch, "photo.png", "-o", target, "--overwrite", "--size", 64) == 2
        assert "would replace its own photograph" in capsys.readouterr().err
    assert (somewhere / "photo.png").read_bytes() == before
