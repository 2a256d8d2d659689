import numpy as np
import pytest

from lichtbild.colour.brightness import MESOPIC, adaptation_factor


@pytest.mark.parametrize(("luminance", "factor"), [(318.31, 1.1676), (31.83, 0.5419)])
def test_the_published_examples(luminance: float, factor: float) -> None:
    # CIE 159:2004 and CIECAM16 share F_L; these are the worked examples' adapting luminances.
    assert adaptation_factor(luminance) == pytest.approx(factor, abs=1e-3)


def test_it_is_a_cube_root_by_day_and_a_line_by_night() -> None:
    assert adaptation_factor(8e4) / adaptation_factor(1e4) == pytest.approx(2, rel=1e-3)
    assert adaptation_factor(2e-6) / adaptation_factor(1e-6) == pytest.approx(2, rel=1e-2)
    assert adaptation_factor(0.0) == 0


def test_more_light_is_brighter() -> None:
    assert (np.diff(adaptation_factor(np.geomspace(1e-4, 1e4, 200))) > 0).all()
    assert 0.005 < MESOPIC < 10
