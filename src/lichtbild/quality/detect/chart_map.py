r"""Chart map: from places on a chart to places in its picture, by a homography and the lens's distortion.

A place of the chart goes through the homography to where a perfect lens would show it, $p$, counted from
the picture's middle in units of half its diagonal, and from there along its radius to

$$q = p\,(1 + k_1 r^2 + k_2 r^4), \qquad r = |p|.$$

Beyond $r = 1.25$, where no pixel is, the factor is held, so that the map folds nothing back.

Source: Hartley and Zisserman, Multiple View Geometry, 2nd edition 2003, 4.1 and 7.4 (distortion).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

FARTHEST: Final = 1.25
"""Radius beyond which the distortion's factor is held."""
_STEPS: Final = 12
_BISQUARE: Final = 4.685
"""Of Tukey's weight, in robust sigmas: 95 % of the efficiency of least squares."""
_USUAL: Final = (0.2, 0.05)
"""Standard deviations of k1 and k2 among lenses: they keep few sightings from wild terms."""
_SIGMA_OF_MEDIAN: Final = 1.4826

Points = Float[np.ndarray, "*many 2"]


@dataclass(frozen=True, eq=False)
class ChartMap:
    """The map of a plane chart into a picture.

    Attributes:
        homography: from mm to p, ``[3, 3]``.
        shape: rows and columns of the picture.
        distortion: k1 and k2.
    """

    homography: Float[np.ndarray, "3 3"]
    shape: tuple[int, int]
    distortion: tuple[float, float] = (0.0, 0.0)

    def __call__(self, places: Points) -> Points:
        """Places in the picture, px, of places on the chart, mm."""
        ideal = _projected(self.homography, np.asarray(places, np.float64))
        square = np.minimum(np.sum(ideal**2, axis=-1, keepdims=True), FARTHEST**2)
        bent = ideal * (1 + self.distortion[0] * square + self.distortion[1] * square**2)
        return np.asarray(bent * half_diagonal(self.shape) + middle(self.shape))

    def scale(self, places: Points) -> Float[np.ndarray, "*many"]:
        """Pixels for a mm about places of the chart, by the root of the map's area."""
        places = np.asarray(places, np.float64)
        step = 1e-3 * float(np.ptp(places)) if places.size > 2 and np.ptp(places) > 0 else 1e-2
        x, y = np.eye(2) * step
        right = (self(places + x) - self(places - x)) / (2 * step)
        down = (self(places + y) - self(places - y)) / (2 * step)
        return np.asarray(np.sqrt(np.abs(right[..., 0] * down[..., 1] - right[..., 1] * down[..., 0])))

    @property
    def mirrored(self) -> bool:
        """It shows the chart's back, which no camera sees."""
        return bool(np.linalg.det(self.homography) < 0)


@dataclass(frozen=True, eq=False)
class Sightings:
    """Where features of a chart were seen, each along one direction.

    Attributes:
        on_chart: the features, mm.
        in_picture: where they were seen, px.
        normals: unit directions in the picture along which they were seen; a point has two.
    """

    on_chart: Float[np.ndarray, "n 2"]
    in_picture: Float[np.ndarray, "n 2"]
    normals: Float[np.ndarray, "n 2"]

    def off(self, found: ChartMap) -> Float[np.ndarray, " n"]:
        """What a map leaves, px along the normals."""
        return np.asarray(np.sum((found(self.on_chart) - self.in_picture) * self.normals, axis=1))


def middle(shape: tuple[int, int]) -> Float[np.ndarray, "2"]:
    """Column and row of a picture's middle."""
    return np.array([shape[1], shape[0]]) / 2


def half_diagonal(shape: tuple[int, int]) -> float:
    """Pixels from a picture's middle to its corner."""
    return float(np.hypot(*shape) / 2)


def of_points(on_chart: Float[np.ndarray, "n 2"], in_picture: Float[np.ndarray, "n 2"]) -> Sightings:
    """Points, seen along both axes."""
    axes = np.repeat(np.eye(2), len(on_chart), axis=0)
    return Sightings(np.tile(on_chart, (2, 1)), np.tile(in_picture, (2, 1)), axes)


def first_map(seen: Sightings, shape: tuple[int, int]) -> ChartMap | None:
    """The homography of four or more points by the direct linear transform; None where they lie in a line.

    Source: Hartley and Zisserman, algorithm 4.2.
    """
    count = len(seen.on_chart) // 2
    place = (seen.in_picture[:count] - middle(shape)) / half_diagonal(shape)
    to_unit, unit = _to_unit(seen.on_chart[:count])
    one = np.ones((count, 1))
    from_here = np.hstack([unit, one])
    none = np.zeros_like(from_here)
    rows = np.vstack(
        [
            np.hstack([from_here, none, -place[:, :1] * from_here]),
            np.hstack([none, from_here, -place[:, 1:] * from_here]),
        ]
    )
    if count < 4 or not np.isfinite(rows).all():
        return None
    _, sizes, directions = np.linalg.svd(rows, full_matrices=True)
    if sizes[7] < 1e-9 * sizes[0]:
        return None
    homography = directions[8].reshape(3, 3) @ to_unit
    where = homography @ np.append(seen.on_chart[:count].mean(axis=0), 1.0)
    return ChartMap(homography / where[2], shape) if where[2] != 0 else None


