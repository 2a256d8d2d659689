"""Thurstone's case V: each impression is normal about its stimulus's quality, all with one spread.

``thurstone`` is the scale that this project recommends; ``thurstone_sureal`` repeats what SUREAL computes.

Source: L. L. Thurstone, Psychol. Rev. 34 (1927) 273, case V; K. Tsukida and M. R. Gupta, UWEETR-2011-0004
(2011), section 2; Netflix SUREAL 0.9, ``ThurstoneMlePairedCompSubjectiveModel``.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from lichtbild.panel.comparisons import Comparisons
from lichtbild.panel.scale.link import Link, cdf, density
from lichtbild.panel.scale.paired import PairedModel, PairedScale, scaled


def thurstone(comparisons: Comparisons, model: PairedModel | None = None) -> PairedScale:
    """Qualities by Thurstone's case V, JND, with a normal prior whose spread is learned.

    Args:
        comparisons: one answer or more.
        model: ties, bias, lapses and prior; its link is taken to be Thurstone's.

    Raises:
        BadInput: as ``scaled``.
    """
    return scaled(comparisons, replace(model or PairedModel(), link=Link.NORMAL))


def thurstone_sureal(
    wins: Float[np.ndarray, "item item"], *, standard: bool = True
) -> tuple[Float[np.ndarray, " item"], Float[np.ndarray, " item"]]:
    """Qualities and their standard errors as SUREAL computes them: for comparison with its numbers.

    It adds 1e-8 / n to every probability in place of a prior, and takes the errors from a curvature in which
    all answers of a pair count as won. Ours differ: see ``thurstone``.

    Args:
        wins: how often the row was preferred to the column.
        standard: mean 0 and standard deviation 1, as its published values are; else in standard deviations
            of one impression's difference, mean 0.
    """
    from scipy.optimize import minimize  # of the extra "panel"

    n = len(wins)
    least = 1e-8 / n

    def loss(v: np.ndarray) -> tuple[float, np.ndarray]:
        u = v[:, None] - v
        p, f = cdf(Link.NORMAL, u) + least, density(Link.NORMAL, u)[0]
        pull = wins * f / p
        return -2 * float((wins * np.log(p)).sum()), -2 * (pull.sum(1) - pull.sum(0))

    found = minimize(loss, np.zeros(n), jac=True, method="BFGS", options={"gtol": 1e-7, "maxiter": 10_000})
    value = found.x - found.x.mean()
    u = value[:, None] - value
    p, f = cdf(Link.NORMAL, u), density(Link.NORMAL, u)[0]
    bend = (wins + wins.T) * (-u * p * f - f**2) / p**2
    error = _bordered_errors(np.diag(bend.sum(1)) - bend)
    scale = float(value.std()) if standard else 1.0
    return value / scale, error / scale


def _bordered_errors(curvature: Float[np.ndarray, "item item"]) -> Float[np.ndarray, " item"]:
    """Errors of values whose sum is held, by the curvature of the log-likelihood."""
    n = len(curvature)
    whole = np.ones((n + 1, n + 1))
    whole[:n, :n], whole[n, n] = -curvature, 0.0
    return np.asarray(np.sqrt(np.diag(np.linalg.pinv(whole))[:n]))
