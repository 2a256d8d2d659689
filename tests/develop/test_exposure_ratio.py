"""How exactly two frames tell the ratio of their exposures, and when they do not."""

import numpy as np
import pytest

from lichtbild.develop.exposure_ratio import TOLERANCE, exposure_ratio

SHAPE = (128, 160)
NOISE = np.tile(np.float32([1e-4, 1e-7]), (4, 1))


def planes(light: np.ndarray, ratio: float, key: int) -> np.ndarray:
    rng = np.random.default_rng(key)
    mean = np.repeat(light[None], 4, axis=0) * ratio
    return np.asarray(mean + rng.normal(0, 1, mean.shape) * np.sqrt(1e-4 * mean + 1e-7), np.float32)


def found(light: np.ndarray, ratio: float, trust: np.ndarray | None = None) -> float:
    sure = np.ones(SHAPE, np.float32) if trust is None else trust
    estimate = np.repeat(light[None], 4, axis=0).astype(np.float32)
    one, two = planes(light, 1.0, 1), planes(light, ratio, 2)
    two[:, :3] = np.nan
    return exposure_ratio(one, two, sure, estimate, (NOISE, NOISE))


def ramp() -> np.ndarray:
    return np.asarray(np.linspace(0.05, 0.4, SHAPE[1]) * np.ones(SHAPE), np.float32)


@pytest.mark.parametrize("ratio", [0.94, 1.0, 1.07])
def test_the_ratio_is_found_to_a_thousandth(ratio: float) -> None:
    """81 000 samples of 2 % noise each: 0.0002, and what they say of themselves counts for nothing beside."""
    assert found(ramp(), ratio) == pytest.approx(ratio, abs=1e-3)


def test_what_moved_does_not_count() -> None:
    light, other = ramp(), ramp()
    other[:64] *= 1.5  # less than half of what is known, for the lower half is as bright
    estimate = np.repeat(light[None], 4, axis=0)
    moved = planes(other, 1.0, 2)
    moved[:, 60:64] = np.nan
    ratio = exposure_ratio(planes(light, 1, 1), moved, np.ones(SHAPE, np.float32), estimate, (NOISE, NOISE))
    assert ratio == pytest.approx(1, abs=0.01)


def test_little_light_corrects_little() -> None:
    """Where the tiles know the ratio as badly as the file does, half of it is taken."""
    light = np.full(SHAPE, 0.02, np.float32)
    weak = np.tile(np.float32([2e-6, 3e-6]), (4, 1))
    estimate = np.repeat(light[None], 4, axis=0)
    flat, brighter = estimate.copy(), estimate * np.float32(1.05)
    noisy = np.tile(np.float32([0.0, 1.5]), (4, 1))
    sure = np.ones(SHAPE, np.float32)
    taken = exposure_ratio(flat, brighter, sure, estimate, (weak, noisy)) - 1
    variance = np.pi / 2 * 1.5 / (SHAPE[0] * SHAPE[1] * 4) / 0.02**2
    assert taken == pytest.approx(0.05 * TOLERANCE**2 / (TOLERANCE**2 + variance), rel=0.01)


@pytest.mark.parametrize("case", ["dark", "full", "apart"])
def test_where_it_cannot_be_told_it_is_one(case: str) -> None:
    light = ramp() * np.float32(0.001 if case == "dark" else 1)
    trust = np.zeros(SHAPE, np.float32) if case == "full" else None
    assert found(light, 1.3 if case == "apart" else 1.05, trust) == 1.0
