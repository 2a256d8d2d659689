"""Cameras in files."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lichtbild.camera.camera import Automatic, LensSource
from lichtbild.core.errors import BadFile, BadInput
from lichtbild.core.resources import read
from lichtbild.io.camera_file import camera_names, catalogue_camera, dumps, loads, read_camera, write_camera
from lichtbild.io.lens import catalogue_lens, write_lens
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.scaled import scaled
from lichtbild.sensor.metering import Limits

LEAST = """schema = 1
name = "least"
[lens]
from = "6p-f1.85"
[sensor]
from = "imx477"
"""


def test_the_catalogue_has_a_main_an_ultra_wide_a_tele_and_a_portrait_camera() -> None:
    assert {"main", "ultra_wide", "tele", "portrait"} <= set(camera_names())


@pytest.mark.parametrize("name", camera_names())
def test_the_catalogue_is_written_as_it_is_read(name: str, tmp_path: Path) -> None:
    text = read("camera", "catalogue", f"{name}.toml").decode()
    write_camera(catalogue_camera(name), tmp_path / "camera.toml")
    assert (tmp_path / "camera.toml").read_text() == text
    assert dumps(read_camera(tmp_path / "camera.toml")) == text


@pytest.mark.parametrize("name", camera_names())
def test_each_camera_is_called_after_its_focal_length_on_36_x_24_mm(name: str) -> None:
    camera = catalogue_camera(name)
    equivalent = (
        float(first_order(camera.lens).focal_length) * np.hypot(36, 24) / camera.sensor.pixels.diagonal
    )
    assert camera.name.endswith(f" {equivalent:.0f} mm")


def test_what_a_file_leaves_out_is_usual() -> None:
    camera = loads(LEAST)
    assert camera.automatic == Automatic()
    assert camera.lens == catalogue_lens("6p-f1.85")
    assert (camera.binned, camera.matched) == (False, False)


def test_lens_and_sensor_of_no_file_are_written_out(tmp_path: Path) -> None:
    camera = replace(
        catalogue_camera("main"),
        lens_from=None,
        sensor_from="",
        automatic=Automatic("highlights", -1.0, Limits(0.2, 1e-4, 100.0, 800.0), 3, 0.001),
    )
    write_camera(camera, tmp_path / "camera.toml")
    again = read_camera(tmp_path / "camera.toml")
    assert again.lens == camera.lens
    assert again.automatic.limits == camera.automatic.limits
    assert again.automatic.shake == pytest.approx(0.001, rel=1e-12)
    assert again.sensor.modes == camera.sensor.modes
    assert dumps(again) == dumps(camera) == (tmp_path / "camera.toml").read_text()


def test_a_name_that_no_longer_stands_for_the_lens_is_not_written() -> None:
    camera = loads(LEAST)
    other = replace(camera, lens=scaled(camera.lens, 1.1))
    text = dumps(other)
    assert "[lens.prescription]" in text
    assert loads(text).lens == other.lens


def test_files_beside_the_camera_are_read(tmp_path: Path) -> None:
    write_lens(catalogue_lens("7p-f1.85"), tmp_path / "mine.toml")
    (tmp_path / "camera.toml").write_text(LEAST.replace("6p-f1.85", "mine.toml"))
    camera = read_camera(tmp_path / "camera.toml")
    assert camera.lens_from == LensSource("mine.toml")
    write_camera(camera, tmp_path / "again.toml")
    assert 'from = "mine.toml"' in (tmp_path / "again.toml").read_text()
    with pytest.raises(BadInput, match="only in a camera's file"):
        loads((tmp_path / "camera.toml").read_text())


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("schema = 1", "schema = 9", "begins with 'schema = 1'"),
        ('from = "6p-f1.85"', "", "either 'from'"),
        ('from = "6p-f1.85"', 'from = "6p-f1.85"\nscale = 0', "above 0"),
        ('from = "6p-f1.85"', 'form = "6p-f1.85"', "either 'from'"),
        ('from = "imx477"', "", "either 'from'"),
        ('from = "imx477"', "model = 3", "a table of keys"),
        ('from = "imx477"', 'from = "imx477"\nbinned = true', "different colours"),
        ('from = "imx477"', 'from = "imx4777"', "nearest"),
        ('from = "imx477"', 'from = "imx477"\n[automatic]\nmetering = "spot"', "mean, centre, highlights"),
        ('from = "imx477"', 'from = "imx477"\n[automatic]\nframes = 0', "1 to 64 frames"),
        ('from = "imx477"', 'from = "imx477"\n[automatic]\nlongest_s = -1', "leave none"),
        ('from = "imx477"', 'from = "imx477"\n[look]\nname = 3', "look.name"),
        ('name = "least"', 'nome = "least"', "did you mean 'name'"),
    ],
)
def test_mistakes_are_told_in_a_sentence(before: str, after: str, words: str, tmp_path: Path) -> None:
    place = tmp_path / "camera.toml"
    place.write_text(LEAST.replace(before, after))
    with pytest.raises((BadInput, BadFile), match=words):
        read_camera(place)


def test_a_camera_that_does_not_exist() -> None:
    with pytest.raises(BadInput, match="no camera 'mian'; the nearest are main"):
        read_camera("mian")


@pytest.mark.slow  # finds the semi-apertures of four lenses
@pytest.mark.parametrize("name", ["main", "ultra_wide", "tele", "portrait"])
def test_semi_apertures_of_the_catalogue_are_those_that_light_needs(name: str) -> None:
    """Within the last digit that is written."""
    camera = catalogue_camera(name)
    assert camera.lens_from is not None
    open_ = replace(
        camera.lens,
        surfaces=tuple(replace(surface, semi_aperture=None) for surface in camera.lens.surfaces),
    )
    found = [float(surface.semi_aperture or 0) for surface in with_semi_apertures(open_).surfaces]
    assert list(camera.lens_from.semi_apertures) == pytest.approx(found, abs=6e-5)


@pytest.mark.parametrize(
    ("radii", "words"),
    [
        ("[1.0, 2.0]", "2 semi_apertures and '6p-f1.85' has 15 surfaces"),
        ("[1.0, -2.0]", "mm above 0"),
        ("'wide'", "mm above 0"),
    ],
)
def test_semi_apertures_fit_their_lens(radii: str, words: str, tmp_path: Path) -> None:
    place = tmp_path / "camera.toml"
    place.write_text(
        "schema = 1\nname = 'A'\n[lens]\nfrom = '6p-f1.85'\n"
        f"semi_apertures = {radii}\n[sensor]\nfrom = 'imx477'\n"
    )
    with pytest.raises(BadFile, match=words):
        read_camera(place)
