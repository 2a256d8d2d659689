"""Diffraction by a six-element phone lens: two ways to every number, Malus's theorem, derivatives."""

from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics import disc_polynomial, psf
from lichtbild.optics.lens import FieldPoint, Lens
from lichtbild.optics.mtf import mtf, of_pencil
from lichtbild.optics.pencil import Pencil, Rings, pencil
from lichtbild.optics.pupil_function import PupilFunction, pupil_function
from optics.phone_lenses import phone_lens

pytestmark = pytest.mark.slow  # aiming and tracing take long to compile

FREQUENCIES = jnp.linspace(0.0, 620.0, 16)


@pytest.fixture(scope="module")
def lens(shared: Path) -> Lens:
    """US 10073249 embodiment 7, f/1.85: the axis, 0.35, 0.7, 0.9 and all of 38.3 degrees."""
    found = phone_lens(shared / "data/optics/phone/US-10073249-B2-e7.json")
    edge = found.fields[-1].y
    return replace(found, fields=tuple(FieldPoint(y=share * edge) for share in (0, 0.35, 0.7, 0.9, 1.0)))


@pytest.fixture(scope="module")
def rays(lens: Lens) -> Pencil:
    return pencil(lens)


def slips(rays: Pencil, pupil: PupilFunction) -> np.ndarray:
    """How far the eikonal's slope by direction is from minus the ray's place, rms, mm: ``[f, w]``."""
    middle, half = (jnp.moveaxis(v, -1, 0) for v in (pupil.middle, pupil.half))
    x, y = (rays.cosines - middle[..., None]) / half[..., None]
    found = []
    for axis, table in enumerate(disc_polynomial.slopes(pupil.eikonal)):
        place = -disc_polynomial.evaluate(table, x, y) / pupil.half[..., axis, None]
        found.append(jnp.sqrt(jnp.mean((place - rays.displacement[axis]) ** 2, axis=-1)))
    return np.max(np.asarray(found), axis=0)


def test_the_eikonal_is_smooth_and_obeys_malus(rays: Pencil) -> None:
    """The fit was never told the places. Within 0.1 um for a spot 6 um wide, to 0.9 of the field."""
    pupil = pupil_function(rays)
    assert float(pupil.misfit.max()) < 2e-3
    assert slips(rays, pupil)[:-1].max() < 1e-4


@pytest.mark.xfail(strict=True, reason="the polynomial of degree 16 leaves 1e-3 mm at the full field")
def test_malus_at_the_full_field_too(rays: Pencil) -> None:
    assert slips(rays, pupil_function(rays)).max() < 5e-4


def test_malus_at_the_full_field_by_a_higher_degree(lens: Lens) -> None:
    """Within 0.5 um for a spot 36 um wide: what degree 16 leaves is the polynomial's, not the rays'."""
    dense = pencil(replace(lens, fields=lens.fields[-1:]), None, None, Rings(32, 96, 64))
    assert slips(dense, pupil_function(dense, 28)).max() < 5e-4


def test_fast_transfer_is_within_a_thousandth(rays: Pencil) -> None:
    along = jnp.broadcast_to(jnp.asarray([[0.0, 1.0], [1.0, 0.0]])[:, None], (2, 5, 2))
    fast, exact = (jnp.abs(of_pencil(rays, FREQUENCIES, along, mode, 0.0)) for mode in ("fast", "reference"))
    assert float(jnp.abs(fast - exact).max()) < 1e-3
    np.testing.assert_allclose(exact[..., 0], 1.0, atol=1e-6)


@pytest.fixture(scope="module")
def waves(lens: Lens) -> jax.Array:
    """Point spreads by Huygens's sum at the lens's own wavelengths, ``[field, wavelength, y, x]``."""
    return psf.psf(lens, 48, 0.25e-3, method="huygens").values


@pytest.fixture(scope="module")
def apart(lens: Lens) -> jax.Array:
    """Largest difference of the two point spreads in parts of the peak."""
    blue_to_red = jnp.asarray([0.45e-3, 0.55e-3, 0.65e-3])
    grid, waves = (
        psf.psf(lens, 48, 0.25e-3, wavelengths=blue_to_red, method=method).values
        for method in ("fft", "huygens")
    )
    return jnp.max(jnp.abs(grid - waves), axis=(2, 3)) / jnp.max(waves, axis=(2, 3))


def test_fft_is_within_a_thousandth_of_huygens_to_the_full_field(apart: jax.Array) -> None:
    assert float(apart.max()) < 1e-3


def test_fast_fft_is_too_at_the_lens_own_wavelengths(lens: Lens, waves: jax.Array) -> None:
    x = psf.sample_positions(48, 0.25e-3)
    found = psf.fft(pupil_function(pencil(lens)), psf.SAMPLES, x)
    assert float(jnp.max(jnp.abs(found - waves) / jnp.max(waves, axis=(2, 3), keepdims=True))) < 1e-3


def test_a_huygens_sum_of_more_rays_is_the_same(lens: Lens, waves: jax.Array) -> None:
    more = pencil(lens, None, None, Rings(40, 150, 64))
    again = psf.huygens(more, psf.sample_positions(48, 0.25e-3))
    np.testing.assert_allclose(again, waves, rtol=0, atol=1e-9 * float(waves.max()))


def test_gradient_is_that_of_central_differences(lens: Lens) -> None:
    """Along the direction of steepest change of curvatures, where each counts as its sag at the rim."""

    def merit(bends: jax.Array) -> jax.Array:
        surfaces = tuple(
            replace(s, curvature=s.curvature + 2 * bend / s.semi_aperture**2)
            for s, bend in zip(lens.surfaces, bends, strict=True)
        )
        found = mtf(replace(lens, surfaces=surfaces), jnp.asarray([110.0])).polychromatic(lens.weights)
        return jnp.mean(found.modulus)

    flat = jnp.zeros(len(lens.surfaces))
    gradient = jax.jit(jax.grad(merit))(flat)
    value, largest = jax.jit(merit), float(jnp.max(jnp.abs(gradient)))
    for surface in (0, 2, 9):
        step = flat.at[surface].set(2e-6)
        one, two = ((value(k * step) - value(-k * step)) / (2 * k * 2e-6) for k in (1.0, 2.0))
        assert float(abs((4 * one - two) / 3 - gradient[surface])) < 1e-6 * largest
