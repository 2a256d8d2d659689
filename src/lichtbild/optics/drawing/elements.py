"""Elements: which surfaces bound a body of glass or plastic, and what it is called."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from lichtbild.core.units import nm
from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import Lens
from lichtbild.optics.medium import Air, Medium

F_LINE, D_LINE, C_LINE = nm(486.1327), nm(587.5618), nm(656.2725)

FLINT = 40.0
"""Below this Abbe number an element is drawn as one of the dispersive ones."""


class Kind(StrEnum):
    """What a body is drawn as."""

    CROWN = "crown"
    FLINT = "flint"
    PLATE = "plate"


@dataclass(frozen=True)
class LensElement:
    """A body between two neighbouring surfaces.

    Args:
        name: "E1" and so on along the light; "P1" and so on for plane plates, which patents do not count.
        front: index of the surface that light meets first.
        back: index of its other surface; surfaces between them, such as a stop, only mark a place in it.
        group: number of the cemented group it belongs to; a single element is a group of its own.
        kind: what it is drawn as.
        medium: what it is made of.
    """

    name: str
    front: int
    back: int
    group: int
    kind: Kind
    medium: Medium


def elements(lens: Lens) -> tuple[LensElement, ...]:
    """The bodies of a lens in the order light meets them.

    What fills the space before the first surface or behind the last one has no shape and is no body.
    """
    found: list[LensElement] = []
    counts = {"E": 0, "P": 0}
    group = -1
    faces = bending(lens)
    for front, back in pairwise(faces):
        medium = lens.gaps[front + 1].medium
        if isinstance(medium, Air):
            continue
        if not found or found[-1].back != front:
            group += 1
        kind = _kind(lens, (front, back), medium)
        letter = "P" if kind is Kind.PLATE else "E"
        counts[letter] += 1
        found.append(LensElement(f"{letter}{counts[letter]}", front, back, group, kind, medium))
    return tuple(found)


def bending(lens: Lens) -> tuple[int, ...]:
    """Surfaces at which rays may bend; the others only mark a place."""
    media = [gap.medium for gap in lens.gaps]
    return tuple(
        index
        for index, surface in enumerate(lens.surfaces)
        if surface.mirror or media[index] != media[index + 1]
    )


def index_and_abbe(lens: Lens, medium: Medium) -> tuple[float, float]:
    """Refractive index at the d line, and Abbe number; the latter is infinite without dispersion."""
    lines = np.array([F_LINE, D_LINE, C_LINE])
    f, d, c = (float(n) for n in refractive_index(medium, lines, lens.temperature, lens.pressure))
    return d, (d - 1) / (f - c) if f != c else float("inf")


def _kind(lens: Lens, faces: tuple[int, int], medium: Medium) -> Kind:
    surfaces = [lens.surfaces[face] for face in faces]
    if all(float(face.curvature) == 0 and face.departure is None for face in surfaces):
        return Kind.PLATE
    return Kind.FLINT if index_and_abbe(lens, medium)[1] < FLINT else Kind.CROWN
