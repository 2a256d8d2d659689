import json
from dataclasses import replace
from math import radians
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.chief_ray import SensorLimit, angle_on, chief, margin
from lichtbild.optics.surface import Pose, Surface
from lichtbild.optics.train import train
from optics.ball_lens import ANGLES, FOCAL, ball_lens
from optics.phone_lenses import phone_lens


def test_through_the_middle_of_a_ball() -> None:
    rays = chief(ball_lens())
    angles = np.deg2rad(ANGLES)[:, None] * np.ones(3)
    assert bool(jnp.all(rays.found))
    np.testing.assert_allclose(rays.image[1], FOCAL * np.tan(angles), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(rays.image[0], 0.0, atol=1e-12)
    np.testing.assert_allclose(rays.angle, angles, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(rays.incidence[0], 0.0, atol=1e-7)
    np.testing.assert_allclose(rays.height[1], 0.0, atol=1e-10)
    np.testing.assert_allclose(rays.height[0], 3 * np.sin(angles), rtol=1e-11, atol=1e-14)


def test_a_ray_along_the_normal_of_a_tilted_sensor() -> None:
    tilt = 0.3
    lens = replace(ball_lens(), image=Surface(pose=Pose(tilt=(tilt, 0.0, 0.0))))
    along = jnp.array([0.0, 0.0, 1.0])
    assert float(angle_on(train(lens), jnp.zeros(2), along)) == pytest.approx(tilt, rel=1e-12)


def test_small_angles_keep_their_digits() -> None:
    surfaces = train(ball_lens())
    along = jnp.array([3e-9, 4e-9, 1.0])
    assert float(angle_on(surfaces, jnp.zeros(2), along)) == pytest.approx(5e-9, rel=1e-12)


def test_margin_to_a_limit() -> None:
    limit = SensorLimit(jnp.array([0.0, 1.0, 2.0]), jnp.array([0.1, 0.3, 0.2]))
    found = margin(chief(ball_lens()), limit)
    heights = FOCAL * np.tan(np.deg2rad(ANGLES))
    expected = np.interp(heights, [0, 1, 2], [0.1, 0.3, 0.2]) - np.deg2rad(ANGLES)
    np.testing.assert_allclose(found[:, 1], expected, atol=1e-12)
    assert float(found[2, 0]) < 0


@pytest.mark.slow  # compiles for long
def test_the_file_of_a_phone_lens(shared: Path) -> None:
    path = shared / "data/optics/phone/US-10073249-B2-e7.json"
    meta = json.loads(path.read_text())["meta"]
    fields = np.stack([np.zeros(6), radians(meta["hfov_deg"]) * np.array(meta["field_fractions"])], axis=1)
    rays = chief(phone_lens(path), fields, [0.00058756180])
    np.testing.assert_allclose(rays.image[1, :, 0], meta["chief_height"], atol=1e-9)
    np.testing.assert_allclose(np.rad2deg(rays.angle[:, 0]), meta["cra_deg"], atol=1e-7)


@pytest.mark.slow
def test_gradients_are_exact() -> None:
    lens = ball_lens()

    @jax.jit
    def sought(values: jax.Array) -> jax.Array:
        first, stop, last = lens.surfaces
        surfaces = (replace(first, curvature=values[0]), stop, replace(last, curvature=values[1]))
        gaps = (*lens.gaps[:2], replace(lens.gaps[2], thickness=values[2]), lens.gaps[3])
        rays = chief(replace(lens, surfaces=surfaces, gaps=gaps))
        return jnp.sum(rays.image[1]) + jnp.sum(rays.angle[1:])

    at = jnp.array([1 / 3.1, -1 / 3.2, 2.9])
    found = jax.jit(jax.jacfwd(sought))(at)
    step = 1e-4 * jnp.eye(3)
    numbers = [(sought(at + row) - sought(at - row)) / 2e-4 for row in step]
    np.testing.assert_allclose(found, numbers, rtol=0, atol=1e-6 * float(jnp.max(jnp.abs(found))))
