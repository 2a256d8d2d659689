"""Shading map: the gains that make a camera's frame of an even field even.

A frame's noise is no shading: the gains of each colour's blocks are fitted by penalised lines between the
map's own points, whose use of the map is straight between them too. No polynomial comes between: the light of
a fast phone lens falls by two thirds where its rims begin to cut, within a few percent of the field, and one
of the sixth order misses such a corner by 6 %.

Source: DNG 1.7.1 chapter 7, GainMap.
"""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.camera.calibration.penalised_fit import differences, hats, penalised_fit
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.image.cfa import Cfa
from lichtbild.image.opcode import Area, GainMap
from lichtbild.quality.shading import block_means

POINTS: Final = (25, 33)
"""Rows and columns of a map."""
BLOCKS: Final = (48, 64)
"""Rows and columns of the blocks that are fitted, of a plane that has so many samples."""
_FINE: Final = 8
"""Places along a block at which hats are averaged."""


def shading_map(mosaic: Float[np.ndarray, "row column"], cfa: Cfa) -> tuple[GainMap, ...]:
    """Gains of each place of the colour filters' period, 1 where that plane is brightest.

    Args:
        mosaic: linear samples of an even field, black at 0, the active area.
        cfa: colour of each, beginning at its corner.

    Raises:
        BadInput: the field is dark somewhere.
    """
    period = cfa.extent
    maps = []
    for row in range(period.height):
        for column in range(period.width):
            plane = mosaic[row :: period.height, column :: period.width]
            # The plane's own middle lies beside the picture's, by up to half a period.
            aside = (
                (row + 0.5 - period.height / 2) / mosaic.shape[0],
                (column + 0.5 - period.width / 2) / mosaic.shape[1],
            )
            gains = smooth_gains(plane, aside)
            window = Window(row, column, *mosaic.shape)
            area = Area(window, (0, 1), (period.height, period.width))
            spacing = 1 / (POINTS[0] - 1), 1 / (POINTS[1] - 1)
            maps.append(GainMap(area, (gains / gains.min())[..., None], spacing, (0.0, 0.0)))
    return tuple(maps)


def smooth_gains(
    plane: Float[np.ndarray, "h w"], aside: tuple[float, float] = (0.0, 0.0)
) -> Float[np.ndarray, "row column"]:
    """What makes a plane even, smooth, at the points of a map; of any scale.

    Args:
        plane: linear samples.
        aside: how far down and right of the map's middle the plane's own lies, in heights and widths.

    Raises:
        BadInput: the plane is dark somewhere.
    """
    blocks = min(BLOCKS[0], plane.shape[0]), min(BLOCKS[1], plane.shape[1])
    light = block_means(plane[..., None].astype(float), blocks)[..., 0]
    if not light.min() > 0:
        raise BadInput("the even field is dark somewhere: shading cannot be told there; expose it longer")
    # A block's mean is that of its hats: their means over blocks, not their values at middles.
    y, x = (
        hats((np.arange(_FINE * n) + 0.5) / (_FINE * n) + off, points).reshape(n, _FINE, -1).mean(axis=1)
        for n, off, points in zip(blocks, aside, POINTS, strict=True)
    )
    design = np.einsum("ai,bj->abij", y, x).reshape(light.size, -1)
    # The noise of light grows with its root, that of its inverse with the power -3/2.
    light = light.ravel() / light.max()
    return penalised_fit(design, 1 / light, light**1.5, differences(POINTS)).numbers.reshape(POINTS)
