"""Glass map: media by their index and Abbe number, and the real ones nearest to a model glass."""

from collections.abc import Iterable
from math import hypot

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
    own = float(refractive_index(glass, D_LINE, None))
    return hypot((own - index) * ABBE_SCALE, float(abbe_number(glass)) - abbe)
