"""Wavefronts as statistics: tilt taken out, rms, Marechal and Zernike terms of known aberrations."""

import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics import zernike
from lichtbild.optics.disc import polar
from lichtbild.optics.wavefront import Wavefront


def wavefront(**sizes: float) -> Wavefront:
    """Sums of orthonormal Zernike terms, by Noll's number: ``z4=0.1`` is 0.1 waves rms of defocus."""
    points = polar(8, 20)
    numbers = [int(name[1:]) for name in sizes]
    basis = zernike.zernike(tuple(zernike.noll(j) for j in numbers), *points.points)
    values = basis @ np.array(list(sizes.values()))
    return Wavefront(
        jnp.asarray(values)[None, None],
        jnp.asarray(points.points),
        jnp.asarray(points.weights)[None, None],
        jnp.asarray(0.3 * points.points + 0.1)[:, None, None],
    )


def test_rms_is_the_root_of_squared_terms_but_for_piston() -> None:
    found = wavefront(z1=5.0, z4=0.03, z8=0.04)
    assert float(found.rms[0, 0]) == pytest.approx(0.05, rel=1e-12)
    assert float(found.strehl[0, 0]) == pytest.approx(np.exp(-((0.1 * np.pi) ** 2)), rel=1e-12)


def test_tilt_goes_and_the_rest_stays() -> None:
    found = wavefront(z1=5.0, z2=3.0, z3=-2.0, z11=0.07).without_tilt()
    np.testing.assert_allclose(found.difference, wavefront(z11=0.07).difference, atol=1e-12)


def test_zernike_terms_are_those_put_in() -> None:
    found = wavefront(z4=0.1, z7=-0.2, z22=0.05).zernikes(22)
    wanted = np.zeros(22)
    wanted[[3, 6, 21]] = 0.1, -0.2, 0.05
    np.testing.assert_allclose(found.coefficients[0, 0], wanted, atol=1e-12)
    assert float(found.residual[0, 0]) < 1e-12


def test_peak_to_valley_is_of_the_rays() -> None:
    found = wavefront(z2=1.0)
    assert float(found.peak_to_valley[0, 0]) == pytest.approx(
        4 * np.max(np.abs(polar(8, 20).points[0])), rel=1e-12
    )
