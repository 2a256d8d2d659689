"""``lichtbild look solve`` on the command line."""

import json
from pathlib import Path

import pytest

from cli.test_develop import called
from lichtbild.core import resources
from lichtbild.look.style import parse, style

pytest.importorskip("scipy")

TEXT = resources.read("look", "catalogue", "natural.toml").decode()
TARGETS = "schema = 1\nname = 'mine'\n\n" + TEXT[TEXT.index("\n[targets]") + 1 :]


@pytest.fixture
def look(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(TARGETS)
    return path


def test_numbers_are_written_into_the_file_and_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], look: Path
) -> None:
    assert called(monkeypatch, "look", "solve", look, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["conflict"] == [] and all(target["met"] for target in told["targets"])
    assert parse(look.read_bytes(), "mine").view.contrast == pytest.approx(
        style("natural").view.contrast, rel=0.2
    )
    solved = look.read_bytes()
    assert called(monkeypatch, "look", "solve", look, "--check") == 0
    assert look.read_bytes() == solved
    assert "look mine" in capsys.readouterr().err


def test_another_file_is_written_where_one_is_named(monkeypatch: pytest.MonkeyPatch, look: Path) -> None:
    other = look.with_name("other.toml")
    assert called(monkeypatch, "look", "solve", look, "-o", other) == 0
    assert look.read_text() == TARGETS and "[view]" in other.read_text()


def test_a_missed_target_is_a_finding(monkeypatch: pytest.MonkeyPatch, look: Path) -> None:
    look.write_text(TEXT.replace("grey = 0.19", "grey = 0.25"))
    assert called(monkeypatch, "look", "solve", look, "--check") == 1


def test_targets_that_conflict_are_named_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], look: Path
) -> None:
    text = "schema = 1\n[targets]\ngrey_lightness = 51.5\ntone = [\n  { ev = 0.1, lightness = 72.0 },\n]\n"
    look.write_text(text)
    assert called(monkeypatch, "look", "solve", look) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert "cannot reach these targets together" in said
    assert "(line 5)" in said and "(line 3)" in said
    assert look.read_text() == text


def test_what_is_no_look_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], look: Path
) -> None:
    look.write_text(TARGETS.replace("grey_lightness = 51.5", "grey_lightness = 'bright'"))
    assert called(monkeypatch, "look", "solve", look) == 2
    assert f"{look}: line 5 of look 'mine' has grey_lightness = 'bright'" in capsys.readouterr().err
    for text in ("schema = 1\n[targets]\n", "schema = 1\n[targets]\ngrey_tolerance = 1.0\n"):
        look.write_text(text)
        assert called(monkeypatch, "look", "solve", look) == 2
        assert "line 2 of look 'mine' has a table [targets] that asks for nothing" in capsys.readouterr().err
    assert called(monkeypatch, "look", "solve", look.with_name("none.toml")) == 2
    assert "cannot be read" in capsys.readouterr().err
