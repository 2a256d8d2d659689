"""Variables: which numbers of a form a search may move, and the form for each vector of them.

Aspheres move along Forbes's strong polynomials of the surface's own aperture, whose coefficients are sags and
hardly disturb one another, or along the plain r^4 where there is but one; the series of powers is their sum.
"""

from dataclasses import dataclass, field, replace

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from scipy.special import eval_jacobi

from lichtbild.optics.merit.beams import Flight, Hits
from lichtbild.optics.merit.form import Form
from lichtbild.optics.merit.opening import opened
from lichtbild.optics.merit.response import Response
from lichtbild.optics.pytree import register
from lichtbild.optics.sag import Shape, sag_and_slopes
from lichtbild.optics.surface import STATIC
from lichtbild.optics.train import Train


@register
@dataclass(frozen=True)
class Variables:
    """Numbers that move, in this order: curvatures, conics, aspheric terms, thicknesses.

    Args:
        curvature: surfaces.
        conic: surfaces.
        asphere: pairs of surface and term, 0 for the one that begins with r^4.
        thickness: gaps, by the surface before them.
        norm: radius that aspheric terms are scaled by, ``[surface]``, mm.
    """

    curvature: tuple[int, ...] = field(metadata=STATIC)
    conic: tuple[int, ...] = field(metadata=STATIC)
    asphere: tuple[tuple[int, int], ...] = field(metadata=STATIC)
    thickness: tuple[int, ...] = field(metadata=STATIC)
    norm: Array

    @property
    def count(self) -> int:
        """How many."""
        return len(self.curvature) + len(self.conic) + len(self.asphere) + len(self.thickness)

    @property
    def terms(self) -> int:
        """Most aspheric terms of a surface."""
        return max((term for _, term in self.asphere), default=-1) + 1


def powers_of_terms(terms: int, norm: Array) -> Array:
    """Coefficients of r^4, r^6 ... of the first terms, ``[surface, term, power]``, mm^-p of 1 mm of sag."""
    nodes = np.cos(np.pi * (np.arange(terms) + 0.5) / max(terms, 1)) / 2 + 0.5
    values = eval_jacobi(np.arange(terms)[:, None], 0, 4, 2 * nodes - 1)
    plain = np.linalg.solve(np.vander(nodes, terms, increasing=True), values.T).T
    # A term of 1 has a sag of 1 at the norm radius.
    plain = plain / plain.sum(axis=1, keepdims=True)
    power = np.arange(2, 2 + terms)
    return jnp.asarray(plain) / norm[:, None, None] ** (2 * power)


def moved(form: Form, variables: Variables, change: Array) -> Form:
    """The form after a change of its variables."""
    ends = np.cumsum([len(variables.curvature), len(variables.conic), len(variables.asphere)])
    bends, conics, sags, gaps = jnp.split(change, ends)
    shape = form.shape
    curvature, conic, even = shape.curvature, shape.conic, shape.even
    if variables.curvature:
        curvature = curvature.at[np.array(variables.curvature)].add(bends)
    if variables.conic:
        conic = conic.at[np.array(variables.conic)].add(conics)
    if variables.asphere:
        assert even is not None
        which, term = np.array(variables.asphere).T
        columns = powers_of_terms(variables.terms, variables.norm)[which, term]
        even = even.at[which, 1 : 1 + variables.terms].add(sags[:, None] * columns)
    thickness = form.thickness
    if variables.thickness:
        thickness = thickness.at[np.array(variables.thickness)].add(gaps)
    shape = replace(shape, curvature=curvature, conic=conic, even=even)
    return opened(replace(form, shape=shape, thickness=thickness))


def values(form: Form, variables: Variables) -> Array:
    """Present values of the variables; aspheric ones count from the present form, which is 0."""
    shape, which = form.shape, variables
    return jnp.concatenate(
        [
            shape.curvature[np.array(which.curvature, int)],
            shape.conic[np.array(which.conic, int)],
            jnp.zeros(len(which.asphere)),
            form.thickness[np.array(which.thickness, int)],
        ]
    )


def tangents(form: Form, variables: Variables) -> Form:
    """How the form moves with each variable, a leading axis on all its numbers."""
    zero = jnp.zeros(variables.count)

    def along(way: Array) -> Form:
        found: Form = jax.jvp(lambda change: moved(form, variables, change), (zero,), (way,))[1]
        return found

    all_of_them: Form = jax.vmap(along)(jnp.eye(variables.count))
    return all_of_them


def columns(train: Train, flown: Flight, found: Response, variables: Variables) -> Hits:
    """How hits move with each variable, a leading axis on all of them."""
    x, y = flown.passage.place[:, 0], flown.passage.place[:, 1]
    v = x * x + y * y
    turn = 2 * (x[:, None] * found.slope_x + y[:, None] * found.slope_y)
    parts = []
    for name, which in (("curvature", variables.curvature), ("conic", variables.conic)):
        if which:
            rows = np.array(which)
            g, rate = _by_number(name, train.rows(rows), v[rows])
            parts.append(found.height[rows] * g[:, None] + turn[rows] * rate[:, None])
    if variables.asphere:
        parts.append(_by_terms(variables, v, found.height, turn))
    if variables.thickness:
        after = jnp.cumsum(found.height[::-1], axis=0)[::-1]
        parts.append(after[np.array(variables.thickness) + 1])
    whole = jnp.concatenate(parts)
    return Hits(whole[:, 0], whole[:, 1], whole[:, 2, ..., 0])


def _by_number(name: str, rows: Train, v: Array) -> tuple[Array, Array]:
    """Derivatives of the sag and of its rate (by the squared radius) by curvature or conic."""

    def one(shape: Shape, v: Array) -> tuple[Array, Array]:
        def at(number: Array) -> tuple[Array, Array]:
            r = jnp.sqrt(jnp.maximum(v, 1e-24))
            z, slope, _ = sag_and_slopes(replace(shape, **{name: number}), r, jnp.zeros_like(r))
            return z, slope / (2 * r)

        number = getattr(shape, name)
        g, rate = jax.jvp(at, (number,), (jnp.ones_like(number),))[1]
        return g, rate

    g, rate = jax.vmap(one)(rows.shape, v)
    return g, rate


def _by_terms(variables: Variables, v: Array, height: Array, turn: Array) -> Array:
    """Responses to aspheric terms: by powers first, then their sums."""
    which, term = np.array(variables.asphere).T
    rows, place = np.unique(which, return_inverse=True)
    basis = powers_of_terms(variables.terms, variables.norm)[rows]
    v, height, turn = v[rows], height[rows], turn[rows]
    total = jnp.zeros((len(rows), basis.shape[1], *height.shape[1:]))
    rate, power = v, v * v
    for order in range(variables.terms):
        # d(r^2k) by v is k v^(k-1), with k = order + 2.
        part = height * power[:, None] + turn * ((order + 2) * rate)[:, None]
        total = total + part[:, None] * basis[:, :, order].reshape(*basis.shape[:2], *[1] * (height.ndim - 1))
        rate, power = power, power * v
    return total[place, term]
