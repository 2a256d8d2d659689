"""The design command: its mistakes in a sentence each, and a small lens from a specification alone."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lichtbild.cli.interrupt import Interruption
from lichtbild.cli.main import app
from lichtbild.core.errors import LichtbildError
from lichtbild.io.lens import catalogue_lens, read_lens
from lichtbild.optics.search.result import SPOT, Measure, Proof
from lichtbild.study.judge import Best

EXAMPLES = Path(__file__).parents[2] / "examples"

SMALL = """
[specification]
elements = 3
f_number = 2.8
image_height_mm = 1.8
field_of_view_deg = 60
track_mm = 4.0
rms_spot_um = 6.0
"""


def refused(*words: object) -> str:
    found = CliRunner().invoke(app, ["design", *map(str, words)])
    assert isinstance(found.exception, LichtbildError)
    return str(found.exception)


def test_a_dry_run_says_what_is_wanted(tmp_path: Path) -> None:
    found = CliRunner().invoke(
        app, ["design", str(EXAMPLES / "lens_5p.toml"), "-o", str(tmp_path / "l.toml"), "--dry-run"]
    )
    assert found.exit_code == 0
    assert "5 elements, f/2, image height 2.9 mm, 76 degrees, focal length 3.712 mm" in found.stdout
    assert not list(tmp_path.iterdir())


def test_mistakes(tmp_path: Path) -> None:
    spec = EXAMPLES / "lens_5p.toml"
    assert "cannot be read" in refused(tmp_path / "none.toml", "-o", tmp_path / "l.toml")
    assert "change the suffix" in refused(spec, "-o", tmp_path / "l.png")
    assert "make it first" in refused(spec, "-o", tmp_path / "none" / "l.toml")
    assert "--minutes is -1" in refused(spec, "-o", tmp_path / "l.toml", "--minutes", "-1")
    assert "--jobs is 0" in refused(spec, "-o", tmp_path / "l.toml", "-j", "0")
    front = tmp_path / "front.toml"
    front.write_text(spec.read_text().replace("f_number = 2.0", "f_number = [2.0, 2.2]"))
    assert "goes into a folder" in refused(front, "-o", tmp_path / "l.toml")
    assert "name an existing specification file" in refused(tmp_path / "none.toml", "-o", tmp_path / "l.toml")


def test_a_ledger_that_cannot_be_written_is_known_at_once(tmp_path: Path) -> None:
    (tmp_path / "l.search.jsonl").mkdir()
    sentence = refused(EXAMPLES / "lens_5p.toml", "-o", tmp_path / "l.toml")
    assert "l.search.jsonl: what was found cannot be noted" in sentence


def test_an_interrupted_search_keeps_its_lens_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lens = catalogue_lens("triplet")
    measures = (Measure("track", 0.0, 5.0, 4.9, "mm"), Measure(f"{SPOT} 0.85", 0.0, 4.0, 3.0, "um"))

    def stopped(*_: object) -> Iterator[Best]:
        yield Best(Proof(lens, measures), 1.0, 1)
        raise Interruption(2)

    monkeypatch.setattr("lichtbild.study.design.search", stopped)
    out = tmp_path / "l.toml"
    found = CliRunner().invoke(app, ["design", str(EXAMPLES / "lens_5p.toml"), "-o", str(out)])
    assert found.exit_code == 0
    assert "interrupted; run the same command again to go on" in found.stderr
    assert "RMS spot" in found.stdout
    assert read_lens(out).lens == lens


@pytest.mark.slow
def test_a_small_lens_from_its_specification(tmp_path: Path) -> None:
    """Three elements of f/2.8, as soon as all of it is met; what is written is what was measured."""
    (tmp_path / "spec.toml").write_text(SMALL)
    words = [
        "design",
        str(tmp_path / "spec.toml"),
        "-o",
        str(tmp_path / "lens.toml"),
        "--until-met",
        "--json",
        "-j",
        "1",
    ]
    found = CliRunner().invoke(app, [*words, "--minutes", "12", "--seed", "1"])
    assert found.exit_code == 0, found.output
    (told,) = json.loads(found.stdout)
    assert all(each["is_met"] for each in told["measures"])
    lens = read_lens(tmp_path / "lens.toml").lens
    assert len(lens.surfaces) == 3 * 2 + 3
    assert (tmp_path / "lens.search.jsonl").is_file()
    again = CliRunner().invoke(app, [*words, "--minutes", "0", "--seed", "1"])
    (resumed,) = json.loads(again.stdout)
    assert resumed["history"][-1]["rms_um"] == told["history"][-1]["rms_um"]
