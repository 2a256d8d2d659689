"""Gamut: colours that the output space lacks are brought to it at constant hue and lightness.

In Oklab the chroma is compressed towards the border of the space that wants the picture, softly from 80 %
of the way on (Reinhard's knee); what lies below the knee is not touched, so neutrals and white stay.

Source: Ottosson, "sRGB gamut clipping" (2021), for clipping along constant hue and lightness in Oklab.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Float

from lichtbild.colour import oklab
from lichtbild.core.array import namespace, transformed
from lichtbild.look.kernels.finish import NO_CURVE, NO_SHARPENING, finished, gamut_matrices
from lichtbild.look.kernels.gamut import HALVINGS, KNEE, WIDEST


def clipped(rgb: Any) -> Any:
    """The colours, each plane cut to 0 to 1."""
    return namespace(rgb).clip(rgb, 0.0, 1.0)


def kneed(rgb: Any, to_target: Float[np.ndarray, "3 3"]) -> Any:
    """The definition of `constant_hue`, for NumPy and JAX; the border counts as constant in gradients."""
    xp = namespace(rgb)
    lab = oklab.from_rec2020(rgb)
    light, opponents = xp.clip(lab[..., :1], 0.0, 1.0), lab[..., 1:]
    chroma = xp.sqrt(xp.sum(opponents**2, axis=-1, keepdims=True) + 1e-16)
    direction = opponents / chroma

    def margin(chroma: Any) -> Any:
        """How far inside the target's cube a colour of this chroma lies; negative outside."""
        tried = oklab.to_rec2020(xp.concatenate([light, direction * chroma], axis=-1))
        tried = transformed(tried, to_target)
        return xp.min(xp.minimum(tried, 1 - tried), axis=-1, keepdims=True)

    near = _border(margin, chroma)
    start, room = KNEE * near, (1 - KNEE) * near
    excess = xp.maximum(chroma - start, 0.0)
    shorter = xp.minimum(start, chroma) + room * excess / (room + excess + 1e-12)
    brought = oklab.to_rec2020(xp.concatenate([light, direction * shorter], axis=-1))
    is_free = (margin(chroma / KNEE) >= 0) & (light > 0) & (light < 1)
    return xp.clip(transformed(xp.where(is_free, rgb, brought), to_target), 0.0, 1.0)


def _border(margin: Callable[[Any], Any], like: Any) -> Any:
    """The chroma at which the margin falls to 0: by halving, and a straight line at the end."""
    xp = namespace(like)
    near, far = xp.zeros_like(like), xp.full_like(like, WIDEST)
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        is_inside = margin(middle) >= 0
        near, far = xp.where(is_inside, middle, near), xp.where(is_inside, far, middle)
    inside, outside = xp.maximum(margin(near), 0.0), xp.minimum(margin(far), 0.0)
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
