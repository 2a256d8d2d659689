"""Glass map: media by their index and Abbe number, and the real ones nearest to a model glass."""

from collections.abc import Iterable
from math import hypot, inf, isfinite

import numpy as np

from lichtbild.optics.glass import abbe_number, refractive_index
from lichtbild.optics.media import media
from lichtbild.optics.medium import Glass
from lichtbild.optics.spectral_line import D_LINE

ABBE_SCALE = 1000.0
"""Distance on the map: 0.001 of index counts as much as 1 of the Abbe number, about what lies between a
maker's glass and the next."""


def nearest(
    index: float, abbe: float, count: int = 3, among: Iterable[Glass] | None = None
) -> tuple[Glass, ...]:
    """The media that lie nearest to an index and an Abbe number on the glass map, nearest first.

    Args:
        index: n_d.
        abbe: v_d.
        count: how many.
        among: media to choose from; the built-in ones if not given.
    """
    candidates = tuple(media().values() if among is None else among)
    return tuple(sorted(candidates, key=lambda glass: _distance(glass, index, abbe))[:count])


def _distance(glass: Glass, index: float, abbe: float) -> float:
    """How far a glass lies on the map; infinitely far if it is dark at the d, F or C line."""
    with np.errstate(all="ignore"):
        own = float(refractive_index(glass, np.float64(D_LINE), None)), float(abbe_number(glass))
    away = hypot((own[0] - index) * ABBE_SCALE, own[1] - abbe)
    return away if isfinite(away) else inf
