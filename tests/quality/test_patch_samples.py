"""Samples of a polygon's inside."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.quality.patch_samples import in_plane, patch_samples, plane_of

SQUARE = ((10.0, 5.0), (40.0, 5.0), (40.0, 35.0), (10.0, 35.0))


def test_whole_pixels_of_a_square() -> None:
    picture = np.zeros((50, 60))
    picture[5:35, 10:40] = 0.5
    samples = patch_samples(picture, SQUARE, margin=0.0)
    assert samples.count == 900
    assert samples.corner == (10, 5)
    assert samples.centre == (25.0, 20.0)
    assert samples.mean == pytest.approx([0.5])
    assert samples.variance == pytest.approx([0.0])
    assert samples.rectangle().shape == (30, 30, 1)


def test_the_margin_keeps_off_every_side_of_a_turned_patch() -> None:
    """Each pixel inside is as far from each side as the margin, and none such is missing."""
    turned = ((30.0, 4.0), (52.0, 26.0), (30.0, 48.0), (8.0, 26.0))
    samples = patch_samples(np.zeros((60, 60)), turned, margin=0.1)
    y, x = np.mgrid[0:60, 0:60] + 0.5
    away = (22.0 - abs(x - 30) - abs(y - 26)) / np.sqrt(2)
    whole = away >= 0.1 * np.sqrt(2 * 22.0**2) + 1e-9
    assert samples.count == int(whole.sum())
    left, top = samples.corner
    height, width = samples.inside.shape
    assert np.array_equal(samples.inside, whole[top : top + height, left : left + width])
    tall, wide, _ = samples.rectangle().shape
    assert tall * wide >= 0.45 * samples.count


def test_a_concave_patch_leaves_its_notch_out() -> None:
    notched = ((0.0, 0.0), (40.0, 0.0), (40.0, 40.0), (20.0, 20.0), (0.0, 40.0))
    samples = patch_samples(np.zeros((40, 40)), notched, margin=0.0)
    assert not samples.inside[39, 20]
    assert samples.count == pytest.approx(1200, abs=20)


def test_a_bowl_of_light_is_no_noise() -> None:
    """What the surface leaves has the noise's variance, within 4 deviations of a chi-square number's."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[0:60, 0:60] / 60
    noise = rng.normal(0, 0.01, (60, 60, 2))
    picture = 0.5 + (0.2 * x - 0.1 * y**2)[..., None] + noise
    samples = patch_samples(picture, ((0, 0), (60, 0), (60, 60), (0, 60)), margin=0.0)
    left = samples.noise_variance(2)
    assert left == pytest.approx([1e-4, 1e-4], rel=4 * np.sqrt(2 / 3594))
    assert (samples.variance > 10 * left).all()
    assert samples.flattened().mean(axis=0) == pytest.approx([0, 0], abs=1e-12)


def test_clipped_share() -> None:
    picture = np.full((20, 20), 0.5)
    picture[:5] = 1.0
    picture[5:7] = 0.0
    samples = patch_samples(picture, ((0, 0), (20, 0), (20, 20), (0, 20)), margin=0.0)
    assert samples.clipped == pytest.approx([7 / 20])


def test_places_of_a_mosaic_in_its_plane() -> None:
    """A pixel's centre in the mosaic is its centre in the plane."""
    mosaic = np.arange(48.0).reshape(6, 8)
    plane = plane_of(mosaic, (1, 0))
    ((x, y),) = in_plane([(4.5, 3.5)], (1, 0))
    assert (x, y) == (2.5, 1.5)
    assert plane[int(y), int(x)] == mosaic[3, 4]


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        (((0, 0), (3, 0), (3, 3), (0, 3)), "pixels inside"),
        (((100, 100), (130, 100), (130, 130)), "outside the picture"),
        (((0, 0), (3, 0)), "corners"),
    ],
)
def test_what_is_no_patch(corners: tuple[tuple[float, float], ...], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        patch_samples(np.zeros((50, 50)), corners)
