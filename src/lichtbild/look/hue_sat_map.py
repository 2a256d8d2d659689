"""Hue and saturation maps: tables that turn hue and scale saturation and value, as DNG profiles have them.

They work in linear ProPhoto RGB seen as a hexagon cone of hue, saturation and value, and are interpolated
between their entries linearly in each direction; hue is a circle.

Source: DNG 1.7.1 chapter 6, ProfileHueSatMapData and ProfileLookTableData; Smith, "Color gamut transform
pairs" (SIGGRAPH 1978), for the cone.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from lichtbild.colour.transfer import SRGB
from lichtbild.core.errors import BadInput
from lichtbild.image.profile import HueSatMap
from lichtbild.look.tone_curve import compress, expand
from lichtbild.numerics.kernel import kernel

_CODES = 4096


def interpolate_hue_sat_maps(maps: Sequence[HueSatMap], weights: Sequence[float]) -> HueSatMap | None:
    """The map for a light between the lights of the calibrations; None when the profile has no maps.

    Args:
        maps: one for each calibration, of one size; or a single one, for any light.
        weights: share of each calibration, as the colour matrices were mixed.

    Raises:
        BadInput: the maps differ in size, or there are not as many as weights.
    """
    if not maps:
        return None
    if len(maps) == 1:
        return maps[0]
    if len(maps) != len(weights) or len({one.table.shape for one in maps}) != 1:
        raise BadInput(
            f"the profile has {len(maps)} hue and saturation maps of sizes "
            f"{', '.join(str(one.table.shape[:3]) for one in maps)} for {len(weights)} "
            "calibrations, they need one size and one map for each; render with another look"
        )
    table = sum(weight * one.table.astype(np.float64) for one, weight in zip(maps, weights, strict=True))
    return HueSatMap(np.asarray(table, np.float32), maps[0].srgb_encoded)


def checked_table(hue_sat_map: HueSatMap) -> Float[np.ndarray, "values hues saturations 3"]:
    """The map's table in float32.

    Raises:
        BadInput: it has fewer than one hue, two saturations and one value, or entries that are no numbers.
    """
    table = np.ascontiguousarray(hue_sat_map.table, np.float32)
    values, hues, saturations, _ = table.shape
    if values < 1 or hues < 1 or saturations < 2 or not np.isfinite(table).all():
        raise BadInput(
            f"a hue and saturation map of the profile has {hues} hues, {saturations} saturations and "
            f"{values} values, it needs 1, 2 and 1 or more, all of them numbers; render with another look"
        )
    return table


def value_tables(srgb_encoded: bool) -> Float[np.ndarray, "2 entries"]:
    """The encoding of value before the table, and its inverse, at equal steps from 0 to 1."""
    steps = np.linspace(0.0, 1.0, _CODES + 1)
    if not srgb_encoded:
        return np.stack([steps, steps]).astype(np.float32)
    return np.stack([SRGB.encode(steps), SRGB.decode(steps)]).astype(np.float32)


@kernel
def to_hsv(red: Any, green: Any, blue: Any) -> tuple[Any, Any, Any]:
    """Hue in sixths of a turn (red 0, green 2, blue 4), saturation and value of a non-negative colour."""
    value = max(red, green, blue)
    gap = value - min(red, green, blue)
    if gap <= 0:
        return np.float32(0), np.float32(0), value
    if red == value:
        hue = (green - blue) / gap
        if hue < 0:
            hue += np.float32(6)
    elif green == value:
        hue = np.float32(2) + (blue - red) / gap
    else:
        hue = np.float32(4) + (red - green) / gap
    return hue, gap / value, value


@kernel
def from_hsv(hue: Any, saturation: Any, value: Any) -> tuple[Any, Any, Any]:
    """Red, green and blue; the inverse of `to_hsv`, for any hue."""
    one = np.float32(1)
    hue = hue % np.float32(6)
    sector = int(hue)
    rise = hue - np.float32(sector)
    low = value * (one - saturation)
    falling = value * (one - saturation * rise)
    rising = value * (one - saturation * (one - rise))
    if sector == 1:
        return falling, value, low
    if sector == 2:
        return low, value, rising
    if sector == 3:
        return low, falling, value
    if sector == 4:
        return rising, low, value
    if sector == 5:
        return value, low, falling
    return value, rising, low


@kernel
def _interpolated(codes: np.ndarray, x: Any) -> Any:
    place = x * np.float32(len(codes) - 1)
    index = min(int(place), len(codes) - 2)
    share = place - np.float32(index)
    return codes[index] * (np.float32(1) - share) + codes[index + 1] * share


@kernel
def _looked_up(table: np.ndarray, hue: Any, saturation: Any, value: Any) -> tuple[Any, Any, Any]:
    """Hue shift in degrees, saturation scale and value scale, interpolated in three directions."""
    values, hues, saturations = table.shape[:3]
    one = np.float32(1)
    h = hue * np.float32(hues / 6)
    s = saturation * np.float32(saturations - 1)
    v = value * np.float32(values - 1)
    h0, s0, v0 = min(int(h), hues - 1), min(int(s), saturations - 2), min(int(v), max(values - 2, 0))
    h1, v1 = (h0 + 1) % hues, min(v0 + 1, values - 1)
    hf, sf, vf = h - np.float32(h0), s - np.float32(s0), v - np.float32(v0)
    total_shift, total_saturation, total_value = np.float32(0), np.float32(0), np.float32(0)
    for corner in range(8):
        near_h, near_s, near_v = corner & 1 == 0, corner & 2 == 0, corner & 4 == 0
        weight = (one - hf if near_h else hf) * (one - sf if near_s else sf) * (one - vf if near_v else vf)
        entry = table[v0 if near_v else v1, h0 if near_h else h1, s0 if near_s else s0 + 1]
        total_shift += weight * entry[0]
        total_saturation += weight * entry[1]
        total_value += weight * entry[2]
    return total_shift, total_saturation, total_value


@kernel
def apply_hue_sat_map(
    rgb: np.ndarray, table: np.ndarray, codes: np.ndarray, overrange: bool, result: np.ndarray
) -> None:
    """Write the picture after the map.

    Args:
        rgb: linear ProPhoto RGB, float32 ``[pixel, plane]``; negative values count as 0.
        table: of the map, by `checked_table`.
        codes: by `value_tables`.
        overrange: whether values beyond 1 are kept, as HDR profiles want.
        result: where to write, of the same shape; may be ``rgb`` itself.
    """
    zero, one = np.float32(0), np.float32(1)
    compressed = overrange and table.shape[0] > 1
    solid = table.shape[0] > 1
    for i in range(rgb.shape[0]):
        r, g, b = max(rgb[i, 0], zero), max(rgb[i, 1], zero), max(rgb[i, 2], zero)
        if compressed:
            r, g, b = compress(r), compress(g), compress(b)
        hue, saturation, value = to_hsv(r, g, b)
        code = _interpolated(codes[0], min(value, one)) if solid else value
        shift, saturation_scale, value_scale = _looked_up(table, hue, saturation, code)
        saturation = min(saturation * saturation_scale, one)
        code = min(max(code * value_scale, zero), one)
        value = _interpolated(codes[1], code) if solid else code
        r, g, b = from_hsv(hue + shift * np.float32(6 / 360), saturation, value)
        if compressed:
            r, g, b = expand(r), expand(g), expand(b)
        result[i, 0], result[i, 1], result[i, 2] = r, g, b
