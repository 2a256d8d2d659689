"""Intervals."""

import numpy as np
import pytest

from lichtbild.quality.interval import chi_square_quantiles, of_deviation, of_mean, of_ratio


@pytest.mark.parametrize(("freedom", "low", "high"), [(10, 3.2470, 20.4832), (100, 74.2219, 129.5612)])
def test_chi_square_quantiles_of_tables(freedom: int, low: float, high: float) -> None:
    """Tables of chi-square; the approximation is good to 1 % at 10 and 0.01 % at 100."""
    assert chi_square_quantiles(freedom) == pytest.approx((low, high), rel=0.1 / freedom)


def test_an_interval_of_a_deviation_covers() -> None:
    """Of 4000 samples of 20 numbers, 95 % within 3 deviations of a binomial share."""
    deviations = np.random.default_rng(1).normal(size=(4000, 21)).std(axis=1, ddof=1)
    ends = np.array([of_deviation(value, 20) for value in deviations])
    covered = float(((ends[:, 0] <= 1) & (ends[:, 1] >= 1)).mean())
    assert covered == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 4000))


def test_ends() -> None:
    assert of_mean(2.0, 1.0) == pytest.approx((0.04, 3.96), abs=1e-4)
    low, high = of_ratio(10.0, 0.05)
    assert low * high == pytest.approx(100.0)
