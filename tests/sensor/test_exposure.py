"""What an exposure means for a sensor's codes."""

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.sensor.exposure import Exposure, iso_range, noise_profile, setting, white
from lichtbild.sensor.sensor import Sensor


@pytest.mark.parametrize(
    ("iso", "mode", "gain"), [(100, "low", 1.0), (390, "low", 3.9), (400, "high", 1.0), (6400, "high", 16.0)]
)
def test_the_mode_of_most_codes_is_taken(colour_sensor: Sensor, iso: float, mode: str, gain: float) -> None:
    chosen = setting(colour_sensor, Exposure(0.01, iso))
    assert chosen.readouts[0].name == mode
    assert chosen.gain == pytest.approx(gain)
    assert chosen.codes_per_electron == pytest.approx(iso / 100 / 3.3)


def test_white_is_the_lesser_of_well_and_converter(colour_sensor: Sensor) -> None:
    low, high = (setting(colour_sensor, Exposure(0.01, mode=name)) for name in ("low", "high"))
    assert white(colour_sensor, low) == 4095
    assert white(colour_sensor, high) == 4095
    half_gain = setting(colour_sensor.sized(2, 2), Exposure(0.01, mode="merged"))
    assert white(colour_sensor, half_gain) == 64 + 4 * 4031


def test_iso_range(colour_sensor: Sensor) -> None:
    assert iso_range(colour_sensor) == pytest.approx((100, 6400))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"time_s": -1.0}, r"exposure time is -1 s; give one above 0"),
        ({"time_s": 0.0}, r"exposure time is 0 s"),
        ({"time_s": float("nan")}, r"exposure time is nan s"),
        ({"time_s": 0.1, "iso": 100.0, "analogue_gain": 2.0}, "both given; leave one of them out"),
        ({"time_s": 0.1, "temperature_K": 20.0}, "temperature is 20 K"),
    ],
)
def test_exposures_that_cannot_be(arguments: dict[str, float], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        Exposure(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("exposure", "sentence"),
    [
        (Exposure(0.1, 50.0), "reaches ISO 100 to 1600"),
        (Exposure(0.1, 1e5), "reaches ISO 400 to 6400"),
        (Exposure(0.1, analogue_gain=99.0), "analogue gain is 99; give a number from 1 to 16"),
        (Exposure(0.1, mode="middle"), "its modes are low, high, merged"),
    ],
)
def test_settings_that_a_sensor_lacks(colour_sensor: Sensor, exposure: Exposure, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        setting(colour_sensor, exposure)


def test_noise_of_a_simple_sensor(mono_sensor: Sensor) -> None:
    """K = 1/2, span 4000 (the well's): shot K/span, read ((3 K)^2 + 1/12)/span^2."""
    profile = noise_profile(mono_sensor, Exposure(0.01))
    assert profile.scale[0] == pytest.approx(0.5 / 4000)
    assert profile.offset[0] == pytest.approx((1.5**2 + 1 / 12) / 4000**2)
