"""Colours through a lookup table by tetrahedra: whole codes, and floats.

Both sort the three fractions of a colour's place in its cell without a branch, and walk from the cell's
lowest node to its highest along the planes in that order; each of the four nodes on the way has the
difference of two fractions as its weight.

For codes of 8 bits the three planes of a node share one whole number of 64 bits, 21 bits each, so that four
products and three sums do what twelve and nine would. A code's cell and fraction stand in a table; for the
domain 0 to 1 the fraction is exact, ``code (n - 1) mod 255`` parts of 255. A node's plane is a whole number
of parts of 2^13: 255 of them and the half for rounding fill the 21 bits. It is right to 1/64 of a code.

Source: Kasson, Nin, Plouffe and Hafner (1995), section 4.4, for the tetrahedra.
"""

from typing import Any, Final

import numpy as np

from lichtbild.numerics.kernel import kernel

_f = np.float32
_u = np.uint64

PARTS: Final = 1 << 13
"""Parts of a plane's range that a packed node tells apart."""
_WHOLE: Final = _u(255)
"""Parts of a cell."""
_HALVES: Final = _u((PARTS >> 1) | (PARTS >> 1) << 21 | (PARTS >> 1) << 42)
_SHIFT: Final = _u(13)
_SHIFT_2: Final = _u(13 + 21)
_SHIFT_3: Final = _u(13 + 42)
_BYTE: Final = _u(255)
_LOW: Final = _u(0xFFFFFFFF)
_HIGH: Final = _u(32)


def packed(table: Any) -> Any:
    """The nodes ``[red, green, blue, plane]``, 0 to 1, as one uint64 each, blue fastest."""
    parts = np.rint(np.clip(np.asarray(table, np.float64), 0, 1) * PARTS).astype(np.uint64)
    return np.ascontiguousarray(parts[..., 0] | parts[..., 1] << _u(21) | parts[..., 2] << _u(42)).reshape(-1)


def padded(table: Any) -> Any:
    """The nodes as four float32 each, the last of them 0, blue fastest: ``[node, 4]``."""
    nodes = np.zeros((*table.shape[:3], 4), np.float32)
    nodes[..., :3] = table
    return nodes.reshape(-1, 4)


def steps_of(size: int) -> Any:
    """How far the next node along red, green and blue lies."""
    return np.array([size * size, size, 1], np.uint64)


