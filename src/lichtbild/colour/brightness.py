"""Brightness: how light of an absolute level looks to an eye that is adapted to it.

Sources: Li et al., "Comprehensive color solutions: CAM16, CAT16, and CAM16-UCS", Color Research and
Application 42, 703 (2017), for the factor F_L; CIE 191:2010, for the limits of mesopic seeing.
"""

from typing import Any, Final

from lichtbild.core.array import namespace

MESOPIC: Final = 5.0
"""Luminance in cd/m2 up to which rods take part in seeing."""


def adaptation_factor(luminance: Any) -> Any:
    """F_L of CIECAM16, by which an eye that is adapted to more light sees all of it brighter.

    Args:
        luminance: that the eye is adapted to, cd/m2, 0 or more.
    """
    five = 5 * namespace(luminance).asarray(luminance)
    k4 = (1 / (five + 1)) ** 4
    return 0.2 * k4 * five + 0.1 * (1 - k4) ** 2 * five ** (1 / 3)
