"""Outline: the edge of a pupil as a closed curve, and the overlap of the pupil with itself displaced.

The curve is a Fourier series in its parameter t, through points given at even steps of t. The overlap of a
convex pupil moved by +s/2 and -s/2 is bounded by two arcs of that curve, which meet at two corners where
``r(t1) - r(t2) = s``.
"""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.fourier import Parts, phasor

SEARCHED = 128
"""Points of the curve between which corners are looked for, before Newton's method makes them exact."""

STEP = 2 * np.pi / SEARCHED

NEWTON_STEPS = 3


def series(rim: Array) -> Array:
    """Fourier coefficients of the curve, complex ``[..., harmonic]``, from its points ``[..., azimuth]``."""
    count = rim.shape[-1]
    found = jnp.fft.rfft(rim) / count
    single = np.full(found.shape[-1], 2.0)
    single[0] = 1.0
    if count % 2 == 0:
        single[-1] = 0.0  # the highest harmonic of an even number of points has no phase
    return found * single


def curve(coefficients: Array, t: Array | np.ndarray) -> tuple[Array, Array]:
    """The curve and its derivative.

    Args:
        coefficients: of `series`, ``[..., harmonic]``.
        t: parameters ``[point]``, rad.

    Returns:
        Two arrays ``[..., point]``.
    """
    count = coefficients.shape[-1]
    both = jnp.stack([coefficients, 1j * np.arange(count) * coefficients])
    # Harmonic n = side a + b: the sums over b are a matrix product, so that few sines are taken.
    side = int(np.ceil(np.sqrt(count)))
    padded = jnp.pad(both, [(0, 0)] * (both.ndim - 1) + [(0, side**2 - count)])
    table = padded.reshape(*both.shape[:-1], side, side)
    angles = jnp.arange(side)[:, None] * t
    inner = Parts(table.real, table.imag) @ phasor(angles)
    value, slope = jnp.sum(inner.times(phasor(side * angles)).real, axis=-2)
    return value, slope


def area(coefficients: Array) -> Array:
    """Area that curves ``[..., 2, harmonic]`` enclose: the integral of p dq along them."""
    p, q = coefficients[..., 0, :], coefficients[..., 1, :]
    turned = p.imag * q.real - p.real * q.imag
    return jnp.pi * jnp.abs(jnp.sum(np.arange(coefficients.shape[-1]) * turned, axis=-1))


def dense(coefficients: Array) -> Array:
    """Points of the curve, for `corners` to search between: ``[..., point]``."""
    return curve(coefficients, STEP * np.arange(SEARCHED))[0]


def chords(coefficients: Array, along: Array, count: int) -> tuple[Array, Array, Array]:
    """Parallel chords that fill a convex curve, placed for integrals across it.

    Their forward ends lie at Gauss's points of the curve's parameter between its lowest and its highest
    point: toward either of them the chords shorten as a cosine, and sums over chords converge as fast as
    for a smooth function.

    Args:
        coefficients: of the curve, ``[2, harmonic]``.
        along: unit vector of the chords' direction, ``[2]``.
        count: of chords.

    Returns:
        Heights to the left of ``along`` and weights (widths) ``[chord]``; the chords' ends ``[2, chord]``.
    """
    across = jnp.stack([-along[1], along[0]])
    u, v = along @ coefficients, across @ coefficients
    node, weight = np.polynomial.legendre.leggauss(count)
    points = _value(jax.lax.stop_gradient(v), STEP * np.arange(SEARCHED))
    lowest, highest = (
        _extreme(jax.lax.stop_gradient(v), STEP * place(points)) for place in (jnp.argmin, jnp.argmax)
    )
    span = (highest - lowest) % (2 * np.pi)
    t = lowest + span * (node + 1) / 2
    height, rise = curve(v, t)
    return (
        height,
        rise * weight * span / 2,
        jnp.stack([_value(u, _behind(v, height, highest, span)), _value(u, t)]),
    )


def _value(coefficients: Array, t: Array | np.ndarray) -> Array:
    return curve(coefficients, t)[0]


def _extreme(v: Array, t: Array) -> Array:
    """Parameter of the extreme value of a coordinate near ``t``."""
    order = 1j * np.arange(v.shape[-1])
    for _ in range(NEWTON_STEPS):
        slope, bend = curve(v * order, t[None])
        t = t - jnp.clip(slope[0] / bend[0], -STEP, STEP)
    return t


