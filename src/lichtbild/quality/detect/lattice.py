"""Lattice: rows and columns among points that lie on a grid, seen in perspective and through a lens.

From a point whose four neighbours lie square about it the grid grows step by step; each new point is expected
where its neighbour's own steps put it, so that neither perspective nor distortion leads astray.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int

from lichtbild.quality.detect.vision import spatial

_NEAR: Final = 0.22
"""Of a step, by which a point may lie off where it is expected."""
_HALF: Final = 0.5
_SEEDS: Final = 12
_STEPS: Final = ((1, 0), (0, 1), (-1, 0), (0, -1))


@dataclass(frozen=True, eq=False)
class Lattice:
    """Points that lie on a grid.

    Attributes:
        members: which of the points.
        places: column and row of each in the grid, from 0.
    """

    members: Int[np.ndarray, " n"]
    places: Int[np.ndarray, "n 2"]

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        columns, rows = self.places.max(axis=0) + 1 if len(self.places) else (0, 0)
        return int(rows), int(columns)

    @property
    def filled(self) -> float:
        """Share of the rows and columns that has a point."""
        rows, columns = self.size
        return len(self.members) / max(rows * columns, 1)


def largest_lattice(points: Float[np.ndarray, "n 2"]) -> Lattice:
    """The grid with most of the points; its columns run to the right in the picture, its rows down."""
    best: dict[tuple[int, int], int] = {}
    if len(points) < 4:
        return Lattice(np.zeros(0, np.int64), np.zeros((0, 2), np.int64))
    tree = spatial().cKDTree(points)
    used: set[int] = set()
    for seed, right, down in _seeds(points, tree):
        if seed in used:
            continue
        grown = _grown(points, tree, seed, right, down)
        used.update(grown.values())
        if len(grown) > len(best):
            best = grown
    places = np.array(list(best), np.int64).reshape(-1, 2)
    members = np.array(list(best.values()), np.int64)
    if not len(members):
        return Lattice(members, places)
    kept = _whole(places)
    places, members = places[kept], members[kept]
    order = np.lexsort((places[:, 0], places[:, 1]))
    return Lattice(members[order], (places - places.min(axis=0))[order])


def _whole(places: Int[np.ndarray, "n 2"]) -> Bool[np.ndarray, " n"]:
    """Which places are left when border rows and columns that are less than half full are taken off.

    What lies beside a chart by chance joins it as such a row.
    """
    kept = np.ones(len(places), bool)
    while kept.any():
        low, high = places[kept].min(axis=0), places[kept].max(axis=0)
        sides = [(axis, end) for axis in (0, 1) for end in (low[axis], high[axis])]
        shares = [
            np.sum(kept & (places[:, axis] == end)) / (high[1 - axis] - low[1 - axis] + 1)
            for axis, end in sides
        ]
        poorest = int(np.argmin(shares))
        if shares[poorest] >= _HALF:
            break
        axis, end = sides[poorest]
        kept &= places[:, axis] != end
    return kept


def _seeds(
    points: Float[np.ndarray, "n 2"], tree: object
) -> list[tuple[int, Float[np.ndarray, "2"], Float[np.ndarray, "2"]]]:
    """Points with four neighbours square about them, the squarest first, each with its two steps."""
    _, near = tree.query(points, k=min(9, len(points)))  # type: ignore[attr-defined]
    found = []
    for index, others in enumerate(near):
        ways = points[others[1:]] - points[index]
        first = ways[0]
        opposite = ways[np.argmin(np.linalg.norm(ways + first, axis=1))]
        cross = ways @ [-first[1], first[0]] / max(float(first @ first), 1e-9)
        along = ways @ first / max(float(first @ first), 1e-9)
        side = np.argmin(np.abs(along) + np.abs(cross - 1))
        other = np.argmin(np.linalg.norm(ways + ways[side], axis=1))
        size = float(np.linalg.norm(first)) + 1e-9
        off = np.linalg.norm(opposite + first) + np.linalg.norm(ways[other] + ways[side])
        if off < 0.3 * size and 0.4 < cross[side] < 2.5:
            found.append((float(off) / size, index, first, ways[side]))
    found.sort(key=lambda one: one[:2])
    return [
        (index, *_upright(first, side)) for _, index, first, side in found[:: max(1, len(found) // _SEEDS)]
    ]


def _upright(
    first: Float[np.ndarray, "2"], second: Float[np.ndarray, "2"]
) -> tuple[Float[np.ndarray, "2"], Float[np.ndarray, "2"]]:
    """The two steps as right and down: the flatter one to the right, the other square to it, down."""
    right, down = (first, second) if abs(first[0]) >= abs(second[0]) else (second, first)
    right = right if right[0] > 0 else -right
    return right, down if right[0] * down[1] - right[1] * down[0] > 0 else -down


def _grown(
    points: Float[np.ndarray, "n 2"],
    tree: object,
    seed: int,
    right: Float[np.ndarray, "2"],
    down: Float[np.ndarray, "2"],
) -> dict[tuple[int, int], int]:
    """The grid about a seed: index of the point at each column and row."""
    grid = {(0, 0): seed}
    steps = {(0, 0): (right, down)}
    taken, wave = {seed}, [(0, 0)]
    while wave:
        wanted = [
            (
                (place[0] + i, place[1] + j),
                place,
                points[grid[place]] + i * steps[place][0] + j * steps[place][1],
            )
            for place in wave
            for i, j in _STEPS
            if (place[0] + i, place[1] + j) not in grid
        ]
        wave = []
        if not wanted:
            break
        away, nearest = tree.query(np.array([one[2] for one in wanted]))  # type: ignore[attr-defined]
        for (place, origin, _), distance, index in zip(wanted, away, nearest, strict=True):
            step = min(np.linalg.norm(steps[origin][0]), np.linalg.norm(steps[origin][1]))
            if place in grid or int(index) in taken or distance > _NEAR * step:
                continue
            grid[place] = int(index)
            taken.add(int(index))
            steps[place] = _own_steps(points, grid, place, steps[origin])
            wave.append(place)
    return grid


def _own_steps(
    points: Float[np.ndarray, "n 2"],
    grid: dict[tuple[int, int], int],
    place: tuple[int, int],
    known: tuple[Float[np.ndarray, "2"], Float[np.ndarray, "2"]],
) -> tuple[Float[np.ndarray, "2"], Float[np.ndarray, "2"]]:
    """Steps at a new point: half from its neighbours in the grid, half from where it was reached."""
    own = []
    for axis, step in enumerate(known):
        seen = [
            sign * (points[grid[other]] - points[grid[place]])
            for sign in (1, -1)
            for other in [(place[0] + sign * (1 - axis), place[1] + sign * axis)]
            if other in grid
        ]
        own.append(0.4 * step + 0.6 * np.mean(seen, axis=0) if seen else step)
    return own[0], own[1]
