"""Point picture: what a lens makes of a point of white light, at any place of a picture, in colour.

Point spreads are told at nodes over the sensor; between them those of the four nearest are mixed. Detail is
told in cycles a millimetre on the sensor, along the radius (tangential) and across it (sagittal).
"""

from dataclasses import dataclass, replace
from math import hypot
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.observer import colour_matching
from lichtbild.colour.spaces import D65_XY, SRGB_TO_XYZ, xyz_of
from lichtbild.colour.transfer import SRGB
from lichtbild.core.window import Extent
from lichtbild.develop.geometry import Geometry
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.optics.response_mtf import response_mtf

SHARE: Final = 0.5
"""Contrast whose frequency is told."""
_STEPS: Final = 200


@dataclass(frozen=True, eq=False)
class PointPicture:
    """The image of a point.

    Attributes:
        place: x to the right and y up from the axis, mm.
        light: linear sRGB, the brightest 1, rows down; light of equal bands is white.
        pitch: side of its squares, mm.
        mtf50: sagittal and tangential frequency at half the contrast, cycles / mm; None where all that its
            squares can tell has more.
    """

    place: tuple[float, float]
    light: Float[np.ndarray, "h w 3"]
    pitch: float
    mtf50: tuple[float | None, float | None]

    @property
    def shown(self) -> Float[np.ndarray, "h w 3"]:
        """Codes of sRGB, 0 to 1; the darker parts, where the light's skirt lies, lifted by a square root."""
        return np.asarray(SRGB.encode(np.sqrt(self.light)), np.float32)


def sensor_place(
    geometry: Geometry, place: tuple[float, float], extent: Extent, size: tuple[float, float]
) -> tuple[float, float]:
    """Where a place of a picture lies on the sensor: x to the right and y up from its middle, mm.

    Args:
        geometry: by which the picture shows the developed image.
        place: x and y in the picture, from the top left, each 0 to 1.
        extent: of the developed image.
        size: height and width of the part of the sensor that it shows, mm.
    """
    x, y = geometry.origin(place, extent)
    return (x - 0.5) * size[1], (0.5 - y) * size[0]


def point_picture(response: OpticalResponse, place: tuple[float, float]) -> PointPicture:
    """The image of a far point at a place of the sensor.

    Args:
        response: of the lens.
        place: x to the right and y up from the axis, mm; beyond the outermost nodes these are taken.

    Source: colours by the CIE 1931 observer, each band's light weighted so that a spectrum of equal parts is
    white.
    """
    spread = _between(response, place)
    matching = np.maximum(colour_matching(response.bands.edges), 0.0)
    xyz = np.tensordot(spread, matching / matching.sum(axis=0), axes=(0, 0)) * xyz_of(D65_XY)
    rgb = np.maximum(xyz @ np.linalg.inv(SRGB_TO_XYZ).T, 0.0)
    alone = replace(
        response,
        psf=spread[None, None],
        rows=np.array([place[1]]),
        columns=np.array([place[0]]),
        share=None,
    )
    frequency = np.linspace(0.0, 0.5 / response.pitch, _STEPS)[:-1]
    sagittal, tangential = response_mtf(alone, place, frequency, matching[:, 1])
    light = np.asarray(rgb / max(float(rgb.max()), 1e-30))
    found = (_falls_to(SHARE, frequency, sagittal), _falls_to(SHARE, frequency, tangential))
    return PointPicture(place, light, response.pitch, found)


def cut_to(made: PointPicture, share: float = 0.98) -> PointPicture:
    """The middle of it, as wide as holds this share of its light, and a few squares more."""
    total, side = float(made.light.sum()), made.light.shape[0]
    middle = side // 2
    for half in range(4, middle):
        part = made.light[middle - half : middle + half + 1, middle - half : middle + half + 1]
        if float(part.sum()) >= share * total:
            return replace(made, light=part)
    return made


def _between(response: OpticalResponse, place: tuple[float, float]) -> Any:
    """Point spreads of a place in each band."""
    column, right = _nodes(response.columns, place[0])
    row, down = _nodes(response.rows, place[1])
    psf = np.asarray(response.psf)
    upper = psf[row, column] + right * (psf[row, column + 1] - psf[row, column])
    lower = psf[row + 1, column] + right * (psf[row + 1, column + 1] - psf[row + 1, column])
    return upper + down * (lower - upper)


def _nodes(places: Float[np.ndarray, " n"], at: float) -> tuple[int, float]:
    """The node before a place, and which share of the way to the next one it lies."""
    turn = 1.0 if places[-1] > places[0] else -1.0
    along = float(np.interp(turn * at, turn * places, np.arange(len(places))))
    first = min(int(along), len(places) - 2)
    return first, along - first


def _falls_to(
    share: float, frequency: Float[np.ndarray, " f"], transfer: Float[np.ndarray, " f"]
) -> float | None:
    """Where a curve first falls to a share; None where it does not."""
    below = np.flatnonzero(transfer <= share)
    if not below.size or below[0] == 0:
        return None
    last = int(below[0])
    high, low = transfer[last - 1], transfer[last]
    part = (high - share) / (high - low)
    return float(frequency[last - 1] + part * (frequency[last] - frequency[last - 1]))


def told(made: PointPicture) -> tuple[tuple[str, str], ...]:
    """What it says, in words."""
    x, y = made.place
    names = ("MTF50 across the radius", "MTF50 along the radius")
    curves = tuple(
        (name, "more than the squares tell" if one is None else f"{one:.0f} cycles / mm")
        for name, one in zip(names, made.mtf50, strict=True)
    )
    side = made.light.shape[0] * made.pitch * 1000
    return (("height", f"{hypot(x, y):.2f} mm"), ("shown", f"{side:.0f} µm wide"), *curves)