def _behind(v: Array, height: Array, highest: Array, span: Array) -> Array:
    """Where the curve comes down through heights, after its highest point.

    The root is found without a derivative; one last step of Newton's method then has it.
    """
    fixed, wanted = jax.lax.stop_gradient((v, height))
    t = highest + (2 * np.pi - span) * np.linspace(0, 1, SEARCHED)
    t = jnp.interp(-wanted, -_value(fixed, t), t)
    value, slope = curve(fixed, t)
    t = t - jnp.clip((value - wanted) / slope, -STEP, STEP)
    return t - (_value(v, t) - height) / curve(fixed, t)[1]


def corners(coefficients: Array, dense: Array, shift: Array) -> tuple[Array, Array]:
    """Where two displaced copies of a convex curve meet: the arcs that bound their overlap.

    Args:
        coefficients: of one curve, ``[2, harmonic]``.
        dense: many points of it, from `dense`.
        shift: displacement s ``[2]``.

    Returns:
        Parameters ``[end, arc]``: end 0 is to the right of the direction of s, 1 to its left; arc 0 is the
        forward side of the pupil (moved by -s/2), 1 the backward side. And whether there is an overlap at
        all. Neither carries a derivative: to first order the overlap's integral does not depend on its
        corners.
    """
    coefficients, dense, shift = jax.lax.stop_gradient((coefficients, dense, shift))
    length = jnp.sqrt(jnp.sum(shift**2) + 1e-300)
    along = jnp.where(length > 1e-100, shift / length, jnp.array([1.0, 0.0]))
    across = jnp.stack([-along[1], along[0]])
    guess, overlapping = _searched(along @ dense, across @ dense, length)
    refined = jax.vmap(partial(_refined, coefficients, shift))(guess)
    return jax.lax.stop_gradient((refined, overlapping))


def _searched(u: Array, v: Array, length: Array) -> tuple[Array, Array]:
    """Corners between points of the curve: where chords along u are as long as the shift."""
    lowest = jnp.argmin(v)
    order = lowest + np.arange(SEARCHED + 1)
    t = order * STEP
    u, v = u[order % SEARCHED], v[order % SEARCHED]
    top = jnp.argmax(v)
    forward = [_held(row, top) for row in (v, u, t)]
    backward = [_held(row[::-1], SEARCHED - top) for row in (v, u, t)]
    sine = jnp.sin(jnp.linspace(-np.pi / 2, np.pi / 2, SEARCHED // 2 + 1))
    height = (v[0] + v[top]) / 2 + (v[top] - v[0]) / 2 * sine
    excess = jnp.interp(height, *forward[:2]) - jnp.interp(height, *backward[:2]) - length
    widest = jnp.argmax(excess)
    # the width rises to the widest chord and falls after it: one root on either side
    low = jnp.interp(0.0, _held(excess, widest), height)
    high = jnp.interp(0.0, _held(excess[::-1], SEARCHED // 2 - widest), height[::-1])
    ends = jnp.stack([low, high])
    guess = jnp.stack([jnp.interp(ends, row[0], row[2]) for row in (forward, backward)], axis=-1)
    return guess, excess[widest] > 0


def _held(row: Array, last: Array) -> Array:
    """A row whose values after one place are all the value there."""
    return jnp.where(jnp.arange(row.shape[0]) <= last, row, row[last])


def _refined(coefficients: Array, shift: Array, guess: Array) -> Array:
    """A corner ``[t1, t2]`` by Newton's method, never farther from the guess than the search was coarse."""
    reach = 3 * STEP

    def step(_: Any, t: Array) -> Array:
        value, slope = curve(coefficients, t)
        wanting = value[:, 0] - value[:, 1] - shift
        jacobian = jnp.stack([slope[:, 0], -slope[:, 1]], axis=-1)
        determinant = jacobian[0, 0] * jacobian[1, 1] - jacobian[0, 1] * jacobian[1, 0]
        safe = jnp.where(jnp.abs(determinant) > 1e-30, determinant, 1e-30)
        move = jnp.stack(
            [
                jacobian[1, 1] * wanting[0] - jacobian[0, 1] * wanting[1],
                jacobian[0, 0] * wanting[1] - jacobian[1, 0] * wanting[0],
            ]
        )
        return jnp.clip(t - move / safe, guess - reach, guess + reach)

    return jnp.asarray(jax.lax.fori_loop(0, NEWTON_STEPS, step, guess))
