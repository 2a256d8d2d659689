"""Bundles through plane apertures, whose pupils, powers and derivatives have closed forms."""

from dataclasses import replace
from math import acos, cos, pi, sqrt, tan

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics import disc
from lichtbild.optics.bundle import Bundle, bundle
from lichtbild.optics.lens import FieldPoint, Vignetting
from optics.plane_tube import ANGLES, DEPTH, FRONT, STOP, tube

SAMPLES = disc.polar(8, 64)


def common_area(r: float, a: float, apart: float) -> float:
    """Area that two circles share."""
    if apart <= abs(a - r):
        return pi * min(a, r) ** 2
    x = (apart**2 + r**2 - a**2) / (2 * apart)
    y = apart - x
    return (
        r**2 * acos(x / r)
        + a**2 * acos(y / a)
        - 0.5 * sqrt((-apart + r + a) * (apart + r - a) * (apart - r + a) * (apart + r + a))
    )


def arc_within(r: float, a: float, apart: float) -> float:
    """Length of that part of the circle of radius a that lies in the one of radius r."""
    return 0.0 if apart <= abs(a - r) else 2 * a * acos((apart**2 + a**2 - r**2) / (2 * apart * a))


@pytest.fixture(scope="module")
def far() -> Bundle:
    return bundle(tube(), SAMPLES)


def powers(found: Bundle) -> np.ndarray:
    return np.asarray(jnp.sum(found.weight, axis=-1)[:, 0])


def test_a_pupil_that_nothing_cuts_is_the_whole_stop(far: Bundle) -> None:
    assert powers(far)[0] == pytest.approx(pi * STOP**2, rel=1e-12)
    wanted = np.asarray(SAMPLES.points)
    assert np.max(np.abs(np.asarray(far.stop)[:, 0, 0] - wanted)) < 1e-12
    assert np.max(np.abs(np.asarray(far.traced.rays.position)[:2, 0, 0] - STOP * wanted)) < 1e-12


def test_power_is_the_common_area_of_the_apertures_across_the_beam(far: Bundle) -> None:
    # Two corners cost sums over 64 azimuths about h^2 / 12 of the change of slope there.
    for field, angle in enumerate(ANGLES):
        area = common_area(STOP, FRONT, DEPTH * tan(angle))
        assert powers(far)[field] == pytest.approx(area * cos(angle), rel=1e-3)


def test_no_ray_is_lost(far: Bundle) -> None:
    assert np.all(np.asarray(far.traced.status) == 0)
    x, y = np.asarray(far.stop) * STOP
    shift = DEPTH * np.tan(np.array(ANGLES))[:, None, None]
    assert np.max(x**2 + y**2) < STOP**2
    assert np.max(x**2 + (y - shift) ** 2) < FRONT**2


def test_light_starts_in_equal_phase(far: Bundle) -> None:
    across = np.einsum(
        "cfwr,cfwr->fwr", *(np.asarray(v) for v in (far.launch.position, far.launch.direction))
    )
    assert np.ptp(across, axis=-1) == pytest.approx(0, abs=1e-14)


@pytest.mark.slow
def test_power_follows_every_number_of_the_lens() -> None:
    def total(values: jax.Array) -> jax.Array:
        return jnp.sum(bundle(tube(values[0], values[1]), SAMPLES).weight[2])

    here = jnp.array([FRONT, DEPTH])
    slope = np.asarray(jax.grad(total)(here))
    step = 1e-5
    apart = [np.eye(2)[i] * step for i in range(2)]
    central = np.array([float(total(here + move) - total(here - move)) / (2 * step) for move in apart])
    assert slope == pytest.approx(central, rel=1e-6)
    # A wider front aperture lets in its arc's length times the beam's slant.
    arc = arc_within(STOP, FRONT, DEPTH * tan(ANGLES[2])) * cos(ANGLES[2])
    assert slope[0] == pytest.approx(arc, rel=3e-2)


@pytest.mark.slow  # compiles for long
def test_a_near_points_power_is_its_projected_solid_angle() -> None:
    distance = 3.0
    lens = replace(
        tube(None, distance=distance),
        field_kind="object height",
        fields=tuple(FieldPoint(y=height) for height in (0.0, 1.0, -2.0)),
    )
    found = powers(bundle(lens, SAMPLES))
    z = distance + DEPTH
    for power, height in zip(found, (0.0, 1.0, 2.0), strict=True):
        inner = (z**2 + height**2 - STOP**2) / sqrt(
            (z**2 + height**2 + STOP**2) ** 2 - 4 * height**2 * STOP**2
        )
        assert power == pytest.approx(pi / 2 * (1 - inner), rel=1e-10)


@pytest.mark.slow  # compiles for long
def test_vignetting_factors_that_are_given_are_the_pupil() -> None:
    factors = Vignetting(dx=0.1, dy=-0.2, cx=0.3, cy=0.4)
    given = replace(tube(), fields=tuple(replace(f, vignetting=factors) for f in tube().fields))
    found = bundle(given, SAMPLES)
    x, y = SAMPLES.points
    wanted = np.stack([0.1 + 0.7 * x, -0.2 + 0.6 * y])
    assert np.max(np.abs(np.asarray(found.stop)[:, 2, 0] - wanted)) < 1e-12
    assert powers(found)[0] == pytest.approx(pi * STOP**2 * 0.7 * 0.6, rel=1e-12)


def test_a_pupil_without_light_has_no_power_and_says_that_nothing_was_aimed() -> None:
    found = bundle(tube(), SAMPLES, fields=np.array([[0.0, 0.0], [0.0, 0.2], [0.0, 1.2]]))
    assert powers(found)[2] == 0
    assert np.all(np.isfinite(np.asarray(found.traced.rays.position)))
