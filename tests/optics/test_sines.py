"""Cosines and sines: against decimal values, the C library, and their own derivatives."""

from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import cosdg, sindg

from lichtbild.optics.sines import HIGH, LARGEST, LOW, cosine_and_sine


def test_pi_is_known_to_forty_digits() -> None:
    """Two doubles hold pi/2 to about 2^-53 of the smaller one."""
    exact = Fraction("3.14159265358979323846264338327950288419716939937510") / 2
    assert abs(Fraction(HIGH) + Fraction(LOW) - exact) < abs(Fraction(LOW)) / 2**53
    assert (HIGH * 2**23).is_integer(), "24 digits, the first before the point"


@pytest.mark.parametrize("scale", [1e-8, 1.0, 100.0, 1e6, LARGEST])
def test_as_the_c_library(scale: float) -> None:
    """To one last digit of 1 on either side, and what `LOW`'s multiples round off of great phases."""
    phase = np.random.default_rng(1).uniform(-scale, scale, 100_000)
    cosine, sine = jax.jit(cosine_and_sine)(phase)
    rounding = 2.0**-52 + 2.0**-53 * scale * abs(LOW) / HIGH
    assert np.abs(cosine - np.cos(phase)).max() <= rounding
    assert np.abs(sine - np.sin(phase)).max() <= rounding


def test_every_quarter_turn() -> None:
    """Beside and at multiples of pi/4, where one series takes over from another."""
    degrees = np.arange(-3600.0, 3601.0, 45.0)
    cosine, sine = cosine_and_sine(jnp.deg2rad(degrees))
    rounding = np.abs(np.deg2rad(degrees)) * 2.0**-52 + 2.0**-52
    assert np.all(np.abs(cosine - cosdg(degrees)) <= rounding)
    assert np.all(np.abs(sine - sindg(degrees)) <= rounding)


def test_small_phases_keep_their_relative_digits() -> None:
    phase = np.geomspace(1e-300, 0.7, 1000)
    _, sine = cosine_and_sine(jnp.asarray(phase))
    np.testing.assert_allclose(sine, np.sin(phase), rtol=4.5e-16, atol=0)


def test_derivatives() -> None:
    """To second order, forward and backward."""
    phase = jnp.linspace(-9.0, 9.0, 37)
    both = jax.vmap(jax.grad(lambda p: cosine_and_sine(p)[1]))(phase)
    np.testing.assert_allclose(both, np.cos(phase), atol=3e-16)
    bend = jax.vmap(jax.jacfwd(jax.grad(lambda p: cosine_and_sine(p)[0])))(phase)
    np.testing.assert_allclose(bend, -np.cos(phase), atol=3e-16)
