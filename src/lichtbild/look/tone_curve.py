"""Tone curve: output against input brightness, as a DNG profile gives it, applied so that hue keeps still.

The curve is applied to the largest and the smallest of red, green and blue; the one between keeps its
relative place, which keeps the hue angle of the hexagon cone (the "RGB method").

Source: DNG 1.7.1 chapter 6, ProfileToneCurve; the method, and the curve that stands in where a profile has
none, as Adobe's DNG SDK 1.7.1 has them (dng_reference.cpp, dng_render.cpp).
"""

from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.numerics.interpolate import CubicSpline, natural_spline
from lichtbild.numerics.kernel import kernel

SIZE: Final = 4096
"""Pieces of the table that a curve becomes."""

# fmt: off
_DEFAULT: Final = np.array([
    (0, 0), (2, 160), (3, 242), (4, 314), (10, 806), (12, 1012), (14, 1238), (16, 1485), (32, 4002),
    (48, 7057), (72, 12218), (88, 15956), (96, 17901), (104, 19893), (109, 21160), (112, 21929), (136, 27918),
    (176, 37050), (216, 45073), (248, 50747), (328, 62472), (344, 64466), (408, 71520), (424, 73081),
    (432, 73834), (520, 81072), (536, 82205), (552, 83288), (632, 88034), (728, 92475), (824, 95808),
    (936, 98558), (1016, 99892), (1024, 100000),
])
"""Knots of the default curve, in 1/1024 and 1/100000; their spline is within 1e-5 of all its 1025 values."""
# fmt: on


def default_curve() -> CubicSpline:
    """The curve of Adobe's renderers for profiles without one, from 0 to 1."""
    return natural_spline(_DEFAULT[:, 0] / 1024, _DEFAULT[:, 1] / 1e5)


def profile_curve(knots: Float[np.ndarray, "knots 2"] | None) -> CubicSpline:
    """The curve through a profile's knots, or the default where it has none.

    Args:
        knots: pairs of input and output, 0 to 1.

    Raises:
        BadInput: there are fewer than two knots, or their inputs do not increase.
    """
    if knots is None:
        return default_curve()
    if not np.isfinite(knots).all():
        raise BadInput("a tone curve of the profile has a knot that is no number; render with another look")
    try:
        return natural_spline(knots[:, 0].astype(np.float64), knots[:, 1].astype(np.float64))
    except ValueError as error:
        raise BadInput(
            f"a tone curve of the profile has {len(knots)} knots whose inputs do not increase, "
            "it needs two or more that do; render with another look"
        ) from error


def darkening(x: Float[np.ndarray, " n"], exposure_ev: float) -> Float[np.ndarray, " n"]:
    """Brightness after negative exposure: a factor up to 1/4, then a parabola that keeps white white."""
    if exposure_ev >= 0:
        return x
    slope = 2.0**exposure_ev
    a = 16 / 9 * (1 - slope)
    b = slope - a / 2
    return np.asarray(np.where(x <= 0.25, x * slope, (a * x + b) * x + (1 - a - b)))


def tone_table(curve: CubicSpline, exposure_ev: float = 0.0) -> Float[np.ndarray, " entries"]:
    """The curve at `SIZE` + 1 equal steps from 0 to 1, after any negative exposure."""
    steps = np.linspace(0.0, 1.0, SIZE + 1)
    return np.asarray(curve(darkening(steps, exposure_ev)), np.float32)


@kernel
def _at(table: np.ndarray, x: Any) -> Any:
    """The table's value at 0 <= x <= 1; beyond 1 it goes on with the slope it has before 1."""
    size = len(table) - 1
    if x > 1:
        reach = 4
        slope = (table[size] - table[size - reach]) * np.float32(size / reach)
        return table[size] + slope * (x - np.float32(1))
    place = x * np.float32(size)
    index = min(int(place), size - 1)
    share = place - np.float32(index)
    return table[index] * (np.float32(1) - share) + table[index + 1] * share


@kernel
def compress(x: Any) -> Any:
    """Brightness 0 to 256 brought to 0 to 1, for tables of HDR profiles: x (256 + x) / (256 (1 + x))."""
    return x * (np.float32(256) + x) / (np.float32(256) * (np.float32(1) + x))


@kernel
def expand(y: Any) -> Any:
    """The inverse of `compress`."""
    root = np.sqrt(max(np.float32(64) * y * y - np.float32(127) * y + np.float32(64), np.float32(0)))
    return np.float32(16) * (np.float32(8) * y - np.float32(8) + root)


@kernel
def apply_tone(rgb: np.ndarray, table: np.ndarray, overrange: bool, result: np.ndarray) -> None:
    """Write the picture after the curve; ``rgb`` and ``result`` are float32 ``[pixel, plane]``."""
    top = np.float32(np.inf) if overrange else np.float32(1)
    for i in range(rgb.shape[0]):
        for plane in range(3):
            value = min(max(rgb[i, plane], np.float32(0)), top)
            result[i, plane] = compress(value) if overrange else value
        r, g, b = result[i, 0], result[i, 1], result[i, 2]
        high, low = max(r, g, b), min(r, g, b)
        bright = _at(table, high)
        dark = _at(table, low)
        scale = (bright - dark) / (high - low) if high > low else np.float32(0)
        for plane in range(3):
            value = result[i, plane]
            # The ends are taken as they are, so that equal planes stay equal to the last bit.
            toned = bright if value == high else dark if value == low else dark + scale * (value - low)
            result[i, plane] = expand(max(toned, np.float32(0))) if overrange else toned
