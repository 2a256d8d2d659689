"""Points and traps: where they are and how much light they hold."""

import math

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.scene.flare_target import flare_target
from lichtbild.scene.point_grid import point_grid
from scene.charts import D65, FRAME, LIGHTING, WHITE, luminances


def test_points_are_pixels_of_known_energy() -> None:
    chart = point_grid(FRAME, D65, 0.5, rows=5, columns=7, ground=0.0)
    found = luminances(chart.scene)
    assert np.count_nonzero(found) == 35
    # Luminance x area in tangents is the illuminance asked for.
    assert found[found > 0] * FRAME.pixel[0] * FRAME.pixel[1] == pytest.approx(np.full(35, 0.5))
    rows, columns = np.nonzero(found)
    places = np.stack([FRAME.x[columns], FRAME.y[rows]], axis=1)
    assert places == pytest.approx(chart.truth.points)
    with pytest.raises(BadInput, match="ask for fewer"):
        point_grid(FRAME, D65, 0.5, rows=16)


def test_traps_are_black_in_a_bright_field() -> None:
    chart = flare_target(FRAME, LIGHTING, rows=3, columns=5, diameter=0.15)
    found = luminances(chart.scene) / WHITE
    assert len(chart.truth.points) == 15
    for x, y in chart.truth.points:
        assert found[np.argmin(np.abs(FRAME.y - y)), np.argmin(np.abs(FRAME.x - x))] < 1e-12
    missing = (0.9 - found).sum() * FRAME.pixel[0] * FRAME.pixel[1] / 0.9
    assert missing == pytest.approx(15 * math.pi * 0.045**2, rel=1e-5)
    with pytest.raises(BadInput, match="do not fit"):
        flare_target(FRAME, LIGHTING, diameter=0.5)
