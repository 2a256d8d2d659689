import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.ssim import ms_ssim, ssim, ssim_map
from reference_pair import reference_pair


def plane_pair(height: int = 64, width: int = 72) -> list[np.ndarray]:
    return [one[..., 1].astype(np.float64) for one in reference_pair(height, width)]


def test_it_is_that_of_scikit_image() -> None:
    reference, picture = plane_pair()
    # skimage.metrics.structural_similarity 0.26 with gaussian_weights, sigma 1.5, use_sample_covariance=False
    assert ssim(reference, picture) == pytest.approx(0.822979076525647, abs=1e-13)
    assert ssim_map(reference, picture)[15, 25] == pytest.approx(0.8801898168751613, abs=1e-12)


def test_five_scales_are_those_of_pytorch_msssim() -> None:
    # pytorch_msssim.ms_ssim 1.0.0; its window is one of single precision
    assert ms_ssim(*plane_pair(176, 192)) == pytest.approx(0.9781043454096816, abs=1e-6)


def test_equal_pictures_are_1_and_a_negative_is_0_at_five_scales() -> None:
    reference, _ = plane_pair(176, 180)
    assert ssim(reference, reference) == pytest.approx(1.0, abs=1e-12)
    assert ms_ssim(reference, reference) == pytest.approx(1.0, abs=1e-12)
    assert ms_ssim(reference, 1 - reference) == 0.0


def test_a_constant_shift_of_light_is_its_closed_form() -> None:
    """No structure: SSIM is (2 m n + C1) / (m^2 + n^2 + C1)."""
    found = ssim(np.full((20, 20), 0.4), np.full((20, 20), 0.6))
    assert found == pytest.approx((0.48 + 1e-4) / (0.52 + 1e-4), rel=1e-9)


def test_small_pictures_are_refused() -> None:
    with pytest.raises(BadInput, match="needs a picture of at least that size"):
        ssim(np.ones((10, 30)), np.ones((10, 30)))
    with pytest.raises(BadInput, match="161 px"):
        ms_ssim(np.ones((160, 300)), np.ones((160, 300)))
