"""Phase table: all that the contrast of one lens depends on, as phase differences at pairs of pupil points.

The transfer function of a field, wavelength and frequency is a sum over pairs of points of the pupil that are
as far apart as the frequency says (`lichtbild.optics.mtf_overlap`)::

    OTF = sum a exp(i (phase + depth z))

with the local defocus z of the image there. What small errors do is added to the phases, as they are linear
in the eikonal; how the pupil's rim and light change is left out, and small (docs/optics.md has numbers).
"""

from dataclasses import dataclass, replace
from functools import partial
from math import isqrt
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics import disc_polynomial, outline
from lichtbild.optics.bundle import Bundle, bundle
from lichtbild.optics.lens import Lens
from lichtbild.optics.mtf import directions
from lichtbild.optics.mtf_overlap import overlap
from lichtbild.optics.pencil import Pencil, inside, of_bundle, points
from lichtbild.optics.pupil_function import (
    DEGREE,
    TINY,
    PupilFunction,
    amplitude,
    eikonal,
    pupil_function,
)
from lichtbild.optics.pytree import register
from lichtbild.optics.tolerance.differential import differentials, footprints
from lichtbild.optics.tolerance.parameter import Parameter

PAIRS = (12, 16, 20, 24, 32)
"""Gauss's points along and across an overlap: the least that the phases need, or the last."""

NEEDED = (4.0, 0.7)
"""Points for a phase that is the same everywhere, and more of them for each rad that it differs by over an
overlap. Contrasts are then within 1e-3 of exact, by trial on a phone lens and a triplet."""


@register
@dataclass(frozen=True)
class PhaseTable:
    """Phases of one lens.

    Args:
        phase: rad, ``[field, wavelength, sample, pair]``; samples are directions by frequencies.
        depth: by the local defocus, rad / mm, as ``phase``.
        area: of the pairs, times amplitudes; sums to the contrast without aberrations.
        mixed: mean of the wavefront times that of defocus, over wavelengths, rad^2 / mm, ``[field]``.
        steep: mean square of defocus, rad^2 / mm^2, ``[field]``.
        place: of the image points, mm, ``[2, field]``.
        weights: of the wavelengths, sum 1, ``[wavelength]``.
    """

    phase: Array
    depth: Array
    area: Array
    mixed: Array
    steep: Array
    place: Array
    weights: Array

    @property
    def pairs(self) -> int:
        """Gauss's points along and across each overlap."""
        return isqrt(int(self.phase.shape[-1]))


@register
@dataclass(frozen=True)
class Changes:
    """What each parameter adds to a phase table, per unit of its error.

    Args:
        phase: ``[parameter, field, wavelength, sample, pair]``.
        mixed: ``[parameter, field]``.
        square: mean square of the wavefront's change without tilt, rad^2, ``[parameter, field]``; of each
            parameter alone.
    """

    phase: Array
    mixed: Array
    square: Array


def phase_table(lens: Lens, frequencies: Any, pairs: int) -> PhaseTable:
    """The phase table of a lens.

    Args:
        lens: frozen (`frozen`) or built from a frozen one.
        frequencies: cycles / mm, ``[frequency]``.
        pairs: Gauss's points along and across each overlap.
    """
    rays = of_bundle(lens, bundle(lens, points()))
    return _table(lens, rays, pupil_function(rays), jnp.asarray(frequencies, float), pairs)[0]


def changed_table(lens: Lens, frequencies: Any, wrong: tuple[Parameter, ...]) -> tuple[PhaseTable, Changes]:
    """The phase table of a lens, and what each parameter adds to it.

    Args:
        lens: frozen.
        frequencies: cycles / mm, ``[frequency]``.
        wrong: what has an error.
    """
    light = bundle(lens, points())
    rays = of_bundle(lens, light)
    pupils = pupil_function(rays)
    wanted = jnp.asarray(frequencies, float)
    table, both = _table(lens, rays, pupils, wanted, PAIRS[0])
    if (enough := needed_pairs(table)) > PAIRS[0]:
        table, both = _table(lens, rays, pupils, wanted, enough)
    paths = jnp.asarray(differentials(lens, footprints(lens, _inside(light)), wrong))
    return table, _changes(rays, pupils, table, both, jnp.moveaxis(paths, 0, -1))


def needed_pairs(table: PhaseTable) -> int:
    """Gauss's points along and across each overlap that the phases of a table need."""
    spans = jnp.max(table.phase, axis=-1) - jnp.min(table.phase, axis=-1)
    lit = jnp.sum(table.area, axis=-1) > 0
    widest = float(jnp.max(jnp.where(lit, spans, 0.0)))
    return next((count for count in PAIRS if count >= NEEDED[0] + NEEDED[1] * widest), PAIRS[-1])


def _inside(light: Bundle) -> Bundle:
    """The rays within the pupils."""
    cut = jax.tree.map(lambda values: values[..., inside()] if values.shape[-1] > 1 else values, light.launch)
    return replace(light, launch=cut)


