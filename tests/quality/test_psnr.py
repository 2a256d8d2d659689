import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.psnr import IDENTICAL, psnr, psnr_interval
from reference_pair import reference_pair

REFERENCE, PICTURE = (one.astype(np.float64) for one in reference_pair())


def test_a_tenth_of_the_peak_is_20_db() -> None:
    assert psnr(np.zeros((4, 5)), np.full((4, 5), 25.5), peak=255.0) == pytest.approx(20.0, abs=1e-12)


def test_it_is_that_of_scikit_image() -> None:
    # skimage.metrics.peak_signal_noise_ratio, 0.26
    assert psnr(REFERENCE, PICTURE) == pytest.approx(22.623899479162386, abs=1e-12)


def test_equal_pictures_have_the_limit() -> None:
    assert psnr(REFERENCE, REFERENCE) == IDENTICAL
    assert psnr_interval(np.zeros((32, 32)), np.full((32, 32), 1e-12)) is None  # below the limit


def test_other_sizes_are_refused() -> None:
    with pytest.raises(BadInput, match="cannot be compared"):
        psnr(REFERENCE, PICTURE[1:])


def test_the_interval_covers_the_truth_of_noise() -> None:
    """For noise of known variance the PSNR is known; 200 intervals of 95 % miss it 10 times, +- 3 sigma 9."""
    rng, plane = np.random.default_rng(2), np.zeros((64, 64))
    misses = 0
    for _ in range(200):
        low, high = psnr_interval(plane, 0.1 * rng.standard_normal(plane.shape))
        misses += not low <= 20.0 <= high
    assert misses <= 19
