import numpy as np
import pytest

from chart_pictures import dot_grid
from lichtbild.image.chart import Grid
from lichtbild.quality.detect.grid_sight import seen_points
from lichtbild.quality.detect.made_chart import plain_map

SHAPE = (120, 160)


def board(hidden: int = 0) -> tuple[np.ndarray, Grid]:
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    plane = np.where((y // 20 + x // 20) % 2, 0.8, 0.05)
    plane[:, :hidden] = 0.3
    points = np.stack(np.meshgrid(np.arange(20.0, 141, 20), np.arange(20.0, 101, 20)), axis=-1)
    return np.repeat(plane[..., None], 3, axis=2), Grid("corners", points, "corners")


def dots(softness: float) -> tuple[np.ndarray, Grid]:
    grid = dot_grid()
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]] + 0.5
    away = np.hypot(x[..., None] - grid.points[..., 0].ravel(), y[..., None] - grid.points[..., 1].ravel())
    plane = 0.8 - 0.7 * (0.5 * (1 - np.tanh((away - grid.radius) / softness))).sum(axis=-1).clip(0, 1)
    return np.repeat(plane[..., None], 3, axis=2), grid


@pytest.mark.parametrize(("hidden", "lost"), [(0, 0), (50, 10), (160, 35)])
def test_corners_under_a_cover_are_not_seen(hidden, lost):
    light, grid = board(hidden)
    seen, sharp = seen_points(light, grid, plain_map(SHAPE))
    assert sharp and np.sum(~seen) == lost


@pytest.mark.parametrize(("softness", "even"), [(0.3, True), (4.0, False)])
def test_dots_that_are_mere_blur_have_no_even_middle(softness, even):
    light, grid = dots(softness)
    seen, sharp = seen_points(light, grid, plain_map(SHAPE))
    assert seen.all() and sharp is even


def test_dots_are_not_seen_where_the_picture_is_even():
    _, grid = dots(0.3)
    seen, _ = seen_points(np.full((*SHAPE, 3), 0.4), grid, plain_map(SHAPE))
    assert not seen.any() and len(seen) == grid.points.size // 2
