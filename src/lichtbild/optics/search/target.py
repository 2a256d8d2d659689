"""Target: a specification as variables, beams and operands, at each stage of a search."""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import sin, tan

import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.merit.beams import Beams, beams
from lichtbild.optics.merit.form import Form
from lichtbild.optics.merit.operands import (
    ChiefAngle,
    Distortion,
    FocalLength,
    Length,
    Operand,
    Room,
    Spot,
    Steepness,
)
from lichtbild.optics.merit.variables import Variables
from lichtbild.optics.sag import Shape
from lichtbild.optics.search.candidate import Candidate
from lichtbild.optics.search.material import indices
from lichtbild.optics.specification import Specification

TERMS = 7
"""Aspheric terms of a surface, r^4 to r^16: as far as Zemax's even asphere goes."""

UNIT = 2e-3
"""RMS radius that counts as 1, mm."""

INNER = 0.9
"""Share of each limit on distortion and chief ray angle that the search itself keeps to."""


@dataclass(frozen=True)
class Sampling:
    """How closely a merit function looks.

    Args:
        fields: shares of the full field; the first is the axis.
        waves: how many wavelengths, evenly over the band.
        rings: of the pupil.
        arms: of half the pupil.
    """

    fields: tuple[float, ...]
    waves: int
    rings: int
    arms: int


SAMPLING = Sampling((0.0, 0.15, 0.3, 0.42, 0.53, 0.62, 0.7, 0.78, 0.85, 0.9, 0.95, 1.0), 3, 6, 6)
"""Of all merit functions of a search, which so are compiled once."""

CLOSELY = replace(SAMPLING, rings=12, arms=13)
"""That what a search comes to is judged by."""


def band(wanted: Specification, count: int) -> tuple[float, ...]:
    """Wavelengths of a merit function: the specification's own if they are as many, else evenly spread."""
    waves = sorted(wanted.wavelengths)
    if len(waves) == count:
        return tuple(waves)
    return tuple(float(w) for w in np.linspace(waves[0], waves[-1], count))


@lru_cache
def aimed_beams(wanted: Specification, sampling: Sampling = SAMPLING) -> Beams:
    """Beams of the full field and aperture."""
    shares = np.array(sampling.fields)
    left = np.interp(shares, [wanted.unvignetted, 1.0001], [1.0, wanted.squeeze])
    return beams(shares * wanted.half_field, np.ones(sampling.waves), sampling.rings, sampling.arms, left)


def opened(wanted: Specification, share: float) -> Beams:
    """Beams of a part of the field; the aperture's part is the form's stop radius."""
    full = aimed_beams(wanted)
    return replace(full, angle=full.angle * share)


def field_weights(wanted: Specification) -> np.ndarray:
    """1 up to the unvignetted field, falling to little at the edge."""
    shares = np.array(SAMPLING.fields)
    return np.where(
        shares <= wanted.unvignetted + 1e-9, 1.0, np.interp(shares, [wanted.unvignetted, 1.0], [0.5, 0.15])
    )


def variables(wanted: Specification, norm: Array) -> Variables:
    """All curvatures, aspheric terms and distances up to the plate; the stop's place too."""
    surfaces = tuple(range(1, 2 * wanted.elements + 1))
    return Variables(
        curvature=surfaces,
        conic=(),
        asphere=tuple((surface, term) for surface in surfaces for term in range(TERMS)),
        thickness=tuple(range(2 * wanted.elements + 1)),
        norm=norm,
    )


def term_of(moving: Variables) -> np.ndarray:
    """The aspheric term of each variable; -1 for others."""
    before, after = len(moving.curvature) + len(moving.conic), len(moving.thickness)
    return np.array([-1] * before + [term for _, term in moving.asphere] + [-1] * after)


