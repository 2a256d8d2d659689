"""Rims between their points, where circles cut one another."""

from math import pi, sqrt

import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.plane_map import PlaneMap
from lichtbild.optics.pupil import Pupil, rim_at


def circle(angle: np.ndarray, radius: float, height: float) -> np.ndarray:
    """Distance from the origin to a circle about (0, height)."""
    return height * np.sin(angle) + np.sqrt(radius**2 - (height * np.cos(angle)) ** 2)


def two_circles(count: int = 64) -> tuple[Pupil, np.ndarray]:
    """The unit circle cut by another, and where they meet."""
    angle = 2 * pi * (np.arange(count) + 0.5) / count - pi
    rims = np.stack([np.ones(count), circle(angle, 1.1, -0.4)])
    rows = (jnp.asarray(values)[None, None] for values in (angle, rims.min(axis=0), np.argmin(rims, axis=0)))
    none = PlaneMap(jnp.zeros((2, 28, 1, 1)))
    return Pupil(jnp.zeros((2, 1, 1, 1)), *rows, none, jnp.ones((1, 1, 1), bool)), angle


def rim_of(pupil: Pupil, angle: np.ndarray) -> np.ndarray:
    return np.asarray(rim_at(pupil, jnp.asarray(angle)))[0, 0]


def truth(angle: np.ndarray) -> np.ndarray:
    return np.minimum(1.0, circle(angle, 1.1, -0.4))


def test_a_rim_goes_through_its_points() -> None:
    pupil, angle = two_circles()
    assert np.max(np.abs(rim_of(pupil, angle) - truth(angle))) < 1e-14


def test_between_its_points_a_rim_is_a_cubic_and_at_corners_two_edges_meet() -> None:
    pupil, _ = two_circles()
    angle = np.linspace(-pi, pi, 2000)
    error = np.abs(rim_of(pupil, angle) - truth(angle))
    # Within 1.5 cells of a corner a parabola or two straight edges stand for the rim.
    corner = np.arcsin((1 - 1.1**2 + 0.4**2) / (2 * 0.4) / -1.0)
    apart = np.minimum(np.abs(angle - corner), np.abs(angle - (pi - corner)))
    near = np.minimum(apart, 2 * pi - apart) < 2.6 * 2 * pi / 64
    assert np.max(error[~near]) < 2e-6
    assert np.max(error) < 2e-3


def test_rims_come_nearer_with_the_fourth_power_of_their_points() -> None:
    angle = np.linspace(0.9, 2.2, 300)
    errors = [np.max(np.abs(rim_of(two_circles(n)[0], angle) - truth(angle))) for n in (48, 96)]
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.3)


def test_a_whole_circle_stays_one() -> None:
    pupil, _ = two_circles()
    ones = Pupil(
        pupil.centre, pupil.azimuth, jnp.ones_like(pupil.rim), 0 * pupil.binding, pupil.map, pupil.open
    )
    assert np.max(np.abs(rim_of(ones, np.linspace(-pi, pi, 999)) - 1)) < 1e-14


def test_the_corner_is_kept() -> None:
    pupil, _ = two_circles()
    meets = (1 + 0.4**2 - 1.1**2) / (2 * -0.4)
    corner = np.arctan2(meets, sqrt(1 - meets**2))
    assert rim_of(pupil, np.array([corner]))[0] == pytest.approx(1.0, abs=2e-3)
