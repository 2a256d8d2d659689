"""Trace: real rays through all surfaces of a lens, each with a status that says what became of it.

Refraction in vectors, with the unit normal N on the side the light goes to and mu = n / n'::

    d' = mu d + (sqrt(1 - mu^2 (1 - cos^2 I)) - mu cos I) N

Source: Welford, Aberrations of Optical Systems (1986), section 4.3.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from lichtbild.optics.intersect import Vector, intersect
from lichtbild.optics.pytree import register
from lichtbild.optics.sag import sag_and_slopes
from lichtbild.optics.train import Train

LEAST = 1e-9
"""Floor under a root of refraction: squared cosine of the flattest ray that leaves a surface at all."""

WITHIN = 1e-9
"""By how much of itself a semi-aperture may be exceeded: the rounding of rays aimed at its very rim."""


class Status(IntEnum):
    """What became of a ray; an unaimed one was never found to pass its point of the stop."""

    PASSED = 0
    MISSED = 1
    REFLECTED = 2
    CLIPPED = 3
    UNAIMED = 4


@register
@dataclass(frozen=True)
class Rays:
    """Rays in the frame of the first surface.

    Args:
        position: ``[3, ...]``, mm.
        direction: unit vectors ``[3, ...]``.
    """

    position: Array
    direction: Array


@register
@dataclass(frozen=True)
class Traced:
    """Rays on the last surface of a train, behind it.

    Args:
        rays: where they meet it, and their directions after it.
        path: optical path from where they started, mm, ``[...]``.
        status: a `Status` as int8, ``[...]``; what comes after a ray has failed is finite and means nothing.
        where: index of the surface that it failed at, int8; -1 if it passed.
    """

    rays: Rays
    path: Array
    status: Array
    where: Array


@register
@dataclass(frozen=True)
class Passage:
    """Rays at every surface of a train.

    Args:
        position: ``[surface, 3, ...]`` in the frame of the first surface, mm.
        direction: behind each surface, ``[surface, 3, ...]``.
        cosine: of the angle of incidence, ``[surface, ...]``.
        path: optical path from the start, mm, ``[surface, ...]``.
        place: x and y in each surface's own frame, ``[surface, 2, ...]``, mm.
        status: as in `Traced`; apertures clip nothing here.
        where: as in `Traced`.
    """

    position: Array
    direction: Array
    cosine: Array
    path: Array
    place: Array
    status: Array
    where: Array


def trace(train: Train, rays: Rays, *, clip: bool = True) -> Traced:
    """Rays on the last surface of a train.

    Args:
        train: the surfaces.
        rays: ``[3, ...]``, from anywhere before the first surface or behind it: lines, not half-lines.
        clip: let semi-apertures stop rays.
    """

    def step(state: Any, surface: Any) -> tuple[Any, None]:
        index, sense, row = surface
        return _through(state, index, sense, row, clip)[0], None

    (position, direction, path, status, where), _ = lax.scan(step, _start(train, rays), _numbered(train))
    return Traced(Rays(jnp.stack(position), jnp.stack(direction)), path, status, where)


def trace_past(train: Train, rays: Rays, surface: int) -> tuple[Traced, Array]:
    """Rays on the last surface of a train, and where they met another one; apertures clip nothing.

    Args:
        train: the surfaces.
        rays: as of `trace`.
        surface: index of the other one.

    Returns:
        The rays, and x and y in that surface's own frame, ``[2, ...]``, mm.
    """

    def step(state: Any, numbered: Any) -> tuple[Any, None]:
        (before, kept), (index, sense, row) = state, numbered
        behind, (place, _) = _through(before, index, sense, row, False)
        is_here = index == surface
        return (
            behind,
            tuple(jnp.where(is_here, new, old) for new, old in zip(place, kept, strict=True)),
        ), None

    start = _start(train, rays)
    nowhere = (jnp.zeros_like(start[2]),) * 2
    ((position, direction, path, status, where), kept), _ = lax.scan(step, (start, nowhere), _numbered(train))
    return Traced(Rays(jnp.stack(position), jnp.stack(direction)), path, status, where), jnp.stack(kept)


def trace_many(train: Train, rays: Rays, *, clip: bool = True, threads: int | None = None) -> Traced:
    """The same for a great many rays at one wavelength: in blocks that a core's cache holds, on all cores.

    Not to be called within a transformation: it is a schedule of `trace`, not another definition.

    Args:
        train: the surfaces, at one wavelength.
        rays: ``[3, ray]``.
        clip: let semi-apertures stop rays.
        threads: how many at once; by default one for each core.
    """
    count = rays.position.shape[-1]
    if count <= BLOCK:
        few: Traced = _traced(train, rays, clip)
        return few
    share = -(-count // (threads or os.cpu_count() or 1))
    starts = [min(start, count - share) for start in range(0, count, share)]
    with ThreadPoolExecutor(len(starts)) as pool:
        parts = list(pool.map(lambda start: _share_done(train, rays, start, share, clip), starts))
    whole: Traced = _joined(parts, count)
    return whole


BLOCK = 4096
"""Rays of a block: a dozen numbers of each fit into a second-level cache."""


@partial(jax.jit, static_argnums=2)
def _traced(train: Train, rays: Rays, clip: bool) -> Traced:
    return trace(train, rays, clip=clip)


@partial(jax.jit, static_argnums=(3, 4))
def _share_traced(train: Train, rays: Rays, start: Array, share: int, clip: bool) -> Traced:
    """Rays from one index on, block by block; the last block begins earlier, so that it too is whole."""
    size = min(BLOCK, share)

    def block(first: Array) -> Traced:
        few = jax.tree.map(lambda v: lax.dynamic_slice_in_dim(v, start + first, size, -1), rays)
        return trace(train, few, clip=clip)

    def step(index: Array, filled: Traced) -> Traced:
        first = jnp.minimum(index * size, share - size)
        more: Traced = jax.tree.map(
            lambda whole, part: lax.dynamic_update_slice_in_dim(whole, part, first, -1), filled, block(first)
        )
        return more

    like = jax.eval_shape(block, 0)
    empty = jax.tree.map(lambda v: jnp.zeros((*v.shape[:-1], share), v.dtype), like)
    done: Traced = lax.fori_loop(0, -(-share // size), step, empty)
    return done


def _share_done(train: Train, rays: Rays, start: int, share: int, clip: bool) -> Traced:
    """Waits in its own thread, so that the other threads' blocks are traced meanwhile."""
    found: Traced = _share_traced(train, rays, start, share, clip)
    found.path.block_until_ready()
    return found


