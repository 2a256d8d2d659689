"""Points: the centres of dots and of checkerboard corners, to a hundredth of a pixel.

Places are ``(column, row)`` in pixels, pixel centres at half-integers. Both searches start from guesses
within two pixels, and both are written over NumPy and JAX: a centre can be differentiated by the picture.

A dot's centre is where its centroid under a round window of smooth border comes to rest. Its light is taken
relative to a plane fitted around it, so that shading does not pull it. A corner's is that of a saddle

    (1 + g . d) (a + b tanh(p . (d - c)) tanh(q . (d - c)))

fitted by damped Gauss-Newton steps. Blur that is the same on either side of an edge leaves both centres where
they are, whatever its shape.
"""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import iterated, namespace
from lichtbild.core.errors import BadInput

Nodes: TypeAlias = tuple[tuple[float, float], ...]

DOT_STEPS: Final = 6
"""Of a centroid; each leaves less than a tenth of the error of the one before."""
CORNER_STEPS: Final = (10, 6)
"""Of Gauss-Newton, by samples at pixel centres first and then by means over pixels; the damping falls to a
third with each, from 1."""

_BORDER: Final = 1.0
"""Half the width of the window's smooth border, px."""
_RING: Final = 1.3
"""Outer radius of what a dot is compared with, in window radii."""
_FARTHEST: Final = 0.7
"""A corner moves no farther in a step, px."""
_STEEPEST: Final = 2.0
"""Of an edge's profile, 1/px; a steeper one looks the same in pixels."""
_CENTRE: Final = ((0.0, 0.0),)
_NODES: Final = tuple((i * 0.28867513459481287, j * 0.28867513459481287) for i in (-1, 1) for j in (-1, 1))
"""Places in a pixel whose mean is the mean of a bicubic surface over it (Gauss and Legendre)."""


@dataclass(frozen=True, eq=False)
class Centres:
    """Centres of points; arrays of NumPy or JAX.

    Attributes:
        places: ``[point, (column, row)]``, px.
        sigma: standard deviation of either coordinate by the picture's noise, px.
        contrast: of each, relative: 1 is black on white, below 0 is bright on dark.
        moved: from the guess, px; where it is more than two, another thing may have been found.
    """

    places: Any
    sigma: Any
    contrast: Any
    moved: Any


def dot_centres(
    plane: Any, guesses: Float[np.ndarray, "point 2"], reach: Float[np.ndarray, " point"]
) -> Centres:
    """Centres of round dots.

    Args:
        plane: ``[row, column]``, light, NumPy or JAX.
        guesses: ``(column, row)`` of each, px.
        reach: radius around the guess that holds the whole dot with its blur, px, and three tenths of which
            again are free around it.

    Raises:
        BadInput: a dot's surroundings leave the plane, or are smaller than 3 px.
    """
    xp = namespace(plane)
    if (reach < 3).any():
        raise BadInput(f"a dot needs 3 px around its centre, not {reach.min():.2g}; photograph it larger")
    rows, columns = _windows(plane.shape, guesses, int(np.ceil(_RING * reach.max())) + 1)
    x = columns + 0.5 - guesses[:, :1]
    y = rows + 0.5 - guesses[:, 1:]
    values, distance, edge = plane[rows, columns], np.hypot(x, y), reach[:, None]
    ring = ((distance > edge) & (distance <= _RING * edge)).astype(float)
    terms = np.stack([np.ones_like(x), x / edge, y / edge], axis=-1)
    ringed = terms * ring[..., None]
    inverse = np.linalg.inv(np.einsum("psk,psl->pkl", ringed, ringed))
    around = xp.einsum("pkl,psl,ps->pk", inverse, ringed, values * ring, optimize=True)
    field = xp.einsum("psk,pk->ps", xp.asarray(terms), around)
    noise = (((values - field) * ring) ** 2).sum(axis=1) / np.maximum(ring.sum(axis=1) - 3, 1)
    depth = 1 - values / field

    def settled(_: Any, centre: Any) -> Any:
        weight = depth * _window(xp, x - centre[:, :1], y - centre[:, 1:], edge)
        moments = xp.stack([(weight * x).sum(axis=1), (weight * y).sum(axis=1)], axis=1)
        return moments / weight.sum(axis=1)[:, None]

    centre = iterated(settled, xp.zeros_like(around[:, :2]), DOT_STEPS)
    window = _window(xp, x - centre[:, :1], y - centre[:, 1:], edge)
    light = (depth * window).sum(axis=1) * around[:, 0]
    spread = ((window * (x - centre[:, :1])) ** 2).sum(axis=1) / light**2
    # A slope of the field that noise feigns weighs the window's second moment.
    feigned = inverse[:, 1, 1] * ((window * x * x).sum(axis=1) / (edge[:, 0] * light)) ** 2
    moved = xp.hypot(centre[:, 0], centre[:, 1])
    sigma = xp.sqrt(noise * (spread + feigned))
    return Centres(xp.asarray(guesses) + centre, sigma, _deepest(xp, depth, window), moved)


