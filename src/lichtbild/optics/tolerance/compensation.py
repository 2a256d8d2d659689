"""Compensation: where the image surface is set so that a build is sharpest, and its contrast there.

The image surface is moved and tilted, which at each image point is a shift z along the axis. The mean
variance of the wavefronts is a parabola in these shifts, so that its least is known in closed form; where the
mean contrast shall be greatest, Newton's method goes on from there, with exact first and second derivatives
of every transfer function by z. One rule serves builds that are predicted and builds that are traced.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.pytree import register
from lichtbild.optics.sines import cosine_and_sine
from lichtbild.optics.tolerance.budget import Compensation
from lichtbild.optics.tolerance.phase_table import PhaseTable
from lichtbild.optics.tolerance.single_sines import single_sines

PLANES = (-1.2, -0.6, 0.6, 1.2)
"""Other planes of focus that are tried first, in shifts that add 1 rad to a wavefront: contrast through focus
may have several tops."""

FEW, MANY = 4, 24
"""Newton's steps toward the greatest contrast, for all builds and for those that are not there then."""

THERE = 0.02
"""A last step shorter than this has arrived, in local shifts that add 1 rad to a wavefront."""

FLATTEST = 1e-3
"""Least curvature of the mean contrast that a step trusts, as a share of the greatest."""

FARTHEST = 0.7
"""Longest step, in local shifts that add a root mean square of 1 rad to a wavefront."""

TINY = 1e-300


@register
@dataclass(frozen=True)
class Adjusted:
    """Builds after their compensation.

    Args:
        contrast: polychromatic, ``[build, field, sample]``; samples are directions by frequencies.
        focus: of the image surface behind its place, mm, ``[build]``.
        tilt: of the image surface about x and y, rad, ``[2, build]``.
        left: length of the last step of the search, in shifts that add 1 rad, ``[build]``.
    """

    contrast: Array
    focus: Array
    tilt: Array
    left: Array


def adjusted(table: PhaseTable, phase: Array, mixed: Array, how: Compensation, steps: int = MANY) -> Adjusted:
    """Builds, each with its image surface where it is sharpest.

    Args:
        table: of the lens that the builds are of.
        phase: of the builds, rad, ``[field, wavelength, sample, build, pair]``; waves are summed in its
            precision.
        mixed: of the builds, rad^2 / mm, ``[build, field]``.
        how: what may be moved, and what is made best.
        steps: Newton's, at most; more of them go on from fewer.
    """
    basis = shifts(table, how)
    start = least_variance(table, mixed, basis)
    moments = jnp.stack([table.area, table.area * table.depth, table.area * table.depth**2], axis=-1)
    if how.by == "wavefront" or not basis.shape[1]:
        contrast, place = _derivatives(table, phase, moments, start @ basis.T)[0], start
        left = jnp.zeros(start.shape[0])
    else:
        start = _best_plane(table, phase, moments, basis, start) if how.focus else start
        contrast, place, left = _sharpest(table, phase, moments, basis, start, steps)
    focus, slope_x, slope_y = (place @ _to_plane(table, how).T).T
    return Adjusted(contrast, focus, jnp.stack([slope_y, -slope_x]), left)


def shifts(table: PhaseTable, how: Compensation) -> Array:
    """Local shift of each field by each adjustment, ``[field, adjustment]``."""
    columns = []
    if how.focus:
        columns.append(jnp.ones(table.steep.shape[0]))
    if how.image_tilt:
        columns += list(table.place / _widest(table))
    return jnp.stack(columns, axis=1) if columns else jnp.zeros((table.steep.shape[0], 0))


def _to_plane(table: PhaseTable, how: Compensation) -> Array:
    """Focus and slopes along x and y, from adjustments, ``[3, adjustment]``."""
    rows = jnp.eye(3) * jnp.array([1.0, 1.0, 1.0]).at[1:].set(1 / _widest(table))
    kept = [0] * how.focus + [1, 2] * how.image_tilt
    return rows[:, jnp.array(kept, int)]


def _widest(table: PhaseTable) -> Array:
    return jnp.maximum(jnp.max(jnp.sqrt(jnp.sum(table.place**2, axis=0))), 1e-9)


def least_variance(table: PhaseTable, mixed: Array, basis: Array) -> Array:
    """Adjustments at which the mean variance is least, ``[build, adjustment]``."""
    normal = basis.T @ (table.steep[:, None] * basis)
    inverse: Array = jnp.linalg.pinv(normal, rtol=1e-9, hermitian=True)
    return jnp.asarray(-(mixed @ basis) @ inverse)


