"""Squares holding: the windows that points' light is counted in, and how wide they must be to hold it."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from math import ceil

import numpy as np
from threadpoolctl import threadpool_limits

from lichtbild.core.errors import BadInput
from lichtbild.image.bands import Bands
from lichtbild.optics.arrivals import DEGREE, HEIGHTS, Area, arrivals, through
from lichtbild.optics.lens import Lens
from lichtbild.optics.light_cone import Cones
from lichtbild.optics.wave_sum import Light, SmoothPupil, Squares, light_in_squares, smooth_pupils

HELD = 0.995
"""Share of a point's light that squares shall hold."""

MOST = 191
"""Squares along either side of the widest point spread that is tried."""

FIELDS = 5
"""Distances from the axis that are looked at."""

SPARE = 1.75
"""Columns of the pupil, in even ones that a window needs: Gauss's lie pi / 2 times as far apart inside."""

FADES = 0.8
"""Share of a point spread's half width from which on it fades."""

FINER = 1.5
"""Places along a square beyond two for each period of the finest fringe."""


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
        lens: as of `lichtbild.optics.respond.respond`.
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
    sensor = Area(size, pitch, bands)
    seen = arrivals(through(lens, bands), sensor, np.linspace(0.0, float(np.hypot(*size)) / 2, FIELDS))
    pupils = smooth_pupils(seen.light.fields(slice(HEIGHTS, None)), bands.middles, DEGREE)
    return least_holding(pupils, seen.light, sensor, share, most)


def least_holding(
    pupils: list[list[SmoothPupil]], light: Cones, sensor: Area, share: float = HELD, most: int = MOST
) -> tuple[int, float]:
    """As `squares_holding`, of pupils that are known.

    Args:
        pupils: of each radius and each band.
        light: that they were made of.
        sensor: that it falls on.
        share: as of `squares_holding`.
        most: as of `squares_holding`.
    """
    turn = float(np.arctan2(sensor.size[1], sensor.size[0]))
    fields = sorted(set(np.linspace(0, len(pupils) - 1, FIELDS).round().astype(int).tolist()))
    bands = sorted({0, len(sensor.bands) // 2, len(sensor.bands) - 1})
    squares = point_squares(light, sensor, most)

    def one(case: tuple[int, int]) -> Light:
        field, band = case
        return light_in_squares(pupils[field][band], turn, squares[field][band])

    power = np.stack([each.power[0] for each in side_by_side(one, product(fields, bands))])
    sides = range(3, most + 1, 2)
    held = [float((_cut(power, side) * faded(side)).sum(axis=(1, 2)).min()) for side in sides]
    first = next((number for number, value in enumerate(held) if value >= share), len(held) - 1)
    return 3 + 2 * first, held[first]


def point_squares(light: Cones, sensor: Area, count: int) -> list[list[Squares]]:
    """For each radius and each band, squares and how many waves make the light in them."""
    widest = np.ptp(light.rim[:, HEIGHTS:], axis=-1).max(axis=0)
    periods = sensor.pitch * widest / np.asarray(sensor.bands.middles)

    def one(fringes: float) -> Squares:
        return Squares(sensor.pitch, count, ceil(FINER + 2 * fringes), ceil(SPARE * count * fringes))

    return [[one(fringes) for fringes in bands] for bands in periods.tolist()]


def side_by_side(
    function: Callable[[tuple[int, int]], Light], cases: Iterable[tuple[int, int]]
) -> list[Light]:
    """Values of a function at many places, several at a time, in their order.

    Each takes one thread: BLAS would start as many as there are cores for every one of them.
    """
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(function, cases))


def faded(squares: int) -> np.ndarray:
    """Weights that fall to 0 toward a circle: a square's sides would be seen around every lamp."""
    at = np.abs(np.arange(squares) - squares // 2) / (squares / 2)
    left = np.clip((1 - np.hypot(at[:, None], at)) / (1 - FADES), 0.0, 1.0)
    return np.asarray(left * left * (3 - 2 * left))


def _cut(power: np.ndarray, side: int) -> np.ndarray:
    """The middle squares of pictures."""
    edge = (power.shape[-1] - side) // 2
    return power[:, edge : edge + side, edge : edge + side]