def _table(
    lens: Lens, rays: Pencil, pupils: PupilFunction, frequencies: Array, pairs: int
) -> tuple[PhaseTable, Array]:
    along = directions(lens)
    components = (along[..., None] * frequencies).reshape(2, along.shape[1], -1)
    weights = jnp.asarray(lens.weights, float)
    found: tuple[PhaseTable, Array] = _of_pupils(rays, pupils, components, weights / jnp.sum(weights), pairs)
    return found


@partial(jax.jit, static_argnames=("pairs",))
def _of_pupils(
    rays: Pencil, pupils: PupilFunction, components: Array, weights: Array, pairs: int
) -> tuple[PhaseTable, Array]:
    batch = pupils.misfit.shape
    each = jnp.broadcast_to(jnp.moveaxis(components, 0, 1)[:, None], (*batch, 2, components.shape[-1]))
    cases = jax.tree.map(lambda v: v.reshape(-1, *v.shape[2:]), (pupils, each))
    found = jax.lax.map(lambda case: _one_pupil(case[0], case[1], pairs), cases)
    phase, depth, area, both = (v.reshape(*batch, *v.shape[1:]) for v in found)
    share, spread, level = _levelled(rays)
    scale = weights[:, None] * (2 * jnp.pi / rays.wavelength[:, None]) ** 2 * share
    mixed = jnp.sum(scale * level(rays.eikonal) * spread, axis=(1, 2))
    steep = jnp.sum(scale * spread**2, axis=(1, 2))
    return PhaseTable(phase, depth, area, mixed, steep, rays.centre[:2], weights), both


def _one_pupil(pupil: PupilFunction, frequencies: Array, pairs: int) -> tuple[Array, ...]:
    """Phases, depths and areas ``[sample, pair]`` of one pupil, and its points ``[2, 2, sample, pair]``."""
    dense = outline.dense(pupil.outline)
    plus, minus, area = jax.vmap(lambda shift: overlap(pupil.outline, dense, shift, pairs), -1, (1, 1, 0))(
        frequencies * pupil.wavelength
    )
    both = jnp.stack([plus, minus], axis=1)
    flat = both.reshape(2, -1)
    shape = both.shape[1:]
    wave = 2 * jnp.pi / pupil.wavelength
    a = amplitude(pupil, flat).reshape(shape)
    t = eikonal(pupil, flat).reshape(shape)
    along = jnp.sqrt(jnp.maximum(pupil.index**2 - jnp.sum(both**2, axis=0), TINY))
    return wave * (t[0] - t[1]), wave * (along[0] - along[1]), a[0] * a[1] * area, both


def _levelled(rays: Pencil) -> tuple[Array, Array, Any]:
    """Shares of the rays, the depth of defocus without tilt, and what takes tilt out of values."""
    share = rays.weight / jnp.sum(rays.weight, axis=-1, keepdims=True)
    p, q = rays.cosines
    along = jnp.sqrt(jnp.maximum(rays.index[:, None] ** 2 - p * p - q * q, TINY))

    def mean(values: Array) -> Array:
        return jnp.sum(share * values, axis=-1, keepdims=True)

    p = p - mean(p)
    q = q - mean(q)
    q = q - p * mean(p * q) / jnp.maximum(mean(p * p), TINY)

    def level(values: Array) -> Array:
        values = values - mean(values)
        values = values - p * mean(p * values) / jnp.maximum(mean(p * p), TINY)
        return jnp.asarray(values - q * mean(q * values) / jnp.maximum(mean(q * q), TINY))

    return share, level(along), level


@jax.jit
def _changes(rays: Pencil, pupils: PupilFunction, table: PhaseTable, both: Array, paths: Array) -> Changes:
    """Changes by paths ``[field, wavelength, ray, parameter]``."""
    batch = pupils.misfit.shape

    def one(case: tuple[Any, ...]) -> Array:
        pupil, cosines, weight, values, at = case
        x, y = (cosines - pupil.middle[:, None]) / pupil.half[:, None]
        tables = disc_polynomial.fit(x, y, weight, DEGREE).table(values)
        u, v = (at.reshape(2, -1) - pupil.middle[:, None]) / pupil.half[:, None]
        found = disc_polynomial.evaluate(tables, u, v).reshape(-1, *at.shape[1:])
        return jnp.asarray(2 * jnp.pi / pupil.wavelength * (found[:, 0] - found[:, 1]))

    cases = (pupils, jnp.moveaxis(rays.cosines, 0, 2), rays.weight, paths, both)
    flat = jax.tree.map(lambda v: v.reshape(-1, *v.shape[2:]), cases)
    phase = jax.lax.map(one, flat).reshape(*batch, -1, *table.phase.shape[2:])
    share, spread, level = _levelled(rays)
    scale = table.weights[:, None] * (2 * jnp.pi / rays.wavelength[:, None]) ** 2 * share
    each = jax.lax.map(level, jnp.moveaxis(paths, -1, 0))
    mixed = jnp.einsum("fwr,kfwr->kf", scale * spread, each)
    square = jnp.einsum("fwr,kfwr->kf", scale, each**2)
    return Changes(jnp.moveaxis(phase, 2, 0), mixed, square)
