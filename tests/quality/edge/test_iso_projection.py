"""Windows, rounding and bins of the standard's projection."""

import numpy as np
import pytest

from exact_edge import gaussian_edge
from lichtbild.core.errors import BadInput
from lichtbild.quality.edge.iso_projection import fitted_edge, half_up, hann, projected, whole_turns


def test_halves_are_rounded_away_from_nought() -> None:
    assert [half_up(x) for x in (0.5, 1.5, -0.5, -2.5, 0.49)] == [1, 2, -1, -3, 0]


def test_a_centred_window_is_the_symmetric_one() -> None:
    np.testing.assert_allclose(hann(9, np.array([4.5]))[0], np.hanning(9), atol=1e-15)


def test_windows_of_mirrored_middles_are_mirrored() -> None:
    near, far = hann(20, np.array([6.0, 14.0]))
    np.testing.assert_allclose(near, far[::-1], atol=1e-15)


def test_the_fitted_edge_is_where_the_edge_is() -> None:
    """It crosses 30 - 0.3 px from the left border in the middle; columns count from 0 at pixels' centres."""
    plane = gaussian_edge((80, 60), 5, 0.7)
    edge = fitted_edge(plane, 1)
    slope = -np.tan(np.radians(5))
    assert edge.curve[0] == pytest.approx(slope, rel=2e-4)
    place = np.polyval(edge.curve, 39.5)
    assert place == pytest.approx(30 - 0.3 - 0.5, abs=2e-3)
    np.testing.assert_array_equal(edge.curve, edge.line)


def test_bins_take_each_sample_once() -> None:
    curve = np.array([-0.1, 30.0])
    projection = projected((100, 60), curve)
    used = projection.samples[projection.weights > 0]
    assert len(np.unique(used)) == len(used)
    np.testing.assert_allclose(projection.weights.sum(axis=1), 1)
    np.testing.assert_allclose(projection.profile(np.full((100, 60), 3.0)), 3.0)


def test_samples_of_a_bin_lie_within_a_quarter_of_a_pixel() -> None:
    projection = projected((100, 60), np.array([-0.1, 30.0]))
    apart = np.where(projection.weights > 0, projection.distances, np.nan)
    assert (np.nanmax(apart, axis=1) - np.nanmin(apart, axis=1)).max() < 0.25


def test_an_empty_bin_is_the_mean_of_its_neighbours() -> None:
    """At slope 1/2 samples lie half a pixel apart: every second bin is empty."""
    projection = projected((40, 20), np.array([-0.5, 10.0]))
    assert projection.empty > 35
    light = np.random.default_rng(0).random((40, 20))
    profile, counts = projection.profile(light), projection.counts
    sums = profile * counts
    for k in range(10, 60, 2):
        if counts[k] == (counts[k - 1] + counts[k + 1]) / 2:
            assert sums[k] == pytest.approx((sums[k - 1] + sums[k + 1]) / 2)
        else:
            assert sums[k + 1] == pytest.approx((sums[k] + sums[k + 2]) / 2)


def test_whole_turns() -> None:
    assert whole_turns(100, -0.1) == 100
    assert whole_turns(105, 0.1) == 100
    with pytest.raises(BadInput, match="whole pixel"):
        whole_turns(9, 0.1)