def corner_centres(
    plane: Any,
    guesses: Float[np.ndarray, "point 2"],
    along: Float[np.ndarray, "point 2 2"],
    reach: float,
) -> Centres:
    """Centres of the corners of a checkerboard, where four fields meet.

    Args:
        plane: ``[row, column]``, light, NumPy or JAX.
        guesses: ``(column, row)`` of each, px.
        along: directions ``[point, line, (column, row)]`` of the two lines that cross there, of any length.
        reach: half the side of the window, px; less than half the side of a field.

    Raises:
        BadInput: a corner's window leaves the plane, or is smaller than 3 px.
    """
    xp = namespace(plane)
    if reach < 3:
        raise BadInput(f"a corner needs 3 px around it, not {reach:.2g}; photograph the chart larger")
    rows, columns = _windows(plane.shape, guesses, int(reach))
    x, y = columns + 0.5 - guesses[:, :1], rows + 0.5 - guesses[:, 1:]
    values = plane[rows, columns]
    normals = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    normals = normals / np.linalg.norm(normals, axis=-1, keepdims=True) / 1.5
    sides = [np.sign(x * normals[:, i, :1] + y * normals[:, i, 1:]) for i in range(2)]
    signs = sides[0] * sides[1]
    mean = values.mean(axis=1)
    start = xp.zeros((len(guesses), 4)) + 0 * mean[:, None]
    theta = xp.concatenate(
        [
            xp.stack([mean, (values * signs).mean(axis=1) / np.abs(signs).mean(axis=1)], axis=1),
            start,
            xp.asarray(normals[:, 0]),
            xp.asarray(normals[:, 1]),
        ],
        axis=1,
    )
    for first, steps, nodes in ((0, CORNER_STEPS[0], _CENTRE), (*CORNER_STEPS, _NODES)):

        def damped(number: Any, theta: Any, first: int = first, nodes: Nodes = nodes) -> Any:
            return _step(theta, values, x, y, (3.0 ** -(first + number), nodes))

        theta = iterated(damped, theta, steps)
    model, slopes = _saddle(xp, theta, x, y, _NODES)
    noise = ((values - model) ** 2).sum(axis=1) / (x.shape[1] - theta.shape[1])
    spread = xp.linalg.inv(_normal(xp, slopes, 0.0))
    sigma = xp.sqrt(noise * (spread[:, 4, 4] + spread[:, 5, 5]) / 2)
    moved = xp.hypot(theta[:, 4], theta[:, 5])
    return Centres(xp.asarray(guesses) + theta[:, 4:6], sigma, theta[:, 1] / theta[:, 0], moved)


def in_mosaic(places: Any, phase: tuple[int, int], period: tuple[int, int] = (2, 2)) -> Any:
    """Places in one plane of a mosaic as places in the mosaic; undoes `patch_samples.in_plane`.

    Args:
        places: ``[..., (column, row)]`` in the plane, px of the plane.
        phase: row and column of the plane's first sample.
        period: rows and columns from one of its samples to the next.
    """
    xp = namespace(places)
    step, first = xp.asarray([period[1], period[0]]), xp.asarray([phase[1], phase[0]])
    return (places - 0.5) * step + first + 0.5


