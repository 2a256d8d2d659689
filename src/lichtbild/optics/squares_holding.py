"""Squares holding: how wide a window a lens's point spreads need to hold nearly all of their light."""

from functools import partial
from itertools import product

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.image.bands import Bands
from lichtbild.optics.arrivals import DEGREE, HEIGHTS, Area, arrivals, through
from lichtbild.optics.lens import Lens
from lichtbild.optics.respond import NODES, faded, point_squares, side_by_side
from lichtbild.optics.wave_sum import Light, SmoothPupil, Squares, light_in_squares, smooth_pupils

HELD = 0.995
"""Share of a point's light that squares shall hold."""

MOST = 191
"""Squares along either side of the widest point spread that is tried."""


def squares_holding(
    lens: Lens,
    size: tuple[float, float],
    pitch: float,
    bands: Bands,
    *,
    share: float = HELD,
    most: int = MOST,
) -> tuple[int, float]:
    """The least odd number of squares whose worst point spread holds a share of its light, and what it holds.

    Looked at along the diagonal, in the first, the middle and the last band. Light that a sharp rim diffracts
    falls off as the inverse distance, so that the last thousandths need wide windows; where even the widest
    holds less, that one is told.

    Args:
        lens: as of `respond`.
        size: height and width of the sensor, mm.
        pitch: of the squares, mm.
        bands: of wavelength.
        share: of the light, above 0 and below 1.
        most: widest window that is tried, odd.

    Raises:
        BadInput: as `respond`, or the share is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise BadInput(f"point spreads cannot hold {share:g} of their light; ask for 0.9 to 0.999")
    ready, sensor = through(lens, bands), Area(size, pitch, bands)
    seen = arrivals(ready, sensor, np.linspace(0.0, float(np.hypot(*size)) / 2, NODES[0] // 2 + 1))
    pupils = smooth_pupils(seen.light.fields(slice(HEIGHTS, None)), bands.middles, DEGREE)
    turn, chosen = float(np.arctan2(size[1], size[0])), sorted({0, len(bands) // 2, len(bands) - 1})
    held: list[float] = []
    for count in sorted({min(most, wide) for wide in (31, 63, 127, most)}):
        squares = point_squares(seen.light, sensor, count)
        sums = partial(_light, pupils, turn, squares)
        lights = side_by_side(sums, product(range(len(pupils)), chosen))
        power = np.stack([light.power[0] for light in lights])
        sides = range(3, count + 1, 2)
        held = [float((_cut(power, side) * faded(side)).sum(axis=(1, 2)).min()) for side in sides]
        if held[-1] >= share:
            break
    first = next((number for number, value in enumerate(held) if value >= share), len(held) - 1)
    return 3 + 2 * first, held[first]


def _light(
    pupils: list[list[SmoothPupil]], turn: float, squares: list[Squares], case: tuple[int, int]
) -> Light:
    field, band = case
    return light_in_squares(pupils[field][band], turn, squares[band])


def _cut(power: np.ndarray, side: int) -> np.ndarray:
    """The middle squares of pictures."""
    edge = (power.shape[-1] - side) // 2
    return power[:, edge : edge + side, edge : edge + side]
