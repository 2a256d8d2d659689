"""What the frames of a burst share: gains, noise, and the colours of their tiles."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from lichtbild.develop.mosaic_planes import Camera, all_linear, sound_frames, tile_levels
from lichtbild.image.burst import Burst

sys.path.insert(0, str(Path(__file__).parents[1]))
from moving_scene import GAINS, PHONE, RGGB, framed, mosaicked

COLOURS = np.array([[0, 1], [1, 2]])


def test_noise_after_the_gains_is_that_of_balanced_samples() -> None:
    """Slopes grow with the gain, offsets with its square."""
    camera = Camera.of(framed(np.full((64, 64), 0.2), 0))
    gains = GAINS[COLOURS]
    np.testing.assert_allclose(camera.gains, gains, rtol=1e-6)
    expected = np.stack([PHONE[0] * gains, PHONE[1] * gains**2], -1).reshape(4, 2)
    np.testing.assert_allclose(camera.balanced_noise, expected, rtol=1e-5)


def test_defects_that_stand_still_are_filled_and_odd_rows_left_out() -> None:
    means = [mosaicked(np.full((65, 97), level), RGGB) for level in (0.3, 0.31, 0.29, 0.3)]
    frames = [framed(mean, key) for key, mean in enumerate(means)]
    for frame in frames:
        frame.samples[20, 30] = 1023
    camera = Camera.of(frames[0])
    with ThreadPoolExecutor(1) as pool:
        sound = sound_frames(Burst(tuple(frames), tuple("abcd")), camera.noise, pool)
        assert sound(2).shape == (64, 96)
        assert all_linear(frames[2])[20, 30] > 0.9 > 0.3 > sound(2)[20, 30]


def test_tiles_have_the_colours_of_their_light_and_dark_ones_none() -> None:
    camera = Camera.of(framed(np.full((64, 64), 0.2), 0))
    planes = np.empty((4, 32, 48), np.float32)
    planes[:, :, :] = np.array([0.6, 0.3, 0.3, 0.1], np.float32)[:, None, None]
    lit = tile_levels(planes, camera)
    assert lit.shape == (2, 3, 4)
    assert np.abs(lit[..., 0] / lit[..., 3] - 6).max() < 1.5  # less where read noise counts
    dark = tile_levels(planes * 1e-4, camera)
    np.testing.assert_allclose(dark[..., 0] / dark[..., 3], 1, atol=0.05)
