"""Meridian: a lens as paraxial rays meet it, and the y-nu trace through it.

Each surface is its vertex curvature C, each gap its thickness and its index n. A ray is its height y and its
slope u = dy/dz; n u changes at a surface by ``-y (n' - n) C``, and y in a gap by ``t u``. After a mirror
light runs along -z, and its index counts as negative; with the negative thicknesses that follow, everything
else stays the same. Decentres and tilts have no part in it: this is the lens along its own axis.

Source: Welford, Aberrations of Optical Systems (1986), sections 3.2 and 3.6; Greivenkamp, Field Guide to
Geometrical Optics (2004), "Paraxial raytrace" and "Reflective systems".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import Lens
from lichtbild.optics.pytree import register
from lichtbild.optics.vertex import Section, vertex


@register
@dataclass(frozen=True)
class Meridian:
    """Curvatures, indices and distances of a lens.

    Args:
        curvature: at the vertices, ``[surface]``, 1 / mm.
        index: of the gaps, negative after an odd number of mirrors, ``[surface + 1, *wave]``.
        thickness: of the gaps, ``[surface + 1]``, mm; the first one may be infinite.
    """

    curvature: Array
    index: Array
    thickness: Array


@register
@dataclass(frozen=True)
class ParaxialRay:
    """A paraxial ray through a lens.

    Args:
        height: y on each surface, and on the image surface last, ``[surface + 1, ...]``, mm.
        slope: u = dy/dz in each gap, ``[surface + 1, ...]``.
    """

    height: Array
    slope: Array


def numbers(values: Sequence[Any]) -> Any:
    """Numbers as an array: NumPy's, which needs nothing compiled, unless a gradient follows one of them."""
    if any(isinstance(value, jax.core.Tracer) for value in values):
        return jnp.stack([jnp.asarray(value, float) for value in values])
    return np.asarray(values, float)


def wave_of(lens: Lens, wavelength: Any = None) -> Any:
    """A wavelength, or many, as an array; by default the lens's primary one, mm."""
    wave = lens.wavelengths[lens.primary] if wavelength is None else wavelength
    return wave if isinstance(wave, jax.core.Tracer) else np.asarray(wave, float)


def meridian(lens: Lens, wavelength: Any = None, section: Section = "y") -> Meridian:
    """The lens as paraxial rays meet it.

    Args:
        lens: any; poses do not count.
        wavelength: mm, any shape; by default the primary one.
        section: the plane that rays run in.
    """
    curvature = numbers([vertex(surface, section).curvature for surface in lens.surfaces])
    thickness = numbers([gap.thickness for gap in lens.gaps])
    index = _indices(lens, wave_of(lens, wavelength))
    return Meridian(jnp.asarray(curvature), jnp.asarray(index), jnp.asarray(thickness))


def _indices(lens: Lens, wave: Any) -> Any:
    """Indices of the gaps, ``[surface + 1, *wave]``, with the sign of the way that light takes."""
    known: dict[int, Any] = {}
    for gap in lens.gaps:
        if id(gap.medium) not in known:
            known[id(gap.medium)] = refractive_index(gap.medium, wave, lens.temperature, lens.pressure)
    mirrors = np.cumsum([False, *(surface.mirror for surface in lens.surfaces)])
    signed = [(-1.0) ** int(n) * known[id(gap.medium)] for gap, n in zip(lens.gaps, mirrors, strict=True)]
    if any(isinstance(index, jax.core.Tracer) for index in signed):
        return jnp.stack([jnp.broadcast_to(jnp.asarray(index, float), jnp.shape(wave)) for index in signed])
    return np.stack([np.broadcast_to(np.asarray(index, float), np.shape(wave)) for index in signed])


def follow(through: Meridian, height: Array, slope: Array) -> ParaxialRay:
    """The ray of given heights on the first surface and slopes before it.

    Args:
        through: the lens.
        height: mm, of a shape that holds the wavelengths' as its last axes.
        slope: as height.
    """
    start = (height + 0 * slope, through.index[0] * slope + 0 * height)

    def step(
        ray: tuple[Array, Array], row: tuple[Array, ...]
    ) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        (y, bent), (curvature, before, after, thickness) = ray, row
        bent = bent - y * (after - before) * curvature
        return (y + thickness * bent / after, bent), (y, bent / after)

    rows = (through.curvature, through.index[:-1], through.index[1:], through.thickness[1:])
    (image, _), (heights, slopes) = jax.lax.scan(step, start, rows)
    first = start[1] / through.index[0]
    return ParaxialRay(jnp.concatenate([heights, image[None]]), jnp.concatenate([first[None], slopes]))
