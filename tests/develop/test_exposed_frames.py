"""Which frame of a bracket is the reference, and which samples are trusted not to be full."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from lichtbild.develop.exposed_frames import NEAR_FULL, ExposedFrames

sys.path.insert(0, str(Path(__file__).parents[1]))
from bracket_scene import exposed, means_of, named

REST = (0.0, 0.0, 0.0)


def frames_of(mean: np.ndarray, *exposures: float) -> ExposedFrames:
    with ThreadPoolExecutor(1) as pool:
        return ExposedFrames.of(named([exposed(mean, e, i) for i, e in enumerate(exposures)]), pool)


def test_the_reference_is_neither_dark_nor_full() -> None:
    (mean,) = means_of((192, 256), [REST])
    found = frames_of(mean, 1 / 256, 1.0, 64.0)
    with ThreadPoolExecutor(1) as pool:
        assert found.by_exposure(pool)[0] == 1


def test_trust_falls_smoothly_below_white() -> None:
    found = frames_of(np.full((64, 64), 0.1), 1.0, 0.5)
    sigma = found.sigma(0)
    near, far = (1 - count * sigma for count in NEAR_FULL)
    samples = np.float32([0.1, far - 1e-6, (near + far) / 2, near + 1e-6, 1.0])
    np.testing.assert_allclose(found.not_full(0, samples), [1, 1, 0.5, 0, 0], atol=1e-5)


def test_trust_is_that_of_the_brightest_around() -> None:
    mean = np.full((64, 64), 0.1)
    mean[28:32, 40:44] = 1.5  # a single pixel would be a defect
    trust = frames_of(mean, 1.0, 0.5).trust(0, 2)
    expected = np.ones((32, 32))
    expected[12:18, 18:24] = 0
    np.testing.assert_array_equal(trust, expected)
