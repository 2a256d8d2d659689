from dataclasses import replace
from math import radians

import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.distortion import calibrated_distortion, distortion, distortion_grid
from lichtbild.optics.lens import FieldPoint, Gap
from lichtbild.optics.surface import Surface
from optics.ball_lens import ANGLES, FOCAL, RADIUS, ball_lens

RAD = np.deg2rad(ANGLES)


def test_a_ball_images_a_plane_without_distortion() -> None:
    found = distortion(ball_lens())
    assert float(found.scale) == pytest.approx(FOCAL, rel=1e-12)
    np.testing.assert_allclose(found.percent, 0.0, atol=1e-9)
    np.testing.assert_allclose(found.ideal[1], FOCAL * np.tan(RAD), rtol=1e-12, atol=1e-15)


def test_by_the_angle_itself() -> None:
    found = distortion(ball_lens(), projection="f theta")
    np.testing.assert_allclose(found.percent[1:], 100 * (np.tan(RAD[1:]) / RAD[1:] - 1), rtol=1e-10)
    assert float(found.percent[0]) == 0.0


def test_the_angle_of_a_field_between_the_axes() -> None:
    point = [[radians(20), radians(-25)]]
    found = distortion(ball_lens(), np.repeat(point, 3, axis=0), "f theta")
    slope = np.tan(np.array(point[0]))
    angle = np.arctan(np.hypot(*slope))
    expected = FOCAL * angle * slope / np.hypot(*slope)
    np.testing.assert_allclose(found.ideal[:, 0], expected, rtol=1e-12)


def test_calibration_takes_the_scale_that_fits_best() -> None:
    found = calibrated_distortion(ball_lens(), projection="f theta")
    scale = FOCAL * np.sum(RAD * np.tan(RAD)) / np.sum(RAD**2)
    assert float(found.scale) == pytest.approx(scale, rel=1e-12)
    residual = np.asarray(found.real - found.ideal)[1]
    assert residual @ RAD == pytest.approx(0.0, abs=1e-12)


def test_a_near_object_by_the_magnification() -> None:
    lens = ball_lens()
    distance = 20.0
    image = 1 / (1 / FOCAL - 1 / (distance + RADIUS)) - RADIUS
    near = replace(
        lens,
        gaps=(Gap(distance), *lens.gaps[1:3], Gap(image)),
        field_kind="object height",
        fields=tuple(FieldPoint(y=height) for height in (0.0, -2.0, -5.0)),
    )
    found = distortion(near)
    magnification = -(image + RADIUS) / (distance + RADIUS)
    assert float(found.scale) == pytest.approx(magnification, rel=1e-11)
    np.testing.assert_allclose(found.real[1], magnification * np.array([0.0, -2.0, -5.0]), atol=1e-10)
    np.testing.assert_allclose(found.percent, 0.0, atol=1e-8)


def test_a_grid_on_a_sphere_about_the_ball() -> None:
    """On a sphere about the centre a point at (x, y) of the plane lies at (x, y) cos of its angle."""
    sphere = Surface(-1 / FOCAL, semi_aperture=4.0)
    grid = distortion_grid(ball_lens(image=sphere), 2.0, 1.5, 5)
    assert bool(grid.found.all())
    x, y = np.meshgrid(np.linspace(-2, 2, 5), np.linspace(-1.5, 1.5, 5))
    shrink = 1 / np.sqrt(1 + (x * x + y * y) / FOCAL**2)
    np.testing.assert_allclose(grid.ideal, [x, y], atol=1e-12)
    np.testing.assert_allclose(grid.real, np.stack([x, y]) * shrink, atol=1e-11)
    edge, middle = shrink[0, 0], shrink[0, 2]
    assert float(grid.smia_tv) == pytest.approx(100 * (edge / middle - 1), rel=1e-8)
    assert float(grid.tv) == pytest.approx(50 * (edge / middle - 1), rel=1e-8)
    assert float(jnp.max(jnp.abs(grid.real[0] + grid.real[0][:, ::-1]))) < 1e-11
