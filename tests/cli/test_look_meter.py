"""``lichtbild look meter`` as a user meets it."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import designed_look
from lichtbild.cli.main import exit_code
from lichtbild.io.export import save
from lichtbild.io.lut import cube, hald
from lichtbild.io.lut.label import Label
from lichtbild.look.lut import Lut, nodes
from lichtbild.look.meter import measured


def meter(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["lichtbild", "look", "meter", *map(str, arguments)])
    return exit_code()


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def table() -> Lut:
    return Lut(designed_look.encoded(nodes(33).astype(float)).astype(np.float32))


def test_a_look_by_its_name(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert meter(monkeypatch, "authentic") == 0
    shown = capsys.readouterr().out
    assert "sky blues" in shown and shown.splitlines()[-1].startswith("Darker middle tones")


@pytest.mark.parametrize("suffix", ["cube", "png", "tif"])
def test_a_table_gives_its_numbers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], table: Lut, suffix: str
) -> None:
    """The designed numbers come back through a file of each kind."""
    write = cube.write if suffix == "cube" else hald.write
    write(table, f"own.{suffix}", Label("own"))
    assert meter(monkeypatch, f"own.{suffix}", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["name"] == f"own.{suffix}" and found["light"] == "finished"
    true = measured(designed_look.clipped, "finished")
    np.testing.assert_allclose(found["chroma"]["value"], true.chroma.value, atol=0.01)
    np.testing.assert_allclose(found["hue_shift_deg"]["value"], true.turn.value, atol=0.5)
    assert found["black"] == pytest.approx(designed_look.BLACK, abs=0.2)
    assert found["chroma"]["error"] == [0.0] * 12 and found["sentence"].endswith(".")


def test_a_pair_and_its_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], somewhere: Path
) -> None:
    codes = designed_look.scene(hues=(0.0, 120.0))
    save(designed_look.picture(codes), "before.jpg", quality=95)
    save(designed_look.picture(designed_look.encoded(codes)), "after.jpg", quality=95)
    assert meter(monkeypatch, "before.jpg", "after.jpg", "-o", "look.html") == 0
    shown = capsys.readouterr().out
    assert "±" in shown and "not in the picture" in shown
    page = (somewhere / "look.html").read_text()
    assert page.count("<svg") >= 1 and "http:" not in page.replace("http://www.w3.org", "")
    data = json.loads(page.split('id="data">')[1].split("</script>")[0])
    assert data["chroma"]["value"][8] is None and data["samples"][1] > 50


def test_bad_input_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], somewhere: Path
) -> None:
    codes = designed_look.scene(96)
    save(designed_look.picture(codes), "one.png")
    save(designed_look.picture(codes[:80]), "two.png")
    (somewhere / "broken.jpg").write_bytes(b"\xff\xd8\xff broken")
    (somewhere / "notes.txt").write_text("notes")
    cases: list[tuple[tuple[str, ...], str]] = [
        (("nosuch",), "there is no look 'nosuch'"),
        (("nosuch.cube",), "cannot be read"),
        (("one.png",), "HaldCLUT"),
        (("notes.txt",), "no look and no table"),
        (("one.png", "two.png"), "96 x 96 and 96 x 80 pixels"),
        (("one.png", "broken.jpg"), "broken.jpg: is damaged: its JPEG data"),
        (("one.png", "missing.jpg"), "missing.jpg: cannot be read"),
        (("authentic", "-o", "report.pdf"), "name a .html file"),
    ]
    for arguments, words in cases:
        assert meter(monkeypatch, *arguments) == 2, arguments
        said = capsys.readouterr().err
        assert words in said and said.count("\n") == 1, (arguments, said)
