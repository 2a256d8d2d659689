"""Light as a raw frame: where its white lies, how fine its codes are, and which line its noise is."""

import sys
from pathlib import Path

import numpy as np
import pytest

from lichtbild.develop.linearise import Linearise
from lichtbild.develop.merged_light import MergedLight, fitted, stored
from lichtbild.develop.mosaic_planes import Camera

sys.path.insert(0, str(Path(__file__).parents[1]))
from bracket_scene import exposed

NOISE = np.tile(np.float32([1e-4, 1e-7]), (4, 1))


def test_light_beyond_white_is_stored_to_24_bits() -> None:
    reference, shortest = exposed(np.full((9, 12), 0.1), 1.0, 0), exposed(np.full((9, 12), 0.1), 1 / 16, 1)
    camera = Camera.of(reference)
    gains = camera.gains.reshape(4, 1, 1)
    light = np.geomspace(1e-5, 15.9, 4 * 4 * 6).reshape(4, 4, 6).astype(np.float32)
    merged = MergedLight(light * gains, light * gains, 1e-4 * light * gains**2 + 1e-7, camera, 1 / 16)
    frame, _ = stored(reference, shortest, merged, NOISE)
    assert frame.baseline_exposure_ev == 4
    assert frame.metadata.exposure_time_s == shortest.metadata.exposure_time_s
    samples = Linearise.of(frame)(frame).samples[..., 0] * 16
    for p in range(4):
        got = samples[p // 2 : 8 : 2, p % 2 :: 2]
        np.testing.assert_allclose(got, light[p], rtol=3e-7, atol=16 * 1.5 * 2**-24)
    row = Linearise.of(reference)(reference).samples[8, :, 0]
    np.testing.assert_allclose(samples[8], row, atol=1e-5)  # no whole cell
    assert frame.samples.max() <= 2**24 - 1


def test_the_line_of_a_line_is_itself() -> None:
    x = np.geomspace(1e-4, 1, 500)
    assert fitted(x, 3e-4 * x + 2e-6) == pytest.approx((3e-4, 2e-6))
    assert fitted(x, 3e-4 * x) == pytest.approx((3e-4, 0), abs=1e-12)
    assert fitted(x, np.full(500, 2e-6)) == pytest.approx((0, 2e-6), abs=1e-12)


def test_neither_part_is_negative() -> None:
    """A variance that falls, and one that rises faster than light."""
    x = np.linspace(0.01, 1, 200)
    for variance in (2e-4 - 1e-4 * x, 1e-4 * x**2):
        slope, offset = fitted(x, variance)
        assert min(slope, offset) >= 0 and max(slope, offset) > 0


def test_a_few_places_of_much_noise_bend_it_little() -> None:
    x = np.linspace(0.01, 1, 1000)
    variance = 1e-4 * x + 1e-6
    variance[::20] *= 100
    slope, offset = fitted(x, variance)
    assert slope == pytest.approx(1e-4 * 0.95, rel=0.1) and offset == pytest.approx(1e-6, rel=0.3)
