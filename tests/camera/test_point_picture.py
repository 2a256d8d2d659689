"""The image of a point."""

from math import hypot, log, pi, sqrt

import numpy as np
import pytest

from lichtbild.camera.point_picture import cut_to, point_picture, sensor_place, told
from lichtbild.core.units import nm
from lichtbild.core.window import Extent
from lichtbild.develop.geometry import Geometry
from lichtbild.image.bands import Bands
from lichtbild.image.optical_image import ChiefAngles
from lichtbild.image.optical_response import OpticalResponse

BANDS, PITCH, SIDE = Bands.even(nm(400), nm(700), 6), 0.001, 33


def gaussian(width: float) -> np.ndarray:
    """Light in squares of a Gaussian of this standard deviation in mm, by the error function."""
    from scipy.special import erf

    edges = (np.arange(SIDE + 1) - SIDE / 2) * PITCH
    line = np.diff(erf(edges / (width * sqrt(2)))) / 2
    made = np.outer(line, line)
    return made / made.sum()


def response(widths: np.ndarray) -> OpticalResponse:
    """Gaussians at 3 x 3 nodes, the same in all bands."""
    psf = np.array([[[gaussian(width)] * len(BANDS) for width in row] for row in widths])
    height = np.linspace(0, 3, 5)
    solid = np.ones((5, len(BANDS)))
    angles = ChiefAngles(height, np.zeros(5))
    rows, columns = np.array([1.0, 0.0, -1.0]), np.array([-2.0, 0.0, 2.0])
    return OpticalResponse(psf, rows, columns, PITCH, 1.0, height, height / 5, solid, BANDS, angles, 2.0)


def test_a_gaussian_has_its_own_mtf50_and_is_white() -> None:
    made = point_picture(response(np.full((3, 3), 0.003)), (0.7, -0.3))
    expected = sqrt(log(2) / 2) / (pi * 0.003)  # exp(-2 (pi w f)^2) = 1/2
    for found in made.mtf50:
        assert found == pytest.approx(expected, rel=0.01)
    np.testing.assert_allclose(made.light, made.light[..., :1].repeat(3, axis=2), atol=1e-9)
    assert made.light.max() == pytest.approx(1.0)
    assert dict(told(made))["height"] == f"{hypot(0.7, -0.3):.2f} mm"


def test_between_nodes_their_spreads_are_mixed_and_beyond_them_the_last_is_taken() -> None:
    widths = np.array([[0.002, 0.004, 0.004]] * 3)
    lens = response(widths)
    half = point_picture(lens, (-1.0, 0.5)).light
    mixed = gaussian(0.002) + gaussian(0.004)
    np.testing.assert_allclose(half[..., 1], mixed / mixed.max(), atol=1e-9)
    far = point_picture(lens, (-9.0, 9.0)).light
    np.testing.assert_allclose(far, point_picture(lens, (-2.0, 1.0)).light)


def test_a_cut_keeps_the_middle() -> None:
    whole = point_picture(response(np.full((3, 3), 0.002)), (0.0, 0.0))
    cut = cut_to(whole)
    assert cut.light.shape[0] < SIDE and cut.light.shape[0] % 2 == 1
    middle = cut.light.shape[0] // 2
    # Equal up to the rounding of the transform, a few 1e-16, which differs from machine to machine.
    assert cut.light[middle, middle, 0] == pytest.approx(1.0, rel=1e-12)
    assert cut.light.sum() >= 0.98 * whole.light.sum()


def test_a_turned_picture_knows_where_on_the_sensor_it_lay() -> None:
    size, extent = (6.0, 8.0), Extent(600, 800)
    assert sensor_place(Geometry(), (1.0, 0.0), extent, size) == pytest.approx((4.0, 3.0))
    turned = Geometry(quarter_turns=1)  # clockwise: what is top left there was bottom left
    assert sensor_place(turned, (0.0, 0.0), extent, size) == pytest.approx((-4.0, -3.0))
    part = Geometry(crop=(0.5, 0.0, 1.0, 0.5))
    assert sensor_place(part, (0.5, 0.5), extent, size) == pytest.approx((2.0, 1.5))
