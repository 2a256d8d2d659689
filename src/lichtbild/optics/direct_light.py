"""Direct light: where a scene's cells are imaged, laid on coarse cells of a sensor and around it."""

from math import ceil

import numpy as np
from jaxtyping import Float

from lichtbild.image.optical_response import OpticalResponse
from lichtbild.optics.scene_cells import SceneCells


def direct_light(
    cells: SceneCells,
    response: OpticalResponse,
    count: tuple[int, int],
    middle: tuple[float, float],
    side: float,
) -> tuple[Float[np.ndarray, "spectrum row column"], tuple[int, int]]:
    """Power on each cell over its area, for spectra of 1 and a solid angle of 1 sr on the axis.

    Each of the scene's cells is shared out among the four cells around its image, so that none of its light
    is lost; beyond the response's last height there is none.

    Args:
        cells: of the scene.
        response: of the lens.
        count: rows and columns of cells over the sensor.
        middle: row and column where the axis meets them, counted from the middle of the first one.
        side: of a cell, mm.

    Returns:
        The light, and how many cells more than the sensor it has above and below, left and right.
    """
    from scipy.interpolate import PchipInterpolator

    heights, tangents = response.height, np.asarray(response.tangent, float)
    imaged = PchipInterpolator(tangents, heights)
    tangent = np.hypot(cells.y[:, None], cells.x)
    near = np.clip(tangent, tangents[1] / 16, tangents[-1])
    ratio = imaged(near) / near
    shading = np.asarray(response.solid_angle, float).mean(axis=1)
    share = np.interp(imaged(near), heights, shading / shading[0])
    # An element of area in tangents is imaged on one of the sensor that is larger by (h dh) / (t dt).
    power = share * ratio * imaged(near, 1) * (tangent <= tangents[-1])
    border = tuple(max(0, ceil(heights[-1] / side - at) + 1) for at in middle)
    rows = middle[0] + border[0] - cells.y[:, None] * ratio / side
    columns = middle[1] + border[1] + cells.x * ratio / side
    shape = (count[0] + 2 * border[0], count[1] + 2 * border[1])
    return _shared(cells.weights, power, rows, columns, shape) / np.float32(side**2), (border[0], border[1])


def _shared(
    weights: np.ndarray, power: np.ndarray, rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]
) -> np.ndarray:
    """Weights times power, shared out among the four cells around places, ``[spectrum, row, column]``."""
    inside = (rows > 0) & (rows < shape[0] - 1) & (columns > 0) & (columns < shape[1] - 1) & (power > 0)
    rows, columns, power = rows[inside], columns[inside], power[inside]
    planes = weights[inside]
    top, left = rows.astype(np.int32), columns.astype(np.int32)
    down, right = rows - top, columns - left
    found = np.zeros((weights.shape[2], shape[0] * shape[1]), np.float32)
    for lower in (0, 1):
        for further in (0, 1):
            at = (top + lower) * shape[1] + left + further
            share = power * np.abs(1 - lower - down) * np.abs(1 - further - right)
            for plane in range(len(found)):
                found[plane] += np.bincount(at, planes[:, plane] * share, minlength=found.shape[1])
    return found.reshape(-1, *shape)
