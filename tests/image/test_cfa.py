import numpy as np
import pytest

from lichtbild.core.window import Extent
from lichtbild.image.cfa import Cfa


@pytest.mark.parametrize("phase", ["RGGB", "BGGR", "GRBG", "GBRG"])
def test_a_bayer_pattern_is_known_and_shifts_into_another(phase: str) -> None:
    cfa = Cfa.bayer(phase)
    assert cfa.is_bayer and not cfa.is_quad_bayer
    assert cfa.planes(Extent(2, 2)).ravel().tolist() == ["RGB".index(letter) for letter in phase]
    shifted = cfa.shifted(1, 1)
    assert shifted.is_bayer
    np.testing.assert_array_equal(shifted.planes(Extent(5, 7)), cfa.planes(Extent(6, 8))[1:, 1:])
    assert cfa.shifted(2, 4) == cfa


@pytest.mark.parametrize("phase", ["RGBG", "GGRB", "RRGB", "RGG", "XGGY"])
def test_other_patterns_are_no_bayer_phase(phase: str) -> None:
    with pytest.raises(ValueError, match="RGGB, BGGR, GRBG or GBRG"):
        Cfa.bayer(phase)


def test_a_quad_pattern_bins_to_its_bayer_pattern() -> None:
    bayer = Cfa.bayer("GRBG")
    quad = Cfa(tuple(tuple(int(v) for v in row) for row in np.kron(bayer.pattern, np.ones((2, 2), int))))
    assert quad.is_quad_bayer and not quad.is_bayer
    assert quad.binned() == bayer
    assert not quad.shifted(1, 0).is_quad_bayer


def test_a_pattern_of_unknown_planes_or_ragged_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="names planes"):
        Cfa(((0, 3), (1, 2)))
    with pytest.raises(ValueError, match="one length"):
        Cfa(((0, 1), (1,)))
