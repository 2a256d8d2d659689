"""``lichtbild chart`` as a user meets it."""

import json
import sys
from pathlib import Path

import pytest
from PIL import Image

from lichtbild.cli.main import exit_code
from lichtbild.image.chart_catalogue import chart_names

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def chart(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["lichtbild", "chart", *map(str, arguments)])
    return exit_code()


def test_charts_are_listed(monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    assert chart(monkeypatch, "--list") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(chart_names())
    assert chart(monkeypatch, "--list", "--json") == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)] == list(chart_names())


def test_values_are_told_without_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, tmp_path: Path
) -> None:
    assert chart(monkeypatch, "colour-checker-classic", "--json", "--size", "594x420mm") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["size_mm"] == [420, 594] and len(told["fiducials"]) == 4
    assert chart(monkeypatch, "colour-checker-classic", "--table") == 0
    lines = capsys.readouterr().out.splitlines()
    # Its maker's Lab of dark skin, made from November 2014.
    assert len(lines) == 25 and lines[1].split()[:6] == ["dark", "skin", "colour", "37.54", "14.37", "14.92"]
    assert list(tmp_path.iterdir()) == []


def test_a_chart_and_its_values_are_written_and_not_replaced(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, tmp_path: Path
) -> None:
    order = ("dot-grid", "-o", "new/dots.png", "--size", "a4", "--dpi", 40, "--reference")
    assert chart(monkeypatch, *order) == 0
    assert "print it at 100 %, 297 x 210 mm" in capsys.readouterr().err
    with Image.open(tmp_path / "new" / "dots.png") as image:
        assert image.size == (468, 331)
    told = json.loads((tmp_path / "new" / "dots.json").read_text(encoding="utf-8"))
    assert told["targets"][0]["type"] == "grid"
    before = (tmp_path / "new" / "dots.png").read_bytes()
    (tmp_path / "new" / "dots.png").unlink()
    assert chart(monkeypatch, *order) == 2
    assert "dots.json is there already" in capsys.readouterr().err
    assert not (tmp_path / "new" / "dots.png").exists()
    assert chart(monkeypatch, *order, "--overwrite") == 0
    assert (tmp_path / "new" / "dots.png").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name a chart, such as bench"),
        (("benhc",), "there is no chart 'benhc'"),
        (("bench", "--size", "A7"), "--size takes A4, A3"),
        (("bench", "--size", "10x20"), "50 to 5000 mm"),
        (("bench", "--size", "nanx300"), "50 to 5000 mm"),
        (("bench", "--space", "cmyk"), "--space takes srgb or p3"),
        (("bench", "--space", "p3"), "drawings have colours in srgb"),
        (("bench", "-o", "a.jpg"), "no format of charts"),
        (("bench", "-o", "a.png", "--dpi", 1200), "can have 120 million"),
        (("bench", "-o", "a.png", "--dpi", "nan"), "dots an inch, not nan"),
    ],
)
def test_mistakes_get_one_sentence(
    arguments: tuple[object, ...],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Said,
    tmp_path: Path,
) -> None:
    assert chart(monkeypatch, *arguments) == 2
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1 and "Traceback" not in said
    assert list(tmp_path.iterdir()) == []