def places(size: int, low: Any, high: Any) -> Any:
    """For each plane and code the cell's first node, and the fraction (upper half) with the step (lower).

    Args:
        size: nodes along an axis.
        low: input of each plane at the first node, 0 being code 0 and 1 code 255.
        high: the same at the last node.

    Returns:
        uint64 ``[(node, fraction and step), plane, code]``.
    """
    codes, top = np.arange(256, dtype=np.float64), size - 1
    found = np.empty((2, 3, 256), np.uint64)
    for plane, step in enumerate(steps_of(size)):
        start, span = low[plane], high[plane] - low[plane]
        parts = np.rint(np.clip((codes - 255 * start) / span, 0, 255) * top).astype(np.uint64)
        cell = np.minimum(parts // _WHOLE, _u(top - 1))
        found[0, plane] = cell * step
        found[1, plane] = (parts - cell * _WHOLE) << _HIGH | step
    return found


@kernel
def codes_through(codes: np.ndarray, nodes: np.ndarray, where: np.ndarray, result: np.ndarray) -> None:
    """Codes ``[pixel, plane]``, uint8, through packed nodes."""
    cell_r, cell_g, cell_b = where[0, 0], where[0, 1], where[0, 2]
    key_r, key_g, key_b = where[1, 0], where[1, 1], where[1, 2]
    for i in range(codes.shape[0]):
        r, g, b = codes[i, 0], codes[i, 1], codes[i, 2]
        first = cell_r[r] + cell_g[g] + cell_b[b]
        x, y, z = key_r[r], key_g[g], key_b[b]
        x, y = max(x, y), min(x, y)
        y, z = max(y, z), min(y, z)
        x, y = max(x, y), min(x, y)
        second = first + (x & _LOW)
        third = second + (y & _LOW)
        last = third + (z & _LOW)
        most, middle, least = x >> _HIGH, y >> _HIGH, z >> _HIGH
        total = (
            (_WHOLE - most) * nodes[first]
            + (most - middle) * nodes[second]
            + (middle - least) * nodes[third]
            + least * nodes[last]
            + _HALVES
        )
        result[i, 0] = np.uint8((total >> _SHIFT) & _BYTE)
        result[i, 1] = np.uint8((total >> _SHIFT_2) & _BYTE)
        result[i, 2] = np.uint8((total >> _SHIFT_3) & _BYTE)


@kernel
def cut(place: Any, top: Any) -> Any:
    """A place brought to 0 to the last; what is no number goes to 0."""
    place = place if place > _f(0) else _f(0)
    return place if place < top else top


@kernel
def samples_through(
    samples: np.ndarray, nodes: np.ndarray, domain: np.ndarray, finish: np.ndarray, result: np.ndarray
) -> None:
    """Samples ``[pixel, plane]``, float32 or whole codes, through padded nodes.

    ``domain`` holds for each plane the factor and the summand that give a sample's place among the nodes, and
    at the end the last place. ``finish`` are the factor and the summand of the result, its least and its
    most; for whole codes what stands behind the point is then left out.
    """
    scale, half, least, most = finish[0], finish[1], finish[2], finish[3]
    factor_r, factor_g, factor_b = domain[0, 0], domain[0, 1], domain[0, 2]
    start_r, start_g, start_b = domain[1, 0], domain[1, 1], domain[1, 2]
    top = domain[2, 0]
    beyond, size = np.int32(top) - np.int32(1), np.int32(top) + np.int32(1)
    for i in range(samples.shape[0]):
        r = cut(_f(samples[i, 0]) * factor_r + start_r, top)
        g = cut(_f(samples[i, 1]) * factor_g + start_g, top)
        b = cut(_f(samples[i, 2]) * factor_b + start_b, top)
        cell_r, cell_g, cell_b = min(np.int32(r), beyond), min(np.int32(g), beyond), min(np.int32(b), beyond)
        x, y, z = r - _f(cell_r), g - _f(cell_g), b - _f(cell_b)
        step_x, step_y, step_z = size * size, size, np.int32(1)
        first = (cell_r * size + cell_g) * size + cell_b
        last = first + step_x + step_y + step_z
        falls = x >= y
        x, y = max(x, y), min(x, y)
        step_x, step_y = (step_x if falls else step_y), (step_y if falls else step_x)
        falls = y >= z
        y, z = max(y, z), min(y, z)
        step_y, step_z = (step_y if falls else step_z), (step_z if falls else step_y)
        falls = x >= y
        x, y = max(x, y), min(x, y)
        step_x, step_y = (step_x if falls else step_y), (step_y if falls else step_x)
        second = first + step_x
        third = second + step_y
        j, k, m, n = np.uint32(first), np.uint32(second), np.uint32(third), np.uint32(last)
        u, v, w, t = _f(1) - x, x - y, y - z, z
        red = u * nodes[j, 0] + v * nodes[k, 0] + w * nodes[m, 0] + t * nodes[n, 0]
        green = u * nodes[j, 1] + v * nodes[k, 1] + w * nodes[m, 1] + t * nodes[n, 1]
        blue = u * nodes[j, 2] + v * nodes[k, 2] + w * nodes[m, 2] + t * nodes[n, 2]
        result[i, 0] = min(max(red * scale + half, least), most)
        result[i, 1] = min(max(green * scale + half, least), most)
        result[i, 2] = min(max(blue * scale + half, least), most)
