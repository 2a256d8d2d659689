"""Forbes's two families of polynomials on the unit disc, summed by stable recurrences.

Qcon_m(u) is the Jacobi polynomial P_m^(0,4)(2u - 1), u = (r / norm)^2: orthogonal departures in sag.
Qbfs_m makes the slopes of departures orthogonal, so that the sum of squared coefficients is the mean
square slope.

Source: G. W. Forbes, Opt. Express 15, 5218 (2007), sections 2 and 3; recurrences of Opt. Express 18, 19700
(2010), equations 2.5 to 2.8 and A.14 to A.16.
"""

from math import sqrt

import jax.numpy as jnp
from jax import Array


def qcon_sum(coefficients: Array, u: Array) -> Array:
    """The sum of ``a_m Qcon_m(u)``.

    Args:
        coefficients: ``[..., m]``.
        u: squared radius over squared norm radius, 0 to 1 within the norm radius.
    """
    terms = coefficients.shape[-1]
    x = 2 * u - 1
    before, now = jnp.zeros_like(u), jnp.ones_like(u)
    total = jnp.zeros_like(u)
    for m in range(terms):
        total = total + coefficients[..., m] * now
        before, now = now, _jacobi_next(m, x, now, before)
    return total


def _jacobi_next(m: int, x: Array, now: Array, before: Array) -> Array:
    """P_(m+1)^(0,4) from P_m and P_(m-1) (Abramowitz and Stegun, 22.7.1 with alpha 0 and beta 4)."""
    b = 4
    if m == 0:
        return -b / 2 + (1 + b / 2) * x  # P_1 = (alpha - beta)/2 + (alpha + beta + 2) x / 2, with alpha 0
    s = 2 * m + b
    first = 2 * (m + 1) * (m + b + 1) * s
    linear = (s + 1) * (s * (s + 2) * x - b * b)
    last = 2 * m * (m + b) * (s + 2)
    return (linear * now - last * before) / first


def qbfs_sum(coefficients: Array, u: Array) -> Array:
    """The sum of ``a_m Qbfs_m(u)``, without its factor u (1 - u) / sqrt(1 - c^2 r^2).

    Args:
        coefficients: ``[..., m]``.
        u: squared radius over squared norm radius.
    """
    terms = coefficients.shape[-1]
    f, g, h = _qbfs_factors(terms)
    # P_m are an unnormalised auxiliary family; Q_m follows from it by a triangular recurrence.
    p_before, p_now = jnp.full_like(u, 2.0), 6 - 8 * u
    q = [jnp.ones_like(u)]
    if terms > 1:
        q.append((13 - 16 * u) / sqrt(19))
    for m in range(2, terms):
        p_next = (2 - 4 * u) * p_now - p_before
        q.append((p_next - g[m - 1] * q[m - 1] - h[m - 2] * q[m - 2]) / f[m])
        p_before, p_now = p_now, p_next
    total = jnp.zeros_like(u)
    for m in range(terms):
        total = total + coefficients[..., m] * q[m]
    return total


def _qbfs_factors(terms: int) -> tuple[list[float], list[float], list[float]]:
    """f_m, g_m and h_m of the triangular recurrence (Forbes 2010, equations A.14 to A.16)."""
    f = [2.0, sqrt(19) / 2]
    g = [-0.5]
    h: list[float] = []
    for m in range(2, max(terms, 2) + 1):
        h.append(-m * (m - 1) / (2 * f[m - 2]))
        g.append(-(1 + g[m - 2] * h[m - 2]) / f[m - 1])
        f.append(sqrt(m * (m + 1) + 3 - g[m - 1] ** 2 - h[m - 2] ** 2))
    return f, g, h
