"""Oklab: lightness and two opponent colours, in which equal steps look about equal and hue keeps still.

The cone matrix is the published one times the Rec.2020 primaries, with its rows scaled so that white is
exactly (1, 1, 1): a neutral colour then has a = b = 0 to rounding. The scaling is at most 5e-4, the
difference between the white of the publication and that of CIE 15.

Source: Ottosson, "A perceptual color space for image processing" (2020), matrices M1 and M2.
"""

from typing import Any, Final

import numpy as np

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import namespace, transformed

_XYZ_TO_CONES: Final = np.array(
    [
        [0.8189330101, 0.3618667424, -0.1288597137],
        [0.0329845436, 0.9293118715, 0.0361456387],
        [0.0482003018, 0.2643662691, 0.6338517070],
    ]
)
_ROOTS_TO_LAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

_CONES = _XYZ_TO_CONES @ REC2020_TO_XYZ
REC2020_TO_CONES: Final = _CONES / _CONES.sum(axis=1, keepdims=True)
"""From linear Rec.2020 to cone responses, white being (1, 1, 1)."""

_WANTED_SUMS = np.array([1.0, 0.0, 0.0])
ROOTS_TO_LAB: Final = _ROOTS_TO_LAB - (_ROOTS_TO_LAB.sum(axis=1) - _WANTED_SUMS)[:, None] / 3
"""From the cube roots of cone responses to Oklab; its rows sum to 1, 0, 0 (published: within 4e-8)."""

CONES_TO_REC2020: Final = np.linalg.inv(REC2020_TO_CONES)
LAB_TO_ROOTS: Final = np.linalg.inv(ROOTS_TO_LAB)


def from_rec2020(rgb: Any) -> Any:
    """Oklab (L, a, b) on the last axis, for linear Rec.2020; white has L = 1.

    Colours beyond the spectrum, with negative cone responses, keep their sign.
    """
    xp = namespace(rgb)
    cones = transformed(rgb, REC2020_TO_CONES)
    # The guard keeps the slope of the cube root finite at black; 1e-24 is below any light.
    roots = xp.sign(cones) * xp.maximum(xp.abs(cones), 1e-24) ** (1 / 3)
    return transformed(roots, ROOTS_TO_LAB)


def to_rec2020(lab: Any) -> Any:
    """Linear Rec.2020 for Oklab (L, a, b) on the last axis; the inverse of `from_rec2020`."""
    return transformed(transformed(lab, LAB_TO_ROOTS) ** 3, CONES_TO_REC2020)
