"""The quick posterior beside integrals."""

import numpy as np
import pytest
from scipy.special import log_ndtr, ndtr

from lichtbild.core.errors import BadInput
from lichtbild.panel.posterior import NOISE, Posterior, ScorePrior, posterior

PRIOR = ScorePrior(1.5, np.array([1.2, 0.0, -1.2]), 0.8, 0.6)
FIRST = np.array([0, 0, 1, 2, 0, 1, 0, 1])
SECOND = np.array([1, 2, 2, 1, 1, 2, 2, 0])
ANSWER = np.array([1, 1, -1, 1, 1, 1, 1, 1])


def test_one_jnd_is_seen_by_three_of_four() -> None:
    assert ndtr(1 / NOISE) == pytest.approx(0.75, abs=1e-12)


def test_prior_holds_together() -> None:
    np.testing.assert_allclose(PRIOR.precision @ PRIOR.covariance, np.eye(3), atol=1e-12)
    assert np.linalg.slogdet(PRIOR.covariance)[1] == pytest.approx(PRIOR.log_determinant, abs=1e-12)


def test_one_vote_is_exact() -> None:
    """One answer's mean, variance and probability, by quadrature."""
    found = posterior(np.array([0]), np.array([1]), np.array([-1]), PRIOR)
    mean = PRIOR.mean[0] - PRIOR.mean[1]
    variance = PRIOR.covariance[0, 0] + PRIOR.covariance[1, 1] - 2 * PRIOR.covariance[0, 1]
    differences = np.linspace(-15, 15, 30001)
    weight = np.exp(-0.5 * (differences - mean) ** 2 / variance) * ndtr(-differences / NOISE)
    expected = weight @ differences / weight.sum()
    spread = weight @ (differences - expected) ** 2 / weight.sum()
    assert found.mean[0] - found.mean[1] == pytest.approx(expected, abs=1e-4)
    left = found.covariance[0, 0] + found.covariance[1, 1] - 2 * found.covariance[0, 1]
    assert left == pytest.approx(spread, abs=1e-4)
    assert np.exp(found.evidence) == pytest.approx(ndtr(-mean / np.sqrt(NOISE**2 + variance)), rel=1e-4)


def test_votes_are_integrated() -> None:
    """Eight votes on three scores by brute force; to be normal costs a few hundredths of a deviation."""
    found = posterior(FIRST, SECOND, ANSWER, PRIOR)
    normal = np.random.default_rng(0).standard_normal((200_000, 3))
    scores = PRIOR.mean + normal @ np.linalg.cholesky(PRIOR.covariance).T
    log = log_ndtr(ANSWER * (scores[:, FIRST] - scores[:, SECOND]) / NOISE).sum(axis=1)
    weight = np.exp(log)
    mean = weight @ scores / weight.sum()
    deviation = np.sqrt(weight @ (scores - mean) ** 2 / weight.sum())
    np.testing.assert_allclose(found.mean, mean, atol=0.03 * deviation.max())
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), deviation, rtol=0.03)
    assert found.evidence == pytest.approx(np.log(weight.mean()), abs=0.03)


def test_quick_update_is_the_first_vote() -> None:
    start = Posterior(PRIOR.mean, PRIOR.covariance)
    whole = posterior(FIRST[:1], SECOND[:1], ANSWER[:1], PRIOR)
    quick = start.after(0, 1, 1)
    np.testing.assert_allclose(quick.mean, whole.mean, atol=1e-3)
    np.testing.assert_allclose(quick.covariance, whole.covariance, atol=1e-3)


def test_tie_is_a_seen_zero() -> None:
    tie = np.array([0])
    found = posterior(np.array([0]), np.array([2]), tie, PRIOR)
    pull = np.array([1.0, 0.0, -1.0]) / NOISE
    covariance = np.linalg.inv(PRIOR.precision + np.outer(pull, pull))
    np.testing.assert_allclose(found.covariance, covariance, atol=1e-12)
    np.testing.assert_allclose(found.mean, covariance @ PRIOR.precision @ PRIOR.mean, atol=1e-12)
    quick = Posterior(PRIOR.mean, PRIOR.covariance).after(0, 2, 0)
    np.testing.assert_allclose(quick.mean, found.mean, atol=1e-12)


def test_deviations_about_the_mean() -> None:
    found = posterior(FIRST, SECOND, ANSWER, PRIOR)
    centre = np.eye(3) - 1 / 3
    np.testing.assert_allclose(found.centred_deviation**2, np.diag(centre @ found.covariance @ centre))
    assert found.centred_mean.sum() == pytest.approx(0, abs=1e-12)


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(BadInput, match="counted from 0"):
        posterior(np.array([0]), np.array([3]), np.array([1]), PRIOR)
    with pytest.raises(BadInput, match="with itself"):
        posterior(np.array([0, 1]), np.array([1, 1]), np.array([1, 1]), PRIOR)
    with pytest.raises(BadInput, match="above 0"):
        ScorePrior.flat(3, 0.0)
