"""Disc: points on the unit disc that a pupil is sampled at, and what area each stands for.

Weights sum to pi. Sums over `polar` points are integrals to rounding for every smooth function that a pupil
knows; `hexapolar`, `square` and `random` are the patterns of spot diagrams, maps and Monte Carlo; `fan` and
`rim` are lines.
"""

from dataclasses import dataclass
from math import pi
from typing import Literal

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.optics.pytree import register


@register
@dataclass(frozen=True, eq=False)
class Disc:
    """Points on the unit disc.

    Args:
        points: x and y, ``[2, ray]``.
        weights: area that each point stands for, ``[ray]``.
    """

    points: Float[np.ndarray, "2 ray"]
    weights: Float[np.ndarray, " ray"]


def polar(rings: int = 6, arms: int = 12) -> Disc:
    """Gauss's points in the squared radius on equally spaced azimuths, ring by ring from the centre.

    Exact for ``x^a y^b`` with a + b less than ``arms`` and not above ``4 rings - 2``. No point lies on an
    axis, and for an even number of arms each has its mirror image in either.

    Source: Forbes, Optical system assessment for design, JOSA A 5, 1943 (1988).
    """
    _check(rings, "rings")
    _check(arms, "arms")
    nodes, weights = np.polynomial.legendre.leggauss(rings)
    radii, areas = np.sqrt((1 + nodes) / 2), pi * weights / 2
    return _crossed(radii, areas, 2 * pi * (np.arange(arms) + 0.5) / arms)


def _crossed(radii: np.ndarray, areas: np.ndarray, angles: np.ndarray) -> Disc:
    points = np.stack([np.outer(radii, np.cos(angles)).ravel(), np.outer(radii, np.sin(angles)).ravel()])
    return Disc(points, np.repeat(areas / len(angles), len(angles)))


def hexapolar(rings: int = 6) -> Disc:
    """A point in the centre and 6 k points on ring k, from +x; all weights equal, as in Zemax's spots."""
    _check(rings, "rings")
    radii = np.concatenate([[0.0], *(np.full(6 * ring, ring / rings) for ring in range(1, rings + 1))])
    angles = np.concatenate([[0.0], *(2 * pi * np.arange(6 * k) / (6 * k) for k in range(1, rings + 1))])
    return _equal(np.stack([radii * np.cos(angles), radii * np.sin(angles)]))


def square(count: int = 32) -> Disc:
    """Middles of those of ``count`` by ``count`` squares over the disc that lie in it; all weights equal."""
    _check(count, "squares a side")
    side = (2 * np.arange(count) + 1) / count - 1
    x, y = np.meshgrid(side, side)
    inside = x * x + y * y <= 1
    return _equal(np.stack([x[inside], y[inside]]))


def random(count: int, seed: int) -> Disc:
    """Points of equal chance over the disc; the same seed gives the same points."""
    _check(count, "rays")
    generator = np.random.default_rng(seed)
    squared, turn = generator.random((2, count))
    radius, angle = np.sqrt(squared), 2 * pi * turn
    return _equal(np.stack([radius * np.cos(angle), radius * np.sin(angle)]))


def fan(count: int = 21, axis: Literal["x", "y"] = "y") -> Disc:
    """Points from edge to edge along an axis, both edges included; a line, whose weights mean nothing."""
    if count < 2:
        raise BadInput(f"a fan of {count} rays has no two edges: ask for 2 or more")
    line, zeros = np.linspace(-1.0, 1.0, count), np.zeros(count)
    return _equal(np.stack([line, zeros] if axis == "x" else [zeros, line]))


def rim(arms: int = 64) -> Disc:
    """Points on the edge, from +x over +y; a line, whose weights mean nothing."""
    _check(arms, "arms")
    angles = 2 * pi * np.arange(arms) / arms
    return _equal(np.stack([np.cos(angles), np.sin(angles)]))


def centre() -> Disc:
    """The centre alone: the chief ray's place."""
    return _equal(np.zeros((2, 1)))


def joined(*parts: Disc) -> Disc:
    """The points of several discs, one disc after the other; each keeps its weights."""
    return Disc(
        np.concatenate([part.points for part in parts], axis=1),
        np.concatenate([part.weights for part in parts]),
    )


def _equal(points: np.ndarray) -> Disc:
    return Disc(points, np.full(points.shape[1], pi / points.shape[1]))


def _check(count: int, what: str) -> None:
    if count < 1:
        raise BadInput(f"{count} {what} sample no disc: ask for 1 or more")
