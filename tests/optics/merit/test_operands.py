"""Operands: nothing where a lens is content, the closed form's value where not, and their derivatives."""

from dataclasses import replace
from math import radians, sin, sqrt, tan

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.merit.beams import Hits, beams
from lichtbild.optics.merit.form import form
from lichtbild.optics.merit.normal import normal, value_after
from lichtbild.optics.merit.operands import (
    HEIGHTS,
    ChiefAngle,
    Departure,
    Distortion,
    FocalLength,
    Length,
    Room,
    Spot,
    Steepness,
    spot_radii,
)
from lichtbild.optics.merit.state import State, state
from lichtbild.optics.merit.variables import moved
from optics.merit.forms import case, differences, front_stop

ANGLES = np.radians([0.0, 12.0, 20.0])
UNIT = jnp.asarray(0.5)
"""The error that counts as 1, in all tests."""


def plain_state(widths: float = 1.0) -> State:
    """A front stop, then a plane plate and a sphere's cap of radius 5 mm; rays of a perfect lens of 8 mm."""
    at = form(front_stop(), 1.0, (5e-4, 6e-4, 7e-4))
    shape = replace(
        at.shape,
        curvature=jnp.asarray([0.0, 0.0, 0.0, 0.2, 0.0, 0.0]),
        conic=jnp.zeros(6),
        even=jnp.zeros((6, 1)),
    )
    light = beams(ANGLES, np.ones(3), 3, 4)
    height = jnp.broadcast_to(8.0 * jnp.tan(light.angle)[:, None, None], light.place.shape[1:])
    slope = jnp.broadcast_to(jnp.sin(light.angle)[:, None], (3, 3))
    hits = Hits(jnp.zeros_like(height), height, slope)
    return State(replace(at, shape=shape), hits, light, jnp.full(5, widths))


def limits(least: float, most: float) -> tuple:
    return jnp.asarray(least), jnp.asarray(most), UNIT


def test_spots_of_a_disc() -> None:
    """Rays that hit where they pass the stop: the RMS radius of a disc is R / sqrt(2)."""
    at = plain_state()
    goal = jnp.broadcast_to(0.01 * at.beams.goal, at.beams.place.shape)
    blurred = replace(at, hits=Hits(goal[0], goal[1] + 3.0, at.hits.slope))
    np.testing.assert_allclose(spot_radii(blurred), 0.01 / sqrt(2), rtol=1e-12)
    weight = jnp.asarray([1.0, 2.0, 0.0])
    residuals = Spot(weight, jnp.asarray(0.001))(blurred)
    assert float(jnp.sum(residuals**2)) == pytest.approx(3 * 100 / 2, rel=1e-12)
    np.testing.assert_allclose(spot_radii(at), 0.0, atol=1e-15)


def test_colours_apart_count_as_spots() -> None:
    at = plain_state()
    apart = jnp.asarray([-0.003, 0.0, 0.003])[:, None]
    shifted = replace(at, hits=replace(at.hits, y=at.hits.y + apart))
    np.testing.assert_allclose(spot_radii(shifted), 0.003 * sqrt(2 / 3), rtol=1e-12)


def test_focal_length_between_limits() -> None:
    """A plate and a plano-convex lens: f = R / (n - 1)."""
    at = plain_state()
    found = FocalLength(*limits(0.0, 0.0))(at)[0] * UNIT
    index = float(at.form.index[4, 1])
    assert float(found) == pytest.approx(5.0 / (index - 1), rel=1e-12)
    np.testing.assert_array_equal(FocalLength(*limits(9.0, 11.0))(at), 0.0)


def test_distortion_beside_the_lens_s_own_focal_length() -> None:
    """Heights of 8 tan, and f = R / (n - 1)."""
    at = plain_state()
    share = 8.0 * (float(at.form.index[4, 1]) - 1) / 5.0 - 1
    np.testing.assert_array_equal(Distortion(jnp.asarray(abs(share) + 0.01), UNIT)(at), 0.0)
    found = Distortion(jnp.asarray(abs(share) / 2), UNIT)(at)
    np.testing.assert_allclose(found, share / 2 / 0.5, rtol=1e-12)


def test_chief_rays_that_are_too_steep() -> None:
    at = plain_state()
    np.testing.assert_array_equal(ChiefAngle(jnp.asarray(sin(radians(21.0))), UNIT)(at), 0.0)
    found = ChiefAngle(jnp.asarray(sin(radians(15.0))), UNIT)(at)
    expected = (np.sin(ANGLES) - sin(radians(15.0))) / 0.5
    np.testing.assert_allclose(found, np.maximum(expected, 0), atol=1e-14)


def test_lengths() -> None:
    at = plain_state()
    track = 0.3 + 1.0 + 1.2 + 0.8 + 5.0
    np.testing.assert_allclose(Length(0, *limits(0.0, 8.0))(at), (track - 8.0) / 0.5, rtol=1e-12)
    np.testing.assert_allclose(Length(3, *limits(6.0, 9.0))(at), (5.8 - 6.0) / 0.5, rtol=1e-12)
    np.testing.assert_array_equal(Length(4, *limits(4.9, 5.1))(at), 0.0)


def cap(height: np.ndarray) -> np.ndarray:
    """Sag of the sphere."""
    return 5.0 - np.sqrt(25.0 - height**2)


