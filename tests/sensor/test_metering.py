"""Metering."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.image.cfa import Cfa
from lichtbild.sensor.expose import expose
from lichtbild.sensor.exposure import iso_range
from lichtbild.sensor.metering import (
    Limits,
    centre_metered,
    highlight_metered,
    iso_limits,
    limits_for,
    mean_metered,
)
from lichtbild.sensor.sensor import Sensor


def green_mean(sensor: Sensor, image: Any, exposure: Any) -> float:
    frame = expose(sensor, image, exposure, 1)
    black, white = frame.levels.black.item(), frame.levels.white[0]
    samples = frame.samples[..., 0].astype(float)
    greens = np.concatenate([samples[::2, 1::2].ravel(), samples[1::2, ::2].ravel()])
    return float((greens.mean() - black) / (white - black))


@pytest.mark.parametrize(
    ("light", "time", "iso"), [(1e6, None, 100), (1e5, 1 / 30, None), (1e9, 1 / 32_000, 100)]
)
def test_time_first_then_iso(
    colour_sensor: Sensor, flat: Any, light: float, time: float | None, iso: float | None
) -> None:
    image = flat(colour_sensor, light)
    exposure = mean_metered(colour_sensor, image)
    assert time is None or exposure.time_s == pytest.approx(time)
    assert iso is None or exposure.iso == pytest.approx(iso)
    if light < 1e9:
        assert green_mean(colour_sensor, image, exposure) == pytest.approx(0.18, rel=0.01)


def test_a_bright_middle_weighs_more(colour_sensor: Sensor, flat: Any) -> None:
    image = flat(colour_sensor, 1e6)
    light = image.irradiance.copy()
    light[35:55, 45:75] *= 10
    image = replace(image, irradiance=light)
    assert centre_metered(colour_sensor, image).time_s < mean_metered(colour_sensor, image).time_s


@pytest.mark.parametrize("meter", [mean_metered, centre_metered])
def test_a_lamp_counts_as_white_however_bright(colour_sensor: Sensor, flat: Any, meter: Any) -> None:
    image = flat(colour_sensor, 1e5)
    found = []
    for brighter in (1e3, 1e6):
        light = image.irradiance.copy()
        light[40:48, 56:64] *= brighter
        found.append(meter(colour_sensor, replace(image, irradiance=light), Limits(1.0)))
    assert found[0] == found[1]
    if meter is mean_metered:
        # About 16 of 2640 cells around the lamp have one green pixel that crosstalk fills and one not.
        lit = replace(image, irradiance=light)
        assert green_mean(colour_sensor, lit, found[1]) == pytest.approx(0.18, abs=0.5 * 16 / 2640)


def test_highlights_stay_below_white(colour_sensor: Sensor, flat: Any) -> None:
    image = flat(colour_sensor, 1e5)
    light = image.irradiance.copy()
    light[:10, :10] *= 20
    exposure = highlight_metered(colour_sensor, replace(image, irradiance=light), Limits(1.0))
    frame = expose(colour_sensor, replace(image, irradiance=light), exposure, 1)
    peak = (np.quantile(frame.samples, 0.999) - 64) / 4031
    assert 0.85 < peak < 0.95


def test_in_the_dark_all_limits_are_reached(colour_sensor: Sensor, flat: Any) -> None:
    exposure = mean_metered(colour_sensor, flat(colour_sensor, 0.0), Limits(0.25, largest_iso=3200.0))
    assert (exposure.time_s, exposure.iso) == (0.25, 3200.0)


def test_limits_that_leave_nothing(colour_sensor: Sensor, flat: Any) -> None:
    with pytest.raises(BadInput, match="leave none"):
        Limits(longest_s=0.001, shortest_s=0.01)
    image = flat(colour_sensor, 1.0)
    with pytest.raises(BadInput, match="leave none"):
        mean_metered(colour_sensor, image, Limits(least_iso=800.0, largest_iso=200.0))
    with pytest.raises(BadInput, match="ISO is 50; give a number from 100"):
        mean_metered(colour_sensor, image, Limits(least_iso=50.0))


def test_limits_for_another_sensor_are_its_own(colour_sensor: Sensor) -> None:
    least, largest = iso_range(colour_sensor)
    moved = limits_for(colour_sensor, Limits(1.0, least_iso=least / 2, largest_iso=2 * largest))
    assert moved == Limits(1.0, least_iso=least, largest_iso=largest)
    assert iso_limits(colour_sensor, moved) == (least, largest)
    kept = Limits(1.0, least_iso=None, largest_iso=(least + largest) / 2)
    assert limits_for(colour_sensor, kept) == kept


def test_an_image_of_binned_pixels_is_exposed_binned(colour_sensor: Sensor, flat: Any) -> None:
    rows = tuple(tuple(plane for plane in row for _ in "ab") for row in ((0, 1), (1, 2)) for _ in "ab")
    quad = replace(colour_sensor, cfa=Cfa(rows)).sized(88, 120)
    fine = flat(quad, 1e5)
    coarse = replace(fine, irradiance=fine.irradiance[::2, ::2].copy(), pitch=2 * fine.pitch)
    for meter in (mean_metered, centre_metered, highlight_metered):
        whole, block = meter(quad, fine), meter(quad, coarse)
        assert (whole.binned, block.binned) == (False, True)
        assert block.iso == pytest.approx(whole.iso, rel=0.03)
        assert expose(quad, coarse, block, 1).extent == (44, 60)
