"""A modelled sensor is exposed again, and has the noise that it was made of."""

import numpy as np
import pytest

from lichtbild.camera.calibration.sensor_model import PEAK, Codes, sensor_model
from lichtbild.camera.calibration.spectral_curves import BANDS
from lichtbild.image.cfa import Cfa
from lichtbild.image.frame_calibration import NoiseAt
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.io.sensor_file import dumps, loads
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.photon_transfer import PhotonTransfer, photon_transfer

CODES = Codes(8, 8, 1.234560001e-3, Cfa.bayer("RGGB"), 64.0, 1023.0)
CURVES = np.eye(3, len(BANDS))


def noise(iso: float, electrons: float, dark: float) -> NoiseAt:
    return NoiseAt(iso, NoiseProfile((1 / electrons,) * 3, ((dark / electrons) ** 2,) * 3))


def whole(curve: PhotonTransfer) -> float:
    """Electrons of noise in the dark, with that of rounding, which a curve's own number leaves out."""
    return float(np.hypot(curve.dark_noise, np.sqrt(1 / 12) / curve.codes_per_electron))


def test_gain_and_dark_noise_come_back() -> None:
    """6000 electrons at ISO 100; 3 electrons of noise before the amplifier, 1 code behind, and rounding."""
    span = 1023 - 64
    known = []
    for iso in (100.0, 400.0):
        full = 6000 * 100 / iso
        known.append(noise(iso, full, np.sqrt(3**2 + (1 + 1 / 12) * (full / span) ** 2)))
    sensor = sensor_model("Phone", CODES, known, CURVES, None)
    for one in known:
        curve = photon_transfer(sensor, Exposure(0.01, one.iso))
        assert span / curve.codes_per_electron == pytest.approx(1 / one.profile.scale[1], rel=1e-6)
        told = np.sqrt(one.profile.offset[1]) / one.profile.scale[1]
        assert whole(curve) == pytest.approx(told, rel=1e-3)
    assert sensor.response.efficiency(BANDS).max() == pytest.approx(PEAK)


def test_one_sensitivity() -> None:
    sensor = sensor_model("Phone", CODES, [noise(100.0, 6000.0, 4.0)], CURVES, 0.5)
    again = loads(dumps(sensor))
    assert again.pixels.pitch == pytest.approx(1.23456e-3, rel=1e-6)
    curve = photon_transfer(again, Exposure(0.01, 100.0))
    assert whole(curve) == pytest.approx(4.0, rel=1e-3)