def test_room_between_a_plane_and_a_sphere() -> None:
    """The gap to the sphere grows by its sag, its element thins by it; a margin widens the aperture."""
    at = plain_state(2.0)
    none, wide = jnp.zeros(5), jnp.full(5, 10.0)
    np.testing.assert_array_equal(Room(none, wide, jnp.asarray(0.1), UNIT)(at), 0.0)
    found = Room(none, jnp.full(5, 1.25), jnp.asarray(0.1), UNIT)(at)
    heights = 2.2 * HEIGHTS
    np.testing.assert_allclose(found[2], np.maximum(1.2 + cap(heights) - 1.25, 0) / 0.5, atol=1e-13)
    found = Room(jnp.full(5, 0.7), wide, jnp.asarray(0.1), UNIT)(at)
    np.testing.assert_allclose(found[3], np.minimum(0.8 - cap(heights) - 0.7, 0) / 0.5, atol=1e-13)
    np.testing.assert_allclose(found[0], (0.3 - 0.7) / 0.5, rtol=1e-12)


def test_surfaces_that_cross_at_their_rims() -> None:
    """The cap of 5 mm is 1 mm high at 3 mm: it then pierces the plane 0.8 mm behind it."""
    at = plain_state(3.0)
    found = Room(jnp.zeros(5), jnp.full(5, 99.0), jnp.asarray(0.0), UNIT)(at)
    assert float(found[3, -1]) == pytest.approx((0.8 - 1.0) / 0.5, rel=1e-12)
    assert float(found[3, 0]) == 0.0


def test_slopes_of_a_sphere() -> None:
    """tan(arcsin(h / R)), beyond tan(30 degrees)."""
    at = plain_state(4.0)
    found = Steepness(jnp.full(5, tan(radians(30.0))), jnp.asarray(0.0), UNIT)(at)
    slope = np.tan(np.arcsin(4.0 * HEIGHTS / 5.0))
    np.testing.assert_allclose(found[3], np.maximum(slope - tan(radians(30.0)), 0) / 0.5, atol=1e-12)
    np.testing.assert_array_equal(found[:3], 0.0)


def test_departures_from_spheres() -> None:
    """A sphere has none; a r^4 asphere on a plane departs from the sphere through its rim by its own sag."""
    at = plain_state(2.0)
    operand = Departure(jnp.zeros(5), UNIT)
    np.testing.assert_allclose(operand(at), 0.0, atol=1e-14)
    bent = replace(at.form.shape, even=jnp.zeros((6, 2)).at[1, 1].set(0.01))
    found = operand(replace(at, form=replace(at.form, shape=bent)))[1] * UNIT
    r, rim = 2.0 * HEIGHTS, 0.16
    radius = (4.0 + rim**2) / (2 * rim)
    np.testing.assert_allclose(found, 0.01 * r**4 - (radius - np.sqrt(radius**2 - r**2)), atol=1e-13)
    np.testing.assert_array_equal(Departure(jnp.full(5, 1.0), UNIT)(at), 0.0)


def violated() -> tuple:
    """All operands, none of which a lens of the tests can content."""
    return (
        Spot(jnp.asarray([1.0, 2.0, 1.0]), jnp.asarray(0.02)),
        FocalLength(*limits(1.0, 2.0)),
        Distortion(jnp.asarray(0.0), UNIT),
        ChiefAngle(jnp.asarray(0.01), UNIT),
        Length(0, *limits(0.0, 1.0)),
        Room(jnp.full(5, 9.0), jnp.full(5, 99.0), jnp.asarray(0.05), UNIT),
        Steepness(jnp.full(5, 1e-3), jnp.asarray(0.05), UNIT),
        Departure(jnp.zeros(5), UNIT),
    )


@pytest.mark.slow  # compiles for minutes
@pytest.mark.parametrize("number", range(8))
def test_gradients_of_operands(number: int) -> None:
    """Beside central differences, widths held; steps of 1e-4 leave 1e-9 of the largest."""
    given, operand = case(front_stop()), violated()[number]
    widths = jax.jit(state)(given.form, given.beams)[0].widths

    def held(at: State) -> jax.Array:
        return operand(replace(at, widths=widths))

    def merit(change: jax.Array) -> jax.Array:
        there = moved_state(given, change)
        return jnp.sum(held(there) ** 2) / 2

    found = normal((operand,), given.form, given.beams, given.variables)
    expected = differences(merit, given.variables.count)
    scale = float(jnp.abs(expected).max())
    assert scale > 1e-3
    np.testing.assert_allclose(found.gradient, expected, atol=1e-7 * scale)


def moved_state(given, change: jax.Array) -> State:
    return state(moved(given.form, given.variables, change), given.beams)[0]


@pytest.mark.slow  # compiles for long
def test_a_model_foretells_the_merit_nearby() -> None:
    """Of the sum: m + g d + d H d / 2 is right to third order but for the residuals' own bend."""
    given, operands = case(front_stop()), violated()[:1]
    found = normal(operands, given.form, given.beams, given.variables)
    change = 1e-5 * jnp.asarray(np.random.default_rng(0).normal(size=given.variables.count))
    _, there = value_after(operands, given.form, given.beams, given.variables, change)
    assert float(there.merit - found.merit) == pytest.approx(float(found.gradient @ change), rel=1e-2)
    np.testing.assert_allclose(found.matrix, found.matrix.T, rtol=1e-12)


def test_lost_light_is_infinite() -> None:
    given, operands = case(front_stop()), violated()[:1]
    change = jnp.zeros(given.variables.count).at[0].set(2.0)
    _, there = value_after(operands, given.form, given.beams, given.variables, change)
    assert float(there.lost) > 0
    assert np.isinf(float(there.merit))
