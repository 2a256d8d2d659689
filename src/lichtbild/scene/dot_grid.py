"""Dot grid: round dots at exact places, from which distortion and lateral colour are measured.

Source: ISO 17850:2015 (geometric distortion, dot chart) and ISO 19084:2015 (chromatic displacement).
"""

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.scene.coverage import disc
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import Lighting, grey_lit
from lichtbild.scene.reflectance import check
from lichtbild.scene.truth import ChartScene, Truth


def dot_grid(
    frame: Frame,
    lighting: Lighting,
    *,
    step: float,
    radius: float,
    dark: float = 0.03,
    bright: float = 0.85,
) -> ChartScene:
    """Dark dots on a bright chart, in a square grid with one dot on the axis; each lies whole in the frame.

    Args:
        frame: where the chart lies.
        lighting: what falls on it.
        step: from dot to dot, tangents.
        radius: of a dot, tangents, above 0 and below half a step.
        dark: reflectance of the dots.
        bright: reflectance of the ground.

    Raises:
        BadInput: the dots touch or do not fit, or a reflectance lies outside of 0 to 1.
    """
    if not 0 < radius < step / 2 or 2 * radius > min(frame.size):
        raise BadInput(
            f"dots have a radius above 0 and below half a step ({step / 2:g}) and fit in the frame, "
            f"not {radius:g}; make them smaller"
        )
    grey = np.full((frame.rows, frame.columns), check(bright))
    change = check(dark) - bright
    down, right = (int((side / 2 - radius) / step) for side in frame.size)
    centres = [
        (step * column, step * row)
        for row in range(down, -down - 1, -1)
        for column in range(-right, right + 1)
    ]
    for centre in centres:
        rows, columns, share = disc(frame, centre, radius)
        grey[rows, columns] += change * share
    return ChartScene(grey_lit(frame, lighting, grey, "dot grid"), Truth(points=np.array(centres, float)))
