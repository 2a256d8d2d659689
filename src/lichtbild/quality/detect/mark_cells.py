"""Mark cells: marks known by the brightness of their cells, where blur or noise hides single ones.

A reader that decides cell by cell gives a mark up for a few grey ones. Where it is known which chart a
picture shows, only its numbers are possible, and the correlation of all cells with each of them is enough.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from jaxtyping import Float, UInt8

from lichtbild.image.chart import Fiducial
from lichtbild.image.charts.marks import chart_of, code

ALIKE: Final = 0.8
"""Correlation of the 16 inner cells with a number's, where its chart is known to be there."""
SURE: Final = 0.9
"""The same, where it is not: of 300 quadrilaterals and 60 marks chance gives one in some ten pictures."""
_LEAST_SIDE: Final = 10.0
"""px of a mark's shortest side."""
_MOST_UNLIKE: Final = 2.5
"""Ratio of a quadrilateral's sides; no mark is tilted so far."""
_LEAST_CONTRAST: Final = 12.0
"""Grey levels of 255 between the bright cells and the border."""
_SUB: Final = (-0.25, 0.0, 0.25)
"""Of a cell: where it is sampled about its middle."""
_CELLS: Final = 6
_SOFT: Final = 0.6 * np.eye(_CELLS + 2) + 0.2 * (np.eye(_CELLS + 2, k=1) + np.eye(_CELLS + 2, k=-1))
"""Share of each cell in another along an axis where a blur has half a cell's standard deviation."""
_GROWN: Final = (1.0, 0.9, 1.1)
"""Sizes of a mark that is looked for, of the one that is expected."""
_AWAY: Final = ((8, ALIKE), (30, 0.85))
"""Half cells within which a mark is looked for about its place, and correlations that are enough."""

Quads = Float[np.ndarray, "n 4 2"]


def marks_among(
    grey: UInt8[np.ndarray, "r c"], quads: Quads, marks: Sequence[Fiducial], least: float = ALIKE
) -> list[tuple[int, Float[np.ndarray, "4 2"]]]:
    """Numbers and corners of the quadrilaterals that show one of some marks.

    Args:
        grey: a picture.
        quads: clockwise corners in it, in indices of pixels.
        marks: which are possible.
        least: correlation that is enough.

    Returns:
        Numbers and corners, beginning with the upper left as printed, of each place the best.
    """
    marks = [mark for mark in marks if chart_of(mark.number) is not None]
    quads = quads[_likely(quads)]
    if not len(quads) or not marks:
        return []
    cells = _cells(grey, quads)
    rim = np.ones((_CELLS, _CELLS), bool)
    rim[1:-1, 1:-1] = False
    inner = cells[:, 1:-1, 1:-1].reshape(len(quads), -1)
    framed = np.median(cells[:, rim], axis=1) + _LEAST_CONTRAST < inner.max(axis=1)
    alike = _normalised(inner) @ _patterns(tuple(mark.number for mark in marks)).T
    alike[~framed] = -1.0
    numbers, turns = np.divmod(alike.argmax(axis=1), 4)
    best = alike.max(axis=1)
    found: list[tuple[int, Float[np.ndarray, "4 2"]]] = []
    taken: list[Float[np.ndarray, 2]] = []
    for quad in np.argsort(-best, kind="stable")[: int(np.sum(best > least))]:
        middle, side = quads[quad].mean(axis=0), np.linalg.norm(quads[quad, 1] - quads[quad, 0])
        if all(np.linalg.norm(middle - other) > 0.5 * side for other in taken):
            taken.append(middle)
            found.append((marks[numbers[quad]].number, np.roll(quads[quad], int(turns[quad]), axis=0)))
    return found


