"""Points, dots and traps: where they are and how much light they hold."""

import math

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.scene.dot_grid import dot_grid
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


def test_dots_are_centred_where_the_truth_says() -> None:
    chart = dot_grid(FRAME, LIGHTING, step=0.15, radius=0.05, dark=0.1, bright=0.9)
    dark = (0.9 - luminances(chart.scene) / WHITE) / 0.8
    area = FRAME.pixel[0] * FRAME.pixel[1]
    assert len(chart.truth.points) == 15
    # Exact coverage: the area is pi r^2; what rounds is float32.
    assert dark.sum() * area == pytest.approx(15 * math.pi * 0.0025, rel=1e-5)
    for x, y in chart.truth.points:
        near = dark * (np.hypot(FRAME.x[None] - x, FRAME.y[:, None] - y) < 0.075)
        middle = np.array([(near * FRAME.x[None]).sum(), (near * FRAME.y[:, None]).sum()]) / near.sum()
        # A mean over pixels moves no centre on a symmetric grid; off it by a part of a pixel's bend.
        assert middle == pytest.approx([x, y], abs=0.02 * FRAME.pixel[0])
    with pytest.raises(BadInput, match="make them smaller"):
        dot_grid(FRAME, LIGHTING, step=0.1, radius=0.06)


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
