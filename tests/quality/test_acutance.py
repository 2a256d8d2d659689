"""Contrast sensitivity and what it weighs, against closed forms."""

from math import gamma, log

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.acutance import (
    CSF_AREA,
    acutance,
    acutance_weights,
    contrast_sensitivity,
    measures,
    sqf_weights,
    viewed_weights,
)
from lichtbild.quality.viewing import PIXELS, PRINT


def test_the_sensitivity_is_3_at_its_peak_of_4_cycles_per_degree() -> None:
    v = np.linspace(0.01, 60, 60_000)
    csf = contrast_sensitivity(v)
    assert v[csf.argmax()] == pytest.approx(4, abs=0.002)
    assert csf.max() == pytest.approx(3.000, abs=5e-4)
    assert pytest.approx(37.17, abs=5e-3) == CSF_AREA
    # 60,000 trapezia; what lies beyond 60 cycles/degree is 6e-4 of the whole.
    assert np.trapezoid(csf, v) == pytest.approx(CSF_AREA, rel=1e-3)


def test_a_perfect_response_has_acutance_1_and_sqf_100() -> None:
    v = np.linspace(0, 300, 31)
    assert acutance(np.ones(31), acutance_weights(v)) == pytest.approx(1, abs=1e-9)
    assert acutance(np.ones(31), sqf_weights(v)) == pytest.approx(100, abs=1e-9)


def test_an_exponential_response_has_its_closed_form() -> None:
    """Integral of v^0.8 exp(-(0.2 + a) v) is gamma(1.8) / (0.2 + a)^1.8."""
    v = np.linspace(0, 200, 8001)
    expected = 75 / 34.05 * gamma(1.8) / 0.3**1.8 / CSF_AREA
    # A chord lies above the exponential by a twelfth of step^2 times its curvature: 5e-7 of it.
    assert acutance(np.exp(-0.1 * v), acutance_weights(v)) == pytest.approx(expected, rel=2e-6)


def test_a_straight_response_is_integrated_without_error() -> None:
    v = np.array([0.0, 1.0, 7.0, 20.0])
    assert acutance(v, sqf_weights(v)) == pytest.approx(100 * 9 / log(4), rel=1e-12)
    fine = np.linspace(0, 20, 2001)
    assert acutance(1 - v / 20, acutance_weights(v)) == pytest.approx(
        acutance(1 - fine / 20, acutance_weights(fine)), rel=1e-12
    )


def test_nothing_counts_beyond_what_a_picture_holds() -> None:
    """On 96 ppi at 60 cm a picture ends at 19.8 cycles/degree; a response beyond it does not matter."""
    f = np.linspace(0, 1, 101)
    weights = viewed_weights(f, PIXELS, 1000)
    assert weights[51:].max() == pytest.approx(0, abs=1e-15)
    v = np.linspace(0, 0.5 * PIXELS.pixels_per_degree(1000), 20001)
    assert weights.sum() == pytest.approx(np.trapezoid(contrast_sensitivity(v), v) / CSF_AREA, rel=1e-6)


def test_a_larger_picture_seen_whole_looks_sharper() -> None:
    f = np.linspace(0, 1, 101)
    mtf = np.exp(-((f / 0.3) ** 2))
    small, large = (acutance(mtf, viewed_weights(f, PRINT, rows)) for rows in (1000, 4000))
    assert large > small + 0.2


def test_measures_have_the_widest_interval_that_the_errors_allow() -> None:
    f = np.linspace(0, 1, 101)
    mtf, error = np.exp(-((f / 0.3) ** 2)), np.full(101, 0.01)
    found = measures(f, mtf, PRINT, 3000, error=error, where="edge 1")
    assert [one.name for one in found] == ["acutance", "sqf"]
    assert found[0].where == "edge 1, print"
    low, high = found[0].interval or (0.0, 0.0)
    assert high - low == pytest.approx(2 * 1.96 * 0.01 * viewed_weights(f, PRINT, 3000).sum())
    assert "without errors" in measures(f, mtf, PRINT, 3000)[0].note


@pytest.mark.parametrize("f", [np.array([0.1, 0.6]), np.array([0.0, 0.6, 0.5]), np.array([0.0, 0.3])])
def test_frequencies_that_cannot_be_used(f: np.ndarray) -> None:
    with pytest.raises(BadInput, match=r"cycles/px|begin at 0"):
        viewed_weights(f, PRINT, 1000)
