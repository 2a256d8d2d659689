"""Sag: the height of a surface over its vertex plane, for every kind of departure at once.

A `Shape` holds the numbers of one surface, or of many with a leading axis. Each family of departures is
an array whose width is what the lens at hand needs; a family that no surface has is None and costs
nothing.

Source: ISO 10110-12 for the base curve and power series; `lichtbild.optics.surface` for the others.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from lichtbild.optics import forbes
from lichtbild.optics.pytree import register
from lichtbild.optics.surface import ForbesQbfs, ForbesQcon, PowerSeries, Surface, Toroid, XYPolynomial

FLOOR = 1e-12
"""Least value under a root: beyond the edge of a sphere its sag goes on, finite and without meaning."""


@register
@dataclass(frozen=True)
class Shape:
    """Numbers of a sag.

    Args:
        curvature: c, 1 / mm.
        conic: k.
        even: coefficients of r^2, r^4 ... (of y alone for a toroid), ``[..., term]``.
        odd: coefficients of r, r^3 ..., ``[..., term]``.
        norm: the radius at which u is 1 in Forbes's polynomials, mm.
        qcon: of strong aspheres, ``[..., term]``, mm.
        qbfs: of mild aspheres, ``[..., term]``, mm.
        xy: coefficients of x^i y^j, ``[..., i, j]``.
        across: curvature in xz of a toroid, 1 / mm.
        toroidal: 1 where the base curve is one of y alone, else 0.
    """

    curvature: Array
    conic: Array
    even: Array | None = None
    odd: Array | None = None
    norm: Array | None = None
    qcon: Array | None = None
    qbfs: Array | None = None
    xy: Array | None = None
    across: Array | None = None
    toroidal: Array | None = None

    @property
    def is_radial(self) -> bool:
        """True if every surface is one of revolution about its own axis."""
        return self.xy is None and self.across is None


def stacked(surfaces: tuple[Surface, ...]) -> Shape:
    """The shapes of many surfaces, ``[surface, ...]``."""
    rows = [_families(surface) for surface in surfaces]
    widths: dict[str, tuple[int, ...]] = {}
    for row in rows:
        for name, values in row.items():
            old = widths.get(name, (0,) * values.ndim)
            widths[name] = tuple(map(max, old, values.shape))
    families = {
        name: jnp.stack([_widened(row.get(name), width, name == "norm") for row in rows])
        for name, width in widths.items()
    }
    return Shape(
        jnp.stack([jnp.asarray(surface.curvature, float) for surface in surfaces]),
        jnp.stack([jnp.asarray(surface.conic, float) for surface in surfaces]),
        **families,
    )


def _widened(values: Array | None, width: tuple[int, ...], ones: bool) -> Array:
    if values is None:
        return jnp.ones(width) if ones else jnp.zeros(width)
    if values.shape == width:
        return values
    return jnp.pad(values, [(0, wanted - there) for wanted, there in zip(width, values.shape, strict=True)])


def _families(surface: Surface) -> dict[str, Array]:
    """The arrays that one surface's departure needs."""
    match surface.departure:
        case None:
            return {}
        case PowerSeries(powers, coefficients):
            return _series(powers, coefficients)
        case ForbesQcon(norm, coefficients):
            return {"norm": _number(norm), "qcon": _vector(coefficients)}
        case ForbesQbfs(norm, coefficients):
            return {"norm": _number(norm), "qbfs": _vector(coefficients)}
        case XYPolynomial(norm, pairs, coefficients):
            order = max((max(pair) for pair in pairs), default=0)
            xy = jnp.zeros((order + 1, order + 1))
            for (i, j), coefficient in zip(pairs, coefficients, strict=True):
                xy = xy.at[i, j].add(coefficient / norm ** (i + j))
            return {"xy": xy}
        case Toroid(curvature, powers, coefficients):
            series = _series(powers, coefficients)
            return {"across": _number(curvature), "toroidal": jnp.ones(()), **series}
    raise TypeError(f"no sag for {surface.departure!r}")


def _series(powers: tuple[int, ...], coefficients: tuple[Any, ...]) -> dict[str, Array]:
    found = dict(zip(powers, coefficients, strict=True))
    families = {}
    for name, first in (("even", 2), ("odd", 1)):
        mine = [power for power in powers if power % 2 == first % 2]
        if mine:
            families[name] = _vector([found.get(power, 0.0) for power in range(first, max(mine) + 1, 2)])
    return families


def _number(value: Any) -> Array:
    return jnp.asarray(value, float)


def _vector(values: Any) -> Array:
    return jnp.stack([_number(value) for value in values]) if len(values) else jnp.zeros(0)


