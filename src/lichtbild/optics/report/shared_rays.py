"""Shared rays: what several parts of a report are made of, so that rays are aimed and traced but once.

All rays that the parts want of the lens's field points are one bundle, over the points of several discs, and
so are those of the curves over the field.
"""

import itertools
from types import MappingProxyType
from typing import Final

import numpy as np

from lichtbild.optics import pencil
from lichtbild.optics.aim import Sights, sights
from lichtbild.optics.bundle import Bundle, bundle, taken
from lichtbild.optics.disc import fan, hexapolar, joined
from lichtbild.optics.lens import Lens
from lichtbild.optics.wavefront import map_points, with_centre

RINGS = 8
"""Rings of a spot's rays."""

MAP = 48
"""Squares across a wavefront map."""

DRAWN = 5
"""Rays drawn of each field."""

OF_FAN = 41
"""Rays of a fan of path differences."""

SQUARES, INSIDE = map_points(MAP)

FANS: Final = MappingProxyType({"tangential": fan(OF_FAN, "y"), "sagittal": fan(OF_FAN, "x")})
"""Discs of the fans of path differences; they are rays of the report with their centre each."""

DISCS: Final = MappingProxyType(
    {
        "pencil": pencil.points(),
        "spot": hexapolar(RINGS),
        "wavefront": with_centre(SQUARES),
        "drawing": fan(DRAWN),
        **{name: with_centre(disc) for name, disc in FANS.items()},
    }
)
"""The discs of the parts, in the order of the bundle's rays."""

_ENDS: Final = np.cumsum([0, *(disc.weights.size for disc in DISCS.values())]).tolist()

SLICES: Final = MappingProxyType(
    {name: slice(*ends) for name, ends in zip(DISCS, itertools.pairwise(_ENDS), strict=True)}
)
"""Where the rays of each part lie in the bundle."""


def of_fields(lens: Lens) -> Bundle:
    """The rays of all parts, of the lens's field points and wavelengths."""
    return bundle(lens, joined(*DISCS.values()))


def part_of(rays: Bundle, name: str) -> Bundle:
    """The rays of one part."""
    return taken(rays, SLICES[name])


def over_field(lens: Lens, curve: np.ndarray) -> tuple[Sights, Bundle]:
    """The pencils of field points along a curve, and what they were aimed at."""
    return sights(lens, curve), bundle(lens, DISCS["pencil"], curve)
