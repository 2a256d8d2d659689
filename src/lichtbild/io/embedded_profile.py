"""Embedded ICC profiles: samples of any RGB or grey profile in one of our spaces.

Source: ICC.1:2022 clauses 7.2 (header) and 9.2 (colorant tags); white D50 as ICC has it.
"""

from functools import cache
from typing import Any, Final

import imagecodecs
import numpy as np
from jaxtyping import Float

from lichtbild.colour import icc
from lichtbild.colour.spaces import D50_XY, D65_XY, P3_TO_XYZ, SRGB_TO_XYZ, adaptation
from lichtbild.image.picture import ColourSpace

_TO_D50: Final = adaptation(D65_XY, D50_XY)
_NARROW: Final = (
    (ColourSpace.SRGB, _TO_D50 @ SRGB_TO_XYZ),
    (ColourSpace.DISPLAY_P3, _TO_D50 @ P3_TO_XYZ),
)
_OUTSIDE: Final = 0.005
"""How far below 0 a colorant may lie and still count as inside: profiles are rounded."""
_SAME: Final = 1.5 / 4095
"""Conversions that move no colour further than this are left out, so that the file's codes stay exact."""
_RELATIVE: Final = 1


def converted(
    samples: Float[np.ndarray, "h w planes"], profile: bytes | None
) -> tuple[Float[np.ndarray, "h w 3"], ColourSpace]:
    """RGB samples and their space, for samples of one or three planes with the profile of their file.

    The space is the smallest of ours that holds the profile's primaries. A profile that cannot be used (it
    is damaged, or fits other samples) is passed over, and the samples are taken as sRGB, as viewers do.
    """
    rgb = np.repeat(samples, 3, axis=2) if samples.shape[2] == 1 else samples
    if not profile or len(profile) < 132 or profile[16:20] != b"RGB ":
        # Grey profiles differ from the sRGB curve by little, and only in tone.
        return rgb, ColourSpace.SRGB
    space = holding(profile)
    target = icc.profile(space.value)
    try:
        if np.abs(_transform(_probe(), profile, target) - _probe()).max() < _SAME:
            return rgb, space
        return np.asarray(_transform(rgb, profile, target).clip(0, 1), np.float32), space
    except (imagecodecs.CmsError, ValueError):
        return rgb, ColourSpace.SRGB


def holding(profile: bytes) -> ColourSpace:
    """The smallest of our spaces that holds the primaries of a profile; Rec.2020 when it names none."""
    colorants = _colorants(profile)
    if colorants is None:
        return ColourSpace.REC2020
    for space, to_xyz in _NARROW:
        if np.linalg.solve(to_xyz, colorants).min() > -_OUTSIDE:
            return space
    blue_y = colorants[1, 2]
    # ProPhoto's blue is imaginary and has almost no luminance: no other space comes near.
    return ColourSpace.PROPHOTO if blue_y < 0.001 else ColourSpace.REC2020


def _colorants(profile: bytes) -> Float[np.ndarray, "3 3"] | None:
    """XYZ of the three primaries as columns."""
    columns = []
    for name in (b"rXYZ", b"gXYZ", b"bXYZ"):
        entry = profile.find(name, 132, 132 + 12 * 100)
        if entry < 0:
            return None
        place = int.from_bytes(profile[entry + 4 : entry + 8], "big")
        numbers = profile[place + 8 : place + 20]
        if len(numbers) < 12:
            return None
        columns.append(np.frombuffer(numbers, ">i4") / 65536)
    return np.stack(columns, axis=1)


def _transform(rgb: Any, profile: bytes, target: bytes) -> Any:
    return imagecodecs.cms_transform(
        np.ascontiguousarray(rgb), profile, target, colorspace="rgb", outcolorspace="rgb", intent=_RELATIVE
    )


@cache
def _probe() -> Any:
    """Colours from all over the cube."""
    steps = np.linspace(0, 1, 9, dtype=np.float32)
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(27, 27, 3)
