from dataclasses import fields
from math import sqrt
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.bundle import Bundle, bundle
from lichtbild.optics.disc import polar
from lichtbild.optics.spot import airy_radius, spot, spot_spread
from lichtbild.optics.trace import Rays, Status, Traced
from optics.simple_lenses import D_LINE_MM, reference_data, reference_lens, singlet

DISC = polar(4, 12)
BLUR = 0.01
CONE = 0.2


def bundle_of(x, y, slope_x, slope_y, status=None, weight=None) -> Bundle:
    """Rays by their places on the image and their slopes, ``[field, wavelength, ray]``."""
    nothing = 0.0 * (x + y)
    place = jnp.stack([x + nothing, y + nothing, nothing])
    ahead = jnp.stack([slope_x + nothing, slope_y + nothing, 1 + nothing])
    direction = ahead / jnp.sqrt(jnp.sum(ahead**2, axis=0))
    shape = place.shape[1:]
    passed = jnp.zeros(shape, jnp.int8) if status is None else status
    rays = Rays(place, direction)
    traced = Traced(rays, jnp.zeros(shape), passed, jnp.zeros(shape, jnp.int8) - 1)
    weight = DISC.weights + jnp.zeros(shape) if weight is None else weight
    return _bundle(launch=rays, place=place[:2], traced=traced, stop=place[:2], area=weight, weight=weight)


def _bundle(**known) -> Bundle:
    """A bundle of which only what spots are made of is known."""
    made = object.__new__(Bundle)
    for field in fields(Bundle):
        object.__setattr__(made, field.name, known.get(field.name))
    return made


def even_disc(offset: float = 0.0) -> Bundle:
    """Two fields of three wavelengths: an even disc that a cone of light cuts out behind its focus."""
    u, v = jnp.asarray(DISC.points)
    size = jnp.array([BLUR, 2 * BLUR])[:, None, None] * jnp.ones((1, 3, 1))
    shift = offset * jnp.array([-1.0, 0.0, 1.0])[:, None]
    return bundle_of(size * u, 0.5 + size * v + shift, CONE * u, 0.3 + CONE * v)


def test_an_even_disc() -> None:
    found = spot(even_disc())
    size = np.array([BLUR, 2 * BLUR])
    np.testing.assert_allclose(found.rms, size / sqrt(2), rtol=1e-12)
    np.testing.assert_allclose(found.rms_x, size / 2, rtol=1e-12)
    np.testing.assert_allclose(found.rms_y, size / 2, rtol=1e-12)
    np.testing.assert_allclose(found.centre, [[0, 0], [0.5, 0.5]], atol=1e-15)
    np.testing.assert_allclose(found.geometric, size * np.max(np.hypot(*DISC.points)), rtol=1e-12)
    np.testing.assert_allclose(jnp.sum(found.share, axis=(1, 2)), 1.0, rtol=1e-14)
    np.testing.assert_allclose(found.lost, 0.0)


def test_colours_apart_add_their_variance() -> None:
    found = spot(even_disc(0.03), [1.0, 2.0, 1.0])
    expected = np.sqrt(np.array([BLUR, 2 * BLUR]) ** 2 / 2 + 0.03**2 / 2)
    np.testing.assert_allclose(found.rms, expected, rtol=1e-12)
    np.testing.assert_allclose(found.by_wavelength[0, 1], BLUR / sqrt(2), rtol=1e-12)
    np.testing.assert_allclose(found.by_wavelength[0, 0], sqrt(BLUR**2 / 2 + 0.03**2), rtol=1e-12)


def test_about_another_point() -> None:
    found = spot(even_disc(), centre=jnp.array([[0.0, 0.0], [0.4, 0.4]]))
    np.testing.assert_allclose(found.rms, np.sqrt(np.array([BLUR, 2 * BLUR]) ** 2 / 2 + 0.1**2), rtol=1e-12)


def test_lost_rays_count_for_nothing_and_are_counted() -> None:
    whole = even_disc()
    status = (
        jnp.zeros((2, 3, DISC.weights.size), jnp.int8).at[0, :, : DISC.weights.size // 2].set(Status.MISSED)
    )
    position = whole.traced.rays.position.at[:, 0, :, : DISC.weights.size // 2].set(1e6)
    rays = Rays(position, whole.traced.rays.direction)
    traced = Traced(rays, whole.traced.path, status, whole.traced.where)
    broken = _bundle(traced=traced, weight=whole.weight)
    found = spot(broken)
    np.testing.assert_allclose(found.lost, [0.5, 0.0])
    assert float(found.geometric[0]) < 2 * BLUR


def test_through_focus_is_a_parabola() -> None:
    rays = even_disc(0.01)
    spread = spot_spread(rays, [1.0, 2.0, 1.0])
    for shift in (-0.3, 0.0, 0.07):
        np.testing.assert_allclose(
            spread.rms(shift), spot(rays, [1.0, 2.0, 1.0], shift=shift).rms, rtol=1e-12
        )
    np.testing.assert_allclose(spread.best, [-BLUR / CONE, -2 * BLUR / CONE], rtol=1e-12)
    shifts = jnp.linspace(-0.1, 0.1, 5)
    assert spread.rms(shifts).shape == (5, 2)


def test_gradient_by_the_places_of_rays() -> None:
    rays = even_disc(0.01)

    def size(scale: jax.Array) -> jax.Array:
        x, y = rays.traced.rays.position[:2]
        slopes = rays.traced.rays.direction[:2] / rays.traced.rays.direction[2]
        return jnp.sum(spot(bundle_of(scale * x, y, *slopes)).rms)

    step = 1e-5
    numeric = (size(jnp.asarray(1 + step)) - size(jnp.asarray(1 - step))) / (2 * step)
    assert float(jax.grad(size)(jnp.ones(()))) == pytest.approx(float(numeric), rel=1e-8)


def test_airys_disc() -> None:
    lens = singlet(0.01, -0.01, wavelengths=(D_LINE_MM,))
    assert float(airy_radius(lens)) == pytest.approx(1.2196698912665045 * D_LINE_MM * 50.0, rel=1e-12)


@pytest.mark.slow
def test_spots_of_a_phone_lens(shared: Path) -> None:
    """Of rays aimed at the real stop, by an independent program; its few rays say them to 2 %."""
    found = spot(bundle(reference_lens(shared, "6P"), polar(8, 24)))
    expected = reference_data(shared, "6P")["phonelib"]["rms_spot_um_stop_aimed"]
    np.testing.assert_allclose(found.rms, np.array(expected) / 1e3, rtol=0.02)
    np.testing.assert_allclose(found.lost, 0.0)
