"""Sensors in files."""

from pathlib import Path

import numpy as np
import pytest

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.core.resources import read
from lichtbild.core.units import nm
from lichtbild.image.bands import FINE, Bands
from lichtbild.io.sensor_file import (
    KINDS,
    catalogue_sensor,
    dumps,
    loads,
    read_sensor,
    sensor_names,
    write_sensor,
)
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.photon_transfer import photon_transfer
from lichtbild.sensor.sensor import Sensor

NAMES = sensor_names()
SMALL = """schema = 1
name = "small"
[pixels]
rows = 4
columns = 6
pitch_um = 2.0
[response]
edges_nm = [400, 500, 600]
mono = [0.1, 0.7]
[[mode]]
name = "low"
electrons_per_code = 2.0
full_well_e = 8000
read_noise_e = 3
"""


def test_the_catalogue_has_at_least_eight() -> None:
    assert len(NAMES) >= 8


@pytest.mark.parametrize("name", NAMES)
def test_the_catalogue_is_written_as_it_is_read(name: str, tmp_path: Path) -> None:
    text = read("sensor", "catalogue", f"{name}.toml").decode()
    write_sensor(catalogue_sensor(name), tmp_path / "sensor.toml")
    assert (tmp_path / "sensor.toml").read_text() == text
    again = read_sensor(tmp_path / "sensor.toml")
    assert dumps(again) == text
    assert again.pixels == catalogue_sensor(name).pixels
    assert again.modes == catalogue_sensor(name).modes
    assert again.readout == catalogue_sensor(name).readout


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_the_catalogue_has_a_mark(name: str) -> None:
    """A table's mark holds for all its keys, a mode's for that mode."""
    sensor = catalogue_sensor(name)
    needed = {"pixels", "response", "crosstalk", "readout", "noise", "pattern", "dark"}
    needed |= {"cfa"} if sensor.cfa is not None else set()
    needed |= {"merge"} if sensor.merges else set()
    modes = {
        f"mode.{mode.name}.{key}" for mode in sensor.modes for key in ("electrons_per_code", "full_well_e")
    }
    marked = set(sensor.marks)
    for key in needed:
        assert key in marked or any(mark.startswith(f"{key}.") for mark in marked), key
    for key in modes:
        assert {key, key.rpartition(".")[0], "mode"} & marked, key
    assert {text.partition(":")[0] for text in marked and sensor.marks.values()} <= set(KINDS)


@pytest.mark.parametrize("name", NAMES)
def test_sensors_of_the_catalogue_are_plausible(name: str) -> None:
    sensor = catalogue_sensor(name)
    efficiency = sensor.response.efficiency(FINE)
    assert 0.4 < efficiency.max() < 0.8
    curve = photon_transfer(sensor, Exposure(0.01, mode=sensor.modes[0].name))
    assert 50 < curve.dynamic_range_db < 95
    assert 30 < curve.largest_snr_db < 50
    if sensor.cfa is not None:
        assert np.argsort(efficiency @ FINE.middles / efficiency.sum(axis=1)).tolist() == [2, 1, 0]


def test_the_reno10x_has_the_measured_noise() -> None:
    """S2(iso) = 7.11772e-7 iso^2 + 6.514934e-4 iso + 0.11492713 of 10-bit codes, K(100) = 0.0686."""
    sensor = catalogue_sensor("reno10x_imx586")
    for iso in (100.0, 1600.0, 6400.0):
        curve = photon_transfer(sensor, Exposure(1e-6, iso))
        measured = 7.11772e-7 * iso**2 + 6.514934e-4 * iso + 0.11492713
        assert curve.variance[0] == pytest.approx(measured, rel=1e-3)
    assert photon_transfer(sensor, Exposure(1e-6, 100.0)).codes_per_electron == pytest.approx(
        0.0686413, rel=1e-5
    )


def test_a_table_of_efficiency() -> None:
    sensor = loads(SMALL)
    assert sensor.response.efficiency(Bands.even(nm(500), nm(600), 1)).tolist() == [[0.7]]
    assert dumps(loads(dumps(sensor))) == dumps(sensor)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("pitch_um", "pitch_mu", "pixels needs the number 'pitch_um'"),
        ("rows = 4", "rows = 4\ncolmns = 6", "pixels has no key 'colmns'; did you mean 'columns'"),
        (
            "read_noise_e = 3",
            "read_noise_e = 3\nread_nose_e = 3",
            r"mode\[0\] has no key 'read_nose_e'; did you",
        ),
        ("rows = 4", "rows = 4.5", "pixels.rows is a whole number, not 4.5"),
        ("rows = 4", "rows = 0", "from 1 to 40000 rows, not 0"),
        ("full_well_e = 8000", "full_well_e = -5", r"mode\[0\]: the full well of mode 'low' is -5 e-"),
        ("full_well_e = 8000", "full_well_e = nan", "is a finite number, not nan"),
        ("[response]", '[cfa]\nkind = "bayer"\n[response]', "red"),
        ("[response]", '[cfa]\nkind = "nona"\n[response]', "cfa.kind is 'mono', 'bayer' or 'quad-bayer'"),
        ("[0.1, 0.7]", "[0.1, 1.7]", "response: quantum efficiency lies from 0 to 1"),
        ("[0.1, 0.7]", "[0.1]", "response.mono holds 2 numbers, not 1"),
        ("[400, 500, 600]", "[400, 600, 500]", "longer wavelength"),
        ("schema = 1", "schema = 2", "begins with 'schema = 1', this one has 2"),
        ("schema = 1", "schema =", "is not TOML"),
        (
            "[pixels]",
            '[marks]\npixels = "guessed: x"\n[pixels]',
            "begin it with measured, published, estimated",
        ),
        (
            "[pixels]",
            '[marks]\npixel = "estimated: x"\n[pixels]',
            "marks names 'pixel', .*the nearest are pixels",
        ),
        ("[[mode]]", "[noise]\ntail_shape = -2\n[[mode]]", "tail shape of read noise is -2"),
        ("[[mode]]", "[readout]\ngain_range = [8, 1]\n[[mode]]", "smaller one first"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    path = tmp_path / "sensor.toml"
    path.write_text(SMALL.replace(old, new))
    with pytest.raises(BadFile, match=sentence) as error:
        read_sensor(path)
    assert "\n" not in str(error.value)


def test_names_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no sensor 'one_inhc'; the nearest are one_inch"):
        catalogue_sensor("one_inhc")
    with pytest.raises(BadFile, match="name an existing sensor file"):
        read_sensor(tmp_path / "none.toml")


def test_a_pattern_of_no_kind_is_not_written() -> None:
    from dataclasses import replace

    from lichtbild.image.cfa import Cfa

    sensor: Sensor = catalogue_sensor("imx477")
    with pytest.raises(BadInput, match="pattern of no known kind"):
        dumps(replace(sensor, cfa=Cfa(((0, 1, 2),))))
