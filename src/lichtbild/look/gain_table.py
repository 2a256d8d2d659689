"""Profile gain table map: local tone mapping that the camera worked out and wrote down.

Gains lie on a coarse grid over the picture and, at each place of it, over brightness; they are interpolated
linearly in all three directions.

Source: DNG 1.7.1, ProfileGainTableMap (52525) and ProfileGainTableMap2 (52544), and the interpolation in
Adobe's DNG SDK 1.7.1, whose place along brightness is weight times the number of entries.
"""

from typing import Any

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.image.profile import GainTableMap
from lichtbild.numerics.kernel import kernel


def checked_gains(gain_table: GainTableMap) -> Float[np.ndarray, "rows columns points"]:
    """The map's gains in float32.

    Raises:
        BadInput: the map is empty, or its numbers are none, or its spacing is not positive.
    """
    gains = np.ascontiguousarray(gain_table.gains, np.float32)
    numbers = (*gain_table.spacing, *gain_table.origin, *gain_table.weights, gain_table.gamma)
    if not (gains.size and np.isfinite(gains).all() and np.isfinite(numbers).all()):
        raise BadInput(
            "the gain table map of the profile is empty or has entries that are no numbers; "
            "render with another look"
        )
    if min(gain_table.spacing) < 0 or gain_table.gamma <= 0:
        raise BadInput(
            f"the gain table map of the profile has spacing {gain_table.spacing} and gamma "
            f"{gain_table.gamma:g}, which must be positive; render with another look"
        )
    return gains


def grid_places(
    gain_table: GainTableMap, window: Window, area: Window
) -> tuple[Float[np.ndarray, " rows"], Float[np.ndarray, " columns"]]:
    """Where the window's rows and columns lie in the map, in steps of its grid, cut at its border.

    Args:
        gain_table: the map.
        window: pixels wanted.
        area: pixels over which the map's relative coordinates run from 0 to 1.
    """
    rows = (np.arange(window.top, window.bottom) + 0.5 - area.top) / area.height
    columns = (np.arange(window.left, window.right) + 0.5 - area.left) / area.width
    return (
        _places(rows, gain_table.origin[0], gain_table.spacing[0], gain_table.gains.shape[0]),
        _places(columns, gain_table.origin[1], gain_table.spacing[1], gain_table.gains.shape[1]),
    )


def _places(
    relative: Float[np.ndarray, " n"], origin: float, spacing: float, count: int
) -> Float[np.ndarray, " n"]:
    if count == 1 or spacing == 0:
        return np.zeros(len(relative), np.float32)
    return np.clip((relative - origin) / spacing, 0, count - 1).astype(np.float32)


@kernel
def _along_brightness(gains: np.ndarray, low: int, high: int, share: Any) -> Any:
    return gains[low] + (gains[high] - gains[low]) * share


@kernel
def apply_gain_table(
    rgb: np.ndarray,
    gains: np.ndarray,
    places: tuple[np.ndarray, np.ndarray],
    weights: np.ndarray,
    gamma: Any,
    result: np.ndarray,
) -> None:
    """Write the picture times the gains.

    Args:
        rgb: linear ProPhoto RGB, float32 ``[row, column, plane]``.
        gains: of the map, by `checked_gains`.
        places: of the rows and of the columns in the map, by `grid_places`.
        weights: float32 shares of red, green, blue, minimum and maximum in brightness, times the exposure
            that is still to be added.
        gamma: power to which the brightness is raised.
        result: where to write, of the same shape as ``rgb``.
    """
    zero, one = np.float32(0), np.float32(1)
    rows, columns = places
    points = gains.shape[2]
    for y in range(rgb.shape[0]):
        y0 = int(rows[y])
        y1, yf = min(y0 + 1, gains.shape[0] - 1), rows[y] - np.float32(y0)
        for x in range(rgb.shape[1]):
            x0 = int(columns[x])
            x1, xf = min(x0 + 1, gains.shape[1] - 1), columns[x] - np.float32(x0)
            r, g, b = rgb[y, x, 0], rgb[y, x, 1], rgb[y, x, 2]
            weight = weights[0] * r + weights[1] * g + weights[2] * b
            weight = min(max(weight + weights[3] * min(r, g, b) + weights[4] * max(r, g, b), zero), one)
            place = (weight if gamma == 1 else np.float32(weight**gamma)) * np.float32(points)
            low = min(int(place), points - 1)
            high, share = min(low + 1, points - 1), place - np.float32(low)
            top_left = _along_brightness(gains[y0, x0], low, high, share)
            top_right = _along_brightness(gains[y0, x1], low, high, share)
            bottom_left = _along_brightness(gains[y1, x0], low, high, share)
            bottom_right = _along_brightness(gains[y1, x1], low, high, share)
            top = top_left + (top_right - top_left) * xf
            bottom = bottom_left + (bottom_right - bottom_left) * xf
            gain = top + (bottom - top) * yf
            for plane in range(3):
                result[y, x, plane] = rgb[y, x, plane] * gain
