"""Shading: the light that a lens loses towards its corners is given back as gain.

A gain multiplies whatever it finds: values below black stay as far below it in proportion, and nothing is
cut above 1 (the standard cuts there; a highlight that the gain lifts is still light).
"""

import numpy as np
from jaxtyping import Float

from lichtbild.core.window import Extent, Window
from lichtbild.image.opcode import FixVignetteRadial, GainMap


def gain_mapped(
    opcode: GainMap, samples: Float[np.ndarray, "h w p"], window: Window, extent: Extent
) -> Float[np.ndarray, "h w p"]:
    """Samples times the map's gain, interpolated bilinearly; beyond the map its edge goes on.

    Args:
        opcode: the map.
        samples: float32 ``[row, column, plane]`` of the window.
        window: where the samples lie.
        extent: size of the whole image, to which the map's spacing and origin are relative.

    Source: DNG 1.7.1 chapter 7, GainMap.
    """
    changed = opcode.area.slices_in(window)
    rows, columns = (
        np.arange(start, stop)[cut]
        for start, stop, cut in zip(
            (window.top, window.left), (window.bottom, window.right), changed[:2], strict=True
        )
    )
    first = along(rows, extent.height, opcode.spacing[0], opcode.origin[0], opcode.gains.shape[0])
    second = along(columns, extent.width, opcode.spacing[1], opcode.origin[1], opcode.gains.shape[1])
    result = samples.copy()
    part = result[changed]
    for index in range(part.shape[2]):
        plane = min(opcode.area.planes[0] + index, opcode.gains.shape[2] - 1)
        part[:, :, index] *= _bilinear(opcode.gains[:, :, plane], first, second)
    return result


Places = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Index of the point before, index of the point after, and share of the latter."""


def along(pixels: np.ndarray, size: int, spacing: float, origin: float, points: int) -> Places:
    """Where pixels lie between a map's points, along one axis.

    Args:
        pixels: rows or columns of the image.
        size: of the image along this axis.
        spacing: of the map's points, relative to the size.
        origin: of the first of them, likewise.
        points: how many there are.
    """
    place = np.minimum(np.maximum(((pixels + 0.5) / size - origin) / spacing, 0), points - 1)
    before = np.minimum(place.astype(np.intp), max(points - 2, 0))
    return before, np.minimum(before + 1, points - 1), (place - before).astype(np.float32)


def _bilinear(grid: np.ndarray, rows: Places, columns: Places) -> np.ndarray:
    above, below, share = rows
    lines = grid[above] + (grid[below] - grid[above]) * share[:, None]
    before, after, share = columns
    gain: np.ndarray = lines[:, before] + (lines[:, after] - lines[:, before]) * share
    return gain


def vignette_fixed(
    opcode: FixVignetteRadial,
    samples: Float[np.ndarray, "h w p"],
    window: Window,
    extent: Extent,
    *,
    pixel_aspect: float = 1.0,
) -> Float[np.ndarray, "h w p"]:
    """Samples times 1 + k0 r^2 + ... + k4 r^10, where r is 1 at the pixel farthest from the centre.

    Args:
        opcode: the terms and the centre.
        samples: float32 ``[row, column, plane]`` of the window.
        window: where the samples lie.
        extent: size of the whole image.
        pixel_aspect: width of a pixel over its height.

    Source: DNG 1.7.1 chapter 7, FixVignetteRadial.
    """
    column, row = opcode.centre[0] * (extent.width - 1), opcode.centre[1] * (extent.height - 1)
    across = (np.arange(window.left, window.right) - column) ** 2
    down = ((np.arange(window.top, window.bottom) - row) / pixel_aspect) ** 2
    farthest = max(column, extent.width - 1 - column) ** 2
    farthest += (max(row, extent.height - 1 - row) / pixel_aspect) ** 2
    squared = ((down[:, None] + across) / max(farthest, 1.0)).astype(np.float32)
    gain = np.zeros_like(squared)
    for term in reversed(opcode.terms):
        gain = (gain + np.float32(term)) * squared
    return samples * (1 + gain)[:, :, None]
