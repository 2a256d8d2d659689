"""A sensor's numbers from its own frames, by the laboratory, and back into the sensor."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.image.sensor_numbers import SensorNumbers
from lichtbild.quality.emva.sensor_numbers import lattice, sensor_numbers
from lichtbild.sensor.calibrated import calibrated
from lichtbild.sensor.expose import expose
from lichtbild.sensor.exposure import Exposure
from lichtbild.sensor.noise import DarkCurrent, FixedPattern, TemporalNoise
from lichtbild.sensor.sensor import Sensor

LEVELS = np.concatenate([np.linspace(200, 7000, 12), np.linspace(7400, 8600, 9)])


@pytest.fixture(scope="module")
def known(mono_sensor: Sensor) -> Sensor:
    return replace(
        mono_sensor,
        noise=TemporalNoise(1.0, 0.7),
        pattern=FixedPattern(0.01, 2.0),
        dark=DarkCurrent(200.0, 303.15),
    )


@pytest.fixture(scope="module")
def found(known: Sensor, flat: Any) -> SensorNumbers:
    def stack(electrons: float, count: int, first: int, time: float = 0.01) -> list[Any]:
        image = flat(known, electrons / time)
        return [expose(known, image, Exposure(time), first + index) for index in range(count)]

    darks = [stack(0.0, 16, 0), stack(0.0, 2, 50, 0.5), stack(0.0, 2, 60, 1.0)]
    flats = [stack(level, 16 if index == 6 else 2, 100 * index + 100) for index, level in enumerate(LEVELS)]
    return sensor_numbers(darks, flats, exposures=LEVELS.tolist())


def test_the_sensors_own_numbers_come_back(found: SensorNumbers) -> None:
    """Within 1.6 times the interval of 95 %, 3.1 standard errors: a chance of 2e-3 each, and fixed keys."""
    dark = np.sqrt(3.0**2 + 1.0**2 + 0.7**2 + 200 * 0.01)
    for estimate, truth in (
        (found.electrons_per_code, 2.0),
        (found.prnu, 0.01),
        (found.dsnu, 2.0),
        (found.dark_current, 200.0),
        (found.row, 1.0),
        (found.column, 0.7),
    ):
        assert estimate is not None
        reach = 1.6 * (estimate.high - estimate.low) / 2
        assert 0 < reach < 0.1 * truth
        assert estimate.value == pytest.approx(truth, abs=reach)
    assert found.dark_noise.value == pytest.approx(dark, rel=0.02)
    assert found.black == pytest.approx(64 + 1.0, abs=0.2)


def test_saturation_and_linearity(found: SensorNumbers) -> None:
    """The variance begins to fall some two deviations of shot noise before the well."""
    assert found.saturation.low < 8000 - 2 * np.sqrt(8000) < found.saturation.high
    assert found.linearity_error is not None
    assert found.linearity_error < 2e-3


def test_a_calibrated_sensor_says_so(known: Sensor, found: SensorNumbers) -> None:
    sensor = calibrated(known, found, "this test")
    assert sensor.marks["mode.low.electrons_per_code"] == "measured: this test"
    assert sensor.modes[0].read_noise == pytest.approx(np.sqrt(3.0**2 + 2.0), rel=0.03)


def test_an_uneven_light_is_not_taken_for_prnu(known: Sensor, flat: Any) -> None:
    image = flat(known, 4000.0)
    y, x = np.mgrid[0:200, 0:250]
    uneven = replace(
        image, irradiance=image.irradiance * (1 - 4e-6 * ((x - 125.0) ** 2 + (y - 90.0) ** 2))[..., None]
    )
    darks = [[expose(known, flat(known, 0.0), Exposure(1e-3), key) for key in range(8)]]
    flats = [
        [
            expose(
                known,
                replace(uneven, irradiance=(uneven.irradiance * share * 1e3).astype(np.float32)),
                Exposure(1e-3),
                10 * n + key,
            )
            for key in range(8)
        ]
        for n, share in enumerate((0.2, 0.5, 1.0, 1.9, 2.1), 1)
    ]
    assert sensor_numbers(darks, flats).prnu.value == pytest.approx(0.01, rel=0.03)


def test_too_few_frames_are_told(known: Sensor, flat: Any) -> None:
    frame = expose(known.sized(10, 10), flat(known.sized(10, 10), 10.0), Exposure(1.0), 1)
    with pytest.raises(BadInput, match="1 dark and 4 flat"):
        sensor_numbers([[frame, frame]], [[frame, frame]])
    other = expose(known.sized(10, 12), flat(known.sized(10, 12), 10.0), Exposure(1.0), 1)
    with pytest.raises(BadInput, match="one size"):
        sensor_numbers([[frame, other]], [[frame, frame]] * 4)
    with pytest.raises(BadInput, match="two or more of one size"):
        sensor_numbers([[frame]], [[frame]] * 4)
    with pytest.raises(BadInput, match="no lit level is brighter"):
        sensor_numbers([[frame, frame]], [[frame, frame]] * 4)


def test_a_sensor_without_row_noise(known: Sensor, flat: Any) -> None:
    """Its estimated variance of rows is below 0 in about every other dark stack, which no root must meet."""
    quiet = replace(known, noise=TemporalNoise(0.0, 0.0))

    def pair(electrons: float, key: int, time: float = 0.01) -> list[Any]:
        return [expose(quiet, flat(quiet, electrons / time), Exposure(time), key + n) for n in (0, 1)]

    darks = [pair(0.0, 10 * n, time) for n, time in enumerate((0.001, 0.01, 0.02, 0.03))]
    flats = [pair(level, 100 + 10 * n) for n, level in enumerate((1000.0, 2500.0, 4000.0, 8600.0))]
    found = sensor_numbers(darks, flats)
    assert found.row.value < 0.1
    assert found.dark_current is not None and found.dark_current.low < 200.0 < found.dark_current.high


def test_green_is_looked_at_without_a_plane(colour_sensor: Sensor, flat: Any) -> None:
    frame = expose(colour_sensor, flat(colour_sensor, 1e4, 3), Exposure(0.1), 1)
    codes = frame.samples[..., 0]
    assert np.array_equal(lattice(frame, None), codes[0::2, 1::2])
    assert np.array_equal(lattice(frame, 2), codes[1::2, 1::2])
    with pytest.raises(BadInput, match="no plane 3"):
        lattice(frame, 3)
