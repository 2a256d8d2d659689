"""Transmission: what share of a ray's power goes on at each surface and through each medium.

A bare surface reflects by Fresnel's equations, the mean of both polarisations; a coated one what its coating
says. Media absorb by their internal transmission along the ray's own way.

Source: Born and Wolf, Principles of Optics (7th ed.), section 1.5.2, equations 21 and 33.
"""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.glass import internal_transmittance
from lichtbild.optics.lens import Lens
from lichtbild.optics.pytree import register
from lichtbild.optics.surface import Surface
from lichtbild.optics.trace import Passage
from lichtbild.optics.train import Train

FLOOR = 1e-24
"""Least value under the root of Fresnel's equations: total reflection."""


@register
@dataclass(frozen=True)
class Losses:
    """What the rows of a train reflect and what lies before and behind them absorbs.

    Args:
        coated: reflectances of coated surfaces, mirrors and the image, else 0, ``[surface, *wave]``.
        bare: 1 where Fresnel's equations hold, else 0, ``[surface]``.
        before: absorption coefficient of the medium in front, ``[surface, *wave]``, 1 / mm.
        after: of the medium behind.
    """

    coated: Array
    bare: Array
    before: Array
    after: Array

    def rows(self, which: Any) -> "Losses":
        """The surfaces of a slice or of an array of indices, in that order."""
        taken: Losses = jax.tree.map(lambda values: values[which], self)
        return taken


def losses(lens: Lens, wavelengths: Any = None, *, sensor_reflectance: Any = 0.0) -> Losses:
    """What the surfaces of a lens, and its image surface, reflect and absorb.

    The medium before the first surface absorbs nothing: how far light came through it is not known.

    Args:
        lens: any.
        wavelengths: as of `lichtbild.optics.train.train`.
        sensor_reflectance: of the image surface; its coating, where it has one, goes first.
    """
    waves = None if wavelengths is None else jnp.asarray(wavelengths)
    bare = replace(lens, name="", source="", notes="", configurations=())
    found: Losses = _losses(bare, waves, sensor_reflectance)
    return found


@jax.jit
def _losses(lens: Lens, wavelengths: Array | None, sensor_reflectance: Any) -> Losses:
    waves = jnp.asarray(lens.wavelengths, float)[:, None] if wavelengths is None else wavelengths
    rows = [_coated(surface, waves) for surface in lens.surfaces]
    sensor = sensor_reflectance + jnp.zeros_like(waves) if lens.image.coating is None else None
    rows.append(_coated(lens.image, waves) if sensor is None else sensor)
    bare = [surface.coating is None and not surface.mirror for surface in lens.surfaces]
    absorption = [jnp.zeros_like(waves)]
    absorption += [-jnp.log(internal_transmittance(gap.medium, waves, 1.0)) for gap in lens.gaps[1:]]
    before = jnp.stack(absorption)
    return Losses(
        jnp.stack(rows),
        jnp.asarray(np.array([*bare, False], float)),
        before,
        jnp.concatenate([before[1:], before[-1:]]),
    )


def _coated(surface: Surface, waves: Array) -> Array:
    """The reflectance of a coating; 1 for a mirror without one, 0 for a bare surface."""
    if surface.coating is None:
        return jnp.full_like(waves, 1.0 if surface.mirror else 0.0)
    at, values = (
        jnp.stack([jnp.asarray(number, float) for number in numbers])
        for numbers in (surface.coating.wavelengths, surface.coating.reflectances)
    )
    return jnp.interp(waves, at, values)


def fresnel(cosine: Array, before: Array, after: Array) -> Array:
    """Reflectance of a bare surface for unpolarised light; 1 where it reflects totally.

    Args:
        cosine: of the angle of incidence, 0 to 1.
        before: refractive index in front.
        after: refractive index behind.
    """
    sine2 = (before / after) ** 2 * (1 - cosine * cosine)
    inside = jnp.sqrt(jnp.maximum(1 - sine2, FLOOR))
    across = (before * cosine - after * inside) / (before * cosine + after * inside)
    along = (after * cosine - before * inside) / (after * cosine + before * inside)
    return (across * across + along * along) / 2


def reflectances(train: Train, seen: Losses, cosine: Array) -> Array:
    """What each surface of a train reflects of rays that meet it, ``[surface, ...]``.

    Args:
        train: of the surfaces that the rays met.
        seen: of the same surfaces.
        cosine: of the angles of incidence, ``[surface, ...]``.
    """
    bare = seen.bare.reshape(-1, *([1] * (cosine.ndim - 1)))
    before, after, coated = (_widened(values, cosine) for values in (train.before, train.after, seen.coated))
    return bare * fresnel(cosine, before, after) + coated


def absorbed(train: Train, seen: Losses, path: Array) -> Array:
    """The optical depth of each ray's whole way from the first surface on, ``[...]``.

    Args:
        train: of the surfaces that the rays met.
        seen: of the same surfaces.
        path: optical path to each surface, ``[surface, ...]``, mm.
    """
    before, depth = (_widened(values, path) for values in (train.before, seen.before))
    lengths = jnp.abs(jnp.diff(path, axis=0) / before[1:])
    return jnp.sum(depth[1:] * lengths, axis=0)


def transmission(train: Train, seen: Losses, passage: Passage) -> Array:
    """The share of each ray's power that arrives behind the last surface, ``[...]``.

    Args:
        train: of a lens.
        seen: of the same lens.
        passage: of its rays.
    """
    reflected = reflectances(train, seen, passage.cosine)
    mirror = train.mirror.reshape(-1, *([1] * (reflected.ndim - 1)))
    kept = jnp.prod(jnp.where(mirror, reflected, 1 - reflected), axis=0)
    return kept * jnp.exp(-absorbed(train, seen, passage.path))


def _widened(values: Array, like: Array) -> Array:
    """``[surface, *wave]`` with the wavelengths where rays ``[surface, ...]`` have them."""
    missing = like.ndim - values.ndim
    return values.reshape(values.shape[0], *([1] * missing), *values.shape[1:])
