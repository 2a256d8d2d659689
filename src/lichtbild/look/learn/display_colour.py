"""Display colour: encoded sRGB and the spaces in which looks are compared."""

from typing import Any, Final

import numpy as np

from lichtbild.colour import cielab, oklab
from lichtbild.colour.difference import ciede2000
from lichtbild.colour.spaces import SRGB_TO_XYZ, XYZ_TO_REC2020
from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import transformed

_TO_REC2020: Final = XYZ_TO_REC2020 @ SRGB_TO_XYZ


def to_oklab(encoded: Any) -> Any:
    """Oklab (L, a, b) on the last axis, for encoded sRGB."""
    return oklab.from_rec2020(transformed(SRGB.decode(encoded), _TO_REC2020))


def from_oklab(lab: Any) -> Any:
    """Encoded sRGB for Oklab, cut to 0 to 1; the inverse of `to_oklab` within the gamut."""
    linear = transformed(oklab.to_rec2020(lab), np.linalg.inv(_TO_REC2020))
    return np.clip(SRGB.encode(linear), 0.0, 1.0)


def to_cielab(encoded: Any) -> Any:
    """CIELAB on the last axis, for encoded sRGB."""
    return cielab.from_rec2020(transformed(SRGB.decode(encoded), _TO_REC2020))


def difference(encoded: Any, other: Any) -> Any:
    """CIEDE2000 between colours in encoded sRGB."""
    return ciede2000(to_cielab(encoded), to_cielab(other))
