"""``lichtbild sensor`` as a user meets it."""

import sys
from pathlib import Path

import numpy as np
import pytest

from lichtbild.cli.main import exit_code
from lichtbild.image.bands import FINE
from lichtbild.image.optical_image import ChiefAngles, OpticalImage
from lichtbild.io.dng.write import write
from lichtbild.io.sensor_file import catalogue_sensor, read_sensor, sensor_names
from lichtbild.sensor.expose import expose
from lichtbild.sensor.exposure import Exposure

NAME = "pixel4a_imx363"


def sensor(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["lichtbild", "sensor", *map(str, arguments)])
    return exit_code()


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def frames(folder: Path) -> None:
    """Pairs of dark frames of two times and of flat ones of six, of 128 x 128 pixels, as DNGs."""
    model = catalogue_sensor(NAME).sized(128, 128)
    heights = np.array([0.0, 10.0])
    light = np.full((128, 128, len(FINE)), 5e11 / len(FINE), np.float32)
    for name, level, times in (("dark", 0.0, (0.001, 0.5)), ("flat", 1.0, np.geomspace(0.001, 0.06, 8))):
        image = OpticalImage(
            level * light, FINE, float(model.pixels.pitch), ChiefAngles(heights, 0 * heights), 2.0
        )
        for number, time in enumerate(times):
            for copy in (0, 1):
                frame = expose(model, image, Exposure(float(time), analogue_gain=1.0), 2 * number + copy)
                write(frame, folder / f"{name}_{number}_{copy}.dng")


def test_list_names_the_catalogue(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sensor(monkeypatch, "list") == 0
    assert set(sensor_names()) <= set(capsys.readouterr().out.split())


def test_a_report_of_a_sensor(monkeypatch: pytest.MonkeyPatch, somewhere: Path) -> None:
    assert sensor(monkeypatch, "report", NAME) == 0
    page = (somewhere / f"{NAME}.html").read_text()
    assert "Photon transfer" in page and "dynamic range, dB" in page


def test_a_sensor_from_its_own_frames(
    monkeypatch: pytest.MonkeyPatch, somewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Gain within 3 %: four standard errors of a variance of 16384 pixels at five levels."""
    frames(somewhere)
    options = ("--dark", "dark_*.dng", "--flat", "flat_*.dng", "--like", NAME, "-o", "own.toml")
    assert sensor(monkeypatch, "fit", *options) == 0
    assert "electrons per code" in capsys.readouterr().out
    found, true = read_sensor("own.toml"), catalogue_sensor(NAME)
    assert found.modes[0].electrons_per_code == pytest.approx(true.modes[0].electrons_per_code, rel=0.03)
    assert found.marks[f"mode.{true.modes[0].name}.electrons_per_code"].startswith("measured")
    assert "measured" in (somewhere / "own.html").read_text()
    before = (somewhere / "own.toml").read_bytes()
    assert sensor(monkeypatch, "fit", *options) == 3
    assert (somewhere / "own.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("report", "pixel4"), 2, "the catalogue has no sensor 'pixel4'"),
        (("report", "none.toml"), 2, "none.toml"),
        (("fit", "--like", NAME), 2, "there are no dark frames"),
        (("fit", "--dark", "a.dng"), 2, "--like names a sensor"),
        (("fit", "--like", NAME, "--dark", "missing.dng"), 2, "missing.dng"),
    ],
)
def test_mistakes_are_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
    somewhere: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple,
    code: int,
    said: str,
) -> None:
    assert sensor(monkeypatch, *arguments) == code
    words = capsys.readouterr().err
    assert said in words and "Traceback" not in words
    assert not list(somewhere.iterdir())