def ranges(wanted: Specification) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest distances behind the stop and each surface of the elements, mm."""
    limits, count = wanted.limits, wanted.elements
    low = np.r_[-0.12 * wanted.focal_length, np.tile([limits.centre, limits.gap], count)]
    high = np.r_[0.0, np.tile([limits.thickest - 0.003, 0.3 * wanted.track], count)]
    low[-1], high[-1] = PLATE_ROOM, wanted.track / 2
    low[1::2] += 0.001
    return low, high


PLATE_ROOM = 0.1
"""Least distance between the last element and the plate, mm."""

SENSOR_ROOM = 0.2
"""Distance between the plate and the sensor, mm."""


def operands(wanted: Specification, weights: np.ndarray, share: float, reserve: float) -> tuple[Operand, ...]:
    """What a lens is judged by.

    Args:
        wanted: the specification.
        weights: of the fields.
        share: of the field that is open; limits that only the whole field has are met in any case.
        reserve: how far beyond the light surfaces shall be well-behaved, as a share.
    """
    number = jnp.asarray
    limits, count = wanted.limits, wanted.elements
    least, most = _rooms(wanted)
    infinite = number(np.inf)
    return (
        Spot(number(weights), number(UNIT)),
        Distortion(number(INNER * wanted.distortion), number(0.003)),
        _focal_length(wanted, share),
        ChiefAngle(number(sin(wanted.chief_angle) * (1 - (1 - INNER) * 0.2)), number(0.01)),
        Length(1, -infinite, number(wanted.track - 0.002), number(0.01)),
        Length(2 * count, number(wanted.back_focus + 0.002), infinite, number(0.01)),
        Room(number(least), number(most), number(max(reserve, limits.margin)), number(0.01)),
        Steepness(
            number(np.full(2 * count + 3, tan(limits.slope * 0.98))),
            number(max(reserve, limits.margin)),
            number(0.05),
        ),
    )


def _focal_length(wanted: Specification, share: float) -> FocalLength:
    """The focal length, held loosely while the lens grows."""
    parts, unit = ((0.9985, 1.0), 0.005) if share >= 1.0 else ((0.97, 1.03), 0.05)
    least, most = (jnp.asarray(wanted.focal_length * part) for part in parts)
    return FocalLength(least, most, jnp.asarray(unit))


def _rooms(wanted: Specification) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest thickness over the aperture behind each surface from the stop on."""
    limits, last = wanted.limits, 2 * wanted.elements
    least, most = np.full(last + 3, -np.inf), np.full(last + 3, np.inf)
    least[1:last:2], most[1:last:2] = limits.edge + 0.003, limits.thickest - 0.005
    least[2:last:2] = limits.gap + 0.004
    least[last] = PLATE_ROOM
    return least, most


def form_of(wanted: Specification, candidate: Candidate) -> Form:
    """The arrays of a candidate at the search's wavelengths."""
    count = len(candidate.glasses)
    waves = band(wanted, SAMPLING.waves)
    even = np.zeros((2 * count + 4, TERMS + 1))
    even[1 : 2 * count + 1, 1:] = candidate.even
    index = np.ones((2 * count + 4, len(waves)))
    index[2 : 2 * count + 1 : 2] = [indices(name, waves) for name in candidate.glasses]
    index[2 * count + 2] = indices(wanted.plate_medium, waves)
    curvature = np.r_[0.0, candidate.curvature, 0.0, 0.0, 0.0]
    return Form(
        shape=Shape(jnp.asarray(curvature), jnp.zeros(2 * count + 4), even=jnp.asarray(even)),
        thickness=jnp.asarray(candidate.thickness),
        index=jnp.asarray(index),
        semi_aperture=jnp.asarray(candidate.widths),
        stop_radius=jnp.asarray(wanted.stop_radius),
        stop=0,
    )


def candidate_of(
    form: Form, glasses: tuple[str, ...], found: tuple[float, np.ndarray, int], origin: str
) -> Candidate:
    """A form as plain numbers, with its merit, spot radii and steps."""
    last = 2 * len(glasses) + 1
    merit, radii, steps = found
    return Candidate(
        glasses=glasses,
        curvature=_row(form.shape.curvature[1:last]),
        even=tuple(_row(row) for row in np.asarray(form.shape.even)[1:last, 1:]),
        thickness=_row(form.thickness),
        widths=_row(form.semi_aperture),
        merit=merit,
        radii=_row(radii),
        steps=steps,
        origin=origin,
    )


def _row(values: Array | np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in np.asarray(values))
