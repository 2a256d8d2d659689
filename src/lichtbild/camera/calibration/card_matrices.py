"""Card matrices: a camera's colour matrices from its raw frame of a colour card in a known light.

A card's maker tells its colours under D50, so a card gives the forward matrix, from white-balanced numbers to
XYZ under D50, directly, with white exact. The colour matrix, from XYZ under the light to the camera, would
need the card's spectra; it follows by Bradford's adaptation, as colours that look alike under both whites.

Source: DNG 1.7.1 chapter 6, "Mapping Camera Color Space to CIE XYZ Space".
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.colour.spaces import D50_XY, adaptation, xyz_of
from lichtbild.core.errors import BadInput
from lichtbild.image.calibration import Calibration
from lichtbild.quality.colour_correction import ColourCorrection, colour_correction


@dataclass(frozen=True, eq=False)
class CardMatrices:
    """A camera's colour in one light.

    Attributes:
        calibration: as a raw file states it.
        neutral: the camera's numbers of a grey, the largest 1.
        fit: the forward matrix and the distances in CIELAB that it leaves.
    """

    calibration: Calibration
    neutral: Float[np.ndarray, "3"]
    fit: ColourCorrection


def card_matrices(
    numbers: Float[np.ndarray, "patch 3"],
    lab: Float[np.ndarray, "patch 3"],
    grey: Bool[np.ndarray, " patch"],
    white_xy: tuple[float, float],
) -> CardMatrices:
    """The matrices of a camera by a card.

    Args:
        numbers: mean of each patch in the camera's planes, linear, black at 0.
        lab: CIELAB of each under D50, as its maker tells it.
        grey: which patches are greys; they tell the neutral and the exposure.
        white_xy: chromaticity of the light.

    Raises:
        BadInput: there is no grey with light in every plane, or the patches tell no matrix.
    """
    if not grey.any() or not (numbers[grey].sum(axis=0) > 0).all():
        raise BadInput("a card without a lit grey patch tells no white; use one that has greys")
    light = ((lab[grey, 0] + 16) / 116) ** 3
    # Of each plane, the number of a perfect white: least squares through the greys.
    white = (numbers[grey] * light[:, None]).sum(axis=0) / (light**2).sum()
    fit = colour_correction(numbers / white, lab, D50_XY, np.ones(3))
    neutral = white / white.max()
    to_light = adaptation(D50_XY, white_xy) @ fit.matrix @ np.diag(1 / neutral)
    colour_matrix = np.linalg.inv(to_light)
    # A file's colour matrix takes white to numbers of which the largest is 1.
    colour_matrix = colour_matrix / (colour_matrix @ xyz_of(white_xy)).max()
    return CardMatrices(Calibration(white_xy, colour_matrix, fit.matrix), neutral, fit)
