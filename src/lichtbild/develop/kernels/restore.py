"""Kernels that bring back the fine detail that shifts took from a burst, where it stands above noise."""

import numpy as np
from jaxtyping import Float32

from lichtbild.develop.kernels.merge import (
    CELLS,
    MARGIN,
    SIDE,
    TAPS,
    coloured,
    filtered,
    window,
)
from lichtbild.numerics.kernel import kernel


@kernel
def lacking(
    planes: Float32[np.ndarray, "4 h w"],
    taps: Float32[np.ndarray, "4 4 TAPS TAPS"],
    levels: Float32[np.ndarray, "rows columns 4"],
    noise: Float32[np.ndarray, "rows columns 4"],
    rows: tuple[int, int],
    made: tuple[Float32[np.ndarray, "4 h w"], Float32[np.ndarray, "h w"]],
) -> None:
    """What a filter makes of planes, and how much more that is than it makes of their noise.

    Args:
        planes: with `MARGIN` cells around them.
        taps: by plane of the result: weights of the planes' samples.
        levels: means of the planes about each tile, which say its colour.
        noise: variance of a single frame's planes in each tile.
        rows: first tile row, and the one after the last.
        made: the filter's planes, and in each cell the mean of their squares over what a single frame's noise
            comes to in them.
    """
    out, energy = made
    _, height, width = out.shape
    held, tile = np.empty(4 * SIDE * SIDE, np.float32), np.empty(CELLS * CELLS, np.float32)
    scaled = np.empty((4, TAPS, TAPS), np.float32)
    shift = -(TAPS - 1), -(TAPS - 1)
    for i in range(rows[0], rows[1]):
        for j in range(levels.shape[1]):
            top, left = i * CELLS, j * CELLS
            size = min(CELLS, height - top), min(CELLS, width - left)
            window(planes, (top + MARGIN, left + MARGIN), shift, held)
            for p in range(4):
                coloured(taps[p], levels[i, j], p, scaled)
                filtered(held, scaled, shift, p, tile)
                expected = np.float32(1e-20)
                for a in range(4):
                    for u in range(TAPS):
                        for v in range(TAPS):
                            expected += scaled[a, u, v] * scaled[a, u, v] * noise[i, j, a]
                share = np.float32(0.25) / expected
                for y in range(size[0]):
                    line, square, place = out[p, top + y], energy[top + y], y * CELLS
                    for x in range(size[1]):
                        value = tile[place + x]
                        line[left + x] = value
                        before = square[left + x] if p > 0 else np.float32(0)
                        square[left + x] = before + share * value * value


@kernel
def brought_back(
    detail: Float32[np.ndarray, "4 h w"],
    energy: Float32[np.ndarray, "h w"],
    left: Float32[np.ndarray, "h w"],
    strength: Float32[np.ndarray, "h w"],
    out: Float32[np.ndarray, "4 h w"],
) -> None:
    """Add detail by Wiener's factor, the share of its energy that is not noise.

    Args:
        detail: as `lacking` makes it.
        energy: mean around each cell of what it is of a single frame's noise.
        left: variance in each cell, of a single frame's.
        strength: factor in each cell.
        out: what is added to.
    """
    _, height, width = out.shape
    factor = np.empty(width, np.float32)
    for y in range(height):
        for x in range(width):
            share = np.float32(1) - left[y, x] / max(energy[y, x], np.float32(1e-9))
            factor[x] = strength[y, x] * max(share, np.float32(0))
        for p in range(4):
            line, given = out[p, y], detail[p, y]
            for x in range(width):
                line[x] += factor[x] * given[x]
