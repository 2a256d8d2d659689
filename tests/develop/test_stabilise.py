"""Stabilised noise against drawn photons, and the inverse against what the transform does."""

import jax
import numpy as np
import pytest

from lichtbild.develop.stabilise import UNCLIPPED, Stabiliser

PROFILES = [
    (1e-3, 3e-6),
    (4e-3, 3.6e-5),
    (4e-3, 0.0),
    (2e-2, 1e-3),
    (2.6e-5, 8.9e-9),
    (1e-4, 1e-3),
    (0.0, 1e-4),
]
DRAWN = 200_000


def noisy(mean: float, scale: float, offset: float) -> np.ndarray:
    rng = np.random.default_rng(1)
    photons = scale * rng.poisson(mean / scale, DRAWN) if scale else np.full(DRAWN, mean)
    return photons + rng.normal(0, offset**0.5, DRAWN)


@pytest.mark.parametrize("scale, offset", PROFILES)
@pytest.mark.parametrize("photons", [0.25, 1.0, 4.0, 20.0])
def test_the_mean_of_stabilised_samples_comes_back_as_the_light(
    scale: float, offset: float, photons: float
) -> None:
    mean = photons * (scale or 0.01)
    stabiliser = Stabiliser.of(scale, offset)
    values = stabiliser.stabilised(noisy(mean, scale, offset))
    sigma = (scale * mean + offset) ** 0.5
    # Four standard errors of the mean, and a hundredth of the noise for the fit of the bias.
    assert abs(stabiliser.restored(values.mean()) - mean) < (4 / DRAWN**0.5 + 0.01) * sigma


@pytest.mark.parametrize("scale, offset", PROFILES)
def test_the_noise_becomes_one(scale: float, offset: float) -> None:
    mean = max(20 * scale, 0.1)
    values = Stabiliser.of(scale, offset).stabilised(noisy(mean, scale, offset))
    # The standard error of a deviation is 1 / sqrt(2 n); the transform is good to some hundredths.
    assert values.std() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("mean", [0.9, 0.95, 0.98])
def test_light_below_a_full_sensor_is_found_through_the_clipping(mean: float) -> None:
    scale, offset = 1e-3, 1e-5
    stabiliser = Stabiliser.of(scale, offset)
    clipped = np.minimum(noisy(mean, scale, offset), 1.0)
    found = stabiliser.restored(stabiliser.stabilised(clipped).mean())
    sigma = (scale * mean + offset) ** 0.5
    assert abs(found - mean) < (4 / DRAWN**0.5 + 0.02) * sigma
    if mean == 0.98:
        assert clipped.mean() < mean - 0.05 * sigma  # there was something to find


def test_light_that_fills_the_sensor_is_full() -> None:
    stabiliser = Stabiliser.of(4e-3, 1e-5)
    clipped = np.minimum(noisy(1.02, 4e-3, 1e-5), 1.0)
    found = stabiliser.restored(stabiliser.stabilised(clipped).mean())
    assert 1.0 <= found <= 1.0 + 4e-3  # the bias of the inverse, a fraction of a photon


def test_nothing_removed_is_the_plain_inverse_and_below_black_is_welcome() -> None:
    stabiliser = Stabiliser.of(1e-3, 1e-5)
    samples = np.linspace(-0.05, 1.4, 200)
    np.testing.assert_allclose(stabiliser.restored(stabiliser.stabilised(samples), 0.0), samples, atol=1e-14)
    restored = stabiliser.restored(stabiliser.stabilised(samples))
    assert (np.diff(restored) >= -1e-12).all()
    kept = stabiliser.stabilised(samples.astype(np.float32))
    assert kept.dtype == stabiliser.restored(kept).dtype == np.float32


def test_what_clipping_took_is_a_smooth_rise() -> None:
    below = np.linspace(-3.5, -((2 * np.pi) ** -0.5), 100)
    taken = np.polynomial.polynomial.polyval(below, UNCLIPPED)
    assert taken[0] == pytest.approx(0, abs=1e-9)
    assert taken[-1] == pytest.approx((2 * np.pi) ** -0.5, abs=2e-4)
    assert (np.diff(taken) > -2e-4).all()


def test_jax_differentiates_it() -> None:
    stabiliser = Stabiliser.of(1e-3, 1e-5)
    there_and_back = jax.grad(lambda y: stabiliser.restored(stabiliser.stabilised(y), 0.0))
    assert there_and_back(0.3) == pytest.approx(1.0, rel=1e-6)
    assert there_and_back(-0.01) == pytest.approx(1.0, rel=1e-6)
