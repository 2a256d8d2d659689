"""Shade: radiance that meets pixels becomes irradiance."""

import numpy as np

from lichtbild.numerics.kernel import kernel


@kernel
def shade(planes: np.ndarray, tables: np.ndarray, place: np.ndarray) -> None:
    """Multiply by each pixel's solid angle, and raise what rounding left below 0 to it, in place.

    Args:
        planes: ``[band, row, column]``.
        tables: solid angle of each band at even steps of the squared distance from the axis.
        place: row and column of the first pixel's centre from the axis, pixels, and steps by squared pixels.
    """
    bands, rows, columns = planes.shape
    index = np.empty(columns, np.int64)
    for row in range(rows):
        y = place[0] + row
        for column in range(columns):
            x = place[1] + column
            index[column] = int((y * y + x * x) * place[2] + 0.5)
        for band in range(bands):
            for column in range(columns):
                light = planes[band, row, column] * tables[band, index[column]]
                planes[band, row, column] = max(light, np.float32(0))
