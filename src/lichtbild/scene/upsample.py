"""Upsample: spectra for the colours of a picture, three for the whole picture.

A colour's reflectance is its linear sRGB times three spectra that sum to 1 at each wavelength, so that white
is a perfect white and grey is flat. The published spectra give D65's colours to 3 parts in 1000; here they
are mixed by a matrix that differs from one by as much, and then the colours in D65 are exact. In another
light the picture is what its objects would look like there: white takes the light's colour, and other
colours are plausible, not known.

Source: I. Mallett and C. Yuksel, "Spectral Primary Decomposition for Rendering with sRGB Reflectance", EGSR
2019; the spectra as tabulated in colour-science.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import light, observer, spaces
from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm

TO_XYZ: Final[Mapping[str, spaces.Matrix]] = MappingProxyType(
    {
        "srgb": spaces.SRGB_TO_XYZ,
        "p3": spaces.P3_TO_XYZ,
        "rec2020": spaces.REC2020_TO_XYZ,
        "xyz": np.eye(3),
    }
)
"""Spaces of linear pictures, white D65 with Y = 1."""


@dataclass(frozen=True, eq=False)
class Upsampled:
    """Weights of the three spectra.

    Attributes:
        weights: linear sRGB, 0 or more, float32 ``[row, column, 3]``.
        moved: how many pixels had colours that no such spectrum has, and lost saturation.
    """

    weights: Float[np.ndarray, "row column 3"]
    moved: int


def primaries(edges: Float[np.ndarray, " edges"]) -> Float[np.ndarray, "3 band"]:
    """Reflectances of full red, green and blue of sRGB; their sum is 1 in each band to 1 part in 1000.

    Args:
        edges: of the bands, mm.
    """
    table = observer.colour_science().recovery.MSDS_BASIS_FUNCTIONS_sRGB_MALLETT2019
    published = observer.band_means(nm(1) * np.asarray(table.wavelengths), np.asarray(table.values), edges).T
    white = light.named("D65", edges).photons(1.0)
    found = observer.xyz_of(published * white, edges).T  # [XYZ, primary]
    mix = np.linalg.solve(found, spaces.SRGB_TO_XYZ)
    return np.asarray(mix.T @ published)


def upsampled(picture: Float[np.ndarray, "row column 3"], space: str = "srgb") -> Upsampled:
    """Weights for the colours of a linear picture.

    A colour outside of sRGB has a negative weight; it is moved towards the grey of its own luminance until
    it has none, and counted. Colours of no luminance become black.

    Args:
        picture: linear, white at 1; values above 1 are allowed.
        space: "srgb", "p3", "rec2020" or "xyz", with white D65.

    Raises:
        BadInput: there is no such space, or a value is not finite.
    """
    if space not in TO_XYZ:
        raise BadInput(f"no linear space is called '{space[:40]}'; there are {', '.join(TO_XYZ)}")
    if not np.isfinite(picture).all():
        raise BadInput("the picture holds values that are no finite numbers; write it again without them")
    matrix = np.linalg.solve(spaces.SRGB_TO_XYZ, TO_XYZ[space])
    rgb = np.asarray(picture @ matrix.T.astype(picture.dtype), np.float32)
    least = rgb.min(axis=2)
    outside = least < 0
    colours = rgb[outside].astype(float)
    grey = np.maximum(colours @ spaces.SRGB_TO_XYZ[1], 0.0)[:, None]
    room = grey / np.maximum(grey - least[outside, None], np.finfo(float).tiny)
    rgb[outside] = np.maximum(grey + np.minimum(room, 1.0) * (colours - grey), 0.0) * (grey > 0)
    # What is outside by no more than the matrices' rounding was inside before.
    count = int((least < -1e-5 * np.abs(rgb).max(axis=2, initial=1e-30)).sum())
    return Upsampled(rgb, count)
