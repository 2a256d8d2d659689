"""Exposure ramp: the straight line from black to white, rounded at its toe.

Source: Adobe's DNG SDK 1.7.1, dng_render.cpp, "exposure ramp"; DNG 1.7.1, BaselineExposure,
DefaultBlackRender and ShadowScale.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lichtbild.image.profile import BlackRender
from lichtbild.numerics.kernel import kernel

_SHADOWS: Final = 0.005
"""Brightness that becomes black where the renderer decides about black."""


@dataclass(frozen=True)
class ExposureRamp:
    """A line of brightness with a parabola as its toe.

    Attributes:
        black: where the line meets 0.
        slope: of the line.
        radius: half the width of the parabola around ``black``.
    """

    black: float
    slope: float
    radius: float

    @staticmethod
    def of(exposure_ev: float, black_render: BlackRender, shadow_scale: float = 1.0) -> "ExposureRamp":
        """The ramp for an exposure; negative exposure is left to the tone curve.

        Args:
            exposure_ev: exposure to add in EV.
            black_render: who decides about black.
            shadow_scale: the file's factor for black.
        """
        white = 2.0 ** -max(0.0, exposure_ev)
        shadows = _SHADOWS * shadow_scale if black_render is BlackRender.AUTO else 0.0
        black = min(shadows, 0.99 * white)
        slope = 1 / (white - black)
        return ExposureRamp(black, slope, min(0.5 * black, 1 / 16 / slope))


@kernel
def apply_ramp(
    rgb: np.ndarray, black: Any, slope: Any, radius: Any, overrange: bool, result: np.ndarray
) -> None:
    """Write the picture after the ramp; ``rgb`` and ``result`` are float32 ``[pixel, plane]``."""
    top = np.inf if overrange else 1.0
    for i in range(rgb.shape[0]):
        for plane in range(3):
            x = min(max(float(rgb[i, plane]), 0.0), top)
            if x >= black + radius:
                y = (x - black) * slope
            elif x > black - radius:
                y = slope / (4 * radius) * (x - black + radius) ** 2
            else:
                y = 0.0
            result[i, plane] = min(y, top)
