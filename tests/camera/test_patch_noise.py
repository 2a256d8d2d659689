"""The standard deviation of what should be even."""

import numpy as np
import pytest

from lichtbild.camera.patch_noise import patch_noise, pooled
from lichtbild.core.window import Extent, Window
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.cfa import Cfa
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.mosaic import Mosaic

EXTENT = Extent(90, 100)
WHOLE = Window.whole(EXTENT)


def noisy(sigmas: tuple[float, ...], seed: int = 1) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal((*EXTENT, len(sigmas)))
    return (0.4 + np.array(sigmas) * noise).astype(np.float32)


def test_each_plane_has_its_own_sigma_and_luminance_adds_their_squares():
    sigmas = (0.01, 0.02, 0.03)
    found = patch_noise(LinearImage(noisy(sigmas), WHOLE, EXTENT))
    # 9000 samples: the relative sigma of a standard deviation is 1 / sqrt(2 n) = 0.75 %.
    np.testing.assert_allclose(found.sigma, sigmas, rtol=0.03)
    np.testing.assert_allclose(found.mean, 0.4, atol=1e-3)
    assert found.luma == pytest.approx(
        np.hypot.reduce([0.2627 * 0.01, 0.678 * 0.02, 0.0593 * 0.03]), rel=0.03
    )


def test_a_smooth_surface_is_no_noise():
    y, x = np.mgrid[-1:1:90j, -1:1:100j]
    surface = (0.3 * x - 0.2 * y * y + 0.1 * x * y)[..., None]
    plain, tilted = (
        patch_noise(CameraImage((noisy((0.01,)) + lift).astype(np.float32), WHOLE, EXTENT))
        for lift in (0, surface)
    )
    assert tilted.sigma == pytest.approx(plain.sigma, rel=1e-4)
    exact = patch_noise(CameraImage((0.4 + surface).astype(np.float32), WHOLE, EXTENT))
    assert exact.sigma[0] < 1e-7  # the rounding of float32


def test_under_a_filter_pattern_each_colour_has_its_own_level():
    cfa = Cfa.bayer("GBRG").shifted(0, 0)
    window = Window(13, 7, 13 + EXTENT.height, 7 + EXTENT.width)
    plane = cfa.shifted(13, 7).planes(EXTENT)[..., None]
    levels, sigmas = np.array([0.2, 0.5, 0.3])[plane], np.array([0.01, 0.03, 0.02])[plane]
    samples = (levels + sigmas * (noisy((1.0,)) - 0.4)).astype(np.float32)
    found = patch_noise(Mosaic(samples, window, Extent(500, 500), cfa))
    np.testing.assert_allclose(found.mean, (0.2, 0.5, 0.3), atol=2e-3)
    np.testing.assert_allclose(found.sigma, (0.01, 0.03, 0.02), rtol=0.05)
    assert found.luma is None


def test_codes_count_as_shares_of_white():
    codes = np.random.default_rng(1).normal(100, 8, (*EXTENT, 3)).clip(0, 255).astype(np.uint8)
    found = patch_noise(CodedPicture(codes, WHOLE, EXTENT))
    assert found.sigma[0] == pytest.approx(8 / 255, rel=0.03)


@pytest.mark.parametrize("blur", [0, 3])
def test_the_interval_holds_the_truth_as_often_as_it_says(blur):
    rng, size = np.random.default_rng(5), Extent(48, 48)
    truth = 1 / (blur + 1)  # of the mean of (blur + 1)^2 samples of sigma 1
    inside = 0
    for _ in range(100):
        field = rng.standard_normal((48 + blur, 48 + blur))
        sums = np.pad(field, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
        step = blur + 1
        field = (
            sums[step:, step:] - sums[:-step, step:] - sums[step:, :-step] + sums[:-step, :-step]
        ) / step**2
        found = patch_noise(CameraImage(field[..., None].astype(np.float32), Window.whole(size), size))
        inside += found.interval[0][0] <= truth <= found.interval[0][1]
    # 95 of 100 with a binomial sigma of 2.2, less a little that a blur loses with the surface.
    assert inside >= 88


def test_patches_are_pooled_by_their_variance():
    images = [CameraImage(noisy((sigma,), seed), WHOLE, EXTENT) for seed, sigma in ((1, 0.01), (2, 0.03))]
    found = pooled([patch_noise(image) for image in images])
    assert found.sigma[0] == pytest.approx(np.sqrt((0.01**2 + 0.03**2) / 2), rel=0.03)
    alone = pooled([patch_noise(images[0])])
    assert alone.interval[0] == pytest.approx(patch_noise(images[0]).interval[0], rel=1e-12)
    several = pooled([patch_noise(CameraImage(noisy((0.01,), seed), WHOLE, EXTENT)) for seed in range(4)])
    (low, high), (narrow_low, narrow_high) = alone.interval[0], several.interval[0]
    assert narrow_high - narrow_low == pytest.approx((high - low) / 2, rel=0.1)