@partial(jax.jit, static_argnums=1)
def _joined(parts: list[Traced], count: int) -> Traced:
    """All rays in a row; the last share may begin within the one before."""

    def row(*values: Array) -> Array:
        *before, last = values
        missing = count - sum(v.shape[-1] for v in before)
        return jnp.concatenate([*before, last[..., last.shape[-1] - missing :]], axis=-1)

    whole: Traced = jax.tree.map(row, *parts)
    return whole


def trace_through(train: Train, rays: Rays) -> Passage:
    """Rays at every surface of a train; apertures clip nothing."""

    def step(state: Any, surface: Any) -> tuple[Any, Any]:
        index, sense, row = surface
        state, (place, cosine) = _through(state, index, sense, row, False)
        position, direction, path, *_ = state
        return state, (jnp.stack(position), jnp.stack(direction), cosine, path, jnp.stack(place))

    (*_, status, where), kept = lax.scan(step, _start(train, rays), _numbered(train))
    position, direction, cosine, path, place = kept
    return Passage(position, direction, cosine, path, place, status, where)


def _numbered(train: Train) -> tuple[Array, Array, Train]:
    """Rows with their numbers, and with the sense in which light comes: each mirror turns it round."""
    turns = jnp.cumprod(jnp.where(train.mirror, -1.0, 1.0))
    return jnp.arange(len(train), dtype=jnp.int8), jnp.concatenate([jnp.ones(1), turns[:-1]]), train


