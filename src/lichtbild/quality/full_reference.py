"""Full reference: all measures of a picture against its reference, and the map of what is seen of them.

The picture may be registered first, which shifts and crops but never touches a colour: whole pixels are cut
off, what is left of the shift is interpolated in linear light.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.transfer import SRGB
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.figure.png import block_means, png_bytes
from lichtbild.image.measure import Measure
from lichtbild.numerics.warp import REACH, resample
from lichtbild.quality import colour_map, flip, psnr, ssim
from lichtbild.quality.registration import METHOD as REGISTRATION
from lichtbild.quality.registration import Registration, register

LUMA: Final = (0.2126, 0.7152, 0.0722)
"""Of encoded R, G and B (ITU-R BT.709-6, item 3.2)."""
WIDEST: Final = 1024
"""Pixels of a row of the FLIP map's PNG; a wider map is made smaller by means of whole blocks."""
_SEEN: Final = 1024
"""Pixels along a side of the middle part that is registered."""
_HOT: Final = np.array([[0, 0, 0], [84, 13, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]]) / 255
"""Colours of the map, evenly from 0 to 1: dark to light, so that it reads in grey."""

Light = Float[np.ndarray, "_ _ 3"]


@dataclass(frozen=True, eq=False)
class Comparison:
    """A picture against its reference.

    Attributes:
        measures: PSNR, SSIM, MS-SSIM, FLIP, CIEDE2000, and the shift if it was registered.
        flip_png: bytes of a PNG of the FLIP map, black for no difference to pale yellow for 1.
        flip_map: FLIP at each pixel that was compared.
        registration: how the picture lies on its reference; None if it was taken as it is.
    """

    measures: tuple[Measure, ...]
    flip_png: bytes
    flip_map: Float[np.ndarray, "h2 w2"]
    registration: Registration | None = None


