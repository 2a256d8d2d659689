"""Lens shape: lateral colour and fall-off over the field, as `MeasuredLens` tells them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.camera.calibration.penalised_fit import differences, hats, penalised_fit
from lichtbild.image.cfa import Cfa
from lichtbild.quality.lateral_colour import Displacements

HEIGHTS: Final = 33
LATERAL: Final = 4
"""Factors of r^0, r^2, ..."""


def lateral_of(grids: Sequence[Displacements], size: tuple[int, int]) -> Float[np.ndarray, "2 4"]:
    """Factors of r^0 to r^6 by which red and blue lie farther out.

    Each grid's shift of the whole is left out. What lies beyond the points goes on as smoothly as it can: the
    roughness is the integral of the squared third derivative of the displacement.

    Args:
        grids: points of each, one or more.
        size: height and width of the picture, px.
    """
    half, middle = float(np.hypot(*size)) / 2, np.array([size[1] / 2, size[0] / 2])
    slopes = []
    for number, grid in enumerate(grids):
        out = (np.asarray(grid.places) - middle) / half
        powers = (out**2).sum(axis=1)[:, None] ** np.arange(LATERAL)
        own = np.zeros((len(out), 2, LATERAL + 2 * len(grids)))
        own[..., :LATERAL] = out[:, :, None] * powers[:, None]
        own[..., LATERAL + 2 * number : LATERAL + 2 * number + 2] = np.eye(2)
        slopes.append(own.reshape(2 * len(out), -1))
    design = np.concatenate(slopes)
    even, rough = np.ones(len(design)), np.zeros((design.shape[1],) * 2)
    rough[:LATERAL, :LATERAL] = _bending()
    moved = [np.concatenate([np.asarray(getattr(one, name)) for one in grids]) for name in ("red", "blue")]
    return np.stack(
        [penalised_fit(design, one.ravel() / half, even, rough).numbers[:LATERAL] for one in moved]
    )


def _bending() -> Float[np.ndarray, "power power"]:
    """Integrals over heights up to 1 of products of third derivatives of r, r^3, ..."""
    orders = 2.0 * np.arange(LATERAL) + 1
    factors = orders * (orders - 1) * (orders - 2)
    return np.asarray(np.outer(factors, factors) / np.maximum(orders[:, None] + orders - 5, 1))


def fall_of(
    gains: Float[np.ndarray, "place row column"], cfa: Cfa, size: tuple[int, int]
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, "3 n"]]:
    """Heights, and light there of each colour by that on the axis: what is alike all around of the gains."""
    y, x = (
        np.linspace(-1, 1, n) * side / np.hypot(*size) for n, side in zip(gains.shape[1:], size, strict=True)
    )
    far = np.hypot(y[:, None], x).ravel()
    heights = np.linspace(0, 1, HEIGHTS)
    # Heights to the other side of the axis too, so that the light has no kink on it.
    both = np.concatenate([far, -far])
    design, even = hats((both + 1) / 2, 2 * HEIGHTS - 1), np.ones(len(both))
    rough = differences((2 * HEIGHTS - 1,))
    places = [index for row in cfa.pattern for index in row]
    falls = []
    for colour in range(3):
        light = np.mean([1 / gains[i].ravel() for i, index in enumerate(places) if index == colour], axis=0)
        fall = penalised_fit(design, np.tile(light, 2), even, rough).numbers[HEIGHTS - 1 :]
        falls.append(fall / fall[0])
    return heights, np.stack(falls)
