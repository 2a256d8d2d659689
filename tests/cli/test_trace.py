"""``lichtbild trace`` as a user meets it: what it writes, what it says, what it refuses."""

import csv
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from lichtbild.cli.main import exit_code
from lichtbild.io.lens import catalogue_lens, catalogue_names, read_lens, write_lens
from lichtbild.optics.paraxial import first_order

LENS = "triplet"


def trace(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Exit code of the command, called in this process."""
    monkeypatch.setattr(sys, "argv", ["lichtbild", "trace", *map(str, arguments)])
    return exit_code()


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, so that nothing is written elsewhere unnoticed."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_list_names_every_lens_and_every_analysis(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(monkeypatch, "--list") == 0
    words = capsys.readouterr().out.split()
    assert set(catalogue_names()) < set(words)
    assert {"mtf", "ghosts", "first-order"} < set(words)


def test_a_report_and_its_numbers_lie_beside_each_other(
    monkeypatch: pytest.MonkeyPatch, somewhere: Path
) -> None:
    assert trace(monkeypatch, LENS, "--analysis", "first_order,seidel", "--analysis", "prescription") == 0
    assert {path.name for path in somewhere.iterdir()} == {f"{LENS}.html", f"{LENS}.json"}
    numbers = json.loads((somewhere / f"{LENS}.json").read_text())
    assert set(numbers["analyses"]) == {"first-order", "seidel", "prescription"}
    focal_length = float(first_order(catalogue_lens(LENS)).focal_length)
    assert focal_length in leaves(numbers["analyses"]["first-order"])
    page = (somewhere / f"{LENS}.html").read_text()
    assert f"{focal_length:.4g}" in page
    assert not re.findall(r"""(?:src|href)=["'](?!#|data:)""", page)


def leaves(value: object) -> list[object]:
    """All numbers of nested JSON."""
    if isinstance(value, dict):
        return [leaf for entry in value.values() for leaf in leaves(entry)]
    return [leaf for entry in value for leaf in leaves(entry)] if isinstance(value, list) else [value]


@pytest.mark.slow
def test_a_whole_report(monkeypatch: pytest.MonkeyPatch, somewhere: Path) -> None:
    """Every analysis has a section, a number that is one, and no ray is lost in a sound lens."""
    from lichtbild.optics.report.assembly import ANALYSES

    assert trace(monkeypatch, "6p-f1.85", "-o", "all.html", "--pitch", "0.8", "--chief-limit", "34") == 0
    numbers = json.loads((somewhere / "all.json").read_text())
    assert set(numbers["analyses"]) == set(ANALYSES)
    for name in set(ANALYSES) - {"layout", "sheets"}:
        finite = [leaf for leaf in leaves(numbers["analyses"][name]) if isinstance(leaf, float)]
        assert finite, name
    assert set(numbers["analyses"]["spot"]["rays"]) == {"passed"}
    assert min(numbers["analyses"]["illumination"]["share_of_rays_arriving"]) == 1.0
    assert_waves_and_rays_agree(numbers["analyses"])
    page = (somewhere / "all.html").read_text()
    assert page.count("<svg") > 20
    assert "−0.00011858" in page, "the first surface's coefficient of r^8, as the patent prints it"


def assert_waves_and_rays_agree(analyses: dict) -> None:
    """What must hold between parts of a report of one sound lens."""
    mtf, energy, waves = analyses["mtf"], analyses["encircled-energy"], analyses["wavefront"]
    limit, on_axis = np.array(mtf["limit_on_axis"]), np.array(mtf["modulus"])[0]
    assert np.all(on_axis <= limit + 1e-3), "aberrations never raise contrast; the fast mode is good to 1e-3"
    # at low frequencies the lens's own contrast is what aberrations leave of the limit
    assert np.array(mtf["modulus_by_rays"])[0, 0, 2] == pytest.approx(on_axis[0, 2] / limit[2], abs=0.03)
    for name in ("energy", "energy_by_rays"):
        assert np.all(np.diff(energy[name], axis=1) >= -1e-9)
        assert np.array(energy[name]).max() <= 1 + 1e-3
    assert min(analyses["psf"]["energy_shown"]) > 0.95
    # Maréchal's exponential is good to a percent where it gives more than 0.8 (Born and Wolf, section 9.3)
    assert waves["strehl"][0] == pytest.approx(waves["strehl_marechal"][0], abs=0.01)
    assert analyses["prescription"]["surfaces"][0]["departure"]["coefficients"][2] == -0.00011858


@pytest.mark.slow
@pytest.mark.parametrize("which", ["chief", "marginal"])
def test_a_table_of_a_ray(
    which: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], somewhere: Path
) -> None:
    """The chief ray passes the stop's middle, the marginal one starts at half the entrance pupil."""
    assert trace(monkeypatch, LENS, "--rays", which) == 0
    rows = [re.findall(r"-?\d+\.\d+", line) for line in capsys.readouterr().out.splitlines() if "│" in line]
    lens = catalogue_lens(LENS)
    assert len(rows) == len(lens.surfaces) + 1
    if which == "chief":
        assert abs(float(rows[lens.stop][1])) < 1e-6
    else:
        wide = float(first_order(lens).entrance_pupil_diameter) / 2
        assert float(rows[0][1]) == pytest.approx(wide, rel=1e-5)
    assert not list(somewhere.iterdir())


