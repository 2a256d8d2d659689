"""Quantiles against SciPy's."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from lichtbild.sensor.kernels.sample import normal, poisson
from lichtbild.sensor.noise import tail_deviation
from lichtbild.sensor.quantile import SEARCHED, normal_quantile, poisson_quantile, read_quantile

SHARES = (np.arange(20_000) + 0.5) / 20_000


def test_normal_quantile_is_right_to_its_tails() -> None:
    tails = 2.0 ** -np.arange(2.0, 34.0)
    share = np.concatenate([tails, SHARES, 1 - tails])
    np.testing.assert_allclose(normal_quantile(share), ndtri(share), atol=2e-7, rtol=2e-7)


@pytest.mark.parametrize("mean", [0.0, 1e-3, 0.3, 1.0, 4.7, 15.9])
def test_small_poisson_counts_are_exact(mean: float) -> None:
    count = poisson_quantile(np.full(SHARES.shape, mean), SHARES, normal_quantile(SHARES))
    np.testing.assert_array_equal(count, stats.poisson.ppf(SHARES, mean) if mean else 0 * SHARES)


@pytest.mark.parametrize("mean", [SEARCHED, 17.3, 40.0, 250.0, 3000.0, 1e5])
def test_large_poisson_counts_are_at_most_one_off_and_hardly_ever(mean: float) -> None:
    """For 2.2e-4 of all shares at the least mean: the sum of the steps' shifts times their probabilities."""
    tails = 2.0 ** -np.arange(5.0, 33.0)
    share = np.concatenate([tails, (np.arange(200_000) + 0.5) / 200_000, 1 - tails])
    count = poisson_quantile(np.full(share.shape, mean), share, normal_quantile(share))
    off = np.abs(count - stats.poisson.ppf(share, mean))
    assert off.max() <= 1
    assert off.mean() <= 2.5e-4


@pytest.mark.parametrize("mean", [0.2, 1.0, 5.0, 30.0, 1000.0])
def test_relaxed_counts_have_the_mean_and_nearly_the_variance(mean: float) -> None:
    """20000 midpoints integrate the quantile; the tails left out weigh less than 1e-3 of the variance."""
    smooth = poisson_quantile(np.full(SHARES.shape, mean), SHARES, normal_quantile(SHARES), relaxed=True)
    assert smooth.mean() == pytest.approx(mean, rel=1e-3)
    assert -1e-3 * mean <= smooth.var() - mean <= 1 / 18 + 1e-3


@pytest.mark.parametrize("mean", [0.4, 7.0, 15.99, 16.0, 900.0])
def test_kernels_equal_their_definitions(mean: float) -> None:
    z = normal_quantile(SHARES)
    counts = poisson_quantile(np.full(SHARES.shape, mean), SHARES, z)
    assert [poisson(mean, share) for share in SHARES[::50].tolist()] == counts[::50].tolist()
    np.testing.assert_allclose([normal(share) for share in SHARES[::50].tolist()], z[::50], atol=1e-13)


@pytest.mark.parametrize("shape", [-0.2, 0.0, 0.1, 0.14, 0.5])
def test_tails_have_unit_variance(shape: float) -> None:
    law = stats.tukeylambda(shape)
    assert tail_deviation(shape) == pytest.approx(law.std(), rel=1e-4)
    share = np.array([0.01, 0.3, 0.9])
    np.testing.assert_allclose(read_quantile(share, shape), law.ppf(share) / law.std(), rtol=1e-4)


def test_poisson_has_a_finite_gradient_even_without_light() -> None:
    share = np.array([0.2, 0.6, 0.9])
    z = normal_quantile(share)

    def total(mean: jax.Array) -> jax.Array:
        return poisson_quantile(mean * jnp.ones(3), share, z).sum()

    for mean in (0.0, 0.5, 20.0):
        assert np.isfinite(float(jax.grad(total)(jnp.asarray(mean))))
