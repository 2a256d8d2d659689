"""Aimed rays of a phone lens with its stop inside, against the oracle; derivatives against differences."""

from dataclasses import replace
from math import radians
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.units import nm
from lichtbild.optics import disc
from lichtbild.optics.aim import Aimed, Sights, aimed, chief_rays, sights, stop_radius
from lichtbild.optics.launch import launched
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.trace import trace
from optics import oracle
from optics.phone_lenses import phone_lens

ANGLES = (0.0, 18.0, 30.0)
D_LINE = nm(587.5618)
POINTS = disc.hexapolar(3)


@pytest.fixture(scope="module")
def lens(shared: Path) -> Lens:
    found = phone_lens(shared / "data/optics/phone/US-10073249-B2-e7.json")
    return replace(found, fields=tuple(FieldPoint(y=radians(angle)) for angle in ANGLES))


@jax.jit
def rays(aims: Sights) -> Aimed:
    return aimed(aims, chief_rays(aims), POINTS.points)


@pytest.fixture(scope="module")
def aims(lens: Lens) -> Sights:
    return sights(lens, wavelengths=np.array([D_LINE]))


@pytest.fixture(scope="module")
def found(aims: Sights) -> Aimed:
    return rays(aims)


def test_rays_pass_the_wanted_points_of_the_stop(lens: Lens, aims: Sights, found: Aimed) -> None:
    assert bool(jnp.all(found.found))
    indices = [float(getattr(gap.medium, "index", 1.0)) for gap in lens.gaps]
    light = launched(aims.light, found.place)
    image = trace(aims.train, light, clip=False).rays.position
    for field in range(len(ANGLES)):
        start, along = (np.asarray(v)[:, field, 0] for v in (light.position, light.direction))
        truth = oracle.trace(lens, indices, start, along)
        wanted = POINTS.points * float(aims.radius)
        assert np.max(np.abs(truth.position[lens.stop, :2] - wanted)) < 1e-11
        assert np.max(np.abs(truth.position[-1] - np.asarray(image)[:, field, 0])) < 1e-11


def test_the_stop_is_filled_by_an_axial_beam_of_the_f_number(lens: Lens) -> None:
    # The reference data's real stop radius of this lens, at the d line.
    at_d = replace(lens, wavelengths=(D_LINE,), weights=(1.0,), primary=0)
    assert float(jax.jit(stop_radius)(at_d)) == pytest.approx(1.2952897917609427, rel=1e-9)


@pytest.mark.slow
def test_places_follow_the_lens(lens: Lens, aims: Sights) -> None:
    def places(bent: jax.Array) -> jax.Array:
        shape = replace(aims.train.shape, curvature=aims.train.shape.curvature + bent)
        return rays(replace(aims, train=replace(aims.train, shape=shape))).place

    along = jnp.zeros(len(aims.train)).at[2].set(1.0)
    _, slope = jax.jvp(places, (0 * along,), (along,))
    step = 1e-5
    central = (places(step * along) - places(-step * along)) / (2 * step)
    assert float(jnp.max(jnp.abs(slope - central))) < 1e-6 * float(jnp.max(jnp.abs(central)))


@pytest.mark.slow  # compiles for long
def test_a_real_image_height_is_that_of_the_chief_ray(lens: Lens) -> None:
    heights = np.array([0.0, 1.0, -2.5])
    by_height = replace(
        lens, field_kind="real image height", fields=tuple(FieldPoint(y=float(height)) for height in heights)
    )
    aims = sights(by_height, wavelengths=np.array([by_height.wavelengths[by_height.primary]]))
    chief = jax.jit(chief_rays)(aims)
    image = trace(aims.train, launched(aims.light, chief.place), clip=False).rays.position
    assert np.asarray(image)[1, :, 0, 0] == pytest.approx(heights, abs=1e-11)
