"""The sheets: what is filled, what lies behind what, and how a subject is taken off its background."""

import numpy as np

from lichtbild.develop.sheets import CELL, enlarged, filled, sheets

NEAR, FAR = np.float32(1 / 1000), np.float32(1 / 5000)


def _scene(alpha: np.ndarray, front: float = 0.8, back: float = 0.2) -> np.ndarray:
    plane = alpha * np.float32(front) + (1 - alpha) * np.float32(back)
    return np.repeat(plane[..., None], 3, axis=2).astype(np.float32)


def test_what_is_known_stays_and_the_rest_is_between_its_neighbours() -> None:
    values = np.linspace(0, 1, 64, dtype=np.float32)[None, :, None].repeat(32, axis=0)
    known = np.ones((32, 64), np.float32)
    known[:, 20:40] = 0
    found = filled(values, known)
    np.testing.assert_array_equal(found[:, :20], values[:, :20])
    hidden = found[8:24, 20:40, 0]
    assert hidden.min() >= values[0, 19, 0] - 0.05 and hidden.max() <= values[0, 40, 0] + 0.05


def test_a_constant_plane_is_filled_with_itself() -> None:
    known = np.zeros((17, 23), np.float32)
    known[3, 4] = 1
    np.testing.assert_allclose(filled(np.full((17, 23, 1), 0.3, np.float32), known), 0.3, rtol=1e-5)


def test_a_plane_is_enlarged_by_straight_lines() -> None:
    small = np.arange(8, dtype=np.float32)[:, None, None].repeat(3, axis=1)
    large = enlarged(small, (32, 12), 4)[..., 0]
    middles = (np.arange(32) + 0.5) / 4 - 0.5
    np.testing.assert_allclose(large[:, 0], np.clip(middles, 0, 7), atol=1e-6)


def test_behind_a_near_thing_lie_its_surroundings() -> None:
    vergence = np.full((64, 64), FAR)
    vergence[16:48, 16:48] = NEAR
    light = _scene((vergence == NEAR).astype(np.float32))
    back = sheets(light, vergence, 1e-5, 64).back
    inside = (slice(24 // CELL, 40 // CELL),) * 2
    assert np.all(back.cover[inside] == 1)
    np.testing.assert_allclose(back.vergence[inside], FAR, rtol=0.05)
    np.testing.assert_allclose(back.light[inside], 0.2, atol=0.02)


def test_nothing_lies_behind_what_is_farthest() -> None:
    vergence = np.full((64, 64), FAR)
    vergence[:, :32] = NEAR
    back = sheets(_scene((vergence == NEAR).astype(np.float32)), vergence, 1e-5, 64).back
    assert np.all(back.cover[:, 36 // CELL :] == 0)


def test_hair_is_taken_off_its_background() -> None:
    alpha = np.zeros((64, 64), np.float32)
    alpha[:, :24] = 1
    alpha[:, 24:32] = 0.5
    vergence = np.where(alpha > 0, NEAR, FAR)
    front = sheets(_scene(alpha), vergence, 1e-5, 64, alpha).front
    hair = (slice(16, 48), slice(26, 30))
    np.testing.assert_allclose(front.light[hair], 0.5 * 0.8, atol=0.02)
    np.testing.assert_array_equal(front.cover[hair], 0.5)
    np.testing.assert_allclose(front.vergence[hair], NEAR, rtol=1e-3)
