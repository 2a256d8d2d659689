"""The transfer of lens, pixel and crosstalk, against closed forms."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.camera.raw_mtf import electrons, mtf50, raw_mtf
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.io.sensor_file import catalogue_sensor
from lichtbild.sensor.crosstalk import Crosstalk
from lichtbild.sensor.microlens import Microlens
from optics.responses import PITCH, everywhere, gaussian, response

FREQUENCY = np.linspace(0.0125, 0.5, 40)
SIGMA = 1.6
"""Squares of half a pixel."""
EXTENT = Extent(64, 64)
LENS = response(everywhere(gaussian(SIGMA, 31)), EXTENT)
EVEN = np.ones(3)
PLAIN = replace(
    catalogue_sensor("reno10x_imx586").sized(*EXTENT),
    pixels=replace(catalogue_sensor("reno10x_imx586").pixels, rows=64, columns=64, pitch=PITCH),
    microlens=Microlens(),
    crosstalk=Crosstalk(),
)


def blurred(right: np.ndarray, up: np.ndarray) -> np.ndarray:
    """A Gaussian that was told in squares, and the pixel's own square."""
    gauss = np.exp(-2 * (np.pi * SIGMA / 2) ** 2 * (right**2 + up**2))
    return np.asarray(gauss * np.cos(np.pi * right / 2) * np.cos(np.pi * up / 2))


@pytest.mark.parametrize("azimuth", [0.0, 0.4, 2.0])
def test_a_gaussian_lens_and_the_pixels_square(azimuth: float) -> None:
    found = raw_mtf(PLAIN, LENS, EVEN, (0.01, 0.02), azimuth, FREQUENCY)
    # sinc(f) / sinc(f / 2) is cos(pi f / 2).
    expected = blurred(np.cos(azimuth) * FREQUENCY, np.sin(azimuth) * FREQUENCY)
    assert np.abs(found - expected).max() < 1e-4


@pytest.mark.parametrize("azimuth", [0.3, 1.4])
def test_crosstalk_brings_what_red_and_blue_saw(azimuth: float) -> None:
    share = 0.03
    sensor = replace(PLAIN, crosstalk=Crosstalk(electrical=share))
    red, green, blue = electrons(sensor, LENS, EVEN, (0.0, 0.0)).sum(axis=-1)
    right, up = np.cos(azimuth) * FREQUENCY, np.sin(azimuth) * FREQUENCY
    beside = np.cos(2 * np.pi * right) + np.cos(2 * np.pi * up)
    own, others = (1 - 4 * share) * green, share * (red + blue)
    expected = blurred(right, up) * (own + others * beside) / (own + 2 * others)
    found = raw_mtf(sensor, LENS, EVEN, (0.0, 0.0), azimuth, FREQUENCY)
    assert np.abs(found - expected).max() < 1e-4


def test_a_shift_of_a_point_spread_costs_no_contrast() -> None:
    moved = response(everywhere(gaussian(SIGMA, 31, (1.3, -0.7))), EXTENT)
    for lens in (LENS, moved):
        found = raw_mtf(PLAIN, lens, EVEN, (0.0, 0.0), 0.7, FREQUENCY)
        right, up = np.cos(0.7) * FREQUENCY, np.sin(0.7) * FREQUENCY
        assert np.abs(found - blurred(right, up)).max() < 1e-3


def test_half_is_found_between_frequencies() -> None:
    assert mtf50(np.array([0.1, 0.2, 0.3]), np.array([0.9, 0.6, 0.4])) == pytest.approx(0.25)
    assert np.isnan(mtf50(np.array([0.1, 0.2]), np.array([0.9, 0.6])))


def test_a_colour_that_the_sensor_has_not_is_refused() -> None:
    with pytest.raises(BadInput, match="no colour 'cyan'"):
        raw_mtf(PLAIN, LENS, EVEN, (0.0, 0.0), 0.0, FREQUENCY, colour="cyan")
