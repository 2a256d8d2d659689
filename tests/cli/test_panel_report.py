"""``lichtbild panel report``, ``power`` and ``simulate`` as a user meets them."""

import json
import sys
from pathlib import Path

import pytest

from lichtbild.cli.main import exit_code
from panel_server import write_experiment


def panel(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["lichtbild", "panel", *map(str, arguments)])
    return exit_code()


def test_simulated_observers_end_in_a_page(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LICHTBILD_PANEL_VOTES", raising=False)
    file = write_experiment(tmp_path, 'method = "paired comparison"\nschedule = "active"').name
    assert panel(monkeypatch, "simulate", file, "--observers", 4, "--keep-truth", "truth.csv") == 0
    assert "24 votes of 4 simulated observers" in capsys.readouterr().err
    assert panel(monkeypatch, "simulate", file) == 2
    votes = "experiment.simulated.sqlite"
    assert panel(monkeypatch, "report", file) == 2
    assert panel(monkeypatch, "report", file, "--votes", votes, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["simulated"] and told["votes"]["test"] == 24
    page = Path("experiment.report.html").read_bytes()
    assert page.count(b"data:image/jpeg;base64,") == 6
    assert json.loads(Path("experiment.report.json").read_text()) == told
    assert panel(monkeypatch, "report", file, "--votes", votes) == 2
    again = ("--votes", votes, "-o", "again.html")
    assert panel(monkeypatch, "report", file, *again) == 0
    assert Path("again.html").read_bytes() == page
    assert panel(monkeypatch, "simulate", file, "--observers", 1, "--truth", "truth.csv", "--overwrite") == 0
    Path("truth.csv").write_text("condition,score\na,1\n")
    assert panel(monkeypatch, "simulate", file, "--truth", "truth.csv", "--overwrite") == 2
    assert "has no score of scene 'barn', condition 'b'" in capsys.readouterr().err


def test_simulated_votes_stay_away_from_those_of_people(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LICHTBILD_PANEL_VOTES", raising=False)
    file = write_experiment(tmp_path, 'method = "paired comparison"').name
    assert panel(monkeypatch, "invite", file, 1) == 0
    assert "the links are to http://127.0.0.1:8765; where it is served elsewhere" in capsys.readouterr().err
    assert panel(monkeypatch, "simulate", file, "--votes", "experiment.votes.sqlite", "--overwrite") == 2
    assert "holds votes of 1 people" in capsys.readouterr().err


def test_power_tells_observers_and_their_power(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert panel(monkeypatch, "power", "pairs", "--effect", 0.5, "--conditions", 8, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    needed = told["observers_needed"]
    arguments = ("power", "pairs", "--effect", 0.5, "--conditions", 8, "--json", "--observers")
    powers = []
    for count in (needed - 1, needed):
        assert panel(monkeypatch, *arguments, count) == 0
        powers.append(json.loads(capsys.readouterr().out)["power_of_observers"])
    assert powers[0] < 0.8 <= powers[1]
    assert panel(monkeypatch, *arguments[:-2], "--all-pairs", "--json") == 0
    assert json.loads(capsys.readouterr().out)["observers_needed"] > needed
    assert panel(monkeypatch, "power", "ratings", "--effect", 0.5, "--unlikeness", 0) == 0
    assert "observers" in capsys.readouterr().out
    assert panel(monkeypatch, "power", "guesses", "--effect", 1) == 2
