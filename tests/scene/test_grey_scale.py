"""Steps of density: 10^-D of the light."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.scene.frame import Frame
from lichtbild.scene.grey_scale import dynamic_range, grey_scale
from scene.charts import D65, LIGHTING, WHITE, luminances
from scene.test_colour_checker import FRAME, middles


def test_patches_have_their_densities() -> None:
    densities = [0.0, 0.3, 1.0, 2.0, 4.0, 6.0]
    chart = grey_scale(FRAME, LIGHTING, densities)
    # float32, in the darkest patch too.
    assert middles(chart, luminances(chart.scene)) == pytest.approx(
        WHITE * 10.0 ** -np.array(densities), rel=1e-6
    )
    assert chart.truth.patches[1].name == "D 0.30"


def test_dynamic_range_in_the_dark() -> None:
    frame = Frame(60, 80, (0.6, 0.8))
    chart = dynamic_range(frame, D65, 2000.0, steps=20, step=0.3)
    found = middles(chart, luminances(chart.scene))
    assert found == pytest.approx(2000.0 * 10.0 ** (-0.3 * np.arange(20)), rel=1e-6)
    assert luminances(chart.scene)[0, 0] == 0


def test_what_is_no_grey_scale() -> None:
    with pytest.raises(BadInput, match="each 0 or more"):
        grey_scale(FRAME, LIGHTING, [0.1, -0.1])
    with pytest.raises(BadInput, match="1 step or more"):
        dynamic_range(FRAME, D65, 100.0, steps=0)
