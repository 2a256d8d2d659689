"""Halos of edges that were sharpened by a known amount."""

import numpy as np
import pytest
from scipy.special import erf

from lichtbild.core.errors import BadInput
from lichtbild.quality.sharpening import Response, excess, halo, measures

PLACES = np.arange(-12, 12, 0.25)


def edge(amount: float = 0.0, sigma: float = 0.7, radius: float = 1.5) -> np.ndarray:
    """An edge of 0.2 to 0.8 under an unsharp mask: itself and so much of what a wider blur takes."""
    fine = (1 + erf(PLACES / sigma / np.sqrt(2))) / 2
    wide = (1 + erf(PLACES / np.hypot(sigma, radius) / np.sqrt(2))) / 2
    return 0.2 + 0.6 * (fine + amount * (fine - wide))


def test_an_edge_that_was_not_sharpened_has_no_halo() -> None:
    found = halo(PLACES, edge())
    assert found.overshoot == pytest.approx(0, abs=1e-3)
    assert found.width == found.dark_width == 0
    # 10 to 90 % of a normal distribution are 2.563 standard deviations.
    assert found.rise == pytest.approx(2.563 * 0.7, rel=0.02)


@pytest.mark.parametrize("amount", [0.5, 1.0, 2.0])
def test_the_halo_is_as_high_as_it_was_made(amount: float) -> None:
    found = halo(PLACES, edge(amount))
    fine = np.arange(0, 12, 1e-3)
    shape = (1 + erf(fine / 0.7 / np.sqrt(2))) / 2
    wide = (1 + erf(fine / np.hypot(0.7, 1.5) / np.sqrt(2))) / 2
    true = shape + amount * (shape - wide) - 1
    # A parabola through three bins of a quarter of a pixel misses the top by a hundredth of it.
    assert found.overshoot == pytest.approx(100 * true.max(), rel=0.01)
    assert found.undershoot == pytest.approx(100 * true.max(), rel=0.01)
    half = fine[true > true.max() / 2]
    assert found.width == pytest.approx(half[-1] - half[0], abs=0.1)
    assert found.dark_width == pytest.approx(found.width, abs=0.15)
    assert found.rise < halo(PLACES, edge()).rise


def test_noise_is_not_taken_for_a_halo() -> None:
    rng = np.random.default_rng(0)
    found = [halo(PLACES, edge() + rng.normal(0, 0.006, PLACES.shape)) for _ in range(100)]
    mean = np.mean([one.overshoot for one in found])
    # Of 1 % of the step the greatest of some 20 values is 2.4 %: its expectation is taken off but for a rest.
    assert abs(mean) < 0.8
    assert np.mean([one.width > 0 for one in found]) < 0.05
    assert np.mean([one.error for one in found]) == pytest.approx(1.0, abs=0.15)


def test_an_edge_s_response_above_a_star_s() -> None:
    f = np.linspace(0, 1, 101)
    error = np.full(101, 0.01)
    low, high = np.exp(-((f / 0.3) ** 2)), np.exp(-((f / 0.3) ** 2)) + 0.4 * f * (f < 0.501)
    found = excess(Response(f, high, error), Response(f[10:], low[10:], error[10:]))
    assert found.greatest == pytest.approx(0.2, abs=1e-3)
    assert found.frequency == pytest.approx(0.5, abs=1e-9)
    assert found.mean == pytest.approx(0.4 * 0.3, abs=1e-3)
    assert found.error == pytest.approx(0.01 * np.sqrt(2))
    assert excess(Response(f, low, error), Response(f, low, error)).greatest == 0


def test_measures() -> None:
    f = np.linspace(0, 1, 11)
    over = excess(Response(f, 1 - f, 0 * f), Response(f, 1 - f, 0 * f))
    found = measures(halo(PLACES, edge(1.0)), over, "edge 2", (3.0, 4.0))
    assert [one.unit for one in found] == ["%", "%", "px", "px", "px", ""]
    assert all(one.where == "edge 2" for one in found)


def test_what_is_no_profile_is_refused() -> None:
    with pytest.raises(BadInput, match="20 or more"):
        halo(PLACES[:8], edge()[:8])
    with pytest.raises(BadInput, match="does not rise"):
        halo(PLACES, edge()[::-1])
    f = np.array([0.0, 0.2])
    with pytest.raises(BadInput, match="in common"):
        excess(Response(f, f, f), Response(f + 0.3, f, f))
