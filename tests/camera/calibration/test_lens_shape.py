import numpy as np

from chart_pictures import SIZE, Lens, dot_grid, projected
from lichtbild.camera.calibration.lens_shape import distortion_of, fall_of, lateral_of
from lichtbild.image.cfa import Cfa
from lichtbild.quality.lateral_colour import Displacements

TERMS = (-0.08, 0.03, -0.01)
LENS, RED = Lens(TERMS), Lens(TERMS, magnification=1.002)


def test_distortion_and_lateral_colour_of_a_known_lens() -> None:
    chart = dot_grid().points.reshape(-1, 2)
    green, red = (lens.places(projected(chart)) for lens in (LENS, RED))
    points = Displacements(chart, green, red - green, 0 * green, np.zeros(len(green)))
    np.testing.assert_allclose(distortion_of(points, SIZE), TERMS, atol=2e-3)
    lateral = lateral_of(points, SIZE)
    at = np.array([1.0, 0.25, 0.0625, 0.015625])  # half way out
    assert abs(lateral[0] @ at - 0.002) < 1e-4
    np.testing.assert_allclose(lateral[1], 0, atol=1e-9)


def test_fall_off_around_the_axis() -> None:
    size = (480, 640)
    y, x = np.meshgrid(np.linspace(-0.6, 0.6, 13), np.linspace(-0.8, 0.8, 17), indexing="ij")
    light = 1 / (1 + 0.3 * (x * x + y * y)) ** 2
    heights, falls = fall_of(np.stack([1 / light] * 4), Cfa.bayer("RGGB"), size)
    np.testing.assert_allclose(falls, [1 / (1 + 0.3 * heights**2) ** 2] * 3, atol=2e-3)
