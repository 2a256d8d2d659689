"""ColourMap: values as colours whose lightness tells the value.

Both maps are paths through Oklab, computed here. ``SEQUENTIAL`` climbs evenly in lightness from a dark violet
over blue and green to a light yellow, so that it reads in grey and for readers blind to a primary;
``DIVERGING`` is lightest in its middle and falls alike to blue and to vermilion.

Source: Ottosson, "A perceptual color space for image processing" (2020): Oklab to linear sRGB.
"""

from dataclasses import dataclass, field
from math import log10

import numpy as np
from jaxtyping import Float, Real, UInt8

from lichtbild.figure.png import indexed_png

LEVELS = 255
"""Colours of a map; one more code is left for what has no value."""

OKLAB_TO_LMS = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
LMS_TO_SRGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def _srgb(lightness: np.ndarray, chroma: np.ndarray, hue: np.ndarray) -> UInt8[np.ndarray, "n 3"]:
    """Codes of sRGB for Oklab's lightness, chroma and hue (degrees); what lies outside is cut to its edge."""
    angle = np.radians(hue)
    lab = np.stack([lightness, chroma * np.cos(angle), chroma * np.sin(angle)], axis=-1)
    linear = ((lab @ OKLAB_TO_LMS.T) ** 3 @ LMS_TO_SRGB.T).clip(0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray((encoded * 255 + 0.5).astype(np.uint8))


def _sequential() -> UInt8[np.ndarray, "n 3"]:
    part = np.linspace(0, 1, LEVELS)
    hue = np.interp(part, [0, 0.25, 0.5, 0.75, 1], [305, 262, 205, 150, 105])
    chroma = np.interp(part, [0, 0.2, 0.5, 0.8, 1], [0.09, 0.12, 0.095, 0.155, 0.15])
    return _srgb(0.24 + 0.70 * part, chroma, hue)


def _diverging() -> UInt8[np.ndarray, "n 3"]:
    part = np.linspace(-1, 1, LEVELS)
    size = np.abs(part)
    chroma = 0.155 * np.minimum(size / 0.75, 1) - 0.04 * np.maximum(size - 0.75, 0) / 0.25
    return _srgb(0.965 - 0.60 * size**1.2, chroma, np.where(part < 0, 252.0, 45.0))


def _grey() -> UInt8[np.ndarray, "n 3"]:
    return np.repeat(np.linspace(0, 255, LEVELS).round().astype(np.uint8)[:, None], 3, axis=1)


SEQUENTIAL = _sequential()
DIVERGING = _diverging()
GREY = _grey()


@dataclass(frozen=True, eq=False)
class ColourMap:
    """Values as colours.

    Args:
        low: value of the first colour; what is lower looks the same.
        high: value of the last colour.
        log: colours go by the logarithm; what is not positive has the first colour.
        table: codes of sRGB.
    """

    low: float
    high: float
    log: bool = False
    table: UInt8[np.ndarray, "n 3"] = field(default_factory=lambda: SEQUENTIAL)

    def codes(self, values: Real[np.ndarray, "h w"]) -> UInt8[np.ndarray, "h w"]:
        """Row of the table for each value; the row past the last one for what is not finite."""
        part = self.part(values)
        count = len(self.table)
        rows = np.rint(np.nan_to_num(part, nan=0.0).clip(0, 1) * (count - 1))
        return np.where(np.isfinite(values), rows, count).astype(np.uint8)

    def part(self, values: Real[np.ndarray, "*any"]) -> Float[np.ndarray, "*any"]:
        """Position of values between both ends."""
        numbers = np.asarray(values, dtype=float)
        if not self.log:
            return np.asarray((numbers - self.low) / ((self.high - self.low) or 1.0))
        floor = np.maximum(np.nan_to_num(numbers, nan=self.low), self.low)
        return np.asarray((np.log10(floor) - log10(self.low)) / ((log10(self.high) - log10(self.low)) or 1.0))

    def png(self, values: Real[np.ndarray, "h w"]) -> bytes:
        """Bytes of a PNG, row 0 at the top; clear where a value is not finite."""
        table = np.concatenate([self.table, np.zeros((1, 3), np.uint8)])
        return indexed_png(self.codes(values), table, clear=len(self.table))


def symmetric(values: Real[np.ndarray, "*any"]) -> ColourMap:
    """A diverging map with 0 in its middle that reaches to the largest value of either sign."""
    finite = np.abs(values[np.isfinite(values)])
    reach = float(finite.max()) if finite.size else 1.0
    return ColourMap(-(reach or 1.0), reach or 1.0, table=DIVERGING)
