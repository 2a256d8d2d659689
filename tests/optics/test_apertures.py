from math import tan

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.apertures import with_semi_apertures
from optics.plane_tube import ANGLES, DEPTH, STOP, tube


@pytest.mark.slow  # compiles for long
def test_surfaces_are_as_wide_as_the_beams_of_all_fields_and_a_margin() -> None:
    front, stop = with_semi_apertures(tube(None), margin=0.05).surfaces
    assert front.semi_aperture == pytest.approx(1.05 * (STOP + DEPTH * tan(ANGLES[-1])), rel=1e-9)
    assert stop.semi_aperture == pytest.approx(1.05 * STOP, rel=1e-9)


@pytest.mark.slow  # compiles for long
def test_apertures_that_are_given_stay() -> None:
    assert with_semi_apertures(tube()).surfaces[0].semi_aperture == tube().surfaces[0].semi_aperture


def test_no_margin_is_negative() -> None:
    with pytest.raises(BadInput, match="0 or more"):
        with_semi_apertures(tube(), margin=-0.1)
