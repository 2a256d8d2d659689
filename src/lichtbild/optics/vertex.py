"""Vertex: what a surface is close to its axis, its curvature there and its fourth-order sag.

In one section through the axis every sag begins as ``C h^2 / 2 + G h^4``, whatever it is made of. First-order
optics asks for C, the third-order sums for G as well; both hold contributions of the base curve and of every
departure: a term in r^2 bends the vertex, and even a mild asphere of Forbes does.

Odd powers have no place in such a series and are left out: a term in r^3 lies between the orders, and one in
r (an axicon) has no power at its vertex.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics import forbes
from lichtbild.optics.pytree import register
from lichtbild.optics.sag import Shape
from lichtbild.optics.surface import Surface, Toroid, XYPolynomial

Section: TypeAlias = Literal["x", "y"]
"""The plane in which paraxial rays run: yz, which is the meridional one, or xz; the same for surfaces of
revolution."""


def is_radial(surfaces: tuple[Surface, ...]) -> bool:
    """True if every surface is one of revolution, so that all sections are the same."""
    return not any(isinstance(surface.departure, XYPolynomial | Toroid) for surface in surfaces)


@register
@dataclass(frozen=True)
class Vertex:
    """The first two numbers of a sag, for one surface or many.

    Args:
        curvature: C, 1 / mm.
        fourth: G, mm^-3.
    """

    curvature: Array
    fourth: Array

    @property
    def aspheric(self) -> Array:
        """G beyond that of a sphere of the same vertex curvature, mm^-3."""
        return self.fourth - self.curvature**3 / 8


def vertex(shape: Shape, section: Section = "y") -> Vertex:
    """Curvature and fourth-order sag at the vertices.

    Args:
        shape: of one surface or of many.
        section: for toroids and freeforms; their departures beyond this plane do not enter.
    """
    curvature, fourth = _base_and_series(shape)
    if shape.qcon is not None and shape.norm is not None:
        fourth = fourth + _at_axis(forbes.qcon_sum, shape.qcon)[0] / shape.norm**4
    if shape.qbfs is not None and shape.norm is not None:
        value, slope = _at_axis(forbes.qbfs_sum, shape.qbfs)
        curvature = curvature + 2 * value / shape.norm**2
        fourth = fourth + (slope - value) / shape.norm**4 + value * shape.curvature**2 / 2 / shape.norm**2
    if section == "x" and shape.across is not None and shape.toroidal is not None:
        # A toroid's section in xz is a circle: base curve and powers of y have no part in it.
        curvature = jnp.where(shape.toroidal > 0, shape.across, curvature)
        fourth = jnp.where(shape.toroidal > 0, shape.across**3 / 8, fourth)
    if shape.xy is not None:
        pure = shape.xy[..., 0, :] if section == "y" else shape.xy[..., :, 0]
        curvature = curvature + 2 * _term(pure, 2)
        fourth = fourth + _term(pure, 4)
    return Vertex(curvature, fourth)


def _base_and_series(shape: Shape) -> tuple[Array, Array]:
    c = shape.curvature
    fourth = (1 + shape.conic) * c**3 / 8
    if shape.even is None:
        return c, fourth
    return c + 2 * _term(shape.even, 0), fourth + _term(shape.even, 1)


def _at_axis(total: Callable[[Array, Array], Array], coefficients: Array) -> tuple[Array, Array]:
    """A sum of polynomials in u and its slope, both at u = 0."""
    axis = jnp.zeros(coefficients.shape[:-1])
    value, slope = jax.jvp(lambda u: total(coefficients, u), (axis,), (jnp.ones_like(axis),))
    return value, slope


def _term(coefficients: Array, index: int) -> Array:
    there = coefficients.shape[-1] > index
    return coefficients[..., index] if there else jnp.zeros(coefficients.shape[:-1])
