"""Stars in a burst: they come through merging and development, and hot pixels do not."""

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lichtbild.camera.photograph import intermediate
from lichtbild.camera.recipe import LookRecipe, Recipe
from lichtbild.develop.merge import merge_burst
from lichtbild.image.burst import Burst
from lichtbild.image.metadata import Metadata

sys.path.insert(0, str(Path(__file__).parents[1]))
from moving_scene import RGGB, WHITE, framed, mosaicked, places

SIZE = (192, 256)
SIGMA = 0.6
SKY = 0.01
FLUX = 2 * np.pi * SIGMA**2
"""Light of a star whose peak is 1, in pixels."""
ISO_1600 = Metadata(make="Maker", model="One", iso=1600, exposure_time_s=0.5, f_number=1.8)
DEFECTS = ((40, 60), (77, 200), (100, 101), (130, 31), (151, 180))
POSES = [(*shift, 0.0) for shift in np.random.default_rng(4).normal(0, 3, (8, 2)).tolist()]


def field() -> np.ndarray:
    """Row, column and peak of stars, each a dozen pixels or more from another, around the middle."""
    rng = np.random.default_rng(7)
    rows, columns = np.meshgrid(np.arange(-72, 73, 18), np.arange(-100, 101, 20), indexing="ij")
    grid = np.stack([rows.ravel(), columns.ravel()], axis=1) + rng.uniform(-3, 3, (rows.size, 2))
    return np.column_stack([grid, np.geomspace(0.15, 0.9, len(grid))[rng.permutation(len(grid))]])


def sky(pose: tuple[float, float, float]) -> np.ndarray:
    """The grey light that a camera sees which has moved."""
    y, x = places(SIZE, pose)
    light = np.full(SIZE, SKY)
    for row, column, peak in field():
        light += peak * np.exp(-0.5 * ((y - row) ** 2 + (x - column) ** 2) / SIGMA**2)
    return light


@cache
def developed(defects: tuple[tuple[int, int], ...]) -> tuple[np.ndarray, tuple[float, float, float], int]:
    """Light of the merged burst above the sky's, the reference's pose, and how many frames are left out."""
    frames = []
    for key, pose in enumerate(POSES):
        frame = framed(np.minimum(mosaicked(sky(pose), RGGB), 1.0), key)
        codes = frame.samples.copy()
        for defect in defects:
            codes[defect] = WHITE
        frames.append(replace(frame, samples=codes, metadata=ISO_1600))
    found = merge_burst(Burst(tuple(frames), tuple(f"frame {n}" for n in range(len(frames)))))
    light = intermediate(found.frame, Recipe(look=LookRecipe("linear")), "colour_matrix").samples
    return light.mean(axis=2) - SKY, POSES[found.reference], len(found.left_out)


def test_nine_of_ten_stars_keep_their_light() -> None:
    """Within 25 %; the faintest have a seventh of a full pixel at their peak."""
    light, pose, left_out = developed(DEFECTS)
    assert left_out == 0
    kept, inside = 0, 0
    for row, column, peak in field():
        y, x = round(row - pose[0] + SIZE[0] / 2), round(column - pose[1] + SIZE[1] / 2)
        if not (8 <= y < SIZE[0] - 8 and 8 <= x < SIZE[1] - 8):
            continue
        inside += 1
        kept += abs(light[y - 4 : y + 5, x - 4 : x + 5].sum() / (peak * FLUX) - 1) < 0.25
    assert inside > 60
    assert kept >= 0.9 * inside


@pytest.mark.parametrize("defect", DEFECTS)
def test_pixels_that_are_hot_in_all_frames_are_no_stars(defect: tuple[int, int]) -> None:
    """Nor do they leave a trail where the frames' shifts lay them: unseen, each would be an eighth of 0.3."""
    row, column = defect
    around = np.s_[row - 12 : row + 13, column - 12 : column + 13]
    added = developed(DEFECTS)[0][around] - developed(())[0][around]
    # The noise of eight frames is 0.001 in each plane's samples before they are balanced and denoised.
    assert abs(added).max() < 0.01
