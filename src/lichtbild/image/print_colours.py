"""Print colours: a chart's paints as linear RGB of a print, where the paper itself is white.

What is printed is told in parts of the paper's own reflectance, so that bare paper takes no ink. A printer's
paints are not the chart's: what a print really gives back has to be measured.

Source: CIE 15:2018 section 8.2.1 (CIELAB); Bradford's adaptation from D50 to D65.
"""

import numpy as np
from jaxtyping import Float

from lichtbild.colour import spaces
from lichtbild.image.chart import Chart, Paint
from lichtbild.image.charts.paints import reflectance
from lichtbild.image.picture import ColourSpace

_FROM_XYZ = {
    ColourSpace.SRGB: np.linalg.inv(spaces.SRGB_TO_XYZ),
    ColourSpace.DISPLAY_P3: np.linalg.inv(spaces.P3_TO_XYZ),
}
SPACES = tuple(_FROM_XYZ)
"""Spaces that charts are printed in."""


def xyz_d50(paint: Paint) -> Float[np.ndarray, "3"]:
    """XYZ of a paint in D50, of a perfect white's Y = 1."""
    y = (paint.lab[0] + 16) / 116
    root = np.array([y + paint.lab[1] / 500, y, y - paint.lab[2] / 200])
    relative = np.where(root > 6 / 29, root**3, 3 * (6 / 29) ** 2 * (root - 4 / 29))
    relative[1] = reflectance(paint)
    return np.asarray(relative * spaces.xyz_of(spaces.D50_XY))


def print_colours(chart: Chart, space: ColourSpace) -> Float[np.ndarray, "paint 3"]:
    """Linear RGB of each paint, 1 on bare paper; what the space cannot hold lies outside of 0 to 1.

    Args:
        chart: whose paints are asked for.
        space: sRGB or Display P3.
    """
    xyz = np.stack([xyz_d50(paint) for paint in chart.paints]) / reflectance(chart.paints[0])
    rgb = xyz @ (_FROM_XYZ[space] @ spaces.adaptation(spaces.D50_XY, spaces.D65_XY)).T
    # A grey is three equal numbers, without the last digits of the matrices.
    grey = np.array([paint.lab[1] == paint.lab[2] == 0 for paint in chart.paints])
    return np.asarray(np.where(grey[:, None], xyz[:, 1:2], rgb))
