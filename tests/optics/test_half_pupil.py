"""Half pupils: shares, sides, and how far the views of a point out of focus lie apart."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.half_pupil import check_divide, view_amplitude
from lichtbild.optics.wave_sum import Squares, light_in_squares
from optics.ideal_cones import SINE, ideal


def centroid(power: np.ndarray, pitch: float) -> float:
    """Of the light, to the right, mm."""
    x = (np.arange(power.shape[1]) - power.shape[1] // 2) * pitch
    return float((power.sum(axis=0) * x).sum() / power.sum())


def test_shares_add_up_to_the_whole() -> None:
    cosine = np.linspace(-1, 1, 201)
    left, right = (view_amplitude(view, cosine, 0.1, 0.3) for view in ("left", "right"))
    assert left**2 + right**2 == pytest.approx(np.ones(201), abs=1e-15)
    assert left[0] == 1 and right[0] == 0  # light that runs to the left meets the left photodiode


@pytest.mark.parametrize("defocus", [0.1, -0.1])
def test_views_of_a_blurred_point_are_half_discs(defocus: float) -> None:
    """Geometrical: places z p / sqrt(1 - p^2 - q^2) of an even half disc of directions.

    To first order 4 / (3 pi) of the blur's radius; diffraction at the divide leaves the centroid where it is,
    but for the tails that squares cut off. Nearer than the focus the left view lies on the right.
    """
    squares = Squares(0.002, 63, 6, 192)
    light = light_in_squares(ideal(defocus), 0.0, squares, ("left", "right"), (0.0, 0.02))
    assert light.share == pytest.approx([0.5, 0.5], abs=1e-12)
    left, right = (centroid(power, squares.pitch) for power in light.power)
    expected = 4 / (3 * np.pi) * defocus * SINE
    assert left == pytest.approx(expected, rel=0.05)
    assert right == pytest.approx(-expected, rel=0.05)


def test_power_of_views_adds_up() -> None:
    """Parseval's theorem, but for what lies beyond the squares."""
    squares = Squares(0.002, 63, 6, 192)
    views = light_in_squares(ideal(0.05), 0.4, squares, ("whole", "left", "right"), (0.0, 0.15))
    whole, left, right = views.power.sum(axis=(1, 2))
    assert views.share[1:].sum() == pytest.approx(1, abs=1e-12)
    assert left + right == pytest.approx(whole, abs=3e-3)
    assert whole == pytest.approx(1, abs=0.01)


def test_a_divide_is_a_share() -> None:
    with pytest.raises(BadInput, match="of the pupil wide"):
        check_divide(0.0)
