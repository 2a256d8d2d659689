"""Gamut: colours that the output space lacks are brought to it at constant hue and lightness.

In Oklab the chroma is compressed towards the border of the space that wants the picture, softly from 80 %
of the way on (Reinhard's knee); what lies below the knee is not touched, so neutrals and white stay.

A picture that was finished before has colours all the way to the border already. They keep their share of
the way, and what a look adds is compressed into the rest (`eased`).

Source: Ottosson, "sRGB gamut clipping" (2021), for clipping along constant hue and lightness in Oklab.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Float

from lichtbild.colour import oklab
from lichtbild.colour.oklab import CONES_TO_REC2020, LAB_TO_ROOTS
from lichtbild.core.array import namespace, transformed
from lichtbild.look.kernels.ease import ease
from lichtbild.look.kernels.finish import NO_CURVE, NO_SHARPENING, finished, gamut_matrices
from lichtbild.look.kernels.gamut import CUT, HAIR, HALVINGS, KNEE, SLACK, WIDEST


def clipped(rgb: Any) -> Any:
    """The colours, each plane cut to 0 to 1."""
    return namespace(rgb).clip(rgb, 0.0, 1.0)


def kneed(rgb: Any, to_target: Float[np.ndarray, "3 3"]) -> Any:
    """The definition of `constant_hue`, for NumPy and JAX; gradients follow the border, too."""
    xp = namespace(rgb)
    lab = oklab.from_rec2020(rgb)
    light, opponents = xp.clip(lab[..., :1], 0.0, 1.0), lab[..., 1:]
    chroma = xp.sqrt(xp.sum(opponents**2, axis=-1, keepdims=True) + 1e-16)
    planes = _along_chroma(light, opponents / chroma, to_target)
    near = _border(planes, chroma)
    start, room = KNEE * near, (1 - KNEE) * near
    excess = xp.maximum(chroma - start, 0.0)
    shorter = xp.minimum(start, chroma) + room * excess / (room + excess + 1e-12)
    is_free = (_margin(planes(chroma / KNEE)) >= 0) & (light > 0) & (light < 1)
    return xp.clip(xp.where(is_free, transformed(rgb, to_target), planes(shorter)), 0.0, 1.0)


def eased(rgb: Any, before: Any, to_target: Float[np.ndarray, "3 3"]) -> Any:
    """The colours in the target space's linear RGB, 0 to 1; what was inside and did not grow is not touched.

    The knee of each colour starts at 80 % of the way to the border, or where the colour was before, if that
    is farther. A change that changes nothing then leaves every colour of the space alone, and two strong
    colours that a look makes stronger still differ afterwards.

    In deep blue a line of constant hue runs along the outside of the cube's floor: a colour a thousandth
    outside would lose a third of its chroma. Where cutting its planes moves a colour much less than keeping
    its hue would, they are cut.

    Args:
        rgb: linear Rec.2020.
        before: the colours before the change, linear Rec.2020; inside the target space.
        to_target: matrix from linear Rec.2020 to the target's linear RGB.
    """
    xp = namespace(rgb)
    shares = []
    for colours in (before, rgb):
        lab = oklab.from_rec2020(colours)
        light, opponents = xp.clip(lab[..., :1], 0.0, 1.0), lab[..., 1:]
        chroma = xp.sqrt(xp.sum(opponents**2, axis=-1, keepdims=True) + 1e-16)
        planes = _along_chroma(light, opponents / chroma, to_target)
        border = xp.maximum(_border(planes, chroma, (SLACK - 1) * light**3), 1e-9)
        shares.append(chroma / border)
    start = xp.maximum(shares[0] + HAIR, KNEE)
    excess, room = xp.maximum(shares[1] - start, 0.0), xp.maximum(1 - start, 0.0)
    share = start + room * excess / (room + excess + 1e-12)
    plain = transformed(rgb, to_target)
    cut, kept = clipped(plain), xp.clip(planes(share * border), 0.0, 1.0)
    by_cut, by_hue = _far(plain - cut), _far(plain - planes(xp.minimum(chroma, border)))
    weight = xp.clip((by_cut / (by_hue + 1e-9) - CUT[0]) / (CUT[1] - CUT[0]), 0.0, 1.0)
    weight = xp.where(shares[1] > 1, weight * weight * (3 - 2 * weight), 1.0)
    return xp.where(excess > 0, cut + weight * (kept - cut), cut)


def _far(difference: Any) -> Any:
    return namespace(difference).sqrt((difference**2).sum(axis=-1, keepdims=True))


def _along_chroma(light: Any, direction: Any, to_target: Float[np.ndarray, "3 3"]) -> Callable[[Any], Any]:
    """The target's planes of a colour of given lightness and hue, as a function of its chroma.

    The cube roots of the cones are linear in chroma, so that each plane is a polynomial of third degree.
    """
    weights = to_target @ CONES_TO_REC2020
    slopes = transformed(direction, LAB_TO_ROOTS[:, 1:])
    first = 3 * light**2 * transformed(slopes, weights)
    second = 3 * light * transformed(slopes**2, weights)
    third = transformed(slopes**3, weights)
    return lambda chroma: light**3 + chroma * (first + chroma * (second + chroma * third))


def _margin(planes: Any, slack: Any = 0.0) -> Any:
    """How far inside the target's cube a colour lies, or above a floor below it; negative outside."""
    xp = namespace(planes)
    inside = xp.minimum(planes + slack, 1 - planes)
    # Pair by pair: the gradient of xp.min asks which plane equals the least, which rounding may deny to all.
    return xp.minimum(xp.minimum(inside[..., :1], inside[..., 1:2]), inside[..., 2:])


def _border(planes: Callable[[Any], Any], like: Any, slack: Any = 0.0) -> Any:
    """The chroma at which the margin falls to 0: by halving, and a straight line at the end."""
    xp = namespace(like)
    near, far = xp.zeros_like(like), xp.full_like(like, WIDEST)
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        is_inside = _margin(planes(middle), slack) >= 0
        near, far = xp.where(is_inside, middle, near), xp.where(is_inside, far, middle)
    inside = xp.maximum(_margin(planes(near), slack), 0.0)
    outside = xp.minimum(_margin(planes(far), slack), 0.0)
    return near + (far - near) * (inside / (inside - outside + 1e-20))


def constant_hue(
    rgb: Float[np.ndarray, "rows columns 3"], to_target: Float[np.ndarray, "3 3"]
) -> Float[np.ndarray, "rows columns 3"]:
    """The colours in the target space's linear RGB, 0 to 1.

    Args:
        rgb: linear Rec.2020.
        to_target: matrix from linear Rec.2020 to the target's linear RGB.
    """
    matrices = gamut_matrices(to_target, keeps_hue=True)
    found: Float[np.ndarray, "rows columns 3"] = finished(
        np.asarray(rgb, np.float32), NO_SHARPENING, matrices, NO_CURVE, bits=None
    )
    return found


def eased_rows(
    rgb: Float[np.ndarray, "rows columns 3"],
    before: Float[np.ndarray, "rows columns 3"],
    to_target: Float[np.ndarray, "3 3"],
) -> Float[np.ndarray, "rows columns 3"]:
    """As `eased`, for float32."""
    result = np.empty(rgb.shape, np.float32)
    matrices = gamut_matrices(to_target, keeps_hue=True)
    ease(np.ascontiguousarray(rgb), np.ascontiguousarray(before), matrices, result)
    return result
