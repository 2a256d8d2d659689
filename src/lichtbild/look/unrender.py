"""Unrender: the scene light that a view transform shows as a finished picture.

Every step of the transform is taken back exactly: black is lowered and purity brought back; the strongest and
the weakest plane follow from the curve's closed inverse, because keeping hue moves neither; the middle plane
is the one root of a rising function, between the light that the curve alone and the keeping of hue alone
would ask for.

White stands for infinite light and black for none. Light is told up to `BRIGHTEST` and down to `DARKEST` of
the curve, and how far a colour lies beyond is told beside it.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import transformed
from lichtbild.look.kernels.unrender import unrender
from lichtbild.look.view import Curve, ViewTransform

BRIGHTEST: Final = 0.93
"""Light of the curve beyond which no scene light is told, L* 97: natural shows so what lies 4 EV above
mid-grey. Beyond, a code of 8 bits stands for more than an eighth of a stop, and at last for many."""

DARKEST: Final = 1e-3
"""The same towards black, L* 0.9: below it a code is more than a quarter of a stop, and a curve flatter than
natural's would be ever steeper."""

STEPS: Final = 8
"""Safeguarded Newton steps for the middle plane: from the bracket to the rounding of float32."""


@dataclass(frozen=True)
class SceneLight:
    """What a finished picture may have been rendered from.

    Attributes:
        scene: linear Rec.2020, finite.
        above: display light by which a plane lies above what the scene light renders to; 0 or more.
        below: the same below; 0 or less.
    """

    scene: Any
    above: Any
    below: Any


def unrendered(shown: Any, view: ViewTransform) -> SceneLight:
    """The scene light that a view transform without headroom shows as this display light.

    Args:
        shown: display-linear Rec.2020, NumPy, planes on the last axis.
        view: the transform to take back.
    """
    toned = _purified((shown - view.black) / (1 - view.black), 1 / view.outset)
    known = np.clip(toned, DARKEST, BRIGHTEST)
    beyond = (1 - view.black) * _purified(toned - known, view.outset)
    scene = _purified(_before_curve(known, view), 1 / (1 - view.inset))
    return SceneLight(scene, np.maximum(beyond, 0), np.minimum(beyond, 0))


def unrendered_rows(shown: Any, view: ViewTransform, above: Any, below: Any) -> tuple[Any, Any]:
    """The scene light, and what is to be added after a look, of float32 samples ``[row, column, plane]``.

    Args:
        shown: display-linear Rec.2020.
        view: the transform to take back.
        above: factors of the planes on what lies above the light that can be told.
        below: the same for what lies below.
    """
    curve = view.curve
    numbers = np.array(
        [
            *(view.black, view.outset, view.inset, view.preserve_hue),
            *(curve.contrast, np.log2(curve.knee), curve.skew, DARKEST, BRIGHTEST, *above, *below),
        ],
        np.float32,
    )
    outputs = np.empty(shown.shape, np.float32), np.empty(shown.shape, np.float32)
    luminance = REC2020_TO_XYZ[1].astype(np.float32)
    unrender(np.ascontiguousarray(shown), luminance, numbers, STEPS, outputs)
    return outputs


def light_of(curve: Curve, shown: Any) -> Any:
    """The positive light that a curve shows as this: its inverse, for light between 0 and the peak."""
    rest = np.expm1(-np.log(shown / curve.peak) / curve.skew)
    return curve.knee * rest ** (-1 / curve.contrast)


def _before_curve(toned: Any, view: ViewTransform) -> Any:
    """Light of the planes before the curve and the keeping of hue."""
    plain = light_of(view.curve, toned)
    if not view.preserve_hue:
        return plain
    dark, bright = toned.min(axis=-1, keepdims=True), toned.max(axis=-1, keepdims=True)
    low, high = plain.min(axis=-1, keepdims=True), plain.max(axis=-1, keepdims=True)
    tiny = np.finfo(toned.dtype).tiny
    step = (bright - dark) / np.maximum(high - low, tiny)
    straight = low + (toned - dark) / np.maximum(step, tiny)
    # Of the ends both guesses are right, so that all planes may be treated alike.
    plain, straight = np.log(plain), np.log(np.maximum(straight, tiny))
    near, far = np.minimum(plain, straight), np.maximum(plain, straight)
    share, slope = view.preserve_hue, view.contrast * view.skew * (1 - view.preserve_hue)
    found = plain + share * (straight - plain)
    for _ in range(STEPS):
        light = np.exp(found)
        ratio = (view.curve.knee / light) ** view.contrast
        curved = (1 + ratio) ** -view.skew
        excess = (1 - share) * curved + share * (dark + step * (light - low)) - toned
        near, far = np.where(excess < 0, found, near), np.where(excess < 0, far, found)
        newton = found - excess / (slope * curved * ratio / (1 + ratio) + share * step * light + tiny)
        found = np.where((newton >= near) & (newton <= far), newton, (near + far) / 2)
    return np.exp(found)


def _purified(rgb: Any, factor: float) -> Any:
    """The colours with their distance from their own luminance times a factor."""
    luminance = transformed(rgb, REC2020_TO_XYZ[1:2])
    return luminance + factor * (rgb - luminance)
