"""Bradley and Terry's model: the log-odds of a preference are the difference of two qualities.

``bradley_terry`` is in JND and has a prior; ``bradley_terry_sureal`` and ``log_strengths`` are of greatest
likelihood in natural units, as SUREAL and choix print them.

Source: R. A. Bradley and M. E. Terry, Biometrika 39 (1952) 324; D. R. Hunter, Ann. Stat. 32 (2004) 384,
equation 3; Netflix SUREAL 0.9, ``BradleyTerryMlePairedCompSubjectiveModel``; L. Maystre's choix 0.4.
"""

from dataclasses import replace
from math import inf

import numpy as np
from jaxtyping import Float

from lichtbild.panel.comparisons import Comparisons
from lichtbild.panel.scale.link import LOGISTIC_SLOPE, Link
from lichtbild.panel.scale.paired import PairedModel, PairedScale, scaled

_ROUNDS = 100_000
_CLOSE = 1e-8
_EXACT = PairedModel(link=Link.LOGISTIC, spread=inf)


def bradley_terry(comparisons: Comparisons, model: PairedModel | None = None) -> PairedScale:
    """Qualities by Bradley and Terry's model, JND, with a normal prior whose spread is learned.

    Args:
        comparisons: one answer or more.
        model: ties, bias, lapses and prior; its link is taken to be Bradley and Terry's.

    Raises:
        BadInput: as ``scaled``.
    """
    return scaled(comparisons, replace(model or PairedModel(), link=Link.LOGISTIC))


def log_strengths(comparisons: Comparisons) -> Float[np.ndarray, " item"]:
    """Logarithms of the strengths, mean 0, of greatest likelihood: what choix's ``ilsr_pairwise`` finds.

    Args:
        comparisons: ties count half for each.

    Raises:
        BadInput: a group of stimuli that was never preferred to the others.
    """
    return scaled(comparisons, _EXACT).value * LOGISTIC_SLOPE


def bradley_terry_sureal(
    wins: Float[np.ndarray, "item item"],
) -> tuple[Float[np.ndarray, " item"], Float[np.ndarray, " item"]]:
    """Logarithms of the strengths, which sum to 1, and their standard errors, as SUREAL computes them.

    It alternates from equal strengths (Hunter's equation 3), which also decides where groups of stimuli stand
    that were never compared with one another. Its errors come from a curvature in which 2 / (p_i + p_j)
    stands for the square of 1 / (p_i + p_j); they are repeated here to compare with, not to be used:
    ``bradley_terry`` has right ones.

    Args:
        wins: how often the row was preferred to the column.
    """
    shown, n = wins + wins.T, len(wins)
    strength, change = np.full(n, 1 / n), np.inf
    for _ in range(_ROUNDS):
        if change <= _CLOSE:
            break
        before = strength
        strength = wins.sum(1) / (shown / (strength[:, None] + strength)).sum(1)
        strength = strength / strength.sum()
        change = float(np.linalg.norm(strength - before))
    both = strength[:, None] + strength
    curvature = 2 * shown / both + np.diag((shown / both**2 - wins / strength[:, None] ** 2).sum(1))
    whole = np.ones((n + 1, n + 1))
    whole[:n, :n], whole[n, n] = -curvature, 0.0
    error = np.sqrt(np.diag(np.linalg.pinv(whole))[:n]) / strength
    return np.log(strength), np.asarray(error)
