"""CIELUV."""

import numpy as np
import pytest

from lichtbild.colour.cieluv import from_xyz
from lichtbild.colour.spaces import SRGB_TO_XYZ


def test_the_primaries_of_srgb() -> None:
    """Against colour-science 0.4.7's XYZ_to_Luv with the same white."""
    import colour

    xyz = SRGB_TO_XYZ.T
    expected = colour.XYZ_to_Luv(xyz, illuminant=np.array([0.3127, 0.3290]))
    assert from_xyz(xyz) == pytest.approx(expected, abs=1e-9)


def test_greys_have_no_colour() -> None:
    greys = SRGB_TO_XYZ.sum(axis=1) * np.array([0.0, 0.18, 1.0])[:, None]
    luv = from_xyz(greys)
    assert luv[:, 1:] == pytest.approx(np.zeros((3, 2)), abs=1e-9)
    assert luv[:, 0] == pytest.approx([0, 49.496, 100], abs=1e-3)
