"""Card lattice: quadrilaterals that lie in rows and columns, under a perspective."""

from collections import deque
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float, Int

from lichtbild.quality.detect.card_quads import Quads
from lichtbild.quality.detect.vision import opencv

_STEPS: Final = (0.85, 2.1)
"""From a patch to its neighbour, in sides of the patch as it was found, which blur makes smaller."""
_ASKEW: Final = 0.3
"""Most that a neighbour may lie off the row, of the step."""
_SIZES: Final = (0.4, 2.5)
"""Of areas of neighbours."""
_NEAR: Final = 0.2
"""Most that a patch may lie off its place in the lattice, in pitches."""
_BEYOND: Final = 2
"""Cells beyond those that hang together in which more patches are looked for."""
LEAST: Final = 6
"""Patches that make a lattice."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """Patches in rows and columns.

    Attributes:
        to_view: from (column, row) of the lattice, patch centres at whole numbers, to the view.
        cells: (column, row) of each quadrilateral that is a part.
        members: which quadrilaterals those are.
        side: of the found quadrilaterals, in pitches: the median.
    """

    to_view: Float[np.ndarray, "3 3"]
    cells: Int[np.ndarray, "member 2"]
    members: Int[np.ndarray, " member"]
    side: float


def lattices(found: Quads) -> tuple[Lattice, ...]:
    """All lattices among quadrilaterals, the one with most patches first."""
    if len(found.areas) < LEAST:
        return ()
    neighbours = _neighbours(found)
    free = np.ones(len(found.areas), bool)
    result = []
    for group in _groups(found, neighbours):
        for _ in range(3):  # two cards may touch: what the first lattice leaves may be another
            left = {index: cell for index, cell in group.items() if free[index]}
            lattice = _fitted(found, left, free) if len(left) >= LEAST else None
            if lattice is None:
                break
            free[lattice.members] = False
            result.append(lattice)
    return tuple(sorted(result, key=lambda lattice: -len(lattice.members)))


def _neighbours(found: Quads) -> Int[np.ndarray, "quad 4"]:
    """For each quadrilateral the nearest one along +u, +v, -u and -v; -1 for none."""
    count = len(found.areas)
    inverse = np.linalg.inv(found.sides.transpose(0, 2, 1))
    offsets = found.centres[None, :, :] - found.centres[:, None, :]
    places = np.einsum("iab,ijb->ija", inverse, offsets)
    ratio = found.areas[None, :] / found.areas[:, None]
    alike = (ratio > _SIZES[0]) & (ratio < _SIZES[1]) & _parallel(found)
    result = np.full((count, 4), -1)
    for turn, (axis, sign) in enumerate(((0, 1), (1, 1), (0, -1), (1, -1))):
        ahead, aside = sign * places[..., axis], np.abs(places[..., 1 - axis])
        fits = alike & (ahead > _STEPS[0]) & (ahead < _STEPS[1]) & (aside < _ASKEW * ahead)
        distance = np.where(fits, ahead + aside, np.inf)
        best = distance.argmin(axis=1)
        result[:, turn] = np.where(np.isfinite(distance[np.arange(count), best]), best, -1)
    return result


def _parallel(found: Quads) -> Bool[np.ndarray, "quad quad"]:
    """Pairs whose sides run alike up to quarter turns, to about 20 degrees."""
    angle = np.arctan2(found.sides[:, 0, 1], found.sides[:, 0, 0])
    other = np.arctan2(found.sides[:, 1, 1], found.sides[:, 1, 0])
    # A quadrilateral seen askew has two directions: both are folded into a quarter turn and averaged.
    middle = np.angle(np.exp(4j * angle) + np.exp(4j * other)) / 4
    between = np.abs(np.angle(np.exp(4j * (middle[:, None] - middle[None, :])))) / 4
    return np.asarray(between < np.deg2rad(20))


def _groups(found: Quads, neighbours: Int[np.ndarray, "quad 4"]) -> list[dict[int, tuple[int, int]]]:
    """Cells of quadrilaterals that hang together, largest group first."""
    seen: set[int] = set()
    groups = []
    for seed in np.argsort(-(neighbours >= 0).sum(axis=1), kind="stable"):
        if int(seed) in seen:
            continue
        group = _grown(found, neighbours, int(seed), seen)
        seen.update(group)
        if len(group) >= LEAST:
            groups.append(group)
    return sorted(groups, key=len, reverse=True)


def _grown(
    found: Quads, neighbours: Int[np.ndarray, "quad 4"], seed: int, seen: set[int]
) -> dict[int, tuple[int, int]]:
    """Cells of all that hang on a seed, in its own directions."""
    steps = ((1, 0), (0, 1), (-1, 0), (0, -1))
    cells = {seed: (0, 0)}
    turns = {seed: 0}
    queue = deque([seed])
    while queue:
        here = queue.popleft()
        for turn in range(4):
            there = int(neighbours[here, (turn - turns[here]) % 4])
            if there < 0 or there in cells or there in seen:
                continue
            column, row = cells[here]
            cells[there] = (column + steps[turn][0], row + steps[turn][1])
            turns[there] = (turns[here] + _turned(found.sides[here], found.sides[there])) % 4
            queue.append(there)
    return cells


def _turned(here: Float[np.ndarray, "2 2"], there: Float[np.ndarray, "2 2"]) -> int:
    """Quarter turns of the second's u against the first's, towards v."""
    directions = np.array([here[0], here[1], -here[0], -here[1]])
    directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    return int(np.argmax(directions @ there[0]))


def _fitted(
    found: Quads, group: dict[int, tuple[int, int]], free: Bool[np.ndarray, " quad"]
) -> Lattice | None:
    """The lattice of a group, with all free quadrilaterals that lie in its places."""
    members = np.array(list(group))
    cells = np.array(list(group.values()))
    homography = _ransac(cells, found.centres[members], np.sqrt(np.median(found.areas[members])))
    for _ in range(3):
        if homography is None:
            return None
        places = apply(np.linalg.inv(homography), found.centres)
        near = np.rint(places).astype(int)
        extent = ((near >= cells.min(axis=0) - _BEYOND) & (near <= cells.max(axis=0) + _BEYOND)).all(axis=1)
        good = free & extent & (np.abs(places - near).max(axis=1) < _NEAR) & _sized(found, homography, near)
        members = np.flatnonzero(good)
        if len(members) < LEAST:
            return None
        cells = near[members]
        homography, _ = opencv().findHomography(cells.astype(float), found.centres[members])
    if homography is None or not np.isfinite(homography).all():
        return None
    members, cells = _single(found, homography, members, cells)
    if min(len(set(cells[:, 0])), len(set(cells[:, 1]))) < 2:
        return None
    area = np.sqrt(found.areas[members] / np.abs(cell_area(homography, cells.astype(float))))
    return Lattice(homography, cells, members, float(np.median(area)))


def _single(found: Quads, homography: Any, members: Any, cells: Any) -> tuple[Any, Any]:
    """One quadrilateral for each cell: the one nearest to its place."""
    off = np.linalg.norm(apply(homography, cells.astype(float)) - found.centres[members], axis=1)
    best: dict[tuple[int, int], int] = {}
    for index in np.argsort(off, kind="stable"):
        best.setdefault((int(cells[index, 0]), int(cells[index, 1])), int(index))
    kept = np.array(sorted(best.values()))
    return members[kept], cells[kept]


def _ransac(cells: Any, centres: Any, side: float) -> Any:
    """A homography of most of the cells; None if there is none that keeps its sense."""
    if min(np.ptp(cells[:, 0]), np.ptp(cells[:, 1])) < 1:
        return None
    cv2 = opencv()
    cv2.setRNGSeed(0)
    homography, _ = cv2.findHomography(cells.astype(float), centres, cv2.RANSAC, 0.2 * side, maxIters=500)
    if homography is None or not np.isfinite(homography).all() or abs(np.linalg.det(homography)) < 1e-12:
        return None
    return homography


def _sized(found: Quads, homography: Any, cells: Any) -> Bool[np.ndarray, " quad"]:
    """Quadrilaterals of about the size of their cells."""
    ratio = found.areas / np.maximum(np.abs(cell_area(homography, cells.astype(float))), 1e-9)
    return np.asarray((ratio > 0.2) & (ratio < 1.15))


def apply(
    homography: Float[np.ndarray, "3 3"], points: Float[np.ndarray, "*many 2"]
) -> Float[np.ndarray, "*many 2"]:
    """Points through a homography."""
    mapped = points @ homography[:, :2].T + homography[:, 2]
    return np.asarray(mapped[..., :2] / mapped[..., 2:])


def cell_area(
    homography: Float[np.ndarray, "3 3"], cells: Float[np.ndarray, "many 2"]
) -> Float[np.ndarray, " many"]:
    """Area of a cell in px, with the sign of its sense."""
    weight = cells @ homography[2, :2] + homography[2, 2]
    weight = np.where(np.abs(weight) < 1e-9, 1e-9, weight)
    return np.asarray(np.linalg.det(homography) / weight**3)
