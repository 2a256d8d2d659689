"""Defects are known by all frames together; light is not taken for one."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from lichtbild.develop.voted_pixels import voted_pixels
from lichtbild.image.cfa import Cfa

sys.path.insert(0, str(Path(__file__).parents[1]))
from moving_scene import PHONE, framed, light, mosaicked, places, waves

SIZE = (128, 160)
NOISE = np.broadcast_to(np.array(PHONE), (2, 2, 2))
RGGB = Cfa.bayer("RGGB")
HOT = [(20, 30), (21, 31), (64, 81), (100, 40)]
DEAD = [(50, 50), (90, 121)]


def linear(mean: np.ndarray, key: int) -> np.ndarray:
    return ((framed(mean, key).samples[..., 0] - 64.0) / 959).astype(np.float32)


def voted(frames: list[np.ndarray]) -> set[tuple[int, int]]:
    with ThreadPoolExecutor(2) as pool:
        found = voted_pixels(lambda: frames, frames[0].shape, NOISE, pool)
    return {(int(y), int(x)) for y, x in found}


def burst(count: int, shake: float = 4.0, star: float = 0.0) -> list[np.ndarray]:
    """Frames of a smooth moving scene with a star, and defects of eight sigmas that stay where they are."""
    rng = np.random.default_rng(1)
    frames, scene = [], waves(2, 0.03)
    for key in range(count):
        pose = (*rng.normal(0, shake, 2), 0.0)
        y, x = places(SIZE, pose)
        grey = light(scene, y, x)
        grey = grey + star * np.exp(-((y - 10.3) ** 2 + (x - 5.2) ** 2) / (2 * 0.8**2))
        mean = mosaicked(grey, RGGB)
        for sign, defects in ((1, HOT), (-1, DEAD)):
            for place in defects:
                mean[place] += sign * 8 * np.sqrt(PHONE[0] * mean[place] + PHONE[1])
        frames.append(linear(np.maximum(mean, 0), key))
    return frames


def test_defects_that_stay_are_found_while_the_scene_moves() -> None:
    assert voted(burst(8)) == set(HOT) | set(DEAD)


def test_hardly_a_sound_pixel_is_taken_for_a_defect() -> None:
    """On a tripod, where texture too stays where it is: less than one pixel in 100 000."""
    scene, found, bursts = waves(4), 0, 16
    mean = mosaicked(light(scene, *places(SIZE)), RGGB)
    for key in range(bursts):
        found += len(voted([linear(mean, 100 * key + n) for n in range(8)]))
    assert found / (bursts * mean.size) < 1e-5


def test_a_star_before_a_tripod_is_no_defect() -> None:
    """It stands out in every frame, and so do the pixels around it."""
    star = (round(SIZE[0] / 2 + 10.3), round(SIZE[1] / 2 + 5.2))
    frames = burst(8, shake=0.0, star=0.8)
    found = voted(frames)
    assert set(HOT) | set(DEAD) <= found
    assert not {(y, x) for y, x in found if abs(y - star[0]) < 4 and abs(x - star[1]) < 4}
