from math import asin, atan, exp, inf

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.units import nm
from lichtbild.optics.lens import Aperture, Gap, Lens
from lichtbild.optics.medium import Air, Glass, ModelGlass, Transmission
from lichtbild.optics.surface import Coating, Surface
from lichtbild.optics.trace import Rays, trace_through
from lichtbild.optics.train import Train, train
from lichtbild.optics.transmission import Losses, fresnel, losses, transmission

INDEX = 1.5


def _plate(*, coating: Coating | None = None, absorbing: bool = False, mirror: bool = False) -> Lens:
    glass = ModelGlass(INDEX, 0.0)
    if absorbing:  # Schott's formula with a constant term alone
        sample = Transmission((nm(400), nm(700)), (0.5, 0.5), (10.0, 10.0))
        glass = Glass("GREY", 1, (INDEX**2, 0.0, 0.0, 0.0, 0.0, 0.0), transmission=sample)
    surfaces = (Surface(semi_aperture=5.0, coating=coating), Surface(semi_aperture=5.0))
    gaps = (Gap(inf), Gap(4.0, glass), Gap(3.0))
    if mirror:
        silver = Surface(semi_aperture=5.0, mirror=True, coating=coating)
        surfaces, gaps = (silver, silver), (Gap(inf), Gap(-3.0), Gap(3.0))
    return Lens(surfaces, gaps, 0, Aperture("stop semi-aperture", 1.0), wavelengths=(nm(500), nm(600)))


def _share(lens: Lens, angle: float = 0.0) -> np.ndarray:
    """What arrives of one ray, by wavelength."""
    surfaces = train(lens)
    direction = jnp.array([0.0, np.sin(angle), np.cos(angle)]).reshape(3, 1, 1)
    found = _arriving(surfaces, losses(lens), Rays(jnp.zeros((3, 1, 1)), direction))
    return np.asarray(found)[:, 0]


@jax.jit
def _arriving(surfaces: Train, seen: Losses, rays: Rays) -> jax.Array:
    return transmission(surfaces, seen, trace_through(surfaces, rays))


def test_normal_incidence() -> None:
    assert float(fresnel(jnp.ones(()), jnp.ones(()), jnp.asarray(1.5))) == pytest.approx(0.04, rel=1e-15)


@pytest.mark.parametrize(("before", "after"), [(1.0, 1.5), (1.5, 1.0), (1.3, 1.9)])
def test_at_brewsters_angle_one_polarisation_is_not_reflected(before: float, after: float) -> None:
    found = fresnel(jnp.cos(jnp.asarray(atan(after / before))), jnp.asarray(before), jnp.asarray(after))
    across = (before**2 - after**2) / (before**2 + after**2)
    assert float(found) == pytest.approx(across**2 / 2, rel=1e-12)


def test_all_is_reflected_beyond_the_critical_angle_and_at_grazing() -> None:
    beyond = jnp.cos(jnp.asarray([asin(1 / 1.5) + 0.01, 1.2]))
    np.testing.assert_allclose(fresnel(beyond, jnp.asarray(1.5), jnp.asarray(1.0)), 1.0, atol=1e-11)
    assert float(fresnel(jnp.zeros(()), jnp.asarray(1.0), jnp.asarray(1.5))) == pytest.approx(1.0)


def test_the_same_both_ways() -> None:
    angle = jnp.linspace(0, 1.5, 50)
    inner = jnp.arcsin(jnp.sin(angle) / 1.7)
    there = fresnel(jnp.cos(angle), jnp.asarray(1.0), jnp.asarray(1.7))
    np.testing.assert_allclose(fresnel(jnp.cos(inner), jnp.asarray(1.7), jnp.asarray(1.0)), there, rtol=1e-9)


def test_equal_media_reflect_nothing_and_have_a_gradient() -> None:
    value, slope = jax.value_and_grad(lambda n: fresnel(jnp.asarray(0.8), jnp.asarray(1.0), n))(1.0)
    assert float(value) == 0.0
    assert float(slope) == 0.0


def test_a_bare_plate() -> None:
    np.testing.assert_allclose(_share(_plate()), 0.96**2, rtol=1e-13)


def test_a_coating_takes_the_place_of_fresnel_and_follows_the_wavelength() -> None:
    coating = Coating((nm(400), nm(600)), (0.0, 0.02))
    np.testing.assert_allclose(_share(_plate(coating=coating)), [0.96 * 0.99, 0.96 * 0.98], rtol=1e-13)


def test_media_absorb_along_the_ray() -> None:
    angle = 0.7
    inner = asin(np.sin(angle) / INDEX)
    ratio = _share(_plate(absorbing=True), angle) / _share(_plate(), angle)
    np.testing.assert_allclose(ratio, 0.5 ** (4.0 / np.cos(inner) / 10.0), rtol=1e-12)
    straight = _share(_plate(absorbing=True)) / _share(_plate())
    np.testing.assert_allclose(straight, exp(-4.0 / 10.0 * 0.6931471805599453), rtol=1e-12)


def test_mirrors_keep_what_they_reflect() -> None:
    np.testing.assert_allclose(_share(_plate(mirror=True)), 1.0, rtol=1e-13)
    silver = Coating((nm(400), nm(700)), (0.9, 0.9))
    np.testing.assert_allclose(_share(_plate(mirror=True, coating=silver)), 0.81, rtol=1e-13)


def test_gradient_by_the_coating() -> None:
    lens = _plate(coating=Coating((nm(400), nm(700)), (0.03, 0.06)))

    def arrived(values: tuple[float, ...]) -> jax.Array:
        changed = Surface(semi_aperture=5.0, coating=Coating((nm(400), nm(700)), values))
        other = Lens((changed, lens.surfaces[1]), lens.gaps, 0, lens.aperture, wavelengths=(nm(550),))
        rays = Rays(jnp.zeros((3, 1, 1)), jnp.array([0.0, 0.0, 1.0]).reshape(3, 1, 1))
        surfaces = train(other)
        return _arriving(surfaces, losses(other), rays)[0, 0]

    slopes = jax.grad(arrived)((0.03, 0.06))
    np.testing.assert_allclose(slopes, [-0.48, -0.48], rtol=1e-12)


def test_air_absorbs_nothing() -> None:
    assert isinstance(_plate().gaps[0].medium, Air)
    assert float(jnp.max(losses(_plate()).before)) == 0.0
