"""Tone curves by closed forms; the default one is held to Adobe's in the benchmarks."""

import numpy as np
import pytest

from lichtbild.look.tone_curve import darkening, default_curve, tone_table


@pytest.mark.parametrize("ev", [-0.5, -1.0, -3.0])
def test_negative_exposure_is_a_factor_up_to_a_quarter_and_smooth_to_white(ev: float) -> None:
    factor = 2.0**ev
    x = np.array([0.0, 0.1, 0.25])
    np.testing.assert_allclose(darkening(x, ev), factor * x, rtol=1e-12)
    step = 1e-6
    below, at, above = darkening(np.array([0.25 - step, 0.25, 0.25 + step]), ev)
    # Value and slope go on where the parabola begins: only its curvature, at most 32 / 9, is new.
    assert (above - at) - (at - below) == pytest.approx(0, abs=4 * step**2)
    # The parabola with that value and slope at a quarter and the value 1 at 1, by its three conditions.
    conditions = [[1 / 16, 1 / 4, 1], [1 / 2, 1, 0], [1, 1, 1]]
    parabola = np.linalg.solve(conditions, [factor / 4, factor, 1])
    beyond = np.array([0.26, 0.3, 0.5, 0.75, 1.0])
    np.testing.assert_allclose(darkening(beyond, ev), np.polyval(parabola, beyond), rtol=1e-12)
    rising = darkening(np.linspace(0, 1, 101), ev)
    assert (np.diff(rising) > 0).all()


def test_positive_exposure_is_left_to_the_ramp() -> None:
    x = np.linspace(0, 1, 11)
    np.testing.assert_array_equal(darkening(x, 1.0), x)


def test_the_default_curve_brightens_the_middle_and_keeps_both_ends() -> None:
    table = tone_table(default_curve())
    assert table[0] == pytest.approx(0.0, abs=1e-5) and table[-1] == pytest.approx(1.0, abs=1e-5)
    assert (np.diff(table) > -1e-6).all() and table[len(table) // 2] > 0.6
