"""Flare target: black holes in a wide bright field; what light a camera sees in them is flare.

Source: ISO 18844:2017 (image flare), method with a uniform field and light traps over the picture.
"""

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.scene.coverage import disc
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import Lighting, grey_lit
from lichtbild.scene.reflectance import check
from lichtbild.scene.truth import ChartScene, Patch, Truth


def flare_target(
    frame: Frame,
    lighting: Lighting,
    *,
    rows: int = 3,
    columns: int = 5,
    diameter: float = 0.05,
    bright: float = 0.9,
) -> ChartScene:
    """Round light traps that send out no light at all, in even rows and columns on a bright field.

    Args:
        frame: where the chart lies.
        lighting: what falls on it.
        rows: of traps, 1 or more.
        columns: of traps, 1 or more.
        diameter: of a trap, in heights of the frame, above 0.
        bright: reflectance of the field.

    Raises:
        BadInput: traps touch each other or the border, or a reflectance lies outside of 0 to 1.
    """
    if rows < 1 or columns < 1:
        raise BadInput(f"a flare target has 1 x 1 traps or more, not {rows} x {columns}")
    radius = diameter * frame.size[0] / 2
    if not 0 < radius < min(frame.size[0] / rows, frame.size[1] / columns) / 2:
        raise BadInput(f"{rows} x {columns} traps of {diameter:g} heights do not fit; make them smaller")
    grey = np.full((frame.rows, frame.columns), check(bright))
    patches, half = [], radius * np.sqrt(0.5)
    for row in range(rows):
        for column in range(columns):
            x = ((column + 0.5) / columns - 0.5) * frame.size[1]
            y = (0.5 - (row + 0.5) / rows) * frame.size[0]
            at_rows, at_columns, share = disc(frame, (x, y), radius)
            grey[at_rows, at_columns] *= 1 - share
            patches.append(Patch(f"trap {row + 1},{column + 1}", (x - half, y - half, x + half, y + half), 0))
    bands = len(lighting.edges) - 1
    truth = Truth(tuple(patches), np.zeros((1, bands)), np.array([_middle(patch) for patch in patches]))
    return ChartScene(grey_lit(frame, lighting, grey, "flare target"), truth)


def _middle(patch: Patch) -> tuple[float, float]:
    left, low, right, high = patch.borders
    return (left + right) / 2, (low + high) / 2
