"""Spokes: places of a picture on which the stripes of a texture converge, however it is turned or tilted.

Straight stripes stay straight in perspective, and those of a star meet in the image of its centre. Small
tiles whose gradients share one direction each vote for the line along their stripes; a centre is where lines
of all directions cross. Rims of discs, rows of edges and leaves meet nowhere, or from one side only.

Source: Bigun and Granlund, Optimal orientation detection of linear symmetry, ICCV 1987 (structure tensor);
Duda and Hart, Use of the Hough transformation, Communications of the ACM 15 (1972).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, Float32

from lichtbild.quality.detect.vision import opencv

_TILE: Final = 8
"""Pixels of a tile's side: a few stripes, and short enough that they are parallel."""
_COHERENT: Final = 0.4
"""Share of a tile's gradient that has one direction; noise and leaves have less."""
_FLOOR: Final = 2e-5
"""Squared tones a px: less is even ground."""
_STRONG: Final = 0.02
"""Of the strongest tiles' gradients."""
_DENSE: Final = 0.6
"""Share of a tile's neighbours that are striped too, where an edge that stands alone has a third."""
_CELL: Final = 4
"""Pixels of the votes' cells."""
_WAYS: Final = 8
"""Directions that are counted each for itself."""
_ENOUGH: Final = 6.0
"""Votes of one direction beyond those about it, from which more count no more."""
_LEAST: Final = 0.6
"""Share of full counts in all directions that makes a centre."""
_MOST_TILES: Final = 5000
_MOST: Final = 4
_APART: Final = 6
"""Cells between centres."""
_ASTRAY: Final = 0.12
"""Radians by which a tile's stripes may point past the centre that they belong to."""


@dataclass(frozen=True, eq=False)
class _Tiles:
    """Striped tiles: middles, unit normals of their stripes, px of the preview."""

    middles: Float[np.ndarray, "n 2"]
    normals: Float[np.ndarray, "n 2"]


def centres(tone: Float32[np.ndarray, "r c"]) -> list[Float[np.ndarray, "2"]]:
    """Places on which stripes converge from all sides, the surest first, in indices of the plane's pixels."""
    tiles = _striped(tone)
    if len(tiles.middles) < _WAYS * _ENOUGH:
        return []
    score = _votes(tiles, tone.shape)
    found: list[Float[np.ndarray, 2]] = []
    for _ in range(_MOST):
        row, column = np.unravel_index(int(np.argmax(score)), score.shape)
        if score[row, column] < _LEAST * _WAYS * _ENOUGH:
            break
        top, left = max(row - _APART, 0), max(column - _APART, 0)
        score[top : row + _APART + 1, left : column + _APART + 1] = 0
        found.append(_crossing(tiles, (np.array([column, row]) + 0.5) * _CELL))
    return found


def _striped(tone: Float32[np.ndarray, "r c"]) -> _Tiles:
    """Tiles whose gradients have one direction, among others of their kind."""
    cv2 = opencv()
    across = cv2.Sobel(tone, cv2.CV_32F, 1, 0, scale=0.125)
    down = cv2.Sobel(tone, cv2.CV_32F, 0, 1, scale=0.125)
    columns, rows = tone.shape[1] // _TILE, tone.shape[0] // _TILE
    whole = (slice(0, rows * _TILE), slice(0, columns * _TILE))
    xx, yy, xy = (
        cv2.resize(product[whole], (columns, rows), interpolation=cv2.INTER_AREA)
        for product in (across * across, down * down, across * down)
    )
    total = xx + yy
    directed = np.hypot(xx - yy, 2 * xy)
    strong = max(_STRONG * float(np.percentile(total, 99)), _FLOOR)
    striped = (directed > _COHERENT * total) & (total > strong)
    striped &= cv2.blur(striped.astype(np.float32), (3, 3)) > _DENSE
    at = np.argwhere(striped)[:: max(1, int(striped.sum()) // _MOST_TILES)]
    rows_, columns_ = at.T
    angle = np.arctan2(2 * xy[rows_, columns_], (xx - yy)[rows_, columns_]) / 2
    middles = (at[:, ::-1] + 0.5) * _TILE - 0.5
    return _Tiles(middles, np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float64))


def _votes(tiles: _Tiles, shape: tuple[int, int]) -> Float32[np.ndarray, "row column"]:
    """For each cell, of how many directions lines run through it beyond those through the cells about it."""
    cv2 = opencv()
    rows, columns = -(-shape[0] // _CELL), -(-shape[1] // _CELL)
    reach = min(shape) // 2 // _CELL
    along = tiles.normals[:, ::-1] * [-1.0, 1.0]
    steps = np.concatenate([np.arange(-reach, -2), np.arange(3, reach + 1)])
    at = np.floor((tiles.middles[:, None] + 0.5) / _CELL + steps[None, :, None] * along[:, None]).astype(int)
    inside = np.all((at >= 0) & (at < [columns, rows]), axis=-1)
    turn = np.arctan2(along[:, 1], along[:, 0]) % np.pi
    way = np.minimum((turn / np.pi * _WAYS).astype(int), _WAYS - 1)
    place = (way[:, None] * rows + at[..., 1]) * columns + at[..., 0]
    counts = np.bincount(place[inside], minlength=_WAYS * rows * columns).astype(np.float32)
    score = np.zeros((rows, columns), np.float32)
    for plane in counts.reshape(_WAYS, rows, columns):
        near = cv2.blur(plane, (3, 3)) * 9
        about = cv2.blur(plane, (21, 21)) * 9
        score += np.clip(near - about, 0, np.float32(_ENOUGH))
    return score


def _crossing(tiles: _Tiles, start: Float[np.ndarray, "2"]) -> Float[np.ndarray, "2"]:
    """Where the lines that run by a place cross, by weighted least squares."""
    place = start
    for width in (2.0, 1.0, 1.0, 0.7, 0.7):
        ways = tiles.middles - place
        away = np.linalg.norm(ways, axis=1)
        off = np.sum(ways * tiles.normals, axis=1) / np.maximum(away, 1e-6)
        weight = np.clip(1 - (off / (width * _ASTRAY)) ** 2, 0, None) ** 2 / np.maximum(away, 20.0) ** 2
        weighted = tiles.normals * weight[:, None]
        normal = weighted.T @ tiles.normals + 1e-12 * np.eye(2)
        place = place + np.linalg.solve(normal, weighted.T @ np.sum(ways * tiles.normals, axis=1))
    return np.asarray(place if np.linalg.norm(place - start) < 4 * _CELL else start)
