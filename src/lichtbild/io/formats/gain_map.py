"""Gain map: what turns a picture for common displays into one for displays with headroom above white.

For each plane, in the linear light of the picture's own primaries::

    gain = log2((hdr + 1/64) / (sdr + 1/64)),  code = 255 (gain - least) / (most - least)

The offset keeps black from mattering. A display with the headroom of the brighter rendition shows all of
the gain, one with less a share of it, a common one none, so that on it the picture is what it was.

Source: ISO 21496-1:2025 clauses 5 and 6, annex C.2 (bytes); Google, "Ultra HDR Image Format v1.1" (XMP).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from typing import Any, Final

import numpy as np
from jaxtyping import Float32, UInt8

from lichtbild.colour import spaces, transfer
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.image.picture import ColourSpace, Picture

OFFSET: Final = 1 / 64
_LEAST_RANGE: Final = 1 / 16
"""In EV; a map of one value still needs a range, and a rendition some headroom."""
_DENOMINATOR: Final = 1 << 16
_ROWS: Final = 128
_MOST_EV: Final = 16.0

_SPACES: Final = {
    ColourSpace.SRGB: (spaces.SRGB_TO_XYZ, transfer.SRGB),
    ColourSpace.DISPLAY_P3: (spaces.P3_TO_XYZ, transfer.SRGB),
    ColourSpace.REC2020: (spaces.REC2020_TO_XYZ, transfer.REC709),
}


@dataclass(frozen=True, eq=False)
class GainMap:
    """Gains of a picture, in codes.

    Attributes:
        codes: 8-bit codes; each stands for a square of the picture's pixels.
        least: gain in EV of code 0, for every plane.
        most: gain in EV of code 255.
        headroom_ev: how much brighter than white the brighter rendition is.
    """

    codes: UInt8[np.ndarray, "h w 3"]
    least: float
    most: float
    headroom_ev: float

    @staticmethod
    def between(
        base: UInt8[np.ndarray, "h w 3"] | Float32[np.ndarray, "h w 3"],
        space: ColourSpace,
        hdr: Picture,
        side: int = 2,
    ) -> "GainMap":
        """The map from a picture to its brighter rendition.

        Args:
            base: the picture's codes, or its samples from 0 to 1. Gains of samples do not make up for the
                rounding of codes, so that both renditions are rounded alike and have one hue.
            space: what they mean: sRGB, Display P3 or Rec.2020.
            hdr: the same picture in linear Rec.2020, where 1 is the white of a common display.
            side: pixels of the picture along a side of the square that a gain stands for.

        Raises:
            BadInput: the two do not fit one another, or samples are no finite numbers.
        """
        _check(base, space, hdr)
        height, width = (-(-size // side) for size in base.shape[:2])
        gains, top, brightest = np.empty((height, width, 3), np.float32), 0, 1.0
        for rows, peak in _gains(base, space, hdr, side):
            gains[top : top + len(rows)] = rows
            top, brightest = top + len(rows), max(brightest, peak)
        least, most = _step(float(gains.min())), _step(float(gains.max()))
        most = max(most, least + _LEAST_RANGE)
        gains -= np.float32(least)
        gains *= np.float32(255 / (most - least))
        gains += np.float32(0.5)
        headroom = max(_step(log2(brightest)), _LEAST_RANGE)
        return GainMap(gains.clip(0, 255).astype(np.uint8), least, most, headroom)

    def iso(self) -> bytes:
        """The bytes of ISO 21496-1: versions, flags, both renditions' headrooms, one range for all planes."""
        use_base_colour_space = 0x40
        values = (0.0, self.headroom_ev, self.least, self.most, 1.0, OFFSET, OFFSET)
        numbers = [part for value in values for part in (round(value * _DENOMINATOR), _DENOMINATOR)]
        return struct.pack(">HHB", 0, 0, use_base_colour_space) + struct.pack(">4I4i2I4i", *numbers)

    def xmp(self) -> bytes:
        """The same as Ultra HDR's XMP."""
        values = {
            "GainMapMin": self.least,
            "GainMapMax": self.most,
            "Gamma": 1.0,
            "OffsetSDR": OFFSET,
            "OffsetHDR": OFFSET,
            "HDRCapacityMin": 0.0,
            "HDRCapacityMax": self.headroom_ev,
        }
        stated = " ".join(f'hdrgm:{name}="{value:.9g}"' for name, value in values.items())
        return xmp_packet(f'{stated} hdrgm:BaseRenditionIsHDR="False"')


def xmp_packet(attributes: str, content: str = "", names: str = "") -> bytes:
    """An XMP packet with one description under the names of gain maps.

    Args:
        attributes: of the description.
        content: what it holds.
        names: further name spaces.
    """
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" {names}'
        f' hdrgm:Version="1.0" {attributes}>{content}</rdf:Description></rdf:RDF></x:xmpmeta>'
        '<?xpacket end="w"?>'
    ).encode()


def _check(base: Any, space: ColourSpace, hdr: Picture) -> None:
    if space not in _SPACES:
        known = ", ".join(found.value for found in _SPACES)
        raise BadInput(f"a picture with a gain map is made in {known}, not in {space.value}")
    if hdr.space is not ColourSpace.LINEAR_REC2020:
        raise BadInput(f"the brighter rendition is given in linear-rec2020, not in {hdr.space.value}")
    if hdr.window != Window.whole(hdr.extent) or hdr.samples.shape != base.shape:
        raise BadInput(
            f"the brighter rendition has {hdr.samples.shape[0]} x {hdr.samples.shape[1]} pixels, "
            f"but the picture {base.shape[0]} x {base.shape[1]}"
        )


def _gains(base: Any, space: ColourSpace, hdr: Picture, side: int) -> Iterator[tuple[Any, float]]:
    """Gains of some rows of squares at a time, from the top, and the largest sample among them."""
    to_xyz, curve = _SPACES[space]
    matrix = np.linalg.solve(to_xyz, spaces.REC2020_TO_XYZ).astype(np.float32)
    table = curve.decode(np.arange(256) / 255).astype(np.float32)
    for top in range(0, base.shape[0], _ROWS * side):
        part = slice(top, top + _ROWS * side)
        bright = hdr.samples[part]
        if not np.isfinite(bright).all():
            raise BadInput("the brighter rendition holds samples that are no finite numbers")
        shown = base[part]
        common = table[shown] if shown.dtype == np.uint8 else curve.decode(shown.clip(0, 1))
        low = _square_means(common.astype(np.float32), side)
        # A product of three planes by three, so that the library's order of sums is one and the same.
        high = np.einsum("hwj,ij->hwi", _square_means(bright, side), matrix)
        peak = min(float(high.max()), 2.0**_MOST_EV)
        yield np.log2((high.clip(0, 2.0**_MOST_EV) + np.float32(OFFSET)) / (low + np.float32(OFFSET))), peak


def _square_means(samples: Float32[np.ndarray, "h w 3"], side: int) -> Float32[np.ndarray, "a b 3"]:
    """Means of squares of pixels; those at the border are filled up with its pixels."""
    missing = [-size % side for size in samples.shape[:2]]
    if any(missing):
        samples = np.pad(samples, ((0, missing[0]), (0, missing[1]), (0, 0)), "edge")
    total = samples[::side, ::side].copy()
    for row in range(side):
        for column in range(side):
            if row or column:
                total += samples[row::side, column::side]
    return total * np.float32(1 / side**2)


def _step(value: float) -> float:
    """The nearest value that the file's fractions hold."""
    return round(value * _DENOMINATOR) / _DENOMINATOR
