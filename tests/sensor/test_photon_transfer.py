"""The photon transfer curve of a model."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lichtbild.sensor.expose import expose
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.noise import DarkCurrent, FixedPattern
from lichtbild.sensor.photon_transfer import photon_transfer
from lichtbild.sensor.sensor import Sensor


def test_closed_forms(mono_sensor: Sensor) -> None:
    sensor = replace(mono_sensor, dark=DarkCurrent(16.0, 303.15), pattern=FixedPattern(0.01, 1.0))
    curve = photon_transfer(sensor, Exposure(1.0))
    assert curve.codes_per_electron == 0.5
    assert curve.dark_noise == pytest.approx(5.0)
    assert curve.saturation == pytest.approx(8000 - 16)
    assert curve.largest_snr_db == pytest.approx(10 * np.log10(7984))
    assert curve.dynamic_range_db == pytest.approx(20 * np.log10(7984 / (np.sqrt(25 + 1 / 3) + 0.5)))
    np.testing.assert_allclose(np.diff(curve.variance) / np.diff(curve.code), 0.5, rtol=1e-6)
    assert curve.total_snr[-1] < 100 < 10 ** (curve.largest_snr_db / 20) * 1.2


def test_frames_lie_on_the_curve(colour_sensor: Sensor, flat: Any) -> None:
    """Green pixels of a frame of each arm of a merge, within 4 standard errors of a variance."""
    sensor = replace(colour_sensor, pattern=FixedPattern())
    exposure = Exposure(1.0, mode="merged")
    curve = photon_transfer(sensor, exposure, 400)
    for electrons in (300.0, 9000.0):
        pair = [
            expose(sensor, flat(sensor, electrons), exposure, key).samples[::2, 1::2, 0].astype(float)
            for key in (1, 2)
        ]
        code = np.mean(pair) - expose(sensor, flat(sensor, 0.0), exposure, 1).levels.black.item()
        measured = ((pair[0] - pair[1]) ** 2).mean() / 2
        expected = np.interp(code, curve.code, curve.variance)
        assert measured == pytest.approx(expected, rel=4 * np.sqrt(2 / pair[0].size))
