from math import inf, pi

import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.launch import beam, density, launched

PLACES = jnp.array([[0.0, 0.3, -0.2], [0.0, -0.1, 0.4]])


def angles(x: float, y: float) -> jnp.ndarray:
    return jnp.array([x, y])[:, None] * jnp.ones((2, 3))


def test_slopes_of_a_far_points_rays_are_the_tangents_of_its_angles() -> None:
    x, y, z = np.asarray(launched(beam(jnp.array(inf), angles(0.3, -0.7)), PLACES).direction)
    assert x / z == pytest.approx(np.tan(0.3), rel=1e-14)
    assert y / z == pytest.approx(np.tan(-0.7), rel=1e-14)


@pytest.mark.parametrize("angle", [0.0, 0.5, pi / 2, 1.8])
def test_far_rays_start_on_a_plane_across_their_light_whatever_the_angle(angle: float) -> None:
    rays = launched(beam(jnp.array(inf), angles(0.0, angle)), PLACES)
    assert np.asarray(jnp.sum(rays.position * rays.direction, axis=0)) == pytest.approx(
        np.zeros(3), abs=1e-15
    )
    apart = np.linalg.norm(np.asarray(rays.position), axis=0)
    assert apart == pytest.approx(np.hypot(*np.asarray(PLACES)), rel=1e-14)
    assert np.asarray(rays.direction)[:, 0] == pytest.approx([0, np.sin(angle), np.cos(angle)], abs=1e-15)


def test_near_rays_start_in_the_point_and_pass_their_places() -> None:
    light = beam(jnp.array(4.0), angles(-1.0, 2.0))
    rays = launched(light, PLACES)
    assert np.asarray(rays.position) == pytest.approx(np.array([[1.0], [-2.0], [-4.0]]) * np.ones(3))
    spot = np.asarray(light.across[0] * PLACES[0] + light.across[1] * PLACES[1])
    apart = spot - np.asarray(rays.position)
    assert np.cross(apart.T, np.asarray(rays.direction).T) == pytest.approx(np.zeros((3, 3)), abs=1e-13)


def test_a_near_points_light_thins_as_a_flat_source_sends_it() -> None:
    # Through the axis, from a height h at distance L: cos^2 / (L^2 + h^2) with the plane turned across it.
    middle = density(beam(jnp.array(4.0), angles(0.0, 3.0)), 0 * PLACES)
    assert np.asarray(middle) == pytest.approx(np.full(3, 4 / 5 / 25))


def test_a_far_points_light_is_even() -> None:
    assert np.asarray(density(beam(jnp.array(inf), angles(0.2, 0.9)), PLACES)) == pytest.approx(np.ones(3))
