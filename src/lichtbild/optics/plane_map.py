"""Plane map: from places on the stop to places in the plane that rays are launched from, as a polynomial.

Fitted through rays that were traced anyway, it tells where to launch a ray for a wanted place on the stop, to
a few parts in ten thousand; aiming starts from there, and uses it in place of a Jacobian.
"""

from dataclasses import dataclass

import jax.numpy as jnp
from jax import Array

from lichtbild.optics.pytree import register

DEGREE = 6
RIDGE = 1e-12
"""Added to the normal equations, so that few rays leave them solvable."""


@register
@dataclass(frozen=True)
class PlaneMap:
    """Polynomials in the place on the stop.

    Args:
        coefficients: ``[2, term, field, wavelength]``, mm.
    """

    coefficients: Array


def fitted(there: Array, place: Array, usable: Array) -> PlaneMap:
    """The map through rays, by least squares.

    Args:
        there: where they pass the stop, ``[2, field, wavelength, ray]``, stop radii.
        place: where they were launched, mm.
        usable: whether they did pass the stop, ``[field, wavelength, ray]``.
    """
    terms = _terms(jnp.where(usable, there, 0.0)) * usable
    normal = jnp.einsum("sfwr,tfwr->fwst", terms, terms) + RIDGE * jnp.eye(terms.shape[0])
    right = jnp.einsum("sfwr,ifwr->fwsi", terms, jnp.where(usable, place, 0.0))
    return PlaneMap(jnp.moveaxis(jnp.linalg.solve(normal, right), (-1, -2), (0, 1)))


def mapped(plane: PlaneMap, there: Array) -> Array:
    """Places in the plane for places on the stop, ``[2, field, wavelength, ray]``."""
    return jnp.einsum("itfw,tfwr->ifwr", plane.coefficients, _terms(there))


def _terms(there: Array) -> Array:
    """Products of Chebyshev polynomials of x and of y up to the degree, ``[term, ...]``."""
    x, y = _chebyshev(there[0]), _chebyshev(there[1])
    return jnp.stack([x[i] * y[j] for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)])


def _chebyshev(x: Array) -> list[Array]:
    found = [jnp.ones_like(x), x]
    for _ in range(DEGREE - 1):
        found.append(2 * x * found[-1] - found[-2])
    return found
