"""Windows about edges for the standard's algorithm."""

import numpy as np
import pytest

from exact_edge import gaussian_edge, sigma_of
from lichtbild.core.errors import BadInput
from lichtbild.quality.edge.iso2023 import measure_edge
from lichtbild.quality.edge.iso_window import iso_window


def test_a_window_of_a_large_picture_measures_the_edge() -> None:
    picture = gaussian_edge((200, 220), 5, sigma_of(0.25, 5))
    lean = 60 * np.tan(np.radians(5))
    start, end = (109.7 + lean, 40.0), (109.7 - lean, 160.0)
    window, at = iso_window(picture, start, end, 40.0)
    assert window.shape == (120, 69)
    assert at == pytest.approx((109.7, 100.0))
    found = measure_edge(window, 1)
    assert found.mtf50[0] == pytest.approx(0.25, rel=0.01)
    # A level edge, told from its other end, and in colours.
    colours = np.repeat(np.rot90(picture)[..., None], 3, axis=-1)
    level, _ = iso_window(colours, (end[1], 220 - end[0]), (start[1], 220 - start[0]), 40.0)
    assert level.shape == (69, 120, 3)
    np.testing.assert_allclose(measure_edge(level, 1).mtf50, found.mtf50[0], rtol=3e-3)


def test_the_border_of_the_picture_ends_a_window() -> None:
    window, _ = iso_window(np.zeros((50, 60)), (50.0, -10.0), (52.0, 70.0), 20.0)
    assert window.shape == (50, 28)


@pytest.mark.parametrize("end", [(60.0, 44.0), (34.0, 100.0)])
def test_a_window_that_is_too_small_is_refused(end: tuple[float, float]) -> None:
    with pytest.raises(BadInput, match="each way"):
        iso_window(np.zeros((300, 300)), (30.0, 40.0), end, 6.0)
