"""Paraxial lens: the numbers of a prescription that first-order optics asks for, as arrays.

A compiled function is compiled again for every new shape of its arguments. So a lens of plain numbers is
gathered outside, by NumPy, and every lens is filled up with surfaces that do nothing to a multiple of eight:
nearly all lenses share what is compiled for the first one.
"""

from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.lens import ApertureKind, FieldKind, Lens
from lichtbild.optics.meridian import Meridian, meridian, numbers
from lichtbild.optics.pytree import register
from lichtbild.optics.surface import STATIC
from lichtbild.optics.vertex import is_radial, vertex

BLOCK = 8
"""Surfaces, and fields, are filled up to multiples of this."""


@register
@dataclass(frozen=True)
class ParaxialLens:
    """A lens at its primary wavelength, its aperture and its fields.

    Args:
        along: in yz.
        across: in xz; None if that is the same.
        stop: index of the stop.
        aspheric: fourth-order departures from the vertex spheres, ``[surface]``, mm^-3.
        aperture: its value.
        fields: (x, y) as in the lens, ``[field, 2]``.
        aperture_kind: as in the lens.
        field_kind: as in the lens.
    """

    along: Meridian
    across: Meridian | None
    stop: Array
    aspheric: Array
    aperture: Array
    fields: Array
    aperture_kind: ApertureKind = field(metadata=STATIC)
    field_kind: FieldKind = field(metadata=STATIC)


def paraxial_lens(lens: Lens) -> ParaxialLens:
    """The numbers of a lens that first-order optics asks for, filled up."""
    fields = numbers([value for point in lens.fields for value in (point.x, point.y)]).reshape(-1, 2)
    aspheric = numbers([vertex(surface).aspheric for surface in lens.surfaces])
    return ParaxialLens(
        along=filled(meridian(lens)),
        across=None if is_radial(lens.surfaces) else filled(meridian(lens, section="x")),
        stop=jnp.asarray(lens.stop),
        aspheric=_with_blanks(aspheric, len(aspheric)),
        aperture=jnp.asarray(lens.aperture.value, float),
        fields=_with_blanks(fields, len(fields), fields[-1]),
        aperture_kind=lens.aperture.kind,
        field_kind=lens.field_kind,
    )


def filled(through: Meridian) -> Meridian:
    """The same way of light with planes between equal media behind the last surface, without distance."""
    surfaces = len(through.curvature)
    return Meridian(
        _with_blanks(through.curvature, surfaces),
        _with_blanks(through.index, surfaces, _library(through.index)[1][-1]),
        _with_blanks(through.thickness, surfaces),
    )


def _with_blanks(values: Any, at: int, value: Any = 0.0) -> Array:
    """Values of surfaces or gaps with those of planes put in behind the last surface's, or fields'."""
    xp, known = _library(values)
    between = xp.repeat(xp.broadcast_to(value, known.shape[1:])[None], -at % BLOCK, axis=0)
    return jnp.asarray(xp.concatenate([known[:at], between, known[at:]]))


def _library(values: Any) -> tuple[ModuleType, Any]:
    """NumPy for known values, which costs no compilation, and JAX for those that a gradient follows."""
    return (jnp, values) if isinstance(values, jax.core.Tracer) else (np, np.asarray(values))


def of_surfaces(values: Array, surfaces: int) -> Array:
    """What the surfaces (or fields) of a filled lens have, of the lens's own ones."""
    return jnp.asarray(_library(values)[1][:surfaces])


def of_gaps(values: Array, surfaces: int) -> Array:
    """What the gaps of a filled lens have, or its surfaces and its image, of the lens's own ones."""
    xp, known = _library(values)
    return jnp.asarray(xp.concatenate([known[:surfaces], known[-1:]]))
