from dataclasses import replace
from math import pi
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.bundle import bundle
from lichtbild.optics.chief_ray import chief
from lichtbild.optics.disc import polar
from lichtbild.optics.illumination import _mended, relative_illumination
from lichtbild.optics.surface import Coating
from optics.ball_lens import ANGLES, FOCAL, INDEX, ball_lens
from optics.phone_lenses import phone_lens

DISC = polar(4, 12)
RAD = np.deg2rad(ANGLES)
STOP = 0.02
NARROW = pi * (INDEX * STOP / FOCAL) ** 2
"""Solid angle of the light on the axis, to the square of that of its cone: 1e-5 of itself."""


@pytest.mark.slow  # compiles for long
def test_a_stop_in_the_middle_of_a_ball() -> None:
    """A narrow stop looks smaller by its cosine; its light, the same cone, meets the sensor at the angle."""
    found = relative_illumination(ball_lens(stop=STOP), disc=DISC)
    np.testing.assert_allclose(found.relative[:, 1], np.cos(RAD) ** 2, rtol=1e-4)
    np.testing.assert_allclose(found.axis, NARROW, rtol=1e-4)
    np.testing.assert_allclose(found.polychromatic([1.0, 2.0, 1.0]), np.cos(RAD) ** 2, rtol=1e-4)
    np.testing.assert_allclose(found.found, 1.0)


@pytest.mark.slow  # compiles for long
def test_losses_at_two_surfaces() -> None:
    found = relative_illumination(ball_lens(stop=STOP), disc=DISC, lossy=True)
    bare = 1 - ((INDEX - 1) / (INDEX + 1)) ** 2
    np.testing.assert_allclose(found.transmission, bare**2, rtol=1e-4)
    first, stop, last = ball_lens(stop=STOP).surfaces
    coated = replace(last, coating=Coating((4e-4, 8e-4), (0.01, 0.01)))
    lens = replace(ball_lens(stop=STOP), surfaces=(first, stop, coated))
    found = relative_illumination(lens, disc=DISC, lossy=True)
    np.testing.assert_allclose(found.transmission, bare * 0.99, rtol=1e-4)
    assert float(found.axis[1]) == pytest.approx(bare * 0.99 * NARROW, rel=1e-4)


@pytest.mark.slow
def test_what_goes_in_comes_out(shared: Path) -> None:
    """The beam's cross-section times the object's solid angle, over the image's area: etendue is kept."""
    lens = phone_lens(shared / "data/optics/phone/US-10073249-B2-e7.json")
    angles = np.array([0.0, 0.5, 0.8]) * lens.fields[-1].y
    fields = np.stack([np.zeros(3), angles], axis=1)
    found = relative_illumination(lens, fields, disc=DISC)
    rays = bundle(lens, DISC, np.concatenate([[[0.0, 0.0]], fields]))
    area = np.asarray(jnp.sum(rays.weight, axis=-1))[1:, 1]
    step = 1e-4
    beside = np.concatenate([angles - step, angles + step])
    height = np.asarray(chief(lens, np.stack([np.zeros(6), beside], axis=1)).image[1, :, 1])
    slope = (height[3:] - height[:3]) / (2 * step)
    here = np.where(angles > 0, (height[3:] + height[:3]) / 2, 1.0)
    mapped = np.where(angles > 0, np.sin(angles) / (here * slope), 1 / slope**2)
    # Directions of one object point's rays differ by the aberrations from those at one image point.
    np.testing.assert_allclose(found.solid_angle[:, 1], area * mapped, rtol=0.03)


@pytest.mark.slow
@pytest.mark.parametrize(("part", "corners"), [(1.0, 0.0), (0.93, 5e-4)])
def test_the_area_within_the_rim_is_the_sum_over_the_rays(shared: Path, part: float, corners: float) -> None:
    """Two ways that share no step but the trace: a rim's area, and elements by each ray's own derivatives.

    Narrowed apertures cut the last field's pupil with four edges; at their corners a series through 64 points
    of the rim is rounded.
    """
    lens = phone_lens(shared / "data/optics/phone/US-10073249-B2-e7.json")
    narrowed = tuple(replace(s, semi_aperture=part * s.semi_aperture) for s in lens.surfaces[:9])
    lens = replace(lens, surfaces=(*narrowed, *lens.surfaces[9:]))
    angles = np.array([0.0, 0.5, 0.8, 1.0]) * lens.fields[-1].y
    fields = np.stack([np.zeros(4), angles], axis=1)
    found = relative_illumination(lens, fields).solid_angle
    rays = bundle(lens, polar(40, 128), fields)
    summed = jnp.sum(rays.weight / rays.amplitude**2, axis=-1)
    np.testing.assert_allclose(found[:-1], summed[:-1], rtol=1e-12)
    np.testing.assert_allclose(found[-1], summed[-1], rtol=1e-12 + corners)
    assert len(np.unique(rays.pupil.binding[-1])) == (4 if corners else 1)


def test_directions_of_failed_rays_are_those_beside_them() -> None:
    """One lost ray, a row of lost rays, and none left: nothing but finite numbers between the others."""
    turn = 2 * pi * np.arange(64) / 64
    circle = jnp.asarray(np.stack([np.cos(turn), np.sin(turn)]))[:, None]
    wild = jnp.full_like(circle, 1e9)
    for lost in (slice(5, 6), slice(5, 9), slice(0, 64)):
        passed = np.ones((1, 64), bool)
        passed[0, lost] = False
        mended = np.asarray(_mended(jnp.where(passed, circle, wild), jnp.asarray(passed)))
        assert np.hypot(*mended).max() <= 1 + 1e-12
        np.testing.assert_array_equal(mended[:, passed], np.asarray(circle)[:, passed])
    one = np.ones((1, 64), bool)
    one[0, 5] = False
    mended = np.asarray(_mended(jnp.where(one, circle, wild), jnp.asarray(one)))
    # the chord between two neighbours lies within the circle by its sagitta
    np.testing.assert_allclose(np.hypot(*mended)[0, 5], np.cos(2 * pi / 64), rtol=1e-12)


@pytest.mark.slow
def test_gradients_are_exact() -> None:
    lens = ball_lens(stop=0.6)

    @jax.jit
    def sought(values: jax.Array) -> jax.Array:
        first, stop, last = lens.surfaces
        first = replace(first, curvature=values[0], semi_aperture=values[3])
        surfaces = (first, stop, replace(last, curvature=values[1]))
        gaps = (*lens.gaps[:2], replace(lens.gaps[2], thickness=values[2]), lens.gaps[3])
        found = relative_illumination(replace(lens, surfaces=surfaces, gaps=gaps), disc=DISC)
        return jnp.sum(found.relative) + jnp.sum(found.axis)

    at = jnp.array([1 / 3.1, -1 / 3.2, 2.9, 1.6])
    found = jax.jit(jax.grad(sought))(at)
    step = 1e-5 * jnp.eye(4)
    numbers = [(sought(at + row) - sought(at - row)) / 2e-5 for row in step]
    # Truncation and rounding of the differences are of order 1e-9.
    np.testing.assert_allclose(found, numbers, rtol=0, atol=1e-7 * float(jnp.max(jnp.abs(found))))
    assert abs(float(found[3])) > 1e-2
