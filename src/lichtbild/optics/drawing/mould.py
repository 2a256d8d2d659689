"""Mould: rims that leave room for what is beside them, and faces without what no mould could make.

A rim gives way where it would cut into the element's own other face or into a neighbour. A face does not,
unless it is too steep there: semi-apertures in files are often wider than any light.
"""

from dataclasses import replace
from itertools import combinations

import numpy as np
from jaxtyping import Float

from lichtbild.optics.drawing.elements import LensElement
from lichtbild.optics.drawing.faces import Faces, outer_radii

LEAST = 0.03
"""Of an element's outer radius: the least thickness of its rim."""

CLEARANCE = 0.006
"""Of the widest element's radius: between rims of neighbours."""

KNIFE = 0.97
"""Of the radius at which both faces of an element meet: how far they are drawn."""

STEEP = 1.7
"""Slope (60 degrees) beyond which a face that also runs through another is taken for what no light sees."""


def trimmed(faces: Faces, found: tuple[LensElement, ...]) -> Faces:
    """Faces without the outer parts where they run through each other.

    Semi-apertures in files are often wider than any light; there, high powers of r send a sag anywhere. What
    is left out begins where a face that meets another grows too steep to be moulded.
    """
    own = [(element.front, element.back) for element in found]
    pairs = own + [(a.back, b.front) for a, b in combinations(found, 2) if a.back != b.front]
    for _ in range(2 * len(pairs)):
        z = faces.z + faces.vertex[:, None]
        wild = {index: limit for pair in pairs for index, limit in _wild(z, faces, pair, own)}
        if not wild:
            break
        for index, limit in wild.items():
            faces = _narrowed(faces, index, limit)
        faces = replace(faces, outer=outer_radii(found, faces.semi, faces.edge))
    return faces


def _wild(
    z: Float[np.ndarray, "2 s n"], faces: Faces, pair: tuple[int, int], own: list[tuple[int, int]]
) -> list[tuple[int, float]]:
    """Of two faces that meet, those to be narrowed, and how far each one is drawn."""
    first, second = pair
    inside = faces.r <= min(faces.outer[first], faces.outer[second])
    met = ((z[:, second] - z[:, first]) <= 0).any(axis=0) & inside
    if not met.any():
        return []
    place = float(faces.r[met].min())
    found = []
    for index in pair:
        slope = np.abs(np.gradient(z[:, index], faces.r, axis=1)).max(axis=0)
        steep = (slope > STEEP) & (faces.r <= faces.semi[index]) & (faces.r > 0.5 * faces.semi[index])
        if steep.any() and faces.r[steep].min() < min(1.1 * place, faces.semi[index]):
            before = faces.r[faces.r < min(faces.r[steep].min(), place)]
            found.append((index, float(before[-1])))
    if found or pair not in own or place >= min(faces.semi[first], faces.semi[second]):
        return found
    # Two faces of one element that meet leave it a knife's edge.
    limit = float(faces.r[faces.r < KNIFE * place][-1])
    return [(first, limit), (second, limit)]


def _narrowed(faces: Faces, index: int, limit: float) -> Faces:
    """The same with one face narrower and its rim wider."""
    z, semi = faces.z.copy(), faces.semi.copy()
    last = int(np.searchsorted(faces.r, limit))
    z[:, index, last:] = z[:, index, last : last + 1]
    semi[index] = limit
    return replace(faces, z=z, semi=semi)


def fitted(faces: Faces, found: tuple[LensElement, ...]) -> Faces:
    """Rims that leave room for what is beside them."""
    z = faces.z + faces.vertex[:, None]
    outer = faces.outer.copy()
    clearance = CLEARANCE * float(outer[:-1].max())
    for element in found:
        _thicken(z, faces, element)
    for one, other in combinations(found, 2):
        if one.back != other.front:
            _part(z, faces, (one, other), clearance)
    for element in found:
        outer[[element.front, element.back]] = _cut(z, faces, element)
    return replace(faces, z=z - faces.vertex[:, None], outer=outer)


def _thicken(z: Float[np.ndarray, "2 s n"], faces: Faces, element: LensElement) -> None:
    """Move an element's rims apart where they would meet (``z`` is changed)."""
    front, back = element.front, element.back
    least = LEAST * faces.outer[front]
    thin = (z[:, back] - z[:, front] < least) & (faces.r > faces.semi[back])
    z[:, back] = np.where(thin, z[:, front] + least, z[:, back])
    thin = (z[:, back] - z[:, front] < least) & (faces.r > faces.semi[front])
    z[:, front] = np.where(thin, z[:, back] - least, z[:, front])


def _part(
    z: Float[np.ndarray, "2 s n"], faces: Faces, pair: tuple[LensElement, LensElement], clearance: float
) -> None:
    """Move rims of two elements apart where they would meet (``z`` is changed)."""
    a, b = pair[0].back, pair[1].front
    close = (z[:, b] - z[:, a] < clearance) & (faces.r <= min(faces.outer[a], faces.outer[b]))
    rim_a, rim_b = faces.r > faces.semi[a], faces.r > faces.semi[b]
    middle = (z[:, a] + z[:, b]) / 2
    room_a = np.where(rim_b, middle - clearance / 2, z[:, b] - clearance)
    room_b = np.where(rim_a, middle + clearance / 2, z[:, a] + clearance)
    z[:, a], z[:, b] = (
        np.where(close & rim_a, room_a, z[:, a]),
        np.where(close & rim_b, room_b, z[:, b]),
    )


def _cut(z: Float[np.ndarray, "2 s n"], faces: Faces, element: LensElement) -> float:
    """Outer radius up to which an element still has a thickness; never less than its faces need."""
    front, back = element.front, element.back
    clear = max(faces.semi[front], faces.semi[back])
    gone = ((z[:, back] - z[:, front]) <= 0).any(axis=0) & (faces.r > clear)
    return float(faces.r[gone].min() if gone.any() else faces.outer[front])
