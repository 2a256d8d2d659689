"""Intersect: where a ray first meets a surface, with proof that it is the first time.

Along a ray let F(t) be its height over the surface, negative before it and positive behind. Wavy aspheres
give F several zeros, and Newton's method goes to any of them. Here every step goes to the zero of a
parabola that F cannot exceed, because its second derivative is bounded over the surface's extent
(`lichtbild.optics.reach`)::

    F(t + s) <= F + F' s + M s^2 / 2        s = -2 F / (F' + sqrt(F'^2 - 2 M F))        M = bend (dx^2 + dy^2)

So no step passes the first zero, whatever the surface. Near it s becomes Newton's step and convergence
quadratic. As sqrt(1 + u) is at most 1 + u / 2, a step without the root is no longer than that one::

    s = -2 F |F'| / (F' |F'| + F'^2 - M F)

and serves all rays first, in two thirds of the time. Where M |F| / F'^2 is small enough, Kantorovich's
theorem says that the zero is there, is the only one nearby, and that Newton's method reaches it: the last
step is Newton's.

Source: the majorant principle: Kantorovich and Akilov, Functional Analysis, chapter XVIII.
"""

from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics.reach import Reach
from lichtbild.optics.sag import Shape, sag_and_rate

Vector: TypeAlias = tuple[Array, Array, Array]
"""x, y and z as arrays of their own, which XLA keeps in registers; one array of all three it would not."""

USUAL = 3
"""Steps that every ray takes, in one pass without a question asked; few surfaces need more."""

AHEAD = 0.1
"""How far a careful step looks and goes, in extents."""

STEPS = 2000
"""Most steps of the search; a ray that grazes a surface too closely for so many has missed it."""

DIGITS = 1e-15
"""The error that two last steps of Newton's may leave, mm."""

ABOVE = 1e-9
"""Height over the surface, mm, at which a ray that enters the extent has come from behind it."""

SLOWEST = 1e-4
"""Least |dz| of a ray that can meet a surface: rays across the axis have missed it."""

AXIAL = 1e-28
"""Squared slope below which a ray runs along the axis and never leaves or enters a cylinder about it."""

FLAT = 1e-12
"""Least change of height along a ray that is divided by."""


def intersect(
    shape: Shape, reach: Reach, sense: Array, position: Vector, direction: Vector
) -> tuple[Array, Array]:
    """Distances along rays to their first meeting with a surface inside its extent, and whether they meet it.

    Args:
        shape: of one surface.
        reach: of the same surface.
        sense: 1 where light runs toward +z of the surface's frame, -1 after an odd number of mirrors.
        position: in the surface's frame, mm.
        direction: unit vectors.

    Returns:
        ``(t, met)``: distances (mm; negative where the surface lies behind the ray's origin; to the vertex
        plane for rays that have missed), and flags.
    """
    t, met = _first(*jax.lax.stop_gradient((shape, reach, sense, position, direction)))
    plane = -position[2] / _floored(sense * direction[2]) * sense
    return jnp.where(met, _implicit(shape, position, direction, t), plane), met


def _floored(speed: Array) -> Array:
    return jnp.maximum(speed, SLOWEST)


def _first(shape: Shape, reach: Reach, sense: Array, p: Vector, d: Vector) -> tuple[Array, Array]:
    """The first meeting of rays with a surface, by majorant steps; without derivatives."""
    start, leave, bend = _search(reach, sense, p, d)

    def height(t: Array) -> tuple[Array, Array]:
        f, slope = _height(shape, p, d, t)
        return sense * f, sense * slope

    def near(t: Array) -> Array:
        return _bend_ahead(reach, p, d, t)

    def is_unfinished(t: Array, f: Array, slope: Array, bend: Array, move: Array) -> Array:
        return (f < 0) & (t <= leave) & ~_is_sure(slope, bend, move)

    def usual_step(t: Array) -> tuple[Array, Array]:
        f, slope = height(t)
        below, steep = jnp.maximum(-f, 0.0), jnp.abs(slope)
        move = 2 * below * steep / jnp.maximum(slope * steep + slope * slope + bend * below, FLAT * FLAT)
        return t + move, is_unfinished(t, f, slope, bend, move)

    def careful_step(t: Array) -> tuple[Array, Array]:
        f, slope = height(t)
        below, bend = jnp.maximum(-f, 0.0), near(t)
        move = 2 * below / jnp.maximum(slope + jnp.sqrt(slope * slope + 2 * bend * below), FLAT)
        return t + jnp.minimum(move, AHEAD * reach.extent), is_unfinished(t, f, slope, bend, move)

    def slow_step(state: tuple[Any, ...]) -> tuple[Any, ...]:
        count, t, _ = state
        t, unfinished = careful_step(t)
        return count + 1, t, jnp.any(unfinished)

    t, unfinished = start, jnp.bool(True)
    for _ in range(USUAL):
        t, unfinished = usual_step(t)
    state = (jnp.int32(USUAL), t, jnp.any(unfinished))
    _, t, _ = jax.lax.while_loop(lambda state: (state[0] < STEPS) & state[2], slow_step, state)
    f, slope = height(t)
    met = (t <= leave) & (f < ABOVE) & _is_sure(slope, near(t), jnp.abs(f) / jnp.maximum(slope, FLAT))
    return t - f / jnp.where(met, slope, 1.0), met


