"""ISO speeds."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.dynamic_range import Steps
from lichtbild.quality.speed import focal_plane_exposures, measures

WELL = 20_000.0


def scale(top: float) -> Steps:
    """A sensor of shot noise alone that 0.5 lx s saturate."""
    light = top * 10 ** -np.linspace(0, 3, 31)
    electrons = np.minimum(WELL * light / 0.5, WELL)
    noise = np.sqrt(electrons) / WELL
    return Steps(light, electrons / WELL, noise / 100, noise, np.full(31, 1e4))


def test_speeds_have_their_closed_forms() -> None:
    rows = {row.name: row for row in measures(scale(0.7), "green")}
    assert rows["speed_saturation"].value == pytest.approx(78 / 0.5, rel=1e-6)
    assert rows["speed_noise_40"].value == pytest.approx(10 / (1600 / WELL * 0.5), rel=1e-3)
    assert rows["speed_noise_10"].value == pytest.approx(10 / (100 / WELL * 0.5), rel=1e-3)
    middle = ((118 / 255 + 0.055) / 1.055) ** 2.4
    assert rows["speed_standard_output"].value == pytest.approx(10 / (middle * 0.5), rel=1e-4)
    assert all(row.interval is not None and row.interval[0] < row.value for row in rows.values())
    assert rows["speed_saturation"].note == ""


def test_what_the_chart_does_not_reach() -> None:
    rows = {row.name: row for row in measures(scale(0.05), picture=False)}
    assert "carried on" in rows["speed_saturation"].note
    assert "speed_standard_output" not in rows
    bright = {row.name: row for row in measures(Steps(*(v[:9] for v in list(vars(scale(0.7)).values())[:5])))}
    assert np.isnan(bright["speed_noise_10"].value) and "above 10" in bright["speed_noise_10"].note


def test_exposures_of_the_sensor() -> None:
    exposures = focal_plane_exposures(np.array([1.0, 0.1]), 500.0, 0.01, 2.0)
    assert exposures == pytest.approx([0.8125, 0.08125])
    with pytest.raises(BadInput, match="luminance of white in cd/m2 and the f-number"):
        focal_plane_exposures(np.array([1.0]), None, 0.01, None)


def test_a_saturation_beyond_the_chart_is_told_with_the_error_of_its_slope() -> None:
    """A chart that ends 1.3 stops below saturation, errors of 1 %: 95 % of 200, three binomial deviations."""
    steps, random, held = scale(0.2), np.random.default_rng(4), []
    for _ in range(200):
        signal = steps.signal * (1 + 0.01 * random.standard_normal(31))
        noisy = replace(steps, signal=signal, signal_error=0.01 * steps.signal)
        low, high = measures(noisy, picture=False)[0].interval or (0, 0)
        held.append(low <= 78 / 0.5 <= high)
    assert np.mean(held) >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 200)


def test_a_patch_whose_noise_clips_counts_as_saturated() -> None:
    steps = scale(0.45)
    clipped = np.where(np.arange(31) == 0, 0.02, 0.0)
    # What clipping takes from the brightest patch would bend the curve down.
    low = replace(steps, signal=np.where(np.arange(31) == 0, 0.97, 1.0) * steps.signal)
    rows = measures(replace(low, clipped=clipped), picture=False)
    assert rows[0].value == pytest.approx(78 / 0.5, rel=1e-6)
    assert rows[0].note == ""
    assert abs(measures(low, picture=False)[0].value / (78 / 0.5) - 1) > 0.02
