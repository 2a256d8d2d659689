"""Lamps in a burst: those that flicker do no harm, and those that fill the sensor stay full and sharp."""

import sys
from pathlib import Path

import numpy as np
import pytest

from lichtbild.develop.linearise import Linearise
from lichtbild.develop.merge import merge_burst
from lichtbild.image.burst import Burst
from lichtbild.image.raw_frame import RawFrame

sys.path.insert(0, str(Path(__file__).parents[1]))
from moving_scene import RGGB, framed, light, mosaicked, places, waves

SIZE = (320, 384)
POSES = [(*p, 0.0) for p in np.random.default_rng(4).normal(0, 3, (8, 2)).tolist()]


def linear(frame: RawFrame) -> np.ndarray:
    return Linearise.of(frame)(frame).samples[..., 0]


def merged(means: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The reference's means, itself, and the merged mosaic."""
    frames = [framed(np.minimum(mean, 1.0), key) for key, mean in enumerate(means)]
    found = merge_burst(Burst(tuple(frames), tuple(f"frame {n}" for n in range(len(frames)))))
    return means[found.reference], linear(frames[found.reference]), linear(found.frame)


@pytest.mark.parametrize("depth", [0.03, 0.3])
def test_bands_of_lamps_that_flicker_leave_no_trace(depth: float) -> None:
    """A rolling shutter sees mains light in bands that run from frame to frame, weak or strong."""
    rows, still, means = np.arange(SIZE[0])[:, None], [], []
    for index, pose in enumerate(POSES):
        bands = 1 + depth * np.sin(2 * np.pi * (rows / 140 + 0.37 * index))
        still.append(mosaicked(light(waves(1), *places(SIZE, pose)), RGGB))
        means.append(bands * still[-1])
    truth, single, made = merged(means)
    inner = (slice(24, -24), slice(24, -24))
    before, after = (np.mean((each - truth)[inner] ** 2) for each in (single, made))
    assert 10 * np.log10(before / after) > -0.1
    # A band is a departure from steady light that all columns of a row share; some of it may average out.
    steady = next(s for s, m in zip(still, means, strict=True) if m is truth)
    before, after = (np.std((each - steady)[inner].mean(axis=1)) for each in (single, made))
    assert after < 1.02 * before


def test_a_lamp_that_fills_the_sensor_stays_full_and_its_surroundings_gain() -> None:
    means = []
    for pose in POSES:
        y, x = places(SIZE, pose)
        lamp = 8 * np.exp(-((np.hypot(y - 20, x + 30) / 9) ** 4))
        means.append(mosaicked(light(waves(1), y, x) + lamp, RGGB))
    truth, single, made = merged(means)
    full, beside = truth > 1.3, (truth > 0.5) & (truth < 0.9)
    assert full.sum() > 100 and beside.sum() > 20
    assert made[full].min() > single[full].min()
    assert made[full].mean() > single[full].mean() - 0.005
    before, after = (np.mean((each - truth)[beside] ** 2) for each in (single, made))
    assert 10 * np.log10(before / after) > -0.1
    dark = np.hypot(*places(SIZE)) > 80
    dark[:24], dark[-24:], dark[:, :24], dark[:, -24:] = False, False, False, False
    before, after = (np.mean((each - truth)[dark] ** 2) for each in (single, made))
    assert 10 * np.log10(before / after) > 8
