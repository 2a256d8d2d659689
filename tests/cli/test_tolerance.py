"""``lichtbild tolerance`` as a user meets it: what it writes, what it says, what it refuses."""

import json
import sys
from pathlib import Path

import pytest

from lichtbild.cli.main import exit_code
from lichtbild.io.lens.budget import read_budget, write_budget
from optics.toleranced import budget

LENS = "triplet"


def tolerance(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Exit code of the command, called in this process."""
    monkeypatch.setattr(sys, "argv", ["lichtbild", "tolerance", *map(str, arguments)])
    return exit_code()


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in with a budget in it, and a cache of its own."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.setenv("LICHTBILD_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(folder)
    write_budget(budget(0.1, wanted=0.5), folder / "budget.toml")
    return folder


@pytest.mark.slow  # compiles for long
def test_a_report_its_numbers_and_the_budget_that_was_found(
    monkeypatch: pytest.MonkeyPatch, somewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--builds", 150, "--retrace", 2, "--seed", 4, "--inverse", 0.6, "--save", "found.toml")
    assert tolerance(monkeypatch, LENS, "budget.toml", *options) == 0
    said = capsys.readouterr()
    assert "of 150 builds are good" in said.out and "traced anew" in said.out
    names = {path.name for path in somewhere.iterdir()}
    assert names == {"budget.toml", "found.toml", "triplet-tolerance.html", "triplet-tolerance.json"}
    numbers = json.loads((somewhere / "triplet-tolerance.json").read_text())
    assert numbers["retrace"]["builds"] == 2 and numbers["retrace"]["contrast_rms"] < 0.01
    found = read_budget(somewhere / "found.toml")
    assert found.wanted == 0.6 and found.source.startswith("inverse sensitivity of Triplet")
    fresh, fitted = (numbers["inverse"][which] for which in ("fresh", "predicted"))
    spread = (0.6 * 0.4 * (1 / fresh["total"] + 1 / fitted["total"])) ** 0.5
    assert fresh["rate"] == pytest.approx(fitted["rate"], abs=4 * spread)

    before = (somewhere / "found.toml").read_bytes()
    assert tolerance(monkeypatch, LENS, "budget.toml", *options) == 3
    assert "is there already" in capsys.readouterr().err
    assert (somewhere / "found.toml").read_bytes() == before


@pytest.mark.slow  # compiles for long
def test_json_is_the_same_for_the_same_seed_and_a_low_yield_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, somewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_budget(budget(0.2, wanted=0.999), somewhere / "hard.toml")
    texts = []
    for jobs in (1, 2):
        assert tolerance(monkeypatch, LENS, "hard.toml", "--builds", 100, "--json", "-j", jobs) == 1
        said = capsys.readouterr()
        assert "below the wanted yield of 99.9%" in said.err
        texts.append(said.out)
    assert texts[0] == texts[1]
    assert 0 < json.loads(texts[0])["yield"]["rate"] < 0.999
    assert {path.name for path in somewhere.iterdir()} == {"budget.toml", "hard.toml"}


REFUSED = {
    (LENS, "none.toml"): "name an existing budget file",
    ("teszar", "budget.toml"): "the nearest are tessar",
    (LENS, "wrong.toml"): "wrong.toml: budget has no key 'thickness_mm'; did you mean 'thickness_um'?",
    (LENS, "negative.toml"): "negative.toml: radius_percent is -0.1; a limit is 0 or more",
    (LENS, "elsewhere.toml"): "the budget limits radius_percent of surface 44, which this lens does not have",
    (LENS, "budget.toml", "--builds", "0"): "--builds can be 1 to",
    (LENS, "budget.toml", "--seed", "-1"): "--seed is a whole number from 0 on",
    (LENS, "budget.toml", "--retrace", "20000"): "--retrace can be 0 to the number of builds",
    (LENS, "budget.toml", "--inverse", "80"): "--inverse is a yield between 0 and 1",
    (LENS, "budget.toml", "--save", "b.toml"): "give --inverse YIELD with it",
    (LENS, "budget.toml", "-j", "-2"): "--jobs is 1 or more",
    (LENS,): "Missing argument 'BUDGET'",
}


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_mistakes_get_one_sentence(
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    somewhere: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    good = (somewhere / "budget.toml").read_text()
    (somewhere / "wrong.toml").write_text(good.replace("thickness_um", "thickness_mm"))
    (somewhere / "negative.toml").write_text(good.replace("radius_percent = ", "radius_percent = -0.1 # "))
    (somewhere / "elsewhere.toml").write_text(f"{good}\n[[only]]\nsurface = 44\nradius_percent = 1.0\n")
    before = sorted(somewhere.iterdir())
    assert tolerance(monkeypatch, *arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert REFUSED[arguments] in said.err
    assert sorted(somewhere.iterdir()) == before


@pytest.mark.slow  # takes long
def test_a_yield_that_cannot_be_reached(
    monkeypatch: pytest.MonkeyPatch, somewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_budget(budget(0.6), somewhere / "sharp.toml")
    assert tolerance(monkeypatch, LENS, "sharp.toml", "--builds", 64, "--inverse", 0.9) == 2
    assert "without any error of making" in capsys.readouterr().err
    assert {path.name for path in somewhere.iterdir()} == {"budget.toml", "sharp.toml"}
