"""The cubic response."""

import numpy as np
import pytest

from lichtbild.quality.emva.response import Response

CURVE = Response(-0.03, 0.02, 2000.0)
CODES = np.linspace(0, 2000, 9)


def test_the_inverse_brings_back() -> None:
    assert CURVE.linear(CURVE.code(CODES)) == pytest.approx(CODES, abs=1e-9)
    assert CURVE.deviation(2000.0) == pytest.approx(-0.01)


def test_derivatives_are_those_of_the_curve() -> None:
    """Central differences of a cubic err by its third derivative times h^2 / 6."""
    h = 0.5
    slope = (CURVE.code(CODES + h) - CURVE.code(CODES - h)) / (2 * h)
    assert CURVE.slope(CODES) == pytest.approx(slope - CURVE.twist * h * h / 6, abs=1e-11)
    bend = (CURVE.slope(CODES + h) - CURVE.slope(CODES - h)) / (2 * h)
    assert CURVE.bend(CODES) == pytest.approx(bend, rel=1e-8)


def test_moments_of_normal_codes() -> None:
    """A Gauss-Hermite rule of eight points is exact for the square of a cubic; the mean's is exact too."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(8)
    share = weights / weights.sum()
    code = CURVE.code(900 + 20 * nodes)
    mean = share @ code
    assert CURVE.mean(900.0, 400.0) == pytest.approx(mean, rel=1e-12)
    assert CURVE.variance(900.0, 400.0) == pytest.approx(share @ (code - mean) ** 2, rel=1e-9)
