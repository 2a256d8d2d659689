"""Quadrilateral: four corners from the lines of four sides, each of which is seen better than its ends."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from jaxtyping import Float

Line: TypeAlias = tuple[Float[np.ndarray, "2"], Float[np.ndarray, "2"]]
"""Two places on it."""


def meetings(
    lines: Sequence[Line], corners: Float[np.ndarray, "4 2"], farthest: float
) -> Float[np.ndarray, "4 2"]:
    """Where each line crosses the one before; a corner as it was where that is far away.

    Args:
        lines: along the sides that begin at the corners.
        corners: as they were known.
        farthest: px that a corner may move.
    """
    exact = []
    for (one, first), (other, second), old in zip([lines[-1], *lines[:-1]], lines, corners, strict=True):
        axes = np.array([[-(b - a)[1], (b - a)[0]] for a, b in ((one, first), (other, second))])
        if abs(np.linalg.det(axes)) < 1e-6:
            return corners
        at = np.linalg.solve(axes, [axes[0] @ one, axes[1] @ other])
        exact.append(at if np.linalg.norm(at - old) < farthest else old)
    return np.array(exact)


def outward(
    start: Float[np.ndarray, "2"], end: Float[np.ndarray, "2"], middle: Float[np.ndarray, "2"]
) -> Float[np.ndarray, "2"]:
    """Unit normal of a side, away from a middle."""
    way = end - start
    normal = np.array([way[1], -way[0]]) / max(float(np.hypot(*way)), 1e-9)
    return np.asarray(normal if np.dot(start - middle, normal) > 0 else -normal)
