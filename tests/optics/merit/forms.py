"""Lenses, their forms and aimed beams, for the tests of merit functions."""

from dataclasses import dataclass, replace
from functools import cache
from math import inf, radians
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from lichtbild.optics.aim import stop_radius
from lichtbild.optics.lens import Aperture, FieldPoint, Lens
from lichtbild.optics.merit.beams import Beams, beams, flight, responses
from lichtbild.optics.merit.form import Form, form
from lichtbild.optics.merit.variables import Variables
from lichtbild.optics.surface import PowerSeries, Surface
from optics.phone_lenses import phone_lens
from optics.simple_lenses import AIR, GLASS, lens_of

WAVES = (0.00048613, 0.00058756, 0.00065627)
SHARES = (0.0, 0.6, 1.0)


@dataclass(frozen=True)
class Case:
    """A lens as merit functions have it."""

    lens: Lens
    form: Form
    beams: Beams
    variables: Variables


def front_stop() -> Lens:
    """A plane stop before two aspheric elements; f/4."""
    surfaces = (
        Surface(semi_aperture=1.3),
        Surface(0.25, -0.3, PowerSeries((4, 6), (1e-3, -2e-4)), 2.0),
        Surface(-0.05, 0.0, None, 2.0),
        Surface(-0.1, 1.5, PowerSeries((4,), (2e-3,)), 2.6),
        Surface(0.08, 0.0, PowerSeries((4, 6), (-1e-3, 1e-4)), 3.0),
    )
    return lens_of(
        surfaces,
        (inf, 0.3, 1.0, 1.2, 0.8, 5.0),
        (AIR, AIR, GLASS, AIR, GLASS, AIR),
        aperture=Aperture("stop semi-aperture", 1.0),
        fields=tuple(FieldPoint(y=radians(20.0) * share) for share in SHARES),
        wavelengths=WAVES,
        weights=(1.0,) * 3,
        primary=1,
    )


def inner_stop(shared: Path) -> Lens:
    """The six-element phone lens of US 10073249 (embodiment 7), its stop behind the second element."""
    lens = phone_lens(shared / "data/optics/phone/US-10073249-B2-e7.json")
    edge = lens.fields[-1].y
    return replace(lens, fields=tuple(FieldPoint(y=share * edge) for share in SHARES))


@cache
def case(lens: Lens) -> Case:
    """All kinds of variables of a lens, and beams aimed through it."""
    bent = tuple(i for i, surface in enumerate(lens.surfaces) if surface.departure is not None)
    at = form(lens, float(stop_radius(lens)), lens.wavelengths, 4)
    which = Variables(
        bent, bent, tuple((i, k) for i in bent for k in range(3)), tuple(range(at.surfaces)), at.semi_aperture
    )
    angles = np.array([point.y for point in lens.fields])
    light = beams(angles, np.ones(len(lens.wavelengths)), 3, 4)
    for share in (0.3, 0.6, 0.8, 1.0, 1.0):
        light = aimed(at, replace(light, angle=jnp.asarray(share * angles)))
    return Case(lens, at, light, which)


@jax.jit
def aimed(at: Form, light: Beams) -> Beams:
    train, flown = flight(at, light)
    return responses(at, train, flown)[2]


def differences(along, count: int, step: float = 1e-4):
    """Central differences of fourth order of a function of changes, each number at a time."""
    far = jnp.asarray([1.0, -1.0, 2.0, -2.0]) * step
    changes = far[:, None, None] * jnp.eye(count)
    found = jax.lax.map(jax.vmap(along), changes)
    return jax.tree.map(lambda v: (8 * (v[0] - v[1]) - (v[2] - v[3])) / (12 * step), found)
