"""Polynomials on the unit disc: smooth functions of two coordinates, fitted to scattered values.

A polynomial is kept as a table ``c[i, j]`` over products of Legendre polynomials, of total degree n::

    f(x, y) = sum_(i + j <= n) c[i, j] P_i(x) P_j(y)

which takes one small matrix product to evaluate anywhere. Those products are far from independent on a
disc, so a fit is made in combinations of them that are orthonormal there, as Zernike's polynomials are; its
normal equations are then well conditioned wherever the values fill most of the disc.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.linalg import cho_solve
from numpy.polynomial.legendre import leggauss, legvander

RIDGE = 1e-13
"""Added to the normal equations, relative to their diagonal: what values say nothing about stays small."""


def legendre(x: Array, degree: int) -> Array:
    """P_0 to P_degree at ``x``, ``[..., degree, point]`` (Bonnet's recurrence)."""
    rows = [jnp.ones_like(x), x]
    for n in range(1, degree):
        rows.append(((2 * n + 1) * x * rows[n] - n * rows[n - 1]) / (n + 1))
    return jnp.stack(rows[: degree + 1], axis=-2)


@jax.custom_jvp
def evaluate(table: Array, x: Array, y: Array) -> Array:
    """The polynomial at points of the disc.

    Args:
        table: ``[*batch, i, j]``.
        x: ``[*batch, point]``, or fewer axes in front.
        y: as ``x``.
    """
    degree = table.shape[-1] - 1
    return _summed(table, legendre(x, degree), legendre(y, degree))


def _summed(table: Array, along_x: Array, along_y: Array) -> Array:
    return jnp.sum((jnp.swapaxes(table, -1, -2) @ along_x) * along_y, axis=-2)


def on_grid(table: Array, x: Array, y: Array) -> Array:
    """The polynomial at all points of a grid, ``[x, y]``: no more than two small matrix products."""
    degree = table.shape[-1] - 1
    values: Array = legendre(x, degree).T @ table @ legendre(y, degree)
    return values


@evaluate.defjvp
def _evaluate_derivative(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Array, Array]:
    """By the derivative's own tables, instead of back through the recurrence."""
    table, x, y = primals
    degree = table.shape[-1] - 1
    along_x, along_y = legendre(x, degree), legendre(y, degree)
    by_x, by_y = (_summed(slope, along_x, along_y) for slope in slopes(table))
    change = _summed(tangents[0], along_x, along_y) + by_x * tangents[1] + by_y * tangents[2]
    return _summed(table, along_x, along_y), change


def slopes(table: Array) -> tuple[Array, Array]:
    """Tables of the polynomial's derivatives by x and by y."""
    rule = _derivative(table.shape[-1] - 1)
    return jnp.asarray(rule @ table), jnp.asarray(table @ rule.T)


@lru_cache(maxsize=16)
def _derivative(degree: int) -> np.ndarray:
    """Legendre coefficients of a derivative: ``P'_n = sum (2 k + 1) P_k`` over k < n with n - k odd."""
    k, n = np.mgrid[: degree + 1, : degree + 1]
    return np.where((n > k) & ((n - k) % 2 == 1), 2.0 * k + 1, 0.0)


@dataclass(frozen=True)
class Family:
    """Products alike in the sign they take when x or y changes its own; families are orthogonal on a disc.

    Args:
        of_x: chooses P_i(x) for each product, ``[product, i]``: as a matrix, for its fast derivatives.
        of_y: chooses P_j(y).
        orthonormal: combinations of the products, one a row, orthonormal on the unit disc (mean square 1).
    """

    of_x: np.ndarray
    of_y: np.ndarray
    orthonormal: np.ndarray


@lru_cache(maxsize=16)
def families(degree: int) -> tuple[Family, ...]:
    """The four families of products up to a total degree."""
    s, weight = leggauss(degree + 1)
    angle = 2 * np.pi * np.arange(2 * degree + 2) / (2 * degree + 2)
    radius = np.sqrt((s + 1) / 2)[:, None]
    along = [legvander((radius * f(angle)).ravel(), degree) for f in (np.cos, np.sin)]
    share = np.repeat(weight / 2, angle.size) / angle.size
    number = np.arange(degree + 1)

    def family(odd_in_x: int, odd_in_y: int) -> Family:
        """Lower totals first."""
        pairs = [(total - j, j) for total in number for j in range(odd_in_y, total + 1, 2)]
        i, j = np.array([pair for pair in pairs if pair[0] % 2 == odd_in_x]).T
        products = along[0][:, i] * along[1][:, j] * np.sqrt(share)[:, None]
        combined = np.linalg.inv(np.linalg.qr(products, mode="r")).T.copy()
        return Family(
            np.asarray(i[:, None] == number, float), np.asarray(j[:, None] == number, float), combined
        )

    return tuple(family(odd_in_x, odd_in_y) for odd_in_x in (0, 1) for odd_in_y in (0, 1))


@lru_cache(maxsize=16)
def nodes(degree: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss's points of a square ``[x, y]``, from which `through_nodes` finds a polynomial again."""
    s, _ = leggauss(degree + 1)
    x, y = np.meshgrid(s, s, indexing="ij")
    return x, y


def through_nodes(values: Array) -> Array:
    """Table of the polynomial that has these values ``[x, y]`` at its `nodes`."""
    degree = values.shape[-1] - 1
    s, weight = leggauss(degree + 1)
    projection = jnp.asarray((legvander(s, degree) * (np.arange(degree + 1) + 0.5)).T * weight)
    table: Array = projection @ values @ projection.T
    return table


@dataclass(frozen=True)
class Fit:
    """Normal equations of a fit, to be solved for as many functions as are asked for.

    Args:
        degree: of the polynomials.
        basis: orthonormal polynomials at the points, ``[*batch, term, point]``.
        weights: of the points, ``[*batch, point]``.
        normal: the equations' matrix, ``[*batch, term, term]``.
        factor: its Cholesky factor; carries no derivative.
    """

    degree: int
    basis: Array
    weights: Array
    normal: Array
    factor: Array

    def table(self, values: Array) -> Array:
        """The polynomial nearest to values ``[*batch, point, function]``: ``[*batch, function, i, j]``.

        Its derivative is that of the solution, never of the steps that led to it.
        """
        right = self.basis @ (self.weights[..., None] * values)
        solution = jax.lax.custom_linear_solve(
            lambda found: self.normal @ found,
            right,
            lambda _, wanted: cho_solve((self.factor, True), wanted),
            symmetric=True,
        )
        total, first = jnp.zeros(()), 0
        for family in families(self.degree):
            last = first + family.orthonormal.shape[0]
            products = jnp.swapaxes(family.orthonormal.T @ solution[..., first:last, :], -1, -2)
            total = total + (family.of_x.T * products[..., None, :]) @ family.of_y
            first = last
        return total


def fit(x: Array, y: Array, weights: Array, degree: int) -> Fit:
    """Least squares on points of the unit disc, ready for values.

    Args:
        x: ``[*batch, point]``.
        y: as ``x``.
        weights: positive; of any scale.
        degree: total degree.
    """
    along_x, along_y = legendre(x, degree), legendre(y, degree)
    kinds = [f.orthonormal @ ((f.of_x @ along_x) * (f.of_y @ along_y)) for f in families(degree)]
    basis = jnp.concatenate(kinds, axis=-2)
    share = weights / jnp.sum(weights, axis=-1, keepdims=True)
    normal = (basis * share[..., None, :]) @ jnp.swapaxes(basis, -1, -2)
    normal = normal + RIDGE * np.eye(normal.shape[-1])
    factor = jnp.linalg.cholesky(jax.lax.stop_gradient(normal))
    return Fit(degree, basis, share, normal, factor)
