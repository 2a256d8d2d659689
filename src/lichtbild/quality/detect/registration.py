"""Registration: a chart's map made exact on all of its borders, from wherever a few points were known.

Borders near the known points are looked for first; each fit reaches farther, so that one mark that is left
of four still finds the whole chart.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.chart import Chart
from lichtbild.quality.detect.borders import LEAST_WIDTH, Borders, borders_of, seen_borders
from lichtbild.quality.detect.chart_map import (
    ChartMap,
    Sightings,
    fitted_map,
    half_diagonal,
    middle,
)

_FITS: Final = ((12.0, 400), (7.0, 800), (7.0, 800), (5.0, 3000), (5.0, 3000), (5.0, 3000))
"""The last fits: pixels to either side in which a border is looked for, and how many borders are."""
_GROWTH: Final = 1.6
"""By which the distance from known points grows from fit to fit."""
_FEW: Final = 24
"""Borders below which distortion is not fitted."""
_RANGE: Final = 0.25
"""Of radii, in half diagonals, that borders must span to tell the second term from the first."""
_MANY: Final = 120
_MANY_NEAR: Final = 40
"""Borders from which on the anchors, seen less exactly, are not needed; the latter once a map is right to
the last fits' window."""
LEAST_SHARE: Final = 0.5
"""Of the borders within the picture that must be seen where the map says; less is another chart, or none."""
_LEAST_FITS: Final = 2
_STILL: Final = 0.05
"""px: once a fit moves nothing farther, no more are made."""
_SEEN: Final = 1.5
"""px off the map at which a border still counts as seen."""


@dataclass(frozen=True, eq=False)
class Registration:
    """A chart's map with what speaks for it.

    Attributes:
        map: of the chart into the picture.
        rms: of what it leaves of the borders, px.
        seen: number of borders seen.
        share: of those expected in the picture.
    """

    map: ChartMap
    rms: float
    seen: int
    share: float


def registered(
    light: Float[np.ndarray, "row column 3"],
    chart: Chart,
    start: ChartMap,
    anchors: Float[np.ndarray, "n 2"],
    anchored: Sightings | None = None,
) -> Registration | None:
    """A chart's map, fitted to its borders; None where too little of the chart is there.

    Args:
        light: the picture.
        chart: what is expected.
        start: its map about the anchors.
        anchors: places on the chart that were found, mm.
        anchored: how they were seen, kept in the fit while few borders are.
    """
    borders = borders_of(chart)
    if len(borders.places) < 8:
        return None
    found = _grown(light, borders, start, anchors, anchored)
    for step, (window, most) in enumerate(_FITS):
        before = found
        found, enough = _refitted(light, borders.thinned(most), found, window, anchored)
        if enough and step > _LEAST_FITS and _moved(borders, before, found) < _STILL:
            break
    # Wide windows may hold too few even profiles of a small chart; the last one decides.
    return _judged(light, borders, found) if enough else None


def _moved(borders: Borders, before: ChartMap, after: ChartMap) -> float:
    """How far a fit moved a chart's borders at most, px."""
    places = borders.thinned(200).places
    return float(np.linalg.norm(after(places) - before(places), axis=1).max())


def _grown(
    light: Float[np.ndarray, "row column 3"],
    borders: Borders,
    start: ChartMap,
    anchors: Float[np.ndarray, "n 2"],
    anchored: Sightings | None,
) -> ChartMap:
    """The map after fits that reach farther and farther from the anchors."""
    away = np.min(np.linalg.norm(borders.places[:, None] - anchors[None], axis=2), axis=1)
    size = max(float(np.max(np.ptp(anchors, axis=0))), 1e-6)
    radius, found = 0.35 * size, start
    while radius < away.max():
        window, most = _FITS[0]
        found, _ = _refitted(light, borders.taken(away <= radius).thinned(most), found, window, anchored)
        radius *= _GROWTH
    return found


def _refitted(
    light: Float[np.ndarray, "row column 3"],
    borders: Borders,
    start: ChartMap,
    window: float,
    anchored: Sightings | None,
) -> tuple[ChartMap, bool]:
    """The map fitted to the borders seen from it, and whether there were enough."""
    seen, _ = seen_borders(light, borders, start, window) if len(borders.places) else (None, None)
    count = 0 if seen is None else len(seen.on_chart)
    if seen is None or count < 10:
        return start, False
    if anchored is not None and count < (_MANY_NEAR if window <= _FITS[-1][0] else _MANY):
        seen = _joined(seen, anchored)
    found, weights = fitted_map(seen, start, _terms(seen, count, start))
    return found, bool(np.isfinite(found.homography).all() and np.sum(weights > 0) >= 10)


def _terms(seen: Sightings, count: int, start: ChartMap) -> int:
    """Terms of distortion that so many borders, so far apart, can carry."""
    span = float(np.max(np.ptp(seen.in_picture, axis=0)))
    if count < _FEW or span < 100:
        return 0
    away = np.linalg.norm(seen.in_picture - middle(start.shape), axis=1) / half_diagonal(start.shape)
    near, far = np.percentile(away, (5, 95))
    return 1 if count < 4 * _FEW or far - near < _RANGE else 2


def _joined(first: Sightings, second: Sightings) -> Sightings:
    return Sightings(
        np.vstack([first.on_chart, second.on_chart]),
        np.vstack([first.in_picture, second.in_picture]),
        np.vstack([first.normals, second.normals]),
    )


def _judged(
    light: Float[np.ndarray, "row column 3"], borders: Borders, found: ChartMap
) -> Registration | None:
    """What speaks for a map in the end; None where it is not the chart's."""
    if found.mirrored:
        return None
    seen, _ = seen_borders(light, borders, found, _FITS[-1][0])
    at = found(borders.places)
    # Narrower paint is not looked for, so it cannot be missed: gaps between patches of small cards.
    wide = borders.reaches * found.scale(borders.places) >= LEAST_WIDTH
    expected = int(np.sum(np.all((at > 4) & (at < np.array(light.shape[1::-1]) - 4), axis=1) & wide))
    off = seen.off(found)
    good = np.abs(off) < _SEEN
    share = float(np.sum(good)) / max(expected, 1)
    if expected < 8 or share < LEAST_SHARE or np.sum(good) < 10:
        return None
    return Registration(found, float(np.sqrt(np.mean(off[good] ** 2))), int(np.sum(good)), share)
