"""Matrices of cameras of known spectra, beside colour differences of another program and exact cameras."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from lichtbild.camera import spectral_calibration
from lichtbild.camera.spectral_calibration import LIGHTS, calibration
from lichtbild.colour import light, observer
from lichtbild.image.bands import FINE
from lichtbild.io.dng.colour import WHITES
from lichtbild.io.sensor_file import catalogue_sensor
from lichtbild.scene import reflectance
from lichtbild.sensor.crosstalk import Crosstalk
from lichtbild.sensor.sensor import Sensor
from lichtbild.sensor.spectral_response import ResponseTable

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says that it cannot plot
    import colour as colour_science

EDGES = FINE.edges
CHECKER = reflectance.colour_checker(EDGES).values


def photons(name: str) -> np.ndarray:
    return light.named(name, EDGES).photons(1.0)


def seen_by(sensor: Sensor) -> np.ndarray:
    """Electrons of each colour by photons."""
    mixing = spectral_calibration.mixing(sensor)
    return np.asarray(mixing @ np.asarray(sensor.response.efficiency(FINE), float))


def differences(found: np.ndarray, lamp: np.ndarray) -> np.ndarray:
    """CIEDE2000 of the ColorChecker's patches in a light."""
    white = observer.xyz_of(lamp, EDGES)
    xy = white[:2] / white.sum()
    expected = observer.xyz_of(CHECKER * lamp, EDGES)
    labs = (colour_science.XYZ_to_Lab(xyz / white[1], xy) for xyz in (found, expected))
    return np.asarray(colour_science.delta_E(*labs, method="CIE 2000"))


def eye() -> Sensor:
    """A camera whose pixels see as the standard observer does, mixed."""
    mixed = np.array([[0.5, 0.2, 0.1], [0.1, 0.6, 0.1], [0.0, 0.2, 0.5]]) @ observer.xyz_weights(EDGES).T
    plain = catalogue_sensor("imx477")
    table = ResponseTable(mixed / mixed.max(), FINE)
    return replace(plain, response=table, crosstalk=Crosstalk())


@pytest.mark.parametrize("name", ["A", "D65", "FL2"])
def test_a_camera_that_sees_as_we_do_makes_no_mistake(name: str) -> None:
    """To rounding: a matrix exists, and all weights find it."""
    camera, lamp = eye(), photons(name)
    numbers, white = (CHECKER * lamp) @ seen_by(camera).T, seen_by(camera) @ lamp
    found = (numbers / white.max()) @ np.linalg.inv(calibration(camera, name).colour_matrix).T
    assert differences(found, lamp) == pytest.approx(np.zeros(24), abs=1e-6)


@pytest.mark.parametrize("sensor", ["imx477", "one_inch", "pixel4a_imx363"])
@pytest.mark.parametrize(("name", "mean", "most"), [("D65", 0.75, 2.3), ("A", 1.0, 3.3)])
def test_a_catalogue_camera_sees_the_chart_as_it_is(sensor: str, name: str, mean: float, most: float) -> None:
    """By the forward matrix, to D50; by the colour matrix alone in its own light it is better still."""
    camera, lamp = catalogue_sensor(sensor), photons(name)
    found = calibration(camera, name)
    assert found.forward_matrix is not None
    numbers, white = (CHECKER * lamp) @ seen_by(camera).T, seen_by(camera) @ lamp
    rendered = differences(numbers / white @ found.forward_matrix.T, photons("D50"))
    assert rendered.mean() < mean
    assert rendered.max() < most
    alone = differences(numbers / white.max() @ np.linalg.inv(found.colour_matrix).T, lamp)
    assert alone.mean() < 0.7
    assert alone.max() < 1.8


def test_weights_are_those_of_a_colour_difference() -> None:
    """CIE94 of small changes, by colour-science; to the second order of a change of 1e-5."""
    lamp = photons("D65")
    white = observer.xyz_of(lamp, EDGES)
    xyz = observer.xyz_of(CHECKER * lamp, EDGES)
    change = 1e-5 * np.random.default_rng(3).standard_normal(xyz.shape)
    weights = spectral_calibration._weights(xyz / white)
    ours = np.linalg.norm(np.einsum("oij,oj->oi", weights / white, change), axis=1)
    xy = white[:2] / white.sum()
    labs = [colour_science.XYZ_to_Lab(values / white[1], xy) for values in (xyz, xyz + change)]
    theirs = colour_science.delta_E(*labs, method="CIE 1994", textiles=False)
    assert ours == pytest.approx(theirs, rel=2e-3)


def test_raw_files_have_a_code_for_the_lights() -> None:
    """Readers of DNG 1.4 know only these."""
    for name, xy in LIGHTS.items():
        assert calibration(catalogue_sensor("imx477"), name).white_xy in WHITES.values()
        assert light.named(name, EDGES).xy == pytest.approx(xy, abs=1e-4)
