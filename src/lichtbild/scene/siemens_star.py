"""Siemens star: spokes that grow finer towards the middle, in all directions.

Source: ISO 12233:2023, s-SFR: a sinusoidal star of 144 cycles.
"""

import math
from typing import Final

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.image.star import star_means
from lichtbild.scene.coverage import disc
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import Lighting, grey_lit
from lichtbild.scene.truth import ChartScene, Patch, Truth

_FINEST: Final = 2.0
"""A cycle shorter than this many pixels is drawn as grey: the frame cannot hold it."""


def siemens_star(
    frame: Frame,
    lighting: Lighting,
    *,
    cycles: int = 144,
    radius: float = 0.0,
    contrast: float = 50.0,
    binary: bool = False,
) -> ChartScene:
    """A star in the middle of a grey chart; its mean reflectance is 0.45, that of the grey about it too.

    Reflectance goes as a cosine (or its sign) of the angle, from a bright cycle that points to the right.
    Within the radius where a cycle is shorter than two pixels the star is grey.

    Args:
        frame: where the chart lies.
        lighting: what falls on it.
        cycles: pairs of a bright and a dark spoke, 1 or more.
        radius: of the star, tangents; 0 stands for 0.45 of the frame's shorter side.
        contrast: brightest over darkest, above 1.
        binary: whether spokes are black and white instead of sinusoidal.

    Raises:
        BadInput: cycles, radius or contrast lie outside of their ranges.
    """
    if cycles < 1 or not contrast > 1 or not radius >= 0:
        raise BadInput(
            f"a star has 1 cycle or more, a radius of 0 or more and a contrast above 1, not {cycles}, "
            f"{radius:g} and {contrast:g}"
        )
    radius = radius or 0.45 * min(frame.size)
    swing = 0.45 * (contrast - 1) / (contrast + 1)
    rows, columns, share = disc(frame, (0.0, 0.0), radius)
    finest = _FINEST * max(frame.pixel) * cycles / (2 * math.pi)
    wave = star_means(frame.x_edges, -frame.y_edges, cycles, inner=finest, binary=binary)
    grey = np.full((frame.rows, frame.columns), 0.45)
    grey[rows, columns] += swing * share * wave[rows, columns]
    scene = grey_lit(frame, lighting, grey, "Siemens star")
    borders = (-radius, -radius, radius, radius)
    flat = np.full((1, len(lighting.edges) - 1), 0.45)
    return ChartScene(scene, Truth((Patch("star", borders, 0),), flat, np.zeros((1, 2))))