def _best_plane(table: PhaseTable, phase: Array, moments: Array, basis: Array, start: Array) -> Array:
    """The plane of greatest mean contrast among a few that are parallel, ``[build, adjustment]``."""
    apart = 1 / jnp.sqrt(jnp.maximum(jnp.mean(table.steep), TINY))
    tried = [start, *(start.at[:, 0].add(share * apart) for share in PLANES)]
    light = moments[..., :1]
    merits = [jnp.mean(_modulus(_sums(table, phase, light, p @ basis.T)[0]), axis=(1, 2)) for p in tried]
    best = jnp.argmax(jnp.stack(merits), axis=0)
    return jnp.take_along_axis(jnp.stack(tried), best[None, :, None], axis=0)[0]


def _sharpest(
    table: PhaseTable, phase: Array, moments: Array, basis: Array, start: Array, steps: int
) -> tuple[Array, Array, Array]:
    """Contrasts and adjustments of the best point that Newton's method comes by, and its last step."""
    contrast, slope, bend = _derivatives(table, phase, moments, start @ basis.T)
    best = (jnp.mean(contrast, axis=(1, 2)), contrast, start)
    away = jnp.full(start.shape[0], jnp.inf)

    def goes_on(state: Any) -> Array:
        return jnp.asarray((state[0] < steps) & jnp.any(state[-1] > THERE))

    def step(state: Any) -> Any:
        count, slope, bend, place, (merit, kept, at), left = state
        move, length = _step(table, basis, slope, bend)
        place = place + jnp.where(left > THERE, 1.0, 0.0)[:, None] * move
        contrast, slope, bend = _derivatives(table, phase, moments, place @ basis.T)
        new = jnp.mean(contrast, axis=(1, 2))
        better = new > merit
        best = (
            jnp.where(better, new, merit),
            jnp.where(better[:, None, None], contrast, kept),
            jnp.where(better[:, None], place, at),
        )
        return count + 1, slope, bend, place, best, jnp.where(left > THERE, length, left)

    state = (jnp.int32(0), slope, bend, start, best, away)
    *_, best, left = jax.lax.while_loop(goes_on, step, state)
    return best[1], best[2], left


def _derivatives(table: PhaseTable, phase: Array, moments: Array, shift: Array) -> tuple[Array, Array, Array]:
    """Contrasts ``[build, field, sample]`` and their first two derivatives by local shifts."""
    sums = _sums(table, phase, moments, shift)
    value, first, second = sums[0], 1j * sums[1], -sums[2]
    contrast = _modulus(value)
    slope = jnp.real(jnp.conj(value) * first) / contrast
    bend = (jnp.abs(first) ** 2 + jnp.real(jnp.conj(value) * second) - slope**2) / contrast
    return contrast, slope, bend


def _modulus(value: Array) -> Array:
    return jnp.sqrt(value.real**2 + value.imag**2 + TINY)


def _sums(table: PhaseTable, phase: Array, moments: Array, shift: Array) -> Array:
    """Sums of waves over pairs and wavelengths, by each moment, ``[moment, build, field, sample]``."""

    def case(given: tuple[Array, ...]) -> tuple[Array, Array]:
        own, depth, weights, z = given
        single = own.dtype == jnp.float32
        cosine, sine = (single_sines if single else cosine_and_sine)(own + z[:, None] * depth)
        return cosine @ weights, sine @ weights

    fields, waves, samples = phase.shape[:3]
    each = jnp.broadcast_to(shift.T[:, None, None], (fields, waves, samples, shift.shape[0]))
    flat = (v.astype(phase.dtype).reshape(-1, *v.shape[3:]) for v in (phase, table.depth, moments, each))
    real, imaginary = jax.lax.map(case, tuple(flat))
    whole = (real.astype(float) + 1j * imaginary).reshape(fields, waves, samples, -1, moments.shape[-1])
    return jnp.einsum("fwsbk,w->kbfs", whole, table.weights)


def _step(table: PhaseTable, basis: Array, slope: Array, bend: Array) -> tuple[Array, Array]:
    """Newton's step up the mean contrast, ``[build, adjustment]``, and its length as of `THERE`.

    Uphill, too, where the contrast bends the wrong way.
    """
    gradient = jnp.mean(slope, axis=2) @ basis
    hessian = jnp.einsum("bf,fi,fj->bij", jnp.mean(bend, axis=2), basis, basis)
    values, axes = jnp.linalg.eigh(hessian)
    size = jnp.abs(values)
    size = jnp.maximum(size, FLATTEST * jnp.max(size, axis=1, keepdims=True) + TINY)
    step = jnp.einsum("bij,bj,bkj,bk->bi", axes, 1 / size, axes, gradient)
    longest = jnp.max(jnp.abs(step @ basis.T) * jnp.sqrt(table.steep), axis=1)
    share = jnp.minimum(1.0, FARTHEST / jnp.maximum(longest, TINY))
    return step * share[:, None], longest * share