def _windows(shape: tuple[int, ...], guesses: np.ndarray, half: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the samples of a square about each guess."""
    across = np.arange(-half, half + 1)
    rows, columns = (np.floor(guesses[:, axis]).astype(int)[:, None, None] for axis in (1, 0))
    rows, columns = rows + across[:, None] + 0 * across, columns + across + 0 * across[:, None]
    outside = (rows < 0) | (rows >= shape[0]) | (columns < 0) | (columns >= shape[1])
    if outside.any():
        which = int(np.flatnonzero(outside.any(axis=(1, 2)))[0])
        raise BadInput(
            f"the surroundings of the point at {guesses[which].round(1).tolist()} px, {half} px each way, "
            f"leave the picture of {shape[1]} x {shape[0]}; leave such points out"
        )
    return rows.reshape(len(guesses), -1), columns.reshape(len(guesses), -1)


def _deepest(xp: Any, depth: Any, window: Any) -> Any:
    """Greatest depth in the window by size, with its sign."""
    within = depth * window
    high, low = xp.max(within, axis=1), xp.min(within, axis=1)
    return xp.where(high > -low, high, low)


def _window(xp: Any, x: Any, y: Any, edge: Any) -> Any:
    """1 inside of a circle, 0 outside, smooth between."""
    inside = xp.clip((edge - xp.sqrt(x * x + y * y + 1e-12)) / (2 * _BORDER) + 0.5, 0.0, 1.0)
    return inside * inside * (3 - 2 * inside)


def _step(theta: Any, values: Any, x: Any, y: Any, how: tuple[Any, Nodes]) -> Any:
    """One damped Gauss-Newton step; ``how`` is the damping and the places in a pixel."""
    xp = namespace(theta)
    model, slopes = _saddle(xp, theta, x, y, how[1])
    right = xp.einsum("psk,ps->pk", slopes, values - model)
    change = xp.linalg.solve(_normal(xp, slopes, how[0]), right[..., None])[..., 0]
    moved = xp.clip(change[:, 4:6], -_FARTHEST, _FARTHEST)
    steep = xp.clip(theta[:, 6:] + change[:, 6:], -_STEEPEST, _STEEPEST)
    return xp.concatenate([theta[:, :4] + change[:, :4], theta[:, 4:6] + moved, steep], axis=1)


def _normal(xp: Any, slopes: Any, damping: Any) -> Any:
    """Normal matrices, damped, and kept regular where an edge is too steep for its slope to be told."""
    normal = xp.einsum("psk,psl->pkl", slopes, slopes)
    diagonal = xp.einsum("pkk->pk", normal)
    floor = 1e-9 * diagonal.mean(axis=1, keepdims=True) + 1e-30
    return normal + (damping * diagonal + floor)[:, :, None] * np.eye(normal.shape[-1])


def _saddle(xp: Any, theta: Any, x: Any, y: Any, nodes: Nodes) -> tuple[Any, Any]:
    """A corner's light, and its slopes by the ten parameters a, b, g, c, p, q, as means over pixels."""
    a, b, gx, gy, cx, cy, px, py, qx, qy = (theta[:, i : i + 1] for i in range(10))
    shade = 1 + gx * x + gy * y
    product, by_u, by_v, u_x, u_y, v_x, v_y = (0.0,) * 7
    for across, down in nodes:
        dx, dy = x + across - cx, y + down - cy
        one, other = xp.tanh(px * dx + py * dy), xp.tanh(qx * dx + qy * dy)
        product = product + one * other / len(nodes)
        u, v = (1 - one**2) * other / len(nodes), one * (1 - other**2) / len(nodes)
        by_u, by_v = by_u + u, by_v + v
        u_x, u_y, v_x, v_y = u_x + u * dx, u_y + u * dy, v_x + v * dx, v_y + v * dy
    body, scale = a + b * product, shade * b
    slopes = [shade, shade * product, body * x, body * y]
    slopes += [-scale * (by_u * px + by_v * qx), -scale * (by_u * py + by_v * qy)]
    slopes += [scale * u_x, scale * u_y, scale * v_x, scale * v_y]
    return shade * body, xp.stack(slopes, axis=-1)
