import numpy as np
import pytest

from lichtbild.core.units import nm
from lichtbild.image.bands import Bands
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.optics.measured_response import measured_response
from measured_lenses import measured_lens

PITCH, SIZE = 1e-3, (0.6, 0.8)
BANDS = Bands.even(nm(400), nm(700), 3)
SEEN = np.eye(3)[::-1]
"""Red takes the last band."""


def response(**given: float) -> OpticalResponse:
    lens = measured_lens(**given)
    return measured_response(lens, SIZE, PITCH, BANDS, SEEN, whole=0.5, nodes=(3, 3), squares=21)


def test_spread_is_the_gaussian_in_squares() -> None:
    """Its second moment is that of the Gaussian and the square, sigma^2 + pitch^2 / 12."""
    made = response(width=0.8e-3)
    across = made.psf.sum(axis=-2)
    at = (np.arange(21) - 10) * PITCH
    np.testing.assert_allclose(made.psf.sum(axis=(-1, -2)), 1)
    np.testing.assert_allclose((across * at).sum(axis=-1), 0, atol=1e-9)
    np.testing.assert_allclose((across * at**2).sum(axis=-1), 0.8e-3**2 + PITCH**2 / 12, rtol=2e-3)


def test_lateral_colour_moves_red_outward_and_blue_inward() -> None:
    """By 0.4 % of the height: in the upper right corner, 0.4 mm to the right and 0.3 mm up."""
    made = response(lateral=0.004)
    corner, at = made.psf[0, 2], (np.arange(21) - 10) * PITCH
    right = (corner.sum(axis=-2) * at).sum(axis=-1)
    down = (corner.sum(axis=-1) * at).sum(axis=-1)
    np.testing.assert_allclose(right, np.array([-1, 0, 1]) * 0.0016, atol=4e-6)
    np.testing.assert_allclose(down, np.array([1, 0, -1]) * 0.0012, atol=4e-6)


def test_where_light_comes_from_and_how_much() -> None:
    made = response()
    tangent = np.interp(0.25, made.height, made.tangent)
    ideal = tangent * 4.0 / 0.5
    assert ideal * (1 - 0.05 * ideal**2) == pytest.approx(0.5, rel=1e-4)
    assert made.solid_angle[0, 0] == pytest.approx(np.pi / 16)
    at = np.array([np.interp(0.5, made.height, one) for one in made.solid_angle.T])
    np.testing.assert_allclose(at / (np.pi / 16), (0.7, 0.6, 0.5), rtol=1e-2)


def test_colours_that_share_bands_see_again_what_was_measured_in_them() -> None:
    """Red moved outward and blue inward, through filters that overlap by a third."""
    seen = np.array([[0.05, 0.3, 0.8], [0.25, 0.9, 0.3], [0.8, 0.3, 0.02]])
    lens = measured_lens(lateral=0.004)
    made = measured_response(lens, SIZE, PITCH, BANDS, seen, whole=0.5, nodes=(3, 3), squares=21)
    of_colour = np.tensordot(seen / seen.sum(axis=1, keepdims=True), made.psf[0, 2], axes=1)
    right = (of_colour.sum(axis=-2) * (np.arange(21) - 10) * PITCH).sum(axis=-1)
    np.testing.assert_allclose(right, np.array([1, 0, -1]) * 0.0016, atol=2e-5)
    light = seen @ made.solid_angle.T / seen.sum(axis=1, keepdims=True)
    at = [np.interp(0.5, made.height, one) / one[0] for one in light]
    np.testing.assert_allclose(at, (0.5, 0.6, 0.7), atol=5e-3)
