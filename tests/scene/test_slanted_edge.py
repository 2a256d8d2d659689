"""The edge's contrast, its place, and that each pixel is a mean."""

import math

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.scene.slanted_edge import slanted_edge
from scene.charts import FRAME, LIGHTING, WHITE, luminances


def test_pixels_are_means_over_their_squares() -> None:
    chart = slanted_edge(FRAME, LIGHTING, angle=math.radians(8), bright=0.8, contrast=5.0, point=(0.011, 0.0))
    count = 100
    y = (0.5 - (np.arange(30 * count) + 0.5) / (30 * count)) * 0.6
    x = ((np.arange(40 * count) + 0.5) / (40 * count) - 0.5) * 0.8
    beyond = (x[None] - 0.011) * math.cos(math.radians(8)) + y[:, None] * math.sin(math.radians(8)) > 0
    share = beyond.reshape(30, count, 40, count).mean(axis=(1, 3))
    # A column of samples errs by one of 100, an edge's errors by less on average.
    np.testing.assert_allclose(luminances(chart.scene) / WHITE, 0.16 + 0.64 * share, atol=0.64 / count)


def test_truth_is_where_the_mean_is_halfway() -> None:
    chart = slanted_edge(FRAME, LIGHTING)
    edge = chart.truth.edges[0]
    reflectance = luminances(chart.scene) / WHITE
    assert edge.bright / edge.dark == pytest.approx(4.0)
    # In each row the sum of the shares is the way from the edge to the right border, along the row's middle.
    share = (reflectance - edge.dark) / (edge.bright - edge.dark)
    crossing = edge.point[0] - (FRAME.y - edge.point[1]) * math.tan(edge.normal)
    np.testing.assert_allclose(0.4 - share.sum(axis=1) * FRAME.pixel[1], crossing, atol=1e-6)


def test_what_is_no_edge() -> None:
    with pytest.raises(BadInput, match=r"contrast is 1 or more, bright over dark, not 0\.5"):
        slanted_edge(FRAME, LIGHTING, contrast=0.5)
    with pytest.raises(BadInput, match="0 to 1"):
        slanted_edge(FRAME, LIGHTING, bright=1.5)
