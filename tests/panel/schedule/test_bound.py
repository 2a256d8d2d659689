"""Best designs beside closed forms."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.posterior import NOISE, ScorePrior
from lichtbild.panel.schedule.bound import best_shares, least_error

AT_ZERO = 2 / np.pi / NOISE**2
"""Fisher information of a vote on equal scores: phi(0)^2 / (1/4) / sigma^2."""


def test_equal_scores() -> None:
    """All pairs alike: the precision of each contrast is the prior's plus n times a pair's."""
    n, votes, deviation = 7, 100, 2.0
    each = votes * AT_ZERO / (n * (n - 1) / 2)
    expected = np.sqrt((n - 1) / n / (deviation**-2 + n * each))
    assert least_error(np.zeros(n), ScorePrior.flat(n, deviation), votes) == pytest.approx(expected, rel=1e-9)


def test_far_scores_are_left_alone() -> None:
    scores = np.array([0.0, 1.0, 9.0, 10.0])
    shares = best_shares(scores, ScorePrior.flat(4, 4.0), 60)
    low, high = np.triu_indices(4, 1)
    far = scores[high] - scores[low] > 8.5
    assert shares.sum() == pytest.approx(1)
    assert shares[far].max() < 0.02 < shares[0]


def test_no_votes_are_refused() -> None:
    with pytest.raises(BadInput, match="at least 1"):
        least_error(np.zeros(2), ScorePrior.flat(2, 1.0), 0)
