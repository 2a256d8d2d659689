"""Gains beside what both answers do."""

import numpy as np
from scipy.special import entr, ndtr

from lichtbild.panel.posterior import NOISE, Posterior
from lichtbild.panel.schedule.gain import error_gain, information_gain

ROOT = np.random.default_rng(2).standard_normal((5, 5))
KNOWN = Posterior(np.array([0.0, 0.4, 2.0, -3.0, 1.0]), ROOT @ ROOT.T)


def centred_trace(known: Posterior) -> float:
    return float(np.square(known.centred_deviation).sum())


def test_error_gain_is_the_mean_over_answers() -> None:
    gains = error_gain(KNOWN)
    for low, high in ((0, 1), (2, 3), (1, 4)):
        column = KNOWN.covariance[:, low] - KNOWN.covariance[:, high]
        z = (KNOWN.mean[low] - KNOWN.mean[high]) / np.sqrt(NOISE**2 + column[low] - column[high])
        left = sum(ndtr(side * z) * centred_trace(KNOWN.after(low, high, side)) for side in (1, -1))
        np.testing.assert_allclose(gains[low, high], centred_trace(KNOWN) - left, rtol=1e-10)


def test_information_gain_is_the_integral() -> None:
    """Houlsby's curve stands for the entropy within 1 % of a bit."""
    gains = information_gain(KNOWN)
    for low, high in ((0, 1), (2, 3), (1, 4)):
        column = KNOWN.covariance[:, low] - KNOWN.covariance[:, high]
        mean, variance = KNOWN.mean[low] - KNOWN.mean[high], column[low] - column[high]
        differences = mean + np.sqrt(variance) * np.linspace(-8, 8, 4001)
        weight = np.exp(-0.5 * (differences - mean) ** 2 / variance)
        chance = ndtr(differences / NOISE)
        left = weight @ (entr(chance) + entr(1 - chance)) / weight.sum() / np.log(2)
        whole = weight @ chance / weight.sum()
        told = (entr(whole) + entr(1 - whole)) / np.log(2) - left
        np.testing.assert_allclose(gains[low, high], told, atol=0.01)


def test_nothing_is_gained_from_one_alone() -> None:
    np.testing.assert_allclose(np.diag(error_gain(KNOWN)), 0, atol=1e-10)
    np.testing.assert_allclose(np.diag(information_gain(KNOWN)), 0, atol=1e-10)