def mark_near(
    grey: UInt8[np.ndarray, "r c"], corners: Float[np.ndarray, "4 2"], mark: Fiducial, *, far: bool = False
) -> Float[np.ndarray, "4 2"] | None:
    """The corners of a mark that is looked for about where it should be; None where it is not seen.

    Farther away it has to be surer, since more places may be like it by chance.

    Args:
        grey: a picture.
        corners: where the mark should be, from the upper left as printed, in indices of pixels.
        mark: which.
        far: whether it may lie some sides of it away.
    """
    printed = np.ones((_CELLS + 2, _CELLS + 2))
    printed[1:-1, 1:-1] = 0.0
    printed[2:-2, 2:-2] = np.array(code(mark.number), np.float64)
    soft = np.einsum("ij,jk,lk->il", _SOFT, printed, _SOFT)
    both = _normalised(np.stack([one[1:-1, 1:-1].ravel() for one in (printed, soft)]))
    side = float(np.linalg.norm(corners[1] - corners[0]))
    middle = corners.mean(axis=0)
    for away, least in _AWAY[: 1 + far]:
        steps = np.arange(-away, away + 1) * side / (2 * _CELLS)
        shifts = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 1, 2)
        quads = np.concatenate([middle + size * (corners - middle) + shifts for size in _GROWN])
        cells = _cells(grey, quads)
        alike = (_normalised(cells.reshape(len(cells), -1)) @ both.T).max(axis=1)
        best = int(np.argmax(alike))
        if alike[best] > least and np.ptp(cells[best]) > _LEAST_CONTRAST:
            return np.asarray(quads[best])
    return None


def _likely(quads: Quads) -> np.ndarray:
    """Which quadrilaterals are large and even enough for a mark."""
    sides = np.linalg.norm(quads - np.roll(quads, -1, axis=1), axis=2)
    least = sides.min(axis=1, initial=np.inf)
    return np.asarray((least > _LEAST_SIDE) & (sides.max(axis=1, initial=0.0) < _MOST_UNLIKE * least))


def _cells(grey: UInt8[np.ndarray, "r c"], quads: Quads) -> Float[np.ndarray, "n 6 6"]:
    """Mean grey of each quadrilateral's cells."""
    share = ((np.arange(_CELLS)[:, None] + 0.5 + np.array(_SUB)) / _CELLS).ravel()
    u, v = np.meshgrid(share, share)
    # A square goes to a quadrilateral by a homography. Source: Heckbert, Fundamentals of Texture Mapping and
    # Image Warping, 1989, 2.2.3.
    first, right, far, down = (quads[:, k, :, None, None] for k in range(4))
    bend = first - right + far - down
    across, along = right - far, down - far
    size = across[:, 0] * along[:, 1] - along[:, 0] * across[:, 1]
    size = np.where(np.abs(size) > 1e-9, size, 1e-9)
    g = ((bend[:, 0] * along[:, 1] - along[:, 0] * bend[:, 1]) / size)[:, None]
    h = ((across[:, 0] * bend[:, 1] - bend[:, 0] * across[:, 1]) / size)[:, None]
    at = ((right - first + g * right) * u + (down - first + h * down) * v + first) / (g * u + h * v + 1)
    columns = np.clip(np.round(at[:, 0]), 0, grey.shape[1] - 1).astype(np.intp)
    rows = np.clip(np.round(at[:, 1]), 0, grey.shape[0] - 1).astype(np.intp)
    fine = grey[rows, columns].astype(np.float64)
    count = len(_SUB)
    return np.asarray(fine.reshape(len(quads), _CELLS, count, _CELLS, count).mean(axis=(2, 4)))


@lru_cache(maxsize=64)
def _patterns(numbers: tuple[int, ...]) -> Float[np.ndarray, "pattern 16"]:
    """Inner cells of marks, each by quarter turns anticlockwise."""
    turned = [np.rot90(np.array(code(number), np.float64), turns) for number in numbers for turns in range(4)]
    return _normalised(np.array([cells.ravel() for cells in turned]))


def _normalised(rows: Float[np.ndarray, "n cell"]) -> Float[np.ndarray, "n cell"]:
    """Rows without their means, of length 1."""
    off = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(off / np.maximum(np.linalg.norm(off, axis=1, keepdims=True), 1e-9))
