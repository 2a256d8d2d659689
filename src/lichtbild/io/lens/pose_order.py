"""Poses of the other order: the same frame, moved first and turned then."""

from math import atan2, cos, hypot, sin
from typing import TypeAlias

from lichtbild.optics.surface import Pose

Matrix: TypeAlias = tuple[tuple[float, float, float], ...]


def moved_first(pose: Pose) -> Pose:
    """The pose that leads to the same frame and moves before it turns."""
    if not pose.tilt_first:
        return pose
    turns = sum(angle != 0.0 for angle in pose.tilt)
    if turns == 0 or (turns == 1 and not any(pose.decentre)):
        return Pose(pose.decentre, pose.tilt)
    a, b, c = (_about(axis, angle) for axis, angle in enumerate(pose.tilt))
    turned = _product(_product(c, b), a)
    x, y, z = (sum(row[i] * pose.decentre[i] for i in range(3)) for row in turned)
    return Pose((x, y, z), _angles(turned))


def _angles(turned: Matrix) -> tuple[float, float, float]:
    """Angles about x, the new y and the new z of a rotation whose columns are the new axes."""
    about_y = atan2(turned[0][2], hypot(turned[0][0], turned[0][1]))
    if hypot(turned[0][0], turned[0][1]) < 1e-12:  # x and z turn about one line: all of it goes to x
        return atan2(turned[2][1], turned[1][1]), about_y, 0.0
    return atan2(-turned[1][2], turned[2][2]), about_y, atan2(-turned[0][1], turned[0][0])


def _about(axis: int, angle: float) -> Matrix:
    c, s = cos(angle), sin(angle)
    first, second = (axis + 1) % 3, (axis + 2) % 3
    rows = [[float(i == j) for j in range(3)] for i in range(3)]
    rows[first][first] = rows[second][second] = c
    rows[first][second], rows[second][first] = -s, s
    return tuple((x, y, z) for x, y, z in rows)


def _product(a: Matrix, b: Matrix) -> Matrix:
    columns = tuple(zip(*b, strict=True))
    return tuple((_dot(row, columns[0]), _dot(row, columns[1]), _dot(row, columns[2])) for row in a)


def _dot(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))
