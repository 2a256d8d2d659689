"""Slanted edge: a straight border between two greys, from which sharpness is measured.

Source: ISO 12233:2023, e-SFR: edge contrast 4 : 1, about 5 degrees off the pixel grid.
"""

import math

from lichtbild.core.errors import BadInput
from lichtbild.scene.coverage import half_plane
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import Lighting, grey_lit
from lichtbild.scene.reflectance import check
from lichtbild.scene.truth import ChartScene, Edge, Truth


def slanted_edge(
    frame: Frame,
    lighting: Lighting,
    *,
    angle: float = math.radians(5),
    bright: float = 0.6,
    contrast: float = 4.0,
    point: tuple[float, float] = (0.0, 0.0),
) -> ChartScene:
    """A chart that is dark on the left of an edge and bright on the right.

    Each pixel is the exact mean of the edge over its rectangle.

    Args:
        frame: where the chart lies.
        lighting: what falls on it.
        angle: of the edge, rad anticlockwise from upright; at pi / 2 the upper side is bright.
        bright: reflectance of the bright side, 0 to 1.
        contrast: bright over dark, 1 or more.
        point: x and y of a point of the edge, tangents.

    Raises:
        BadInput: a reflectance or the contrast lies outside of its range.
    """
    check(bright)
    if not (math.isfinite(contrast) and contrast >= 1):
        raise BadInput(f"an edge's contrast is 1 or more, bright over dark, not {contrast:g}; turn it round")
    dark = bright / contrast
    share = half_plane(frame, point, angle)
    scene = grey_lit(frame, lighting, dark + (bright - dark) * share, "slanted edge")
    return ChartScene(scene, Truth(edges=(Edge(point, angle, dark, bright),)))