@pytest.mark.slow
def test_drawings_solids_and_sag_tables(monkeypatch: pytest.MonkeyPatch, somewhere: Path) -> None:
    files = ("--layout", "l.svg", "--solid", "l.glb", "--sag-table", "l.csv")
    assert trace(monkeypatch, LENS, *files) == 0
    assert ElementTree.parse(somewhere / "l.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert (somewhere / "l.glb").read_bytes()[:4] == b"glTF"
    table = (somewhere / "l.csv").read_text()
    assert table.count("# surface") == len(catalogue_lens(LENS).surfaces)
    rows = list(csv.reader(line for line in table.splitlines() if not line.startswith("#")))
    assert len({len(row) for row in rows}) == 1
    assert len(list(somewhere.iterdir())) == 3


@pytest.mark.parametrize("suffix", [".toml", ".zmx", ".seq"])
def test_a_saved_lens_is_the_same_lens_and_is_not_overwritten(
    suffix: str, monkeypatch: pytest.MonkeyPatch, somewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = somewhere / f"copy{suffix}"
    assert trace(monkeypatch, LENS, "--save", path) == 0
    lens, back = catalogue_lens(LENS), read_lens(path).lens
    assert [s.curvature for s in back.surfaces] == [s.curvature for s in lens.surfaces]
    before = path.read_bytes()
    assert trace(monkeypatch, LENS, "--save", path) == 3
    assert "is there already" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert trace(monkeypatch, LENS, "--save", path, "--overwrite") == 0


REFUSED = {
    (): "no lens was named",
    ("teszar",): "the nearest are tessar",
    ("none.zmx",): "none.zmx: cannot be read",
    ("word.txt",): "is of a kind that is not read",
    (LENS, "--analysis", "spots"): "there is no analysis 'spots'",
    (LENS, "--rays", "upper"): "chief or marginal, not 'upper'",
    (LENS, "--configuration", "far"): 'no configuration "far"',
    (LENS, "--distance", "-5"): "--distance must be above 0",
    (LENS, "--distance", "nan"): "--distance must be above 0",
    (LENS, "--temperature", "-300"): "--temperature must lie between -273.15",
    (LENS, "--pitch", "0"): "--pitch must be above 0",
    (LENS, "--sensor-reflectance", "2"): "between 0 and 1",
    (LENS, "--glasses", "word.txt"): "word.txt: has no line that begins with NM",
    (LENS, "--save", "copy.doc"): "not as '.doc'",
    ("crossing.toml",): "cross",
    ("stop.toml",): "stop",
    ("glass.zmx",): "N-BK7",
}


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_mistakes_get_one_sentence(
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    somewhere: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoilt(somewhere)
    before = sorted(somewhere.iterdir())
    assert trace(monkeypatch, *arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert REFUSED[arguments] in said.err
    assert sorted(somewhere.iterdir()) == before


def spoilt(folder: Path) -> None:
    """Lens files with a mistake each."""
    (folder / "word.txt").write_text("not a lens\n")
    lens = catalogue_lens(LENS)
    gap = replace(lens.gaps[2], thickness=-2.0)
    write_lens(replace(lens, gaps=(*lens.gaps[:2], gap, *lens.gaps[3:])), folder / "crossing.toml")
    write_lens(lens, folder / "stop.toml")
    text = (folder / "stop.toml").read_text()
    (folder / "stop.toml").write_text(text.replace("[[surface]]", "[[surface]]\nstop = true", 1))
    write_lens(lens, folder / "glass.zmx")
    text = (folder / "glass.zmx").read_text(encoding="utf-16")
    (folder / "glass.zmx").write_text(re.sub(r"(?m)^  GLAS .*$", "  GLAS N-BK77 0 0", text, count=1))


def test_a_folder_that_takes_nothing(
    monkeypatch: pytest.MonkeyPatch, somewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(monkeypatch, LENS, "--analysis", "first-order", "-o", "none/r.html") == 3
    assert "there is no folder" in capsys.readouterr().err
    assert not list(somewhere.iterdir())
