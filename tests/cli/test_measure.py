"""``lichtbild measure`` as a user meets it."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lichtbild.cli.main import exit_code
from lichtbild.io import search_ledger
from lichtbild.io.export import save
from lichtbild.quality.record import Record
from lichtbild.study import lab, lab_report
from pictures import picture

LIMITS = 'schema = 1\n[[limit]]\nmeasure = "mtf50"\nleast = 0.2\n'


def measure(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["lichtbild", "measure", *map(str, arguments)])
    return exit_code()


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    save(picture(60, 80), "one.png")
    return tmp_path


def test_a_report_and_its_numbers_are_the_same_again(
    monkeypatch: pytest.MonkeyPatch, somewhere: Path
) -> None:
    names = ("measured.html", "measured.json")
    assert measure(monkeypatch, "one.png") == 0
    first = [Path(name).read_bytes() for name in names]
    assert measure(monkeypatch, "one.png", "--overwrite") == 0
    assert [Path(name).read_bytes() for name in names] == first
    assert sorted(path.name for path in somewhere.iterdir()) == sorted(("one.png", *names))


def test_numbers_alone_go_to_stdout(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], somewhere: Path
) -> None:
    assert measure(monkeypatch, "one.png", "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)["pictures"]
    assert told["name"] == "one.png" and len(told["sha256"]) == 64
    assert [path.name for path in somewhere.iterdir()] == ["one.png"]


def test_a_limit_that_nothing_meets_ends_with_findings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("limits.toml").write_text(LIMITS)
    assert measure(monkeypatch, "one.png", "--limits", "limits.toml") == 1
    assert "mtf50 is not measured: missing" in capsys.readouterr().err


def test_a_bad_picture_fails_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bad.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    assert measure(monkeypatch, "one.png", "bad.jpg", "-j", 1) == 2
    assert "lichtbild: bad.jpg: " in capsys.readouterr().err
    told = json.loads(Path("measured.json").read_text())
    assert [each["name"] for each in told["pictures"]] == ["one.png"]
    assert [each["name"] for each in told["failures"]] == ["bad.jpg"]


def test_what_a_stopped_run_noted_is_not_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = lab_report.ledger_of(Path("measured.html"))
    (shot,) = lab.plan(["one.png"])
    order = lab.Order()
    (found,) = lab.run([shot], order, ledger, 1)
    assert found.record is not None
    key = json.loads(ledger.read_text().splitlines()[-1])["key"]
    marked = Record(**{**vars(found.record), "camera": "from the ledger"})
    search_ledger.append(ledger, key, key, {"record": marked.to_table(), "overlay": ""})
    assert measure(monkeypatch, "one.png") == 0
    assert "from the ledger" in Path("measured.html").read_text() and not ledger.exists()


def test_folders_are_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("left", "right"):
        Path(name).mkdir()
        save(picture(60, 80), f"{name}/one.png")
    assert measure(monkeypatch, "left", "right", "-j", 1) == 0
    assert list(json.loads(Path("measured.json").read_text())["cameras"]) == ["left", "right"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["none.jpg"], 2, "none.jpg: does not exist"),
        (["one.png", "-o", "report.pdf"], 2, "report.pdf: a report is a page"),
        (["one.png", "--edges", "guess"], 2, "--edges takes unbiased, iso2023, both"),
        (["one.png", "--chart", "postcard"], 2, "there is no chart 'postcard'"),
        (["one.png", "--card", "party"], 2, "no score card is called 'party'"),
        (["one.png", "--viewing", "moon"], 2, "no viewing condition is called 'moon'"),
        (["one.png", "--registered"], 2, "name it with --reference"),
        (["one.png", "--tolerance", "0"], 2, "--tolerance takes more than 0"),
        (["one.png", "--limits", "none.toml"], 2, "none.toml: cannot be read"),
        (["one.png", "-o", "none/report.html"], 0, "report.html"),
        (["one.png", "-o", "none/none/report.html"], 3, "the folder cannot be made"),
        ([], 2, "Missing argument"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    assert measure(monkeypatch, *arguments) == code
    told = capsys.readouterr().err.strip()
    assert words in told and "\n" not in told


def test_an_empty_folder_and_a_report_that_is_there_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty").mkdir()
    assert measure(monkeypatch, "empty") == 2
    assert "there is no picture in it" in capsys.readouterr().err
    Path("measured.json").write_text("{}")
    assert measure(monkeypatch, "one.png") == 2
    assert "measured.json is there already" in capsys.readouterr().err


def test_a_series_counts_to_no_camera() -> None:
    (shot,) = lab.plan(["one.png"])
    (found,) = lab.run([shot], lab.Order(), None, 1)
    several = replace(found, shot=lab.Shot(shot.path, "series"), together=True)
    assert list(lab.by_camera([found, several])) == ["Maker Model"]


@pytest.mark.parametrize("name", ["one.png/report.html", "file/report.html"])
def test_a_place_that_takes_no_files_is_named_as_it_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    Path("file").write_text("")
    assert measure(monkeypatch, "one.png", "-o", name) == 3
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and name.split("/", maxsplit=1)[0] in said and "jsonl" not in said


def test_a_folder_without_room_for_notes_is_told_by_the_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The notes' own place is taken by a folder, as a full or guarded disk would refuse it, to root too."""
    lab_report.ledger_of(Path("measured.html")).mkdir()
    assert measure(monkeypatch, "one.png") == 3
    said = capsys.readouterr().err
    assert "measured.html: nothing can be written in " in said and "jsonl" not in said
    assert measure(monkeypatch, "one.png", "--json") == 0