def fitted_map(seen: Sightings, start: ChartMap, terms: int) -> tuple[ChartMap, Float[np.ndarray, " n"]]:
    """The map nearest to what was seen, and the weight that each sighting had in the end.

    Gauss and Newton's steps on what lies along the normals, with Tukey's weights, so that what was mistaken
    for a feature counts for nothing. What lenses usually do is known beforehand and counts as one sighting.

    Args:
        seen: at least 8 + terms sightings.
        start: a map near the right one.
        terms: of distortion that are fitted, 0 to 2; the others stay as they start.
    """
    to_unit, unit = _to_unit(seen.on_chart)
    matrix = start.homography @ np.linalg.inv(to_unit)
    matrix = matrix / matrix[2, 2]
    bend = np.array(start.distortion)
    size = half_diagonal(start.shape)
    aim = np.sum((seen.in_picture - middle(start.shape)) / size * seen.normals, axis=1)
    weights = np.ones(len(aim))
    for _ in range(_STEPS):
        along, slopes = _linearised(matrix, bend, unit, seen.normals, terms)
        off = aim - along
        sigma = max(_SIGMA_OF_MEDIAN * float(np.median(np.abs(off))), 1e-3 / size)
        weights = np.clip(1 - (off / (_BISQUARE * sigma)) ** 2, 0, None) ** 2
        normal = (slopes * weights[:, None]).T @ slopes
        normal += np.diag(1e-12 + 1e-9 * np.diag(normal))
        pull = slopes.T @ (weights * off)
        held = (sigma / np.array(_USUAL[:terms])) ** 2
        normal[np.arange(8, 8 + terms), np.arange(8, 8 + terms)] += held
        pull[8:] -= held * bend[:terms]
        step = np.linalg.solve(normal, pull)
        matrix = matrix + np.append(step[:8], 0.0).reshape(3, 3)
        bend = bend + np.append(step[8:], np.zeros(2 - terms))
        if np.max(np.abs(step)) < 1e-9:
            break
    return ChartMap(matrix @ to_unit, start.shape, (float(bend[0]), float(bend[1]))), weights


def _linearised(
    matrix: Float[np.ndarray, "3 3"],
    bend: Float[np.ndarray, "2"],
    unit: Float[np.ndarray, "n 2"],
    normals: Float[np.ndarray, "n 2"],
    terms: int,
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, "n parameter"]]:
    """Places along the normals, and how they change with the homography and the distortion."""
    whole = np.hstack([unit, np.ones((len(unit), 1))])
    depth = whole @ matrix[2]
    ideal = (whole @ matrix[:2].T) / depth[:, None]
    square = np.minimum(np.sum(ideal**2, axis=1), FARTHEST**2)
    factor = 1 + bend[0] * square + bend[1] * square**2
    toward = np.sum(ideal * normals, axis=1)
    pull = factor[:, None] * normals + (toward * (2 * bend[0] + 4 * bend[1] * square))[:, None] * ideal
    part = whole / depth[:, None]
    inward = -np.sum(pull * ideal, axis=1)[:, None] * part[:, :2]
    columns = [pull[:, :1] * part, pull[:, 1:] * part, inward]
    columns += [(toward * square ** (term + 1))[:, None] for term in range(terms)]
    return factor * toward, np.hstack(columns)


def _projected(homography: Float[np.ndarray, "3 3"], places: Points) -> Points:
    """Places after a homography; what lies behind the camera goes far away."""
    depth = places @ homography[2, :2] + homography[2, 2]
    depth = np.where(depth > 1e-9, depth, 1e-9)
    return np.asarray((places @ homography[:2, :2].T + homography[:2, 2]) / depth[..., None])


def _to_unit(places: Float[np.ndarray, "n 2"]) -> tuple[Float[np.ndarray, "3 3"], Float[np.ndarray, "n 2"]]:
    """The similarity that brings places about 0 with radius 1, and the places after it."""
    centre = places.mean(axis=0)
    size = float(np.sqrt(np.mean(np.sum((places - centre) ** 2, axis=1)))) or 1.0
    matrix = np.array([[1 / size, 0, -centre[0] / size], [0, 1 / size, -centre[1] / size], [0, 0, 1]])
    return matrix, (places - centre) / size
