"""Point grid: single bright pixels on a dark ground, from which point spreads are read."""

import numpy as np

from lichtbild.colour.light import Light
from lichtbild.core.errors import BadInput
from lichtbild.image.bands import Bands
from lichtbild.image.scene import Scene
from lichtbild.scene.frame import Frame
from lichtbild.scene.truth import ChartScene, Truth


def point_grid(
    frame: Frame, light: Light, illuminance: float, *, rows: int = 9, columns: int = 9, ground: float = 0.0
) -> ChartScene:
    """Points of exactly one pixel, in even rows and columns; the outermost lie half a step from the border.

    A point's radiance times its area in tangents is the same for all points: what a small receiver on the
    axis plane would get from it, if it looked straight at the point from distance 1.

    Args:
        frame: where the points lie.
        light: their spectrum.
        illuminance: luminance x area of each point in tangents squared, lux.
        rows: of points, 1 or more.
        columns: of points, 1 or more.
        ground: luminance of the ground, cd m^-2, 0 or more.

    Raises:
        BadInput: the points do not fit on every other pixel, or a level is below 0.
    """
    if not (1 <= rows <= frame.rows // 2 and 1 <= columns <= frame.columns // 2):
        raise BadInput(
            f"{rows} x {columns} points do not fit on {frame.rows} x {frame.columns} pixels with dark ones "
            "between; ask for fewer"
        )
    down = ((np.arange(rows) + 0.5) * frame.rows / rows).astype(int)
    right = ((np.arange(columns) + 0.5) * frame.columns / columns).astype(int)
    area = frame.pixel[0] * frame.pixel[1]
    weights = np.zeros((frame.rows, frame.columns, 2), np.float32)
    weights[..., 1] = 1.0
    weights[down[:, None], right[None], 0] = 1.0
    weights[down[:, None], right[None], 1] = 0.0
    spectra = np.stack([light.photons(illuminance / area), light.photons(ground)])
    x, y = np.meshgrid(frame.x[right], frame.y[down])
    scene = Scene(weights, spectra, Bands(light.edges), frame.size, frame.depth, name="point grid")
    return ChartScene(scene, Truth(points=np.stack([x.ravel(), y.ravel()], axis=1)))
