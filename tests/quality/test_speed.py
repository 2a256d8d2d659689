"""ISO speeds."""

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
