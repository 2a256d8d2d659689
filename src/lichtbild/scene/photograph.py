"""Photograph: a picture in linear light as a scene, with an absolute level, and if known depth and motion."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from lichtbild.colour.light import Light
from lichtbild.core.errors import BadInput
from lichtbild.image.bands import Bands
from lichtbild.image.scene import Scene
from lichtbild.scene.frame import Frame
from lichtbild.scene.upsample import primaries, upsampled


@dataclass(frozen=True, eq=False)
class PhotographScene:
    """A photograph as light.

    Attributes:
        scene: the light.
        moved: how many pixels were too saturated for the spectra, and lost saturation.
    """

    scene: Scene
    moved: int


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What a picture alone does not tell.

    Attributes:
        light: that the scene is seen in; D65 keeps the picture's colours, see `upsample`.
        luminance: of the picture's white (1, 1, 1), cd m^-2; None is refused, as nothing then has a level.
        depth: distance along the axis, mm, ``[row, column]`` or one for all; above 0, infinite if far.
        motion: tangents s^-1 along x and y, ``[row, column, 2]``; None at rest.
    """

    light: Light
    luminance: float | None = None
    depth: Any = math.inf
    motion: Float[np.ndarray, "row column 2"] | None = None


def photograph(
    picture: Float[np.ndarray, "row column 3"],
    angle: float,
    surroundings: Surroundings,
    *,
    space: str = "srgb",
    name: str = "photograph",
) -> PhotographScene:
    """The scene that a picture in linear light shows.

    Args:
        picture: linear, white at 1, values above allowed.
        angle: full horizontal field, rad, above 0 and below pi.
        surroundings: its level, light, depth and motion.
        space: "srgb", "p3", "rec2020" or "xyz", with white D65.
        name: for reports.

    Raises:
        BadInput: there is no level ("a scene without scale"), depth or motion do not fit, a distance is not
            above 0, or the picture holds values that are no finite numbers.
    """
    rows, columns = picture.shape[:2]
    frame = Frame.across(rows, columns, angle)
    luminance = surroundings.luminance
    if luminance is None or not (math.isfinite(luminance) and luminance > 0):
        found = "none is given" if luminance is None else f"{luminance:g} is none"
        raise BadInput(
            f"{name} is a scene without scale: say how bright its white is, in cd/m2 above 0, as {found}"
        )
    depth = np.asarray(surroundings.depth, np.float32)
    if depth.ndim and depth.shape != (rows, columns):
        raise BadInput(
            f"depths of {depth.shape} pixels do not fit a picture of {rows} x {columns}; resize them"
        )
    if not (depth > 0).all():
        raise BadInput("a depth is not above 0 mm; give distances from the camera, infinity where it is far")
    motion = surroundings.motion
    if motion is not None and (motion.shape[:2] != (rows, columns) or not np.isfinite(motion).all()):
        raise BadInput(f"motion is two finite velocities for each of {rows} x {columns} pixels; correct it")
    white = surroundings.light.photons(luminance)
    edges = surroundings.light.edges
    result = upsampled(picture, space)
    scene = Scene(
        result.weights,
        primaries(edges) * white,
        Bands(edges),
        frame.size,
        depth if depth.ndim else float(depth),
        motion,
        white,
        name,
    )
    return PhotographScene(scene, result.moved)


def central(picture: Float[np.ndarray, "row column 3"], aspect: float) -> Float[np.ndarray, "tall wide 3"]:
    """The largest part about the middle that has an aspect; a view, not a copy.

    Args:
        picture: to be cropped.
        aspect: width over height, above 0.

    Raises:
        BadInput: the aspect is not above 0.
    """
    if not 0 < aspect < math.inf:
        raise BadInput(f"an aspect is width over height, above 0, not {aspect:g}")
    rows, columns = picture.shape[:2]
    tall = max(1, min(rows, round(columns / aspect)))
    wide = max(1, min(columns, round(rows * aspect)))
    top, left = (rows - tall) // 2, (columns - wide) // 2
    return picture[top : top + tall, left : left + wide]
