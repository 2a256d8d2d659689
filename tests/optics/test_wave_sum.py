"""Wave sum: light in squares against Airy's pattern, and windows of all widths against one another."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.polynomial.legendre import leggauss
from scipy.special import j0, j1

from lichtbild.optics.wave_sum import Squares, light_in_squares
from optics.ideal_cones import SINE, WAVE, ideal

PITCH = 0.002
FRINGES = 2 * SINE * PITCH / WAVE
"""Periods of the finest fringes in a square."""


def squares(wide: int) -> Squares:
    return Squares(PITCH, wide, int(np.ceil(2 * FRINGES + 1.5)), int(np.ceil(1.75 * wide * FRINGES)))


def airy(wide: int) -> np.ndarray:
    """Airy's pattern in squares, by 24 points of Gauss along each: the share of all light."""
    node, weight = leggauss(24)
    at = (np.arange(wide) - wide // 2)[:, None] * PITCH + node / 2 * PITCH
    rate = 2 * np.pi / WAVE * SINE
    distance = np.maximum(rate * np.hypot(at.ravel()[:, None], at.ravel()), 1e-9)
    light = (2 * j1(distance) / distance) ** 2 * np.pi * SINE**2 / WAVE**2
    parts = light.reshape(wide, 24, wide, 24)
    return np.einsum("yfxg,f,g->yx", parts, weight / 2, weight / 2) * PITCH**2


@pytest.mark.parametrize("wide", [9, 21, 63])
@pytest.mark.parametrize("turn", [0.0, 0.5])
def test_a_sharp_point_is_airys(wide: int, turn: float) -> None:
    """9 squares take Gauss's columns alone, 63 even ones in the middle."""
    found = light_in_squares(ideal(0.0), turn, squares(wide)).power[0]
    wanted = airy(wide)
    assert found == pytest.approx(wanted, abs=3e-5 * wanted.max())  # the filter: 90 dB
    assert found.sum() == pytest.approx(wanted.sum(), abs=4e-5)


def test_a_wide_window_holds_what_rayleigh_says() -> None:
    """A circle holds 1 - J0^2 - J1^2 (Rayleigh 1881)."""
    wide = 127
    found = light_in_squares(ideal(0.0), 0.3, squares(wide)).power[0]
    at = np.arange(wide) - wide // 2
    for radius in (10, 30, 60):
        inside = found[np.hypot(at[:, None], at) < radius].sum()
        count = np.sum(np.hypot(at[:, None], at) < radius)
        place = 2 * np.pi / WAVE * SINE * PITCH * np.sqrt(count / np.pi)
        assert inside == pytest.approx(1 - j0(place) ** 2 - j1(place) ** 2, abs=4e-4)


def test_the_middle_of_a_wide_window_is_a_narrow_one() -> None:
    """Light out of focus, lop-sided, seen turned: no window lets light from elsewhere come in."""
    pupil = ideal(0.15)
    lopsided = pupil.eikonal.copy()
    lopsided[2, 1] += 4 * WAVE
    lopsided[0, 3] -= 3 * WAVE
    pupil = replace(pupil, eikonal=lopsided)
    narrow, wide = (light_in_squares(pupil, 0.8, squares(count)).power[0] for count in (41, 95))
    assert narrow == pytest.approx(wide[27:-27, 27:-27], abs=2e-3 * wide.max())
    assert narrow[5:-5, 5:-5] == pytest.approx(wide[32:-32, 32:-32], abs=5e-4 * wide.max())


def test_a_tilted_wave_moves_the_point() -> None:
    """An eikonal of -s q puts the point s farther up; turned, up is to the right."""
    pupil = ideal(0.0)
    tilted = pupil.eikonal.copy()
    tilted[0, 1] -= 3 * PITCH * SINE
    moved = light_in_squares(replace(pupil, eikonal=tilted), np.pi / 2, squares(21)).power[0]
    still = light_in_squares(pupil, 0.0, squares(21)).power[0]
    assert np.unravel_index(moved.argmax(), moved.shape) == (10, 13)
    assert moved[:, 6:] == pytest.approx(still[:, 3:-3], abs=2e-5 * still.max())
