"""Gamut: colours that the output space lacks are brought to it at constant hue and lightness.

In Oklab the chroma is compressed towards the border of the space that wants the picture, softly from 80 %
of the way on (Reinhard's knee); what lies below the knee is not touched, so neutrals and white stay.

Source: Ottosson, "sRGB gamut clipping" (2021), for clipping along constant hue and lightness in Oklab.
"""

from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import oklab
from lichtbild.colour.oklab import CONES_TO_REC2020, LAB_TO_ROOTS, REC2020_TO_CONES, ROOTS_TO_LAB
from lichtbild.core.array import namespace, transformed
from lichtbild.numerics.kernel import kernel

KNEE: Final = 0.8
"""Share of the largest chroma up to which colours are left alone."""

_HALVINGS: Final = 18
"""Steps of the search for the border: chroma to 0.5 / 2^18 = 2e-6, an eighth of a 16-bit code."""

_WIDEST: Final = 0.5
"""Oklab chroma beyond every output space."""


def clipped(rgb: Any) -> Any:
    """The colours, each plane cut to 0 to 1."""
    return namespace(rgb).clip(rgb, 0.0, 1.0)


def kneed(rgb: Any, to_target: Float[np.ndarray, "3 3"]) -> Any:
    """The definition of `constant_hue`, for NumPy and JAX; the border counts as constant in gradients."""
    xp = namespace(rgb)
    lab = oklab.from_rec2020(rgb)
    light, opponents = xp.clip(lab[..., :1], 0.0, 1.0), lab[..., 1:]
    chroma = xp.sqrt(xp.sum(opponents**2, axis=-1, keepdims=True) + 1e-16)
    near, far = xp.zeros_like(chroma), xp.full_like(chroma, _WIDEST)
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        tried = oklab.to_rec2020(xp.concatenate([light, opponents / chroma * middle], axis=-1))
        tried = transformed(tried, to_target)
        inside = xp.all((tried >= 0) & (tried <= 1), axis=-1, keepdims=True)
        near, far = xp.where(inside, middle, near), xp.where(inside, far, middle)
    start, room = KNEE * near, (1 - KNEE) * near
    excess = xp.maximum(chroma - start, 0.0)
    shorter = (start + room * excess / (room + excess + 1e-12)) / chroma
    brought = oklab.to_rec2020(xp.concatenate([light, opponents * shorter], axis=-1))
    return xp.clip(transformed(xp.where(chroma > start + 1e-6, brought, rgb), to_target), 0.0, 1.0)


def constant_hue(
    rgb: Float[np.ndarray, "rows columns 3"], to_target: Float[np.ndarray, "3 3"]
) -> Float[np.ndarray, "rows columns 3"]:
    """The colours in the target space's linear RGB, 0 to 1.

    Args:
        rgb: linear Rec.2020.
        to_target: matrix from linear Rec.2020 to the target's linear RGB.
    """
    result = np.empty(rgb.shape, np.float32)
    source = np.ascontiguousarray(rgb, np.float32).reshape(-1, 3)
    cones_to_target = to_target @ CONES_TO_REC2020
    matrices = np.stack([REC2020_TO_CONES, ROOTS_TO_LAB, LAB_TO_ROOTS, cones_to_target, to_target])
    compress_chroma(source, matrices.astype(np.float32), result.reshape(-1, 3))
    return result


@kernel
def _inside(light: Any, a: Any, b: Any, roots: np.ndarray, target: np.ndarray) -> bool:
    """Whether an Oklab colour lies in the target's cube."""
    long = (light + roots[0, 1] * a + roots[0, 2] * b) ** 3
    medium = (light + roots[1, 1] * a + roots[1, 2] * b) ** 3
    short = (light + roots[2, 1] * a + roots[2, 2] * b) ** 3
    low, high = np.float32(0), np.float32(1)
    for plane in range(3):
        value = target[plane, 0] * long + target[plane, 1] * medium + target[plane, 2] * short
        if value < low or value > high:
            return False
    return True


@kernel
def _kneed(light: Any, a: Any, b: Any, roots: np.ndarray, target: np.ndarray) -> Any:
    """Factor for the chroma of an Oklab colour."""
    chroma = np.sqrt(a * a + b * b)
    near, far = np.float32(0), np.float32(_WIDEST)
    for _ in range(_HALVINGS):
        middle = (near + far) * np.float32(0.5)
        if _inside(light, a / chroma * middle, b / chroma * middle, roots, target):
            near = middle
        else:
            far = middle
    start, room = near * np.float32(KNEE), near * np.float32(1 - KNEE)
    if chroma <= start:
        return np.float32(1)
    excess = chroma - start
    return (start + room * excess / (room + excess)) / chroma


@kernel
def compress_chroma(rgb: np.ndarray, matrices: np.ndarray, result: np.ndarray) -> None:
    """Write the colours in the target space; arrays of pixels are float32 ``[pixel, plane]``."""
    cones, lab, roots = matrices[0], matrices[1], matrices[2]
    target, direct = matrices[3], matrices[4]
    zero, one, reach = np.float32(0), np.float32(1), np.float32(1 / KNEE)
    root = np.empty(3, np.float32)
    for i in range(rgb.shape[0]):
        r, g, b = rgb[i, 0], rgb[i, 1], rgb[i, 2]
        for k in range(3):
            root[k] = np.cbrt(cones[k, 0] * r + cones[k, 1] * g + cones[k, 2] * b)
        light = lab[0, 0] * root[0] + lab[0, 1] * root[1] + lab[0, 2] * root[2]
        a = lab[1, 0] * root[0] + lab[1, 1] * root[1] + lab[1, 2] * root[2]
        o = lab[2, 0] * root[0] + lab[2, 1] * root[1] + lab[2, 2] * root[2]
        if light >= one or light <= zero or np.isnan(light):
            result[i, :] = one if light >= one else zero
            continue
        scale = one
        if not _inside(light, a * reach, o * reach, roots, target):
            scale = _kneed(light, a, o, roots, target)
        if scale == one:
            for k in range(3):
                value = direct[k, 0] * r + direct[k, 1] * g + direct[k, 2] * b
                result[i, k] = min(max(value, zero), one)
            continue
        for k in range(3):
            root[k] = (light + roots[k, 1] * a * scale + roots[k, 2] * o * scale) ** 3
        for k in range(3):
            value = target[k, 0] * root[0] + target[k, 1] * root[1] + target[k, 2] * root[2]
            result[i, k] = min(max(value, zero), one)
