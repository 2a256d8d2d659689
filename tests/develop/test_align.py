"""Shifts that are found beside those that were made."""

import sys
from pathlib import Path

import numpy as np
import pytest

from lichtbild.develop.align import TILE, alignment, grey_pyramid, reference_of, sharpness
from lichtbild.image.cfa import Cfa

sys.path.insert(0, str(Path(__file__).parents[1]))
from moving_scene import GAINS, PHONE, framed, light, mosaicked, places, waves

SIZE = (384, 512)
CELL = np.array([[GAINS[0], GAINS[1]], [GAINS[1], GAINS[2]]])
NOISE = np.broadcast_to(np.array(PHONE), (2, 2, 2))
RGGB = Cfa.bayer("RGGB")


def pyramid(grey: np.ndarray, key: int | None = None):
    mean = mosaicked(grey, RGGB)
    if key is not None:
        mean = (framed(mean, key).samples[..., 0] - 64.0) / 959
    return grey_pyramid(mean.astype(np.float32), CELL, NOISE)


def wanted(one: tuple[float, float, float], two: tuple[float, float, float]) -> np.ndarray:
    """Shift of the tiles' middles from a camera's pose to another."""
    rows, columns = SIZE[0] // TILE, SIZE[1] // TILE
    y, x = np.meshgrid(
        (np.arange(rows) + 0.5) * TILE - 0.5, (np.arange(columns) + 0.5) * TILE - 0.5, indexing="ij"
    )
    v, u = y - SIZE[0] / 2, x - SIZE[1] / 2
    down = np.cos(one[2]) * v - np.sin(one[2]) * u + one[0] - two[0]
    right = np.sin(one[2]) * v + np.cos(one[2]) * u + one[1] - two[1]
    back = np.cos(two[2]) * down + np.sin(two[2]) * right, -np.sin(two[2]) * down + np.cos(two[2]) * right
    return np.stack([back[0] - v, back[1] - u], -1)


@pytest.mark.parametrize(("key", "error"), [(None, 0.01), (1, 0.05)])
@pytest.mark.parametrize("pose", [(0.4, -0.7, 0.0), (3.3, 9.2, 2e-3), (-31.0, 22.5, -5e-3)])
def test_shift_and_turn_are_found(key: int | None, error: float, pose: tuple[float, float, float]) -> None:
    """Root mean square over tiles that both frames show: without noise, and with a phone's at ISO 1600."""
    scene = waves(3)
    one = pyramid(light(scene, *places(SIZE)), key)
    two = pyramid(light(scene, *places(SIZE, pose)), None if key is None else key + 1)
    found = alignment(reference_of(one), two)
    inner = (slice(2, -2), slice(2, -2))
    assert np.sqrt(np.mean((found - wanted((0, 0, 0), pose))[inner] ** 2)) < error


def test_parallax_is_found_on_either_side_of_an_edge() -> None:
    """The right half is nearer and moves by 3 pixels where the left one moves by half a pixel."""
    scene, near = waves(5), waves(6)
    y, x = places(SIZE)

    def seen(left: float, right: float) -> np.ndarray:
        return np.where(x < right, light(scene, y, x - left), light(near, y, x - right))

    found = alignment(reference_of(pyramid(seen(0, 0), 1)), pyramid(seen(0.5, 3.0), 2))
    assert np.median(np.abs(found[:, 1:7, 1] - 0.5)) < 0.1
    assert np.median(np.abs(found[:, 9:-1, 1] - 3.0)) < 0.1


def test_a_tile_of_the_sky_follows_its_neighbours() -> None:
    scene, pose = waves(7), (1.5, -2.5, 0.0)

    def seen(pose: tuple[float, float, float]) -> np.ndarray:
        v, u = places(SIZE, pose)
        return np.where(np.hypot(v, u) < 70, 0.3, light(scene, v, u))

    found = alignment(reference_of(pyramid(seen((0, 0, 0)), 3)), pyramid(seen(pose), 4))
    middle = found[SIZE[0] // TILE // 2, SIZE[1] // TILE // 2]
    assert np.abs(middle - wanted((0, 0, 0), pose)[0, 0]).max() < 0.1


def test_the_sharper_of_two_noisy_frames_is_known() -> None:
    down, right, phase, height = waves(9)
    y, x = places(SIZE)
    for key in range(5):
        blurred = height * np.exp(-2 * (np.pi * 0.8) ** 2 * (down**2 + right**2))
        sharp = sharpness(pyramid(light((down, right, phase, height), y, x), key))
        assert sharp > sharpness(pyramid(light((down, right, phase, blurred), y, x), key + 50))


def test_noise_is_no_sharpness() -> None:
    """A flat frame shows no detail: what is left is chance, small beside a scene's."""
    flat = sharpness(pyramid(np.full(SIZE, 0.3), 3))
    assert abs(flat) < 0.02 * sharpness(pyramid(light(waves(3), *places(SIZE)), 3))
