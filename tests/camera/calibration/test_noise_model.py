import numpy as np
import pytest

from lichtbild.camera.calibration.noise_model import noise_model
from lichtbild.core.errors import BadInput
from lichtbild.image.sensor_numbers import SensorNumber, SensorNumbers


def numbers(electrons_per_code: float, dark: float) -> SensorNumbers:
    def number(value: float) -> SensorNumber:
        return SensorNumber(value, value, value, "")

    none = number(0.0)
    gain, noise = number(electrons_per_code), number(dark)
    return SensorNumbers(
        gain, noise, none, none, none, none, None, none, None, 64.0, np.zeros(0), np.zeros(0)
    )


def test_variance_of_electrons() -> None:
    """2 electrons a code, 1023 - 64 codes, 3 electrons of noise: half of full is 959 +- sqrt(959 + 9)."""
    profile = noise_model([numbers(2.0, 3.0), numbers(4.0, 3.0)], 1023.0)
    electrons = profile.variance(np.array([[0.5, 0.0]]))[0] * (np.array([2.0, 4.0]) * 959) ** 2
    assert electrons == pytest.approx([959 + 9, 9])


def test_white_below_black() -> None:
    with pytest.raises(BadInput, match="white"):
        noise_model([numbers(2.0, 3.0)], 60.0)
