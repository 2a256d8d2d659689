"""``lichtbild panel`` as a user meets it."""

import json
import sys
from pathlib import Path

import pytest

from lichtbild.cli.main import exit_code
from panel_server import HEAD, write_experiment, write_pictures


def panel(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["lichtbild", "panel", *map(str, arguments)])
    return exit_code()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LICHTBILD_PANEL_VOTES", raising=False)
    write_experiment(tmp_path, 'method = "paired comparison"')
    return Path("experiment.toml")


def test_from_a_folder_to_an_experiment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    write_pictures(tmp_path / "shots", ("one", "two"), ("a", "b", "c"))
    assert panel(monkeypatch, "new", "night.toml", "shots") == 0
    assert panel(monkeypatch, "new", "night.toml", "shots") == 2
    assert "is there already" in capsys.readouterr().err
    assert panel(monkeypatch, "check", "night.toml", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["pictures"], told["judgements"], told["trials"]) == (6, 6, 6)
    assert panel(monkeypatch, "new", "other.toml", "nowhere") == 2
    assert panel(monkeypatch, "new", "folders.toml", "shots/one", "shots/two") == 0
    assert "3 scenes in 2 conditions" in capsys.readouterr().err
    assert panel(monkeypatch, "check", "folders.toml") == 0


def test_votes_go_out_and_in_and_are_forgotten(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    assert panel(monkeypatch, "status", file) == 2
    assert "there are no votes yet" in capsys.readouterr().err
    assert panel(monkeypatch, "invite", file, 2, "--url", "https://lab") == 0
    told_by = capsys.readouterr()
    lines = [line.split("\t") for line in told_by.out.splitlines()]
    assert not told_by.err
    assert len({name for name, _ in lines}) == 2 and all(len(link) > 50 for _, link in lines)
    assert lines[0][1].startswith("https://lab/#")
    Path("in.csv").write_text(
        f"observer,trial,scene,shown,answer\n{lines[0][0]},0,barn,a|b,1\nguest,0,lake,b|c,-1\n"
    )
    for new in ("2 of 2", "0 of 2"):
        assert panel(monkeypatch, "import", file, "in.csv") == 0
        assert f"{new} votes taken in" in capsys.readouterr().err
    assert panel(monkeypatch, "status", file, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["trials"] == 6 and [each["votes"] for each in told["observers"]] == [1, 0, 1]
    assert panel(monkeypatch, "forget", file, "guest") == 0
    assert panel(monkeypatch, "export", file) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith(f"{lines[0][0]},0,barn,a|b,1,test")
    assert panel(monkeypatch, "export", file, "-o", "out.json") == 0
    assert len(json.loads(Path("out.json").read_text())["votes"]) == 1
    assert panel(monkeypatch, "forget", file, "guest") == 2


def test_a_bad_table_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    Path("in.csv").write_text("observer,trial,scene,shown,answer\no,0,barn,a|b,1\no,1,barn,a|b,5\n")
    assert panel(monkeypatch, "import", file, "in.csv") == 2
    assert "in.csv: line 3: a comparison is answered by 1 or -1, not 5" in capsys.readouterr().err
    assert not Path("experiment.votes.sqlite").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("serve", "none.toml"), "none.toml: cannot be read"),
        (("serve", "experiment.toml", "--port", "99999"), "--port takes 0 to 65535"),
        (("serve", "experiment.toml", "--token-file", "none"), "holds no token"),
        (("serve", "experiment.toml", "--url", "here"), "--url takes an address"),
        (("serve", "experiment.toml", "--port", "0", "--votes", "ftp://x/y"), "not to ftp"),
        (("invite", "experiment.toml", "0"), "1 to 10000 observers"),
        (("export", "experiment.toml", "-o", "votes.xls"), "named as .csv or .json|written as .csv or .json"),
        (("check", "bad.toml"), "has no key 'colour'"),
    ],
)
def test_slips_are_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    file: Path,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    Path("bad.toml").write_text(f"{HEAD}colour = 1\n")
    assert panel(monkeypatch, *arguments) == 2
    said = capsys.readouterr().err
    assert any(part in said for part in words.split("|")) and said.count("\n") == 1
