from math import gamma, pi

import numpy as np
import pytest

from lichtbild.optics.merit.beams import beams, half_pupil


def _moment(a: int, b: int) -> float:
    """Mean of x^a y^b over the unit disc, a and b even."""
    return 2 * gamma((a + 1) / 2) * gamma((b + 1) / 2) / gamma((a + b) / 2 + 1) / (a + b + 2) / pi


@pytest.mark.parametrize("rings", [3, 4])
def test_half_a_pupil_stands_for_all_of_it(rings: int) -> None:
    """Exact for even polynomials in x up to the degree that Radau's points and even azimuths hold."""
    arms = 7
    (x, y), weight = half_pupil(rings, arms)
    assert (x >= 0).all()
    assert np.hypot(x, y).max() == pytest.approx(1.0, rel=1e-14)
    assert [y.min(), y.max()] == pytest.approx([-1.0, 1.0], rel=1e-14)
    for a in range(0, 2 * arms - 2, 2):
        for b in range(2 * arms - 2 - a):
            if a + b > 4 * rings - 4:
                continue
            expected = _moment(a, b) if b % 2 == 0 else 0.0
            assert weight @ (x**a * y**b) == pytest.approx(expected, abs=1e-15)


def test_shares_and_squeezed_pupils() -> None:
    found = beams(np.array([0.0, 0.3]), np.array([1.0, 2.0, 1.0]), 2, 3, np.array([1.0, 0.5]))
    np.testing.assert_allclose(found.share.sum(axis=(1, 2)), 1.0, rtol=1e-14)
    np.testing.assert_allclose(found.wave, [0.25, 0.5, 0.25])
    np.testing.assert_allclose(found.goal[1, 1], 0.5 * found.goal[1, 0])
    np.testing.assert_allclose(found.goal[0, 1], found.goal[0, 0])
    np.testing.assert_array_equal(found.goal[..., 0], 0.0)
