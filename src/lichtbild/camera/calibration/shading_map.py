"""Shading map: the gains that make a camera's frame of an even field even.

A frame's noise is no shading: the gains of each colour's blocks are fitted by a smooth surface first,
Legendre's polynomials of the sixth order by default, and the map is read from it. Gains, not light, since
those of a cosine to the fourth power are a polynomial of the fourth order, (1 + r^2)^2.

Source: DNG 1.7.1 chapter 7, GainMap.
"""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.image.cfa import Cfa
from lichtbild.image.opcode import Area, GainMap
from lichtbild.quality.shading import block_means

POINTS: Final = (13, 17)
"""Rows and columns of a map."""
BLOCKS: Final = (24, 32)
"""Rows and columns of the blocks that are fitted."""


def shading_map(mosaic: Float[np.ndarray, "row column"], cfa: Cfa, order: int = 6) -> tuple[GainMap, ...]:
    """Gains of each place of the colour filters' period, 1 where that plane is brightest.

    Args:
        mosaic: linear samples of an even field, black at 0, the active area.
        cfa: colour of each, beginning at its corner.
        order: of the surface.

    Raises:
        BadInput: the field is dark somewhere, or too small.
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
            gains = smooth_gains(plane, order, aside)
            window = Window(row, column, *mosaic.shape)
            area = Area(window, (0, 1), (period.height, period.width))
            spacing = 1 / (POINTS[0] - 1), 1 / (POINTS[1] - 1)
            maps.append(GainMap(area, (gains / gains.min())[..., None], spacing, (0.0, 0.0)))
    return tuple(maps)


def smooth_gains(
    plane: Float[np.ndarray, "h w"], order: int, aside: tuple[float, float] = (0.0, 0.0)
) -> Float[np.ndarray, "row column"]:
    """What makes a plane even, smooth, at the points of a map; of any scale.

    Args:
        plane: linear samples.
        order: of Legendre's polynomials, the sum of both directions'.
        aside: how far down and right of the map's middle the plane's own lies, in heights and widths.

    Raises:
        BadInput: the plane is smaller than its blocks, or dark somewhere.
    """
    light = block_means(plane[..., None].astype(float), BLOCKS)[..., 0]
    if not light.min() > 0:
        raise BadInput("the even field is dark somewhere: shading cannot be told there; expose it longer")
    # A block's mean is that of its polynomials: their means over blocks, not their values at middles.
    fine = [
        _polynomials(2 * ((np.arange(8 * n) + 0.5) / (8 * n) + off) - 1, order)
        for n, off in zip(BLOCKS, aside, strict=True)
    ]
    y, x = (part.reshape(n, 8, -1).mean(axis=1) for part, n in zip(fine, BLOCKS, strict=True))
    pairs = [(i, j) for i in range(order + 1) for j in range(order + 1 - i)]
    terms = np.stack([np.outer(y[:, i], x[:, j]).ravel() for i, j in pairs], axis=1)
    # Noise of the light is about even; that of its inverse grows with the square.
    weights = light.ravel() ** 2
    fitted = np.linalg.lstsq(terms * weights[:, None], weights / light.ravel(), rcond=None)[0]
    y, x = (_knots(order, count) for count in POINTS)
    surface = sum(factor * np.outer(y[:, i], x[:, j]) for factor, (i, j) in zip(fitted, pairs, strict=True))
    return np.asarray(surface)


def _knots(order: int, count: int) -> Float[np.ndarray, "knot power"]:
    """Each polynomial's values at a map's points so that the straight lines between these fit it best.

    Taken at the points themselves, lines would lie above a bowl everywhere; so they cross it.
    """
    fine = np.linspace(0, count - 1, 8 * count)
    lines = np.maximum(1 - np.abs(fine[:, None] - np.arange(count)), 0.0)
    values = _polynomials(2 * fine / (count - 1) - 1, order)
    return np.asarray(np.linalg.lstsq(lines, values, rcond=None)[0])


def _polynomials(at: Float[np.ndarray, " place"], order: int) -> Float[np.ndarray, "place power"]:
    return np.polynomial.legendre.legvander(at, order)
