"""Diffraction against closed forms: Airy's disc, transfer with and without defocus, Parseval, Marechal."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import j0, j1, jn_zeros

from lichtbild.optics import mtf_correlation, mtf_overlap, psf, wavefront
from lichtbild.optics.pupil_function import pupil_function
from optics.pencils import WAVELENGTH, pencil, waves

NA = 0.25

SHARES = np.array([0.0, 1e-6, 1e-3, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999, 1.0, 1.1])
"""Frequencies in parts of the cutoff."""


def perfect(share: np.ndarray) -> np.ndarray:
    """Transfer of a circular pupil without aberrations (Goodman, equation 6-32)."""
    s = np.minimum(share, 1.0)
    return 2 / np.pi * (np.arccos(s) - s * np.sqrt(1 - s * s))


def transfer(pupil: object, direction: float, frequencies: np.ndarray, points: int = 32) -> np.ndarray:
    components = np.stack([np.cos(direction) * frequencies, np.sin(direction) * frequencies])[:, None]
    return np.asarray(mtf_overlap.transfer(pupil, jnp.asarray(components), points=points)[0, 0])


@pytest.mark.parametrize("direction", [0.0, np.pi / 2, 0.7, -2.0])
def test_reference_transfer_of_a_perfect_lens_is_its_closed_form(direction: float) -> None:
    """Asked for are 1e-6; all that is left is rounding, up to the cutoff itself."""
    found = transfer(pupil_function(pencil(NA)), direction, SHARES * 2 * NA / WAVELENGTH)
    np.testing.assert_allclose(found, perfect(SHARES), atol=2e-12)


def test_an_ellipse_seen_aslant_is_a_circle_in_other_units() -> None:
    """A pupil of 0.6 by 1 about (0.1, 0.5), as far off the axis as phones' are."""
    pupil = pupil_function(pencil(NA, axes=(0.6, 1.0), middle=(0.1, 0.5)))
    for direction in (0.0, np.pi / 2, 0.7):
        reach = np.hypot(np.cos(direction) / 0.6, np.sin(direction))
        found = transfer(pupil, direction, SHARES * 2 * NA / WAVELENGTH / reach)
        np.testing.assert_allclose(found, perfect(SHARES), atol=2e-12)


def test_transfer_out_of_focus_is_hopkins_integral() -> None:
    """Hopkins, Proc. Roy. Soc. A 231, 91 (1955): one integral over the overlap, by quadrature."""
    size = 1.5
    found = transfer(pupil_function(pencil(NA, waves(defocus=size))), 0.4, SHARES * 2 * NA / WAVELENGTH)
    for value, share in zip(found[:-2], SHARES[:-2], strict=True):
        slope = 2 * np.pi * size * 4 * share  # phase difference along the shift, for a pupil of radius 1

        def integrand(u: float, share: float = share, slope: float = slope) -> float:
            return 4 / np.pi * np.sqrt(1 - (u + share) ** 2) * np.cos(slope * u)

        wanted = quad(integrand, 0, 1 - share, epsabs=1e-12, epsrel=1e-12, limit=200)[0]
        assert value.real == pytest.approx(wanted, abs=1e-9)
        assert abs(value.imag) < 1e-9


@pytest.mark.slow  # compiles for long
def test_fast_transfer_is_within_a_thousandth() -> None:
    frequencies = np.linspace(0, 2.1 * NA / WAVELENGTH, len(SHARES))
    for terms in ({}, {"spherical": 0.7, "coma": 0.5}, {"defocus": 1.0, "astigmatism": 0.6, "tilt": 3.0}):
        pupil = pupil_function(pencil(NA, waves(**terms), axes=(0.7, 1.0), middle=(0.1, 0.5)))
        along = jnp.asarray([[0.6], [0.8]])[:, None]
        fast = mtf_correlation.transfer(pupil, along, jnp.asarray(frequencies))[0, 0, 0]
        slow = transfer(pupil, np.arctan2(0.8, 0.6), frequencies)
        assert np.abs(np.abs(fast) - np.abs(slow)).max() < 1e-3
        assert abs(fast[0] - 1) < 1e-14


def airy(radius: np.ndarray) -> np.ndarray:
    """Airy's pattern for a pupil of direction cosines up to NA, integral 1, in 1 / mm^2."""
    v = 2 * np.pi * NA * radius / WAVELENGTH
    safe = np.where(v == 0, 1, v)
    return np.where(v == 0, 1.0, (2 * j1(safe) / safe) ** 2) * np.pi * NA**2 / WAVELENGTH**2


