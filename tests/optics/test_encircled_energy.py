import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import j0, j1

from lichtbild.optics.disc import square
from lichtbild.optics.encircled_energy import encircled_by_diffraction, encircled_by_rays
from lichtbild.optics.psf import PointSpread
from lichtbild.optics.spot import spot
from optics.test_spot import bundle_of

RASTER = square(64)
LENGTH, NUMBER = 0.00055, 2.0


def _disc():
    u, v = jnp.asarray(RASTER.points)
    zeros = jnp.zeros((1, 1, u.size))
    return spot(
        bundle_of(0.01 * u + zeros, 0.01 * v + zeros, 0.0, 0.0, weight=jnp.asarray(RASTER.weights) + zeros)
    )


def _airy(pixels: int = 257, pitch: float = 0.0002) -> PointSpread:
    side = (np.arange(pixels) - pixels // 2) * pitch
    x = np.pi / (LENGTH * NUMBER) * np.maximum(np.hypot(side, side[:, None]), 1e-12)
    values = np.pi / (LENGTH * NUMBER) ** 2 / 4 * (2 * j1(x) / x) ** 2
    return PointSpread(jnp.asarray(values)[None, None], jnp.asarray(pitch), jnp.zeros((3, 1)))


def test_an_even_disc_of_rays() -> None:
    radii = np.linspace(0.001, 0.012, 12)
    found = encircled_by_rays(_disc(), radii)
    # 3,200 rays: a circle's rim holds that of the raster to a few of them.
    np.testing.assert_allclose(found.energy[0], np.minimum((radii / 0.01) ** 2, 1), atol=0.005)
    assert float(found.radius_of(0.5)[0]) == pytest.approx(0.01 * 0.5**0.5, rel=0.01)


def test_squares_hold_more_than_the_circles_in_them() -> None:
    radii = 0.01 * np.array([10, 20]) / 32  # along the edges of the raster's squares
    found = encircled_by_rays(_disc(), radii, "square")
    np.testing.assert_allclose(found.energy[0], (2 * radii) ** 2 / (np.pi * 0.01**2), rtol=0.005)


def test_airys_disc() -> None:
    """1 - J0^2 - J1^2 (Rayleigh)."""
    radii = np.linspace(0.0004, 0.006, 15)
    found = encircled_by_diffraction(_airy(), radii)
    x = np.pi * radii / (LENGTH * NUMBER)
    np.testing.assert_allclose(found.energy[0], 1 - j0(x) ** 2 - j1(x) ** 2, atol=2e-3)
    half = np.pi * float(found.radius_of(0.5)[0]) / (LENGTH * NUMBER)
    assert 1 - j0(half) ** 2 - j1(half) ** 2 == pytest.approx(0.5, abs=0.03)  # straight lines between radii


def test_a_square_of_airys_disc_lies_between_its_circles() -> None:
    radii = np.array([0.002])
    inside, outside = (
        float(encircled_by_diffraction(_airy(), r).energy[0, 0]) for r in (radii, radii * 2**0.5)
    )
    found = float(encircled_by_diffraction(_airy(), radii, frame="square").energy[0, 0])
    assert inside < found < outside
