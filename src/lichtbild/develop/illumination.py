"""Illumination: what a lens leaves of its light away from the middle, as the file's corrections tell it.

A file's gain maps and radial vignette undo the fall-off of its lens and sensor. The overview knows what they
made of a full sensor in each cell; the brightest cell over each is the *relative illumination* that they have
undone, where the developed image has its light: after the warps of the file, before its crop.
"""

from typing import Final

import numpy as np
from jaxtyping import Float32

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import transformed
from lichtbild.develop.colour_matrix import ColourMatrix
from lichtbild.image.calibration import CameraColour
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.overview import Overview

EVEN: Final = 5e-3
"""Relative illumination that differs from 1 by less is none: rounding of the levels of black."""


def relative_illumination(
    overview: Overview, neutral: tuple[float, ...], colour: CameraColour
) -> Float32[np.ndarray, "rows columns"] | None:
    """Luminance of an even grey in each cell without the corrections, over that of the brightest cell.

    Args:
        overview: of the frame, after its corrections.
        neutral: camera planes of a neutral object.
        colour: the camera's calibration.

    Returns:
        above 0 and at most 1; None where nothing was corrected.
    """
    left = overview.white.min(axis=(0, 1)) / overview.white
    if float(np.ptp(left, axis=(0, 1)).max()) < EVEN:
        return None
    # White balance makes the planes of a grey one; what each plane has lost is all that differs.
    window = overview.window
    light = ColourMatrix.of(colour, neutral)(CameraImage(left, window, window.extent))
    luminance = np.maximum(np.asarray(transformed(light.samples, REC2020_TO_XYZ[1:2]))[..., 0], 0)
    return np.asarray(luminance / luminance.max(), np.float32)
