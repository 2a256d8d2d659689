"""Made chart: a chart noun for what was found where no maker's drawing is known; its mm is about a pixel."""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.cielab import lightness
from lichtbild.image.chart import Paint
from lichtbild.quality.detect.chart_map import ChartMap, first_map, fitted_map, of_points

_FEW: Final = 12
"""Points for a term of distortion."""
_BENT: Final = 0.6
"""Distortion beyond which the points are poor, not the lens."""


def grey_paint(luminance: float, name: str = "") -> Paint:
    """A grey as bright as was measured."""
    bounded = min(max(luminance, 0.0), 1.0)
    return Paint(name or f"grey {bounded:.3f}", (float(lightness(bounded)), 0.0, 0.0))


def point_map(
    on_chart: Float[np.ndarray, "n 2"],
    in_picture: Float[np.ndarray, "n 2"],
    shape: tuple[int, int],
    most: int = 2,
) -> tuple[ChartMap, float] | None:
    """The map through points, and what it leaves, px; with distortion where there are enough of them.

    Args:
        on_chart: the points, mm.
        in_picture: where they were seen, px.
        shape: rows and columns of the picture.
        most: terms of distortion.
    """
    seen = of_points(on_chart, in_picture)
    found = first_map(seen, shape)
    if found is None or found.mirrored:
        return None
    for terms in (0, 1, 2)[: min(most, len(on_chart) // _FEW) + 1]:
        bent, _ = fitted_map(seen, found, terms)
        found = bent if np.abs(bent.distortion).max() < _BENT else found
    off = np.linalg.norm(found(on_chart) - in_picture, axis=1)
    return found, float(np.sqrt(np.mean(np.sort(off)[: max(4, int(0.95 * len(off)))] ** 2)))


def plain_map(shape: tuple[int, int]) -> ChartMap:
    """The map of a chart whose mm are the picture's pixels."""
    size = float(np.hypot(*shape) / 2)
    return ChartMap(
        np.array([[1 / size, 0, -shape[1] / 2 / size], [0, 1 / size, -shape[0] / 2 / size], [0, 0, 1.0]]),
        shape,
    )
