"""Rim columns: integrals over discs and ellipses in closed form, by even columns and by Gauss's."""

import numpy as np
import pytest
from scipy.special import j1

from lichtbild.optics.rim_columns import FEW, rim_columns

RADIUS, MIDDLE = 0.3, np.array([0.11, -0.07])


def ellipse(aspect: float) -> np.ndarray:
    """Series of a rim, anticlockwise from -y: wider along p by an aspect."""
    rim = np.zeros((2, 5), complex)
    rim[:, 0] = MIDDLE
    rim[0, 1], rim[1, 1] = -1j * RADIUS * aspect * 1j, -1j * RADIUS
    return rim


@pytest.mark.parametrize("steps", [0.5 * FEW, 1.5 * FEW, 10 * FEW])
@pytest.mark.parametrize("turn", [0.0, 0.7, 2.9])
def test_a_disc_spreads_light_as_airy_says(steps: float, turn: float) -> None:
    """Sums of chords times cosines are 2 pi r J1(k r) / k, up to a phase step of pi by 1.5 a column."""
    toward = np.array([-np.sin(turn), np.cos(turn)])
    columns = rim_columns(ellipse(1.0), toward, 2 * RADIUS / steps, 96)
    assert (columns.even > 0) == (steps > FEW)
    chord = columns.ends[1] - columns.ends[0]
    assert (chord > 0).all()
    middle = np.array([-toward[1], toward[0]]) @ MIDDLE
    for rate in np.linspace(0.01, 1.0, 7) * np.pi / 1.5 / (2 * RADIUS / min(steps, 100)):
        found = np.sum(columns.width * chord * np.cos(rate * (columns.across - middle)))
        closed = 2 * np.pi * RADIUS * j1(rate * RADIUS) / rate
        assert found == pytest.approx(closed, abs=2e-7 * np.pi * RADIUS**2)


def test_an_ellipse_has_its_area_and_its_middle() -> None:
    columns = rim_columns(ellipse(1.6), np.array([0.6, 0.8]), 2 * RADIUS / 200, 50)
    chord = columns.ends[1] - columns.ends[0]
    area = np.pi * RADIUS**2 * 1.6
    assert columns.width @ chord == pytest.approx(area, rel=2e-7)
    across, along = np.array([-0.8, 0.6]) @ MIDDLE, np.array([0.6, 0.8]) @ MIDDLE
    assert columns.width @ (chord * columns.across) == pytest.approx(area * across, abs=2e-7 * area)
    assert columns.width @ (chord * columns.ends.mean(axis=0)) == pytest.approx(area * along, abs=2e-7 * area)