def test_a_perfect_lens_makes_airys_disc() -> None:
    """Huygens's sum to rounding, the grid to 1e-6; at the first zero there is nothing."""
    rays = pencil(NA, rays=(16, 80))
    pupil = pupil_function(rays)
    x = psf.sample_positions(48, 0.25e-3)
    wanted = airy(np.hypot(*np.meshgrid(x, x)))
    np.testing.assert_allclose(psf.huygens(rays, x)[0, 0], wanted, atol=1e-11 * wanted.max())
    np.testing.assert_allclose(psf.fft(pupil, 64, x)[0, 0], wanted, atol=1e-6 * wanted.max())
    zero = jn_zeros(1, 1)[0] * WAVELENGTH / (2 * np.pi * NA)
    assert psf.huygens(rays, jnp.asarray([0.0, zero]))[0, 0, 0, 1] < 1e-20 * wanted.max()
    assert zero == pytest.approx(0.6098 * WAVELENGTH / NA, rel=1e-4)


def test_airys_disc_encloses_its_share() -> None:
    """83.8 % within the first zero: ``1 - J0^2 - J1^2`` (Born and Wolf, 8.5.18), by summing rings."""
    zero = jn_zeros(1, 1)[0] * WAVELENGTH / (2 * np.pi * NA)
    rays = pencil(NA)
    node, weight = np.polynomial.legendre.leggauss(24)
    line = jnp.asarray(zero * (node + 1) / 2)
    along_x = np.asarray(psf.huygens(rays, jnp.concatenate([jnp.zeros(1), line])))[0, 0, 0, 1:]
    found = np.sum(2 * np.pi * line * along_x * weight * zero / 2)
    v = jn_zeros(1, 1)[0]
    assert found == pytest.approx(1 - j0(v) ** 2 - j1(v) ** 2, abs=1e-10)
    assert found == pytest.approx(0.838, abs=5e-4)


def test_intensity_on_axis_out_of_focus_is_a_squared_sinc() -> None:
    """Born and Wolf, 8.8.3, for a quadratic eikonal: (sin(pi w) / (pi w))^2 with w waves at the rim."""
    x = psf.sample_positions(2, 1e-3)
    for size in (0.25, 1.0, 2.5):
        rays = pencil(NA, waves(defocus=size))
        centre = psf.huygens(rays, x)[0, 0, 1, 1] / airy(np.zeros(1))[0]
        assert centre == pytest.approx(np.sinc(size) ** 2, abs=1e-10)


def test_a_plane_out_of_focus_has_the_exact_phase() -> None:
    """A perfect pencil 3 um behind its focus is one whose eikonal holds the axial cosine, 34 deg aslant."""
    shift, middle = 3e-3, (0.0, 0.56)

    def axial(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        p, q = NA * x + middle[0], NA * y + middle[1]
        return shift * np.sqrt(1 - p * p - q * q)

    x = psf.sample_positions(24, 0.4e-3)
    plain, moved = pencil(NA, middle=middle), pencil(NA, axial, middle=middle)
    found = psf.huygens(plain, x, shift)
    np.testing.assert_allclose(found, psf.huygens(moved, x), rtol=1e-9, atol=1e-6)


def test_parseval_all_light_arrives() -> None:
    """What a wide plane receives is what the pupil sent, but for Airy's tails (2 / (pi v) of it beyond v)."""
    pupil = pupil_function(pencil(NA, waves(spherical=0.4, coma=0.3)))
    pitch, pixels = WAVELENGTH / (4 * NA), 128  # samples of an intensity at the distance that it needs
    total = np.sum(psf.fft(pupil, 96, psf.sample_positions(pixels, pitch))) * pitch**2
    missing = 2 / (np.pi * (2 * np.pi * NA * pixels / 2 * pitch / WAVELENGTH))
    assert 1 - 2 * missing < total < 1


def test_strehl_ratio_and_marechals_formula() -> None:
    """Balanced spherical aberration of rms 0.02 and 0.05 waves: they differ as the fourth power."""
    for rms, near in ((0.02, 2e-4), (0.05, 2e-3)):
        size = rms * np.sqrt(180)  # rho^4 - rho^2 has a variance of 1 / 180
        rays = pencil(NA, waves(spherical=size, defocus=-size))
        exact = float(wavefront.strehl_ratio(pupil_function(rays))[0, 0])
        assert exact == pytest.approx(np.exp(-((2 * np.pi * rms) ** 2)), abs=near)
        x = psf.sample_positions(2, 1e-3)
        centre = float(psf.huygens(rays, x)[0, 0, 1, 1]) / airy(np.zeros(1))[0]
        assert exact == pytest.approx(centre, rel=1e-9)