def sag(shape: Shape, x: Array, y: Array) -> Array:
    """Heights of a surface at x and y in its own frame, mm.

    Args:
        shape: of one surface (no leading axis).
        x: mm, any shape.
        y: as x.
    """
    z = _profile(shape, _argument(shape, x, y))[0]
    if shape.across is not None:
        z = _revolved(shape.across, z, x)
    return z if shape.xy is None else z + _polynomial(shape.xy, x, y)


def sag_and_slopes(shape: Shape, x: Array, y: Array) -> tuple[Array, Array, Array]:
    """Heights, and their derivatives by x and by y."""
    if shape.is_radial:
        z, rate = _profile(shape, x * x + y * y)
        return z, 2 * x * rate, 2 * y * rate
    one, none = jnp.ones_like(x), jnp.zeros_like(x)
    z, along_x = jax.jvp(lambda x, y: sag(shape, x, y), (x, y), (one, none))
    _, along_y = jax.jvp(lambda x, y: sag(shape, x, y), (x, y), (none, one))
    return z, along_x, along_y


def sag_and_rate(shape: Shape, x: Array, y: Array, dx: Array, dy: Array) -> tuple[Array, Array]:
    """Heights, and how they change along (dx, dy)."""
    if shape.is_radial:
        z, rate = _profile(shape, x * x + y * y)
        return z, 2 * (x * dx + y * dy) * rate
    z, rate = jax.jvp(lambda x, y: sag(shape, x, y), (x, y), (dx, dy))
    return z, rate


def _argument(shape: Shape, x: Array, y: Array) -> Array:
    v = y * y
    return v + x * x if shape.toroidal is None else v + x * x * (1 - shape.toroidal)


def _profile(shape: Shape, v: Array) -> tuple[Array, Array]:
    """The base curve and all departures of revolution at squared distance v, and their derivative by v.

    What every lens has is differentiated by hand: tracing spends its time here.
    """
    c = shape.curvature
    root = jnp.sqrt(jnp.maximum(1 - (1 + shape.conic) * c * c * v, FLOOR))
    part = c / (root * (1 + root))
    z, rate = v * root * part, (1 + root) * part / 2
    if shape.even is not None:
        series, series_rate = _horner_and_rate(shape.even, v)
        z, rate = z + v * series, rate + series + v * series_rate
    if shape.odd is not None or shape.norm is not None:
        rare, rare_rate = jax.jvp(lambda v: _rare(shape, v), (v,), (jnp.ones_like(v),))
        z, rate = z + rare, rate + rare_rate
    return z, rate


def _rare(shape: Shape, v: Array) -> Array:
    """Departures of revolution that few lenses have."""
    z = jnp.zeros_like(v)
    if shape.odd is not None:
        z = z + jnp.sqrt(jnp.maximum(v, FLOOR * FLOOR)) * _horner(shape.odd, v)
    if shape.norm is not None:
        u = v / (shape.norm * shape.norm)
        if shape.qcon is not None:
            z = z + u * u * forbes.qcon_sum(shape.qcon, u)
        if shape.qbfs is not None:
            root = jnp.sqrt(jnp.maximum(1 - shape.curvature * shape.curvature * v, FLOOR))
            z = z + u * (1 - u) * forbes.qbfs_sum(shape.qbfs, u) / root
    return z


def _horner_and_rate(coefficients: Array, v: Array) -> tuple[Array, Array]:
    total, rate = jnp.zeros_like(v), jnp.zeros_like(v)
    for term in reversed(range(coefficients.shape[-1])):
        rate = rate * v + total
        total = total * v + coefficients[..., term]
    return total, rate


def _horner(coefficients: Array, v: Array) -> Array:
    total = jnp.zeros_like(v)
    for term in reversed(range(coefficients.shape[-1])):
        total = total * v + coefficients[..., term]
    return total


def _revolved(across: Array, z: Array, x: Array) -> Array:
    """A profile in yz turned about an axis parallel to y, at distance 1 / across from the vertex."""
    w = 1 - across * z
    return z + across * x * x / (w * (1 + jnp.sqrt(jnp.maximum(1 - (across * x / w) ** 2, FLOOR))))


def _polynomial(xy: Array, x: Array, y: Array) -> Array:
    total = jnp.zeros_like(x)
    for i in reversed(range(xy.shape[-2])):
        total = total * x + _horner(xy[..., i, :], y)
    return total


def row(shape: Shape, index: int) -> Shape:
    """The shape of one surface of many."""
    taken: Shape = jax.tree.map(lambda values: values[index], shape)
    return taken
