"""Texture of a chart that was found: both methods on its leaves, with the even patches beside them."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.spaces import SRGB_TO_XYZ
from lichtbild.core.array import transformed
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Leaves, Patch
from lichtbild.image.measure import Measure
from lichtbild.quality import texture, texture_cross
from lichtbild.quality.found_chart import FoundChart
from lichtbild.quality.texture import Curve, Plane, TextureResponse

ALIKE: Final = 0.3
"""Part by which the light of an even patch may differ from the leaves': noise depends on light."""


def responses(
    found: FoundChart, leaves: Leaves, luminance: Plane
) -> tuple[TextureResponse, TextureResponse | None]:
    """Texture's response by the cross and by the direct method; no direct one without an even patch.

    Args:
        found: the chart in the picture.
        leaves: one of its targets.
        luminance: of the picture, linear.

    Raises:
        BadInput: the leaves are coloured, too small in the picture, or cannot be laid on it.
    """
    cross, tiles = texture_cross.cross_response(luminance, leaves, found.to_picture)
    patches = even_patches(found, luminance, float(texture_cross.cut(luminance, tiles[0]).mean()))
    if not patches:
        return cross, None
    target = texture_cross.target_power(tiles[:1])
    picture = np.asarray(texture_cross.cut(luminance, tiles[0]), np.float64)
    return cross, texture.direct_response(picture, patches, target)


def even_patches(found: FoundChart, luminance: Plane, light: float) -> tuple[Plane, ...]:
    """Upright squares of 64 px or more within the chart's patches that are about as bright as ``light``."""
    usable = {verdict.target: verdict.usable for verdict in found.verdicts}
    kept = []
    for patch in found.chart.targets:
        if not isinstance(patch, Patch) or len(patch.corners) != 4 or not usable.get(patch.name, True):
            continue
        corners = np.asarray(found.to_picture(np.array(patch.corners, np.float64)), np.float64)
        top, left, side = texture_cross.upright_square(corners, luminance.shape)
        if side < texture.SMALLEST:
            continue
        part = np.asarray(luminance[top : top + side, left : left + side], np.float64)
        if abs(part.mean() / light - 1) < ALIKE:
            kept.append(part)
    return tuple(kept)


def measures(
    found: FoundChart, light: Float[np.ndarray, "_ _ 3"], views: Mapping[str, Curve] | None = None
) -> tuple[Measure, ...]:
    """Texture MTF50 and acutances by both methods, for each area of leaves of a chart.

    Args:
        found: the chart in the picture.
        light: the picture in linear sRGB.
        views: for each view its name and the weights whose sum with the response, at the frequencies of
            `texture.frequencies`, is its acutance.
    """
    areas = [target for target in found.chart.targets if isinstance(target, Leaves)]
    if not areas:
        return ()
    luminance = transformed(np.asarray(light), SRGB_TO_XYZ[1:2])[..., 0]
    result: list[Measure] = []
    for number, leaves in enumerate(areas, 1):
        where = "leaves" if len(areas) == 1 else f"leaves {number}"
        result += _of_area(found, leaves, luminance, (where, views))
    return tuple(result)


def _of_area(
    found: FoundChart, leaves: Leaves, luminance: Plane, worded: tuple[str, Mapping[str, Curve] | None]
) -> tuple[Measure, ...]:
    where, views = worded
    try:
        cross, direct = responses(found, leaves, luminance)
    except BadInput as failure:
        return tuple(_missing(kind, where, str(failure)) for kind in ("cross", "direct"))
    worded_cross = texture.measures(cross, views, where)
    if direct is None:
        reason = "no even patch of the leaves' brightness and 64 px lies in the picture"
        return (*worded_cross, _missing("direct", where, reason))
    return (*worded_cross, *texture.measures(direct, views, where))


def _missing(kind: str, where: str, reason: str) -> Measure:
    method = texture_cross.METHOD if kind == "cross" else texture.METHOD
    name = f"texture_mtf50_{kind}"
    return Measure(name, math.nan, "cycles/px", texture.CLAUSE, method, where=where, note=reason)
