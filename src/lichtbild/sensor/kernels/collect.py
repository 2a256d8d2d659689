"""Mean photo-electrons of a band of rows: the fast twin of `lichtbild.sensor.expose.mean_electrons`."""

import numpy as np

from lichtbild.numerics.kernel import kernel

_f = np.float32


@kernel
def collect(
    light: np.ndarray,
    tables: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    top: int,
    steps: float,
    result: np.ndarray,
) -> None:
    """Write the electrons of some rows.

    Args:
        light: irradiance of the whole image ``[row, column, band]``, float32.
        tables: electrons for irradiance 1 ``[colour, band]``, float32; colour of each pixel of a period;
            relative sensitivity ``[colour, step]`` at even steps of the distance from the axis, float32;
            crosstalk to each neighbour at these steps, float32.
        top: first row of the result.
        steps: in a pixel's pitch.
        result: electrons ``[row, column]``, float32.
    """
    efficiency, planes, angles, shares = tables
    rows, columns, bands = light.shape
    count, last = result.shape[0], shares.shape[0] - 2
    own = np.empty((count + 2, columns), np.float32)
    given = np.empty((count + 2, columns), np.float32)
    for j in range(count + 2):
        row = min(max(top + j - 1, 0), rows - 1)
        y = row + 0.5 - rows / 2
        for i in range(columns):
            plane = planes[row % planes.shape[0], i % planes.shape[1]]
            total = _f(0)
            for band in range(bands):
                total += light[row, i, band] * efficiency[plane, band]
            x = i + 0.5 - columns / 2
            at = np.sqrt(x * x + y * y) * steps
            step = min(int(at), last)
            part = _f(at - step)
            left = angles[plane, step]
            total *= left + (angles[plane, step + 1] - left) * part
            total = max(total, _f(0))
            own[j, i] = total
            given[j, i] = total * (shares[step] + (shares[step + 1] - shares[step]) * part)
    for j in range(count):
        for i in range(columns):
            before, after = max(i - 1, 0), min(i + 1, columns - 1)
            gained = given[j, i] + given[j + 2, i] + given[j + 1, before] + given[j + 1, after]
            result[j, i] = own[j + 1, i] - _f(4) * given[j + 1, i] + gained
