"""Modulation transfer function of a lens: how much contrast it keeps, by diffraction or by rays alone.

Directions are those of the modulation: *tangential* is along the field point's direction in the image (y on
the axis), *sagittal* across it. Values are complex optical transfer functions about one image point for all
wavelengths of a field, so that lateral colour counts when they are added; their moduli are the MTF.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics import mtf_correlation, mtf_overlap
from lichtbild.optics.fourier import summed
from lichtbild.optics.lens import Lens
from lichtbild.optics.pencil import Pencil, pencil
from lichtbild.optics.pupil_function import PupilFunction, pupil_function
from lichtbild.optics.pytree import register

Mode = Literal["reference", "fast", "geometric", "geometric times diffraction", "limit"]

NEAR_AXIS = 1e-12
"""Fields nearer to the axis than this (rad or mm) have no direction of their own: theirs is y."""


@register
@dataclass(frozen=True)
class Transfer:
    """Optical transfer functions.

    Args:
        values: complex, ``[field, wavelength, direction, frequency]``; direction 0 is tangential, 1 sagittal.
        frequencies: cycles / mm, ``[frequency]``.
        directions: unit vectors along x and y, ``[2, field, direction]``.
    """

    values: Array
    frequencies: Array
    directions: Array

    @property
    def modulus(self) -> Array:
        """The modulation transfer function, 0 to 1."""
        return jnp.sqrt(self.values.real**2 + self.values.imag**2 + 1e-300)

    def polychromatic(self, weights: Any) -> "Transfer":
        """All wavelengths together, ``[field, 1, direction, frequency]``.

        Args:
            weights: of the wavelengths, of any scale.
        """
        share = jnp.asarray(weights, float)
        mean = jnp.einsum("fwdn,w->fdn", self.values, share / jnp.sum(share))
        return replace(self, values=mean[:, None])


def mtf(
    lens: Lens,
    frequencies: Any,
    fields: Any = None,
    wavelengths: Any = None,
    *,
    mode: Mode = "reference",
    focus: Any = 0.0,
) -> Transfer:
    """Transfer functions of a lens, tangential and sagittal.

    Args:
        lens: whose every asphere has a semi-aperture.
        frequencies: not negative, cycles / mm.
        fields: ``[field, 2]`` in the lens's own kind of field; by default the lens's.
        wavelengths: mm; by default the lens's.
        mode: ``reference`` integrates over the pupils' overlap, with smooth derivatives by everything;
            ``fast`` correlates samples by fast Fourier transforms, within 1e-3 of it; ``geometric`` is that
            of the rays' distribution; ``limit`` is that of the same pupils without aberrations.
        focus: distance of the plane behind the image surface, mm.
    """
    wanted = jnp.asarray(frequencies, float)
    rays = pencil(lens, fields, wavelengths)
    found = of_pencil(rays, wanted, directions(lens, fields), mode, focus)
    return Transfer(found, wanted, directions(lens, fields))


def of_pencil(rays: Pencil, frequencies: Array, along: Array, mode: Mode, focus: Any) -> Array:
    """Complex transfer functions of pencils ``[field, wavelength, direction, frequency]``; see `mtf`."""
    if mode == "geometric":
        return jnp.asarray(geometric(rays, frequencies, along, focus))
    pupils = pupil_function(rays)
    if mode == "fast":
        return jnp.asarray(mtf_correlation.transfer(pupils, along, frequencies, focus))
    if mode == "reference":
        return _overlap(pupils, frequencies, along, focus)
    limit = _overlap(replace(pupils, eikonal=jnp.zeros_like(pupils.eikonal)), frequencies, along, 0.0)
    return limit if mode == "limit" else limit * geometric(rays, frequencies, along, focus)


def _overlap(pupils: PupilFunction, frequencies: Array, along: Array, focus: Any) -> Array:
    components = (along[..., None] * frequencies).reshape(2, along.shape[1], -1)
    found = mtf_overlap.transfer(pupils, components, focus)
    return jnp.reshape(found, (*found.shape[:2], along.shape[2], -1))


@jax.jit
def geometric(rays: Pencil, frequencies: Array, along: Array, focus: Any = 0.0) -> Array:
    """Fourier transform of the distribution of a pencil's rays: the limit of short waves."""
    axial = jnp.sqrt(rays.index[:, None] ** 2 - jnp.sum(rays.cosines**2, axis=0))
    place = rays.displacement + focus * rays.cosines / axial
    share = rays.weight / jnp.sum(rays.weight, axis=-1, keepdims=True)
    distance = jnp.einsum("afwr,afd->fwdr", place, along)
    phase = -2 * jnp.pi * distance[..., None, :] * frequencies[:, None]
    return summed(phase, share[:, :, None, None])


def through_focus(
    lens: Lens, frequencies: Any, shifts: Any, fields: Any = None, wavelengths: Any = None
) -> Transfer:
    """Transfer functions in planes behind the image, ``[shift, field, wavelength, direction, frequency]``.

    Args:
        lens: whose every asphere has a semi-aperture.
        frequencies: cycles / mm.
        shifts: distances behind the image surface, mm.
        fields: as in `mtf`.
        wavelengths: as in `mtf`.
    """
    wanted, along = jnp.asarray(frequencies, float), directions(lens, fields)
    pupils = pupil_function(pencil(lens, fields, wavelengths))
    return Transfer(behind_image(pupils, wanted, along, shifts), wanted, along)


def behind_image(pupils: PupilFunction, frequencies: Array, along: Array, shifts: Any) -> Array:
    """Transfer of pupils in planes behind the image; arguments and values as of `through_focus`."""
    planes = jnp.asarray(shifts, float)
    return jnp.asarray(jax.lax.map(lambda shift: _overlap(pupils, frequencies, along, shift), planes))


def against_field(
    lens: Lens, frequencies: Any, count: int = 21, wavelengths: Any = None
) -> tuple[Array, Transfer]:
    """Transfer functions from the axis to the lens's outermost field, and these fields ``[field, 2]``.

    Args:
        lens: whose every asphere has a semi-aperture.
        frequencies: cycles / mm.
        count: of fields, at even steps.
        wavelengths: as in `mtf`.
    """
    known = _values(lens, None)
    outermost = known[jnp.argmax(jnp.sum(known**2, axis=1))]
    fields = jnp.linspace(0.0, 1.0, count)[:, None] * outermost
    return fields, mtf(lens, frequencies, fields, wavelengths)


def directions(lens: Lens, fields: Any = None) -> Array:
    """Tangential and sagittal unit vectors of fields, ``[2, field, direction]``; they carry no derivative."""
    points = jax.lax.stop_gradient(_values(lens, fields))
    length = jnp.sqrt(jnp.sum(points**2, axis=1))
    off = length > NEAR_AXIS
    unit = points / jnp.where(off, length, 1.0)[:, None]
    unit = jnp.where(off[:, None], unit, jnp.array([0.0, 1.0]))
    across = jnp.stack([unit[:, 1], -unit[:, 0]], axis=1)
    return jnp.moveaxis(jnp.stack([unit, across], axis=-1), 1, 0)


def _values(lens: Lens, fields: Any) -> Array:
    """Field points, ``[field, 2]``."""
    if fields is not None:
        return jnp.asarray(fields, float)
    return jnp.stack([jnp.stack([jnp.asarray(p.x, float), jnp.asarray(p.y, float)]) for p in lens.fields])
