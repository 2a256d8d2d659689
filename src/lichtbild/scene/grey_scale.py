"""Grey scale: steps of known density, for the tone response, noise and dynamic range.

Source: ISO 14524:2009 (opto-electronic conversion) and ISO 15739:2023 (dynamic range), whose charts state
their patches as densities: a density of D passes or reflects 10^-D of the light.
"""

import math
from collections.abc import Sequence

import numpy as np

from lichtbild.colour.light import Light
from lichtbild.core.errors import BadInput
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import Lighting, one_light
from lichtbild.scene.patch_chart import Board, named_greys, patch_chart
from lichtbild.scene.truth import ChartScene


def grey_scale(
    frame: Frame,
    lighting: Lighting,
    densities: Sequence[float],
    *,
    columns: int = 6,
    board: Board | None = None,
) -> ChartScene:
    """Grey patches of given densities, row by row from the upper left; their names are "D 0.05".

    Args:
        frame: where the chart lies.
        lighting: what falls on it.
        densities: of the patches, 0 or more; 0 is a perfect white.
        columns: of patches.
        board: how the patches lie.

    Raises:
        BadInput: there are no densities, or one is below 0.
    """
    if not densities or not all(math.isfinite(density) and density >= 0 for density in densities):
        raise BadInput("a grey scale has one density or more, each 0 or more; correct the list")
    greys = 10.0 ** -np.asarray(densities, float)
    names = tuple(f"D {density:.2f}" for density in densities)
    reflectances = named_greys(names, greys, len(lighting.edges) - 1)
    return patch_chart(frame, lighting, reflectances, columns, board or Board(), "grey scale")


def dynamic_range(
    frame: Frame, light: Light, luminance: float, *, steps: int = 36, step: float = 0.15
) -> ChartScene:
    """A back-lit step chart in a dark room: the brightest patch shines, each next one is denser.

    Args:
        frame: where the chart lies.
        light: behind the chart.
        luminance: of the brightest patch, cd m^-2.
        steps: number of patches, 1 or more.
        step: density from one to the next, above 0.

    Raises:
        BadInput: steps or step lie outside of their ranges.
    """
    if steps < 1 or not step > 0:
        raise BadInput(f"a step chart has 1 step or more, each above density 0, not {steps} of {step:g}")
    # A perfect white of this luminance stands for the light behind the chart.
    behind = one_light(light, math.pi * luminance)
    dark = Board(board=0.0, surround=0.0)
    columns = math.ceil(math.sqrt(steps * frame.size[1] / frame.size[0]))
    densities = [step * index for index in range(steps)]
    return grey_scale(frame, behind, densities, columns=columns, board=dark)