def _start(train: Train, rays: Rays) -> tuple[Any, ...]:
    """Rays before the first surface, in the shape that they and the wavelengths have together."""
    shape = jnp.broadcast_shapes(rays.position.shape[1:], rays.direction.shape[1:], train.before.shape[1:])
    position, direction = (
        tuple(jnp.broadcast_to(v[axis], shape) for axis in range(3)) for v in (rays.position, rays.direction)
    )
    unharmed = jnp.zeros(shape, jnp.int8)
    return position, direction, jnp.zeros(shape), unharmed, unharmed - 1


def _through(state: tuple[Any, ...], index: Array, sense: Array, row: Train, clip: bool) -> tuple[Any, Any]:
    """Rays behind one surface, from rays before it."""
    position, direction, path, status, where = state
    p, d = _into(row, position, direction)
    t, met = intersect(row.shape, row.reach, sense, p, d)
    x, y, z = (v + t * along for v, along in zip(p, d, strict=True))
    z_x, z_y = sag_and_slopes(row.shape, x, y)[1:]
    behind, cosine, whole = _bent(row, d, z_x, z_y)
    failed = jnp.where(met, jnp.where(whole, Status.PASSED, Status.REFLECTED), Status.MISSED)
    if clip:
        wide = x * x + y * y > (row.semi_aperture * (1 + WITHIN)) ** 2
        failed = jnp.where((failed == Status.PASSED) & wide, Status.CLIPPED, failed)
    new = (status == Status.PASSED) & (failed != Status.PASSED)
    status = jnp.where(new, failed.astype(jnp.int8), status)
    dx, dy, dz = (jnp.where(met, after, before) for after, before in zip(behind, d, strict=True))
    out = (
        *_out_of(row, (x, y, z), (dx, dy, dz)),
        path + row.before * t,
        status,
        jnp.where(new, index, where),
    )
    return out, ((x, y), cosine)


def _into(row: Train, position: Vector, direction: Vector) -> tuple[Vector, Vector]:
    """Rays in a surface's own frame."""
    x, y, z = (p - origin for p, origin in zip(position, row.origin, strict=True))
    if row.rotation is None:
        return (x, y, z), direction
    return _turned(row.rotation, (x, y, z)), _turned(row.rotation, direction)


def _out_of(row: Train, position: Vector, direction: Vector) -> tuple[Vector, Vector]:
    if row.rotation is not None:
        position, direction = _turned(row.rotation.T, position), _turned(row.rotation.T, direction)
    x, y, z = (p + origin for p, origin in zip(position, row.origin, strict=True))
    return (x, y, z), direction


def _turned(rotation: Array, vector: Vector) -> Vector:
    x, y, z = (axes[0] * vector[0] + axes[1] * vector[1] + axes[2] * vector[2] for axes in rotation)
    return x, y, z


def _bent(row: Train, d: Vector, z_x: Array, z_y: Array) -> tuple[Vector, Array, Array]:
    """Directions behind a surface, cosines of incidence, and whether light goes on there at all.

    Lengths along the normal are counted in its own length, that of (-z_x, -z_y, 1): one root less than with a
    unit vector.
    """
    squared = 1 + z_x * z_x + z_y * z_y
    toward = d[2] - z_x * d[0] - z_y * d[1]
    mu = row.before / row.after
    inner = (1 - mu * mu) * squared + (mu * toward) ** 2
    least = LEAST * squared
    refracted = jnp.sqrt(jnp.maximum(inner, least)) * jnp.where(toward < 0, -1.0, 1.0) - mu * toward
    mu = jnp.where(row.mirror, 1.0, mu)
    along = jnp.where(row.mirror, -2 * toward, refracted) / squared
    behind = (mu * d[0] - along * z_x, mu * d[1] - along * z_y, mu * d[2] + along)
    return behind, jnp.abs(toward) / jnp.sqrt(squared), (inner >= least) | row.mirror
