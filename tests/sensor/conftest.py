"""A small sensor of which every number is known, and even light on it."""

from collections.abc import Callable

import numpy as np
import pytest

from lichtbild.core.units import nm, um
from lichtbild.image.bands import Bands
from lichtbild.image.cfa import Cfa
from lichtbild.image.optical_image import ChiefAngles, OpticalImage
from lichtbild.sensor.crosstalk import Crosstalk
from lichtbild.sensor.microlens import Microlens
from lichtbild.sensor.noise import DarkCurrent, FixedPattern, TemporalNoise
from lichtbild.sensor.pixel import Pixels
from lichtbild.sensor.readout import Merge, Mode, Readout
from lichtbild.sensor.sensor import Sensor
from lichtbild.sensor.spectral_response import FilterCurves, Peak, ResponseTable

ANGLES = ChiefAngles(np.array([0.0, 0.1, 0.3]), np.array([0.0, 0.3, 0.5]))
Flat = Callable[..., OpticalImage]


@pytest.fixture
def colour_sensor() -> Sensor:
    """A Bayer sensor with something of everything."""
    peaks = [(0.5, 600, 38), (0.63, 530, 35), (0.55, 455, 28)]
    return Sensor(
        name="small",
        pixels=Pixels(90, 120, um(1.6), dual=True),
        cfa=Cfa.bayer("RGGB"),
        response=FilterCurves(tuple((Peak(h, nm(at), nm(width)),) for h, at, width in peaks)),
        modes=(Mode("low", 3.3, 13_500.0, 5.0), Mode("high", 0.825, 3375.0, 1.4)),
        readout=Readout(12, 64.0, (1.0, 16.0), 100.0, 8e-6, 0.2, 0.3),
        microlens=Microlens(ChiefAngles(np.array([0.0, 0.3]), np.array([0.0, 0.4])), (0.4, 0.45, 0.5)),
        crosstalk=Crosstalk(0.02, 2.0, 0.01),
        noise=TemporalNoise(0.3, 0.1, 0.1),
        pattern=FixedPattern(0.007, 0.5, 0.2, 1e-3, 50.0),
        dark=DarkCurrent(50.0),
        merges=(Merge("merged", "high", "low"),),
    )


@pytest.fixture(scope="session")
def mono_sensor() -> Sensor:
    """A monochrome sensor of quantum efficiency 0.5 that has shot and read noise alone."""
    return Sensor(
        name="mono",
        pixels=Pixels(200, 250, um(2.0)),
        cfa=None,
        response=ResponseTable(np.array([[0.5]]), Bands.even(nm(400), nm(700), 1)),
        modes=(Mode("low", 2.0, 8000.0, 3.0),),
        readout=Readout(12, 64.0),
    )


@pytest.fixture(scope="session")
def flat() -> Flat:
    """Function of a sensor, its mean photo-electrons per second at QE 0.5 and more: even light on it."""

    def lit(
        sensor: Sensor, electrons: float, bands: int = 1, dtype: type = np.float32, qe: float = 0.5
    ) -> OpticalImage:
        level = electrons / qe / sensor.pixels.pitch**2 / bands
        shape = (*sensor.pixels.extent, bands)
        return OpticalImage(
            np.full(shape, level, dtype),
            Bands.even(nm(400), nm(700), bands),
            sensor.pixels.pitch,
            ANGLES,
            1.8,
        )

    return lit
