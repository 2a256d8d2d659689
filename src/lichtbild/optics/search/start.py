"""Start: a random lens of weak surfaces with a phone lens's distribution of power, to grow from.

The first element collects, the second, of strong dispersion, spreads; those in the middle do little; the
last but one collects and the last spreads, which flattens the field and shortens the lens (a telephoto with a
field corrector). Powers, bendings, distances and glasses are drawn within wide ranges.
"""

import numpy as np

from lichtbild.optics.search.candidate import Candidate
from lichtbild.optics.search.material import Palette, palette
from lichtbild.optics.search.target import SENSOR_ROOM, TERMS
from lichtbild.optics.specification import Specification

CROWN = 0.035
"""Relative dispersion over the band below which a medium is a crown."""


def start(wanted: Specification, draw: np.random.Generator) -> Candidate:
    """A random start; the same generator gives the same."""
    media = palette(wanted)
    glass = _glasses(wanted, media, draw)
    curvature = _curvatures(wanted, media.index[glass], draw)
    thickness = _distances(wanted, draw)
    count = wanted.elements
    return Candidate(
        glasses=tuple(media.names[i] for i in glass),
        curvature=tuple(curvature),
        even=((0.0,) * TERMS,) * (2 * count),
        thickness=tuple(thickness),
        widths=(3 * wanted.image_height,) * (2 * count + 3),
        merit=np.inf,
        radii=(),
        steps=0,
        origin="",
    )


def _glasses(wanted: Specification, media: Palette, draw: np.random.Generator) -> list[int]:
    crowns = [i for i, part in enumerate(media.spread / (media.index - 1)) if part < CROWN] or [0]
    flints = [i for i in range(len(media.names)) if i not in crowns] or [len(media.names) - 1]
    count = wanted.elements
    glass = [int(draw.choice(crowns if draw.random() < 0.5 else flints)) for _ in range(count)]
    glass[0] = int(draw.choice(crowns))
    if count > 2:
        glass[1] = int(draw.choice(flints))
    if draw.random() < 0.7:
        glass[-2 if count > 3 else 0] = crowns[0]
    if draw.random() < 0.7:
        glass[-1] = int(draw.choice(crowns if count > 2 else flints))
    return glass


def _curvatures(wanted: Specification, index: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Curvatures of all surfaces from drawn powers and bendings, 1 / mm."""
    count, scale = wanted.elements, wanted.focal_length
    focal = draw.choice([-1.0, 1.0], count) * draw.uniform(1.5, 15, count)
    focal[0], focal[-1] = draw.uniform(0.7, 1.3), -draw.uniform(0.4, 1.5)
    if count > 3:
        focal[1], focal[-2] = -draw.uniform(1.3, 3.5), draw.uniform(0.5, 2.0)
    difference = 1 / (focal * scale * (index - 1))
    bending = draw.normal(0, 0.5, count) / scale
    bending[0] = abs(difference[0]) * draw.uniform(0.6, 1.6)
    curvature: np.ndarray = np.stack([bending + difference, bending - difference], axis=1).ravel() / 2
    return curvature


def _distances(wanted: Specification, draw: np.random.Generator) -> np.ndarray:
    """Distances from the stop to the sensor that fill the track, mm."""
    count = wanted.elements
    back = max(wanted.back_focus, 0.2 * wanted.focal_length, wanted.plate + SENSOR_ROOM + 0.1)
    parts = np.stack([draw.uniform(0.25, 0.7, count), draw.uniform(0.05, 0.6, count)], axis=1).ravel()[:-1]
    parts *= (wanted.track - back) / parts.sum()
    parts[::2] = np.maximum(parts[::2], wanted.limits.centre)
    stop = -0.01 * wanted.focal_length
    return np.concatenate([[stop], parts, [back - wanted.plate - SENSOR_ROOM, wanted.plate, SENSOR_ROOM]])