def compare_pictures(
    reference: Light,
    picture: Light,
    *,
    registered: bool = False,
    pixels_per_degree: float = flip.PIXELS_PER_DEGREE,
) -> Comparison:
    """All measures of a picture against its reference.

    Args:
        reference: linear sRGB, 1 where it clips; what a display cannot show is cut off.
        picture: the same size.
        registered: shift the picture onto the reference and cut off what only one shows.
        pixels_per_degree: of the view, for FLIP.

    Raises:
        BadInput: the sizes differ, a side is below 32 px, or they cannot be registered.
    """
    if reference.shape != picture.shape or min(picture.shape[:2]) < 32:
        raise BadInput(
            f"a picture of {picture.shape[0]} x {picture.shape[1]} px cannot be compared with a reference of "
            f"{reference.shape[0]} x {reference.shape[1]} px; both need one size and 32 px along each side"
        )
    found = None
    if registered:
        middle = tuple(slice(max(0, (side - _SEEN) // 2), (side + _SEEN) // 2) for side in picture.shape[:2])
        found = register(_luma(reference[middle]), _luma(picture[middle]), affine=False)
        reference, picture = shifted(reference, picture, found)
    light = [np.clip(one, 0.0, 1.0) for one in (reference, picture)]
    codes = [SRGB.encode(one.astype(np.float32)) for one in light]
    seen = flip.flip_map(codes[0], codes[1], pixels_per_degree)
    differences = colour_map.difference_map(light[0], light[1])
    measures = (
        *_signal(codes),
        *_structure(codes),
        _flip(seen, pixels_per_degree),
        *_colour(differences),
        *(() if found is None else _shift(found)),
    )
    return Comparison(measures, flip_png(seen), seen, found)


def shifted(reference: Light, picture: Light, found: Registration) -> tuple[Light, Light]:
    """The reference and the picture moved onto it, both without what only one of them shows."""
    rows, columns = reference.shape[:2]
    # Row r of the picture lies at r + shift in the reference; so the reference's row r is its row r - shift.
    place = np.arange(rows, dtype=np.float64) - found.shift[0], np.arange(columns) - found.shift[1]
    inside = [
        np.flatnonzero((line >= REACH) & (line <= side - 1 - REACH))
        for line, side in zip(place, (rows, columns), strict=True)
    ]
    if min(map(len, inside)) < 32:
        raise BadInput("less than 32 px are seen by both pictures; give pictures of the same scene")
    down, right = (slice(int(one[0]), int(one[-1]) + 1) for one in inside)
    y, x = np.meshgrid(place[0][down], place[1][right], indexing="ij")
    extent = Extent(rows, columns)
    moved = resample(np.asarray(picture, np.float32), Window.whole(extent), extent, y[None], x[None])
    return reference[down, right], moved.astype(picture.dtype)


def flip_png(seen: Float[np.ndarray, "h w"]) -> bytes:
    """Bytes of a PNG of a map of 0 to 1, black over violet and orange to pale yellow."""
    stops = np.linspace(0, 1, len(_HOT))
    small = block_means(seen[..., None], -(-seen.shape[1] // WIDEST))[..., 0]
    planes = [np.interp(small, stops, _HOT[:, plane]).astype(np.float32) for plane in range(3)]
    return png_bytes(np.stack(planes, axis=-1))


def _luma(light: Light) -> Float[np.ndarray, "h w"]:
    return np.asarray(luma_of_codes(SRGB.encode(np.clip(light, 0.0, 1.0))), np.float64)


def encoded_luma(light: Light) -> Float[np.ndarray, "_ _"]:
    """Luma of linear sRGB as a display takes it, 0 to 1."""
    return luma_of_codes(np.asarray(SRGB.encode(np.clip(light, 0.0, 1.0))))


def luma_of_codes(codes: Light) -> Float[np.ndarray, "h w"]:
    """Luma of sRGB's codes, 0 to 1."""
    return np.asarray(sum(weight * codes[..., plane] for plane, weight in enumerate(LUMA)))


def _signal(codes: list[Light]) -> tuple[Measure, ...]:
    value = float(psnr.psnr(codes[0].astype(np.float64), codes[1].astype(np.float64)))
    interval = psnr.psnr_interval(codes[0], codes[1])
    note = "" if interval else "no interval: the pictures are equal or too small for blocks"
    return (
        Measure(
            "psnr",
            value,
            "dB",
            "ITU-T J.340 (2010), clause 3, of sRGB codes",
            psnr.METHOD,
            interval,
            note=note,
        ),
    )


def _structure(codes: list[Light]) -> tuple[Measure, ...]:
    first, second = (luma_of_codes(one).astype(np.float64) for one in codes)
    note = "of luma; no interval is defined for one pair"
    found = [Measure("ssim", float(ssim.ssim(first, second)), "", "Wang et al. 2004", ssim.METHOD, note=note)]
    clause, method = "Wang, Simoncelli and Bovik 2003", ssim.MULTI_SCALE_METHOD
    if min(first.shape) < ssim.SMALLEST_OF_SCALES:
        note = f"a side is below {ssim.SMALLEST_OF_SCALES} px, too small for five scales"
        return (*found, Measure("ms_ssim", float("nan"), "", clause, method, note=note))
    return (*found, Measure("ms_ssim", float(ssim.ms_ssim(first, second)), "", clause, method, note=note))


def _flip(seen: Float[np.ndarray, "h w"], pixels_per_degree: float) -> Measure:
    note = f"seen at {pixels_per_degree:.1f} pixels a degree; no interval is defined for one pair"
    mean = float(seen.mean(dtype=np.float64))
    return Measure("flip", mean, "", "Andersson et al. 2020, LDR-FLIP", flip.METHOD, note=note)


def _colour(differences: Float[np.ndarray, "h w"]) -> tuple[Measure, ...]:
    found = colour_map.statistics(differences)
    values = {"mean": found.mean, "median": found.median, "p95": found.high, "max": found.most}
    note = "of all pixels; no interval is defined for one pair"
    return tuple(
        Measure(f"ciede2000_{name}", value, "", "CIE 142-2001", colour_map.METHOD, note=note)
        for name, value in values.items()
    )


def _shift(found: Registration) -> tuple[Measure, ...]:
    clause = "shift of the picture in its reference, Lucas and Kanade 1981"
    return tuple(
        Measure(
            f"registration_{name}",
            float(value),
            "px",
            clause,
            REGISTRATION,
            (float(value - 1.96 * sigma), float(value + 1.96 * sigma)),
        )
        for name, value, sigma in zip(("down", "right"), found.shift, found.sigma, strict=True)
    )