def _bend_ahead(reach: Reach, p: Vector, d: Vector, t: Array) -> Array:
    """The bound M of the second derivative on the next part of a ray's way, `AHEAD` of the extent long.

    High powers of r are wild at the rim of an extent and tame within: a ray that has left the rim behind need
    not creep on.
    """
    ends = (t, t + AHEAD * reach.extent)
    wide = jnp.maximum(*((p[0] + s * d[0]) ** 2 + (p[1] + s * d[1]) ** 2 for s in ends))
    return _within(reach.bend, reach.extent, wide) * (d[0] * d[0] + d[1] * d[1])


def _is_sure(slope: Array, bend: Array, move: Array) -> Array:
    """Whether Newton's method goes to the zero just ahead, and with two more steps to all its digits.

    Each step's error is at most q times the one before, with q = M e / 2F', then q^2: e q^3 after two.
    """
    # In products instead of quotients: q = part / twice.
    part, twice = bend * move, 2 * slope
    return (
        (slope > FLAT) & (part < 0.1 * twice) & (move * part * part * part < DIGITS * twice * twice * twice)
    )


def _search(reach: Reach, sense: Array, p: Vector, d: Vector) -> tuple[Array, Array, Array]:
    """Where the search along a ray starts and ends, and the bound M of the second derivative between."""
    across = d[0] * d[0] + d[1] * d[1]
    enter, leave = _inside(reach.extent, across, p, d)
    runs = sense * d[2] >= SLOWEST
    leave = jnp.where(runs, leave, -jnp.inf)
    pace = sense / _floored(sense * d[2])
    near, far = (jnp.where(sense > 0, *ends) for ends in ((reach.low, reach.high), (reach.high, reach.low)))
    first = jnp.maximum((near[-1] - p[2]) * pace, enter)
    last = jnp.minimum((far[-1] - p[2]) * pace, leave)
    # The squared distance from the axis is convex along a ray: greatest at an end of the search.
    wide = jnp.maximum(*((p[0] + t * d[0]) ** 2 + (p[1] + t * d[1]) ** 2 for t in (first, last)))
    first = jnp.maximum((_within(near, reach.extent, wide) - p[2]) * pace, enter)
    return jnp.where(first <= leave, first, 0.0), leave, _within(reach.bend, reach.extent, wide) * across


def _within(table: Array, extent: Array, wide: Array) -> Array:
    """The entry for the narrowest cylinder that holds a squared radius, as a sum of steps: no gather."""
    count = table.shape[-1]
    total = jnp.full_like(wide, table[0])
    for cylinder in range(1, count):
        step = table[cylinder] - table[cylinder - 1]
        total = total + jnp.where(wide > extent * extent * (cylinder / count), step, 0.0)
    return total


def _inside(extent: Array, across: Array, p: Vector, d: Vector) -> tuple[Array, Array]:
    """Where a ray enters and leaves a cylinder about the axis; if never, it leaves before it enters."""
    a = jnp.maximum(across, AXIAL)
    half = p[0] * d[0] + p[1] * d[1]
    # The distance of the line from the axis, without the cancellation of half^2 - a c.
    cross = p[0] * d[1] - p[1] * d[0]
    left = jnp.where(
        across < AXIAL, extent * extent - p[0] * p[0] - p[1] * p[1], a * extent * extent - cross * cross
    )
    width = jnp.sqrt(jnp.maximum(left, 0.0))
    each = 1 / a
    middle, half_width = -half * each, width * each
    return middle - half_width, jnp.where(left < 0, -jnp.inf, middle + half_width)


def _height(shape: Shape, position: Vector, direction: Vector, t: Array) -> tuple[Array, Array]:
    """The height over a surface along a ray, and its derivative by t."""
    x, y, z = (p + t * d for p, d in zip(position, direction, strict=True))
    height, rate = sag_and_rate(shape, x, y, direction[0], direction[1])
    return z - height, direction[2] - rate


@jax.custom_jvp
def _implicit(shape: Shape, position: Vector, direction: Vector, t: Array) -> Array:
    """A zero t of the height over the surface, polished by Newton's step, with its implicit derivative."""
    f, slope = _height(shape, position, direction, t)
    return t - f / _steep(slope)


def _steep(slope: Array) -> Array:
    return jnp.where(jnp.abs(slope) < FLAT, FLAT, slope)


@_implicit.defjvp
def _implicit_derivative(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Array, Array]:
    """Dt = -dF / F' at the zero: right to every order, since the zero in it has this derivative again."""
    shape, position, direction, start = primals
    t = _implicit(shape, position, direction, start)
    (_, slope), (change, _) = jax.jvp(
        lambda shape, p, d: _height(shape, p, d, t), (shape, position, direction), tuple(tangents[:3])
    )
    return t, -change / _steep(slope)
