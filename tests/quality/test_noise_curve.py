"""Variance against signal."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.noise_curve import measures, noise_curve

SIGNAL = np.geomspace(0.005, 0.9, 12)
OFFSET, SLOPE, SQUARE = 2e-7, 4e-5, 1e-5


def test_exact_variances_give_the_terms() -> None:
    variance = OFFSET + SLOPE * SIGNAL + SQUARE * SIGNAL**2
    found = noise_curve(SIGNAL, variance, np.full(12, 5000.0), pattern=True)
    terms = [found.offset.value, found.slope.value, found.square.value]
    assert terms == pytest.approx([OFFSET, SLOPE, SQUARE], rel=1e-6)
    assert found.variance(SIGNAL) == pytest.approx(variance)
    assert [one.name for one in measures(found)] == ["noise_offset", "noise_slope", "noise_square"]


def test_intervals_cover_and_misfit_is_one() -> None:
    """95 % of 500 curves, within 3 binomial deviations."""
    rng, freedom = np.random.default_rng(1), np.full(12, 2000.0)
    variance = OFFSET + SLOPE * SIGNAL
    found = [noise_curve(SIGNAL, variance * rng.chisquare(2000, 12) / 2000, freedom) for _ in range(500)]
    covered = np.mean([(one.offset.covers(OFFSET), one.slope.covers(SLOPE)) for one in found], axis=0)
    assert covered == pytest.approx([0.95, 0.95], abs=0.03)
    assert np.mean([one.misfit for one in found]) == pytest.approx(1, abs=3 * np.sqrt(2 / 10 / 500))
    assert len(measures(found[0], "green")) == 2


def test_too_few_patches() -> None:
    with pytest.raises(BadInput, match="3 patches"):
        noise_curve(SIGNAL[:2], SIGNAL[:2], SIGNAL[:2])
