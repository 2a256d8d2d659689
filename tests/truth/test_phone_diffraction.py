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
from lichtbild.optics.pencil import Pencil, pencil
from lichtbild.optics.pupil_function import pupil_function
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


def test_the_eikonal_is_smooth_and_obeys_malus(rays: Pencil) -> None:
    """Its slope by direction is minus the ray's place in the image, which the fit was never told.

    Within 0.1 um for a spot 6 um wide, to 0.9 of the field.
    """
    pupil = pupil_function(rays)
    assert float(pupil.misfit.max()) < 2e-3
    x, y = (rays.cosines - jnp.moveaxis(pupil.middle, -1, 0)[..., None]) / jnp.moveaxis(pupil.half, -1, 0)[
        ..., None
    ]
    for axis, table in enumerate(disc_polynomial.slopes(pupil.eikonal)):
        place = -disc_polynomial.evaluate(table, x, y) / pupil.half[..., axis, None]
        apart = jnp.sqrt(jnp.mean((place - rays.displacement[axis]) ** 2, axis=-1))
        assert float(apart[:-1].max()) < 1e-4


@pytest.mark.xfail(strict=True, reason="the polynomial of degree 16 leaves 1e-3 mm at the full field")
def test_malus_at_the_full_field_too(rays: Pencil) -> None:
    pupil = pupil_function(rays)
    middle, half = (jnp.moveaxis(v, -1, 0) for v in (pupil.middle, pupil.half))
    x, y = (rays.cosines - middle[..., None]) / half[..., None]
    for axis, table in enumerate(disc_polynomial.slopes(pupil.eikonal)):
        place = -disc_polynomial.evaluate(table, x, y) / pupil.half[..., axis, None]
        apart = jnp.sqrt(jnp.mean((place - rays.displacement[axis]) ** 2, axis=-1))
        assert float(apart.max()) < 5e-4


def test_fast_transfer_is_within_a_thousandth(rays: Pencil) -> None:
    along = jnp.broadcast_to(jnp.asarray([[0.0, 1.0], [1.0, 0.0]])[:, None], (2, 5, 2))
    fast, exact = (jnp.abs(of_pencil(rays, FREQUENCIES, along, mode, 0.0)) for mode in ("fast", "reference"))
    assert float(jnp.abs(fast - exact).max()) < 1e-3
    np.testing.assert_allclose(exact[..., 0], 1.0, atol=1e-6)


@pytest.fixture(scope="module")
def apart(lens: Lens) -> jax.Array:
    """Largest difference of the two point spreads in parts of the peak, ``[field, wavelength]``."""
    grid, waves = (psf.psf(lens, 48, 0.25e-3, method=method).values for method in ("fft", "huygens"))
    return jnp.max(jnp.abs(grid - waves), axis=(2, 3)) / jnp.max(waves, axis=(2, 3))


def test_fft_is_within_a_thousandth_of_huygens_to_0_9_of_the_field(apart: jax.Array) -> None:
    assert float(apart[:-1].max()) < 1e-3


@pytest.mark.xfail(strict=True, reason="2e-2: the amplitude is steep at the rim; not yet met (issue 4)")
def test_fft_is_within_a_thousandth_of_huygens_at_the_full_field(apart: jax.Array) -> None:
    assert float(apart[-1].max()) < 1e-3


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
