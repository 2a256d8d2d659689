import numpy as np

from chart_pictures import HALF, MIDDLE, SIZE, Lens, dot_grid, projected
from lichtbild.camera.calibration.lens_shape import fall_of, lateral_of
from lichtbild.image.cfa import Cfa
from lichtbild.quality.lateral_colour import Displacements

TERMS = (-0.08, 0.03, -0.01)
LENS = Lens(TERMS)


def test_lateral_colour_of_a_known_lens() -> None:
    """Two frames of it, each with a shift of its own, which is no lateral colour."""
    chart = dot_grid().points.reshape(-1, 2)
    frames = []
    for shift in ((0.0, 0.0), (0.3, -0.2)):
        green, red = (lens.places(projected(chart)) for lens in (LENS, Lens(TERMS, shift, 1.002)))
        frames.append(Displacements(chart, green, red - green, 0 * green, np.zeros(len(green))))
    lateral = lateral_of(frames, SIZE)
    np.testing.assert_allclose(lateral[0], [0.002, 0, 0, 0], atol=1e-6)
    np.testing.assert_allclose(lateral[1], 0, atol=1e-9)


def test_lateral_colour_beyond_the_points() -> None:
    """0.1 px of noise on the points, which end at 0.6: a corner's is told to half a pixel and no more."""
    chart = dot_grid().points.reshape(-1, 2)
    green = LENS.places(projected(chart))
    near = np.linalg.norm(green - MIDDLE, axis=1) < 0.6 * HALF
    green, out = green[near], (green[near] - MIDDLE) / HALF
    moved = 2.0 * out * (out**2).sum(axis=1, keepdims=True)
    noisy = moved + 0.1 * np.random.default_rng(0).standard_normal(moved.shape)
    lateral = lateral_of([Displacements(chart[near], green, noisy, moved, np.ones(len(green)))], SIZE)
    assert abs(lateral[0].sum() * HALF - 2.0) < 0.5
    assert abs(lateral[1].sum() * HALF - 2.0) < 1e-3


def test_fall_off_around_the_axis() -> None:
    size = (480, 640)
    y, x = np.meshgrid(np.linspace(-0.6, 0.6, 13), np.linspace(-0.8, 0.8, 17), indexing="ij")
    light = 1 / (1 + 0.3 * (x * x + y * y)) ** 2
    heights, falls = fall_of(np.stack([1 / light] * 4), Cfa.bayer("RGGB"), size)
    np.testing.assert_allclose(falls, [1 / (1 + 0.3 * heights**2) ** 2] * 3, atol=2e-3)
