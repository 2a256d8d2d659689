"""Active choice."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.posterior import Posterior
from lichtbild.panel.schedule import active, simulate
from lichtbild.panel.schedule.active import Votes, next_pair, next_pairs
from lichtbild.panel.schedule.gain import error_gain

SCORES = np.linspace(0, 8, 9)


@pytest.fixture(scope="module")
def votes() -> Votes:
    rng = np.random.default_rng(3)
    first = rng.integers(0, 9, 30)
    second = (first + rng.integers(1, 9, 30)) % 9
    answers = simulate.answers(SCORES, first, second, simulate.Observer(), rng)
    return Votes(first, second, answers, 9)


def test_resume_is_asking_again(votes: Votes) -> None:
    """The same votes ask the same, whether or not a fit was kept; the fit holds until the next checkpoint."""
    kept = active.fitted(votes)
    assert next_pair(votes, 1) == next_pair(votes, 1, fit=kept)
    assert active.checkpoint(30, 9) == active.checkpoint(28, 9) == 28
    np.testing.assert_array_equal(active.fitted(votes.between(0, 28)).known.mean, kept.known.mean)
    np.testing.assert_allclose(active.known_after(votes.between(0, 28), kept).mean, kept.known.mean)


def test_the_best_pair_is_near_and_unknown(votes: Votes) -> None:
    known = active.known_after(votes, active.fitted(votes))
    gains = error_gain(known)
    low, high = next_pairs(known, 1, 0)[0]
    assert gains[low, high] > gains.max() / (1 + 2 * active.ALIKE)
    assert abs(known.mean[low] - known.mean[high]) < 2.5


def test_pending_pairs_count(votes: Votes) -> None:
    """A batch is what observers get who ask one after another."""
    known = active.known_after(votes, active.fitted(votes))
    batch = next_pairs(known, 4, 7)
    for count in range(1, 4):
        narrowed = known
        for low, high in batch[:count]:
            narrowed = active.fantasy(narrowed, np.array([[low, high]]))
        after = error_gain(narrowed)
        low, high = next_pairs(known, 1, 7, pending=batch[:count])[0]
        assert after[low, high] > after.max() / (1 + 2 * active.ALIKE)
    assert len({tuple(pair) for pair in batch.tolist()}) > 1


def test_only_candidates_are_shown(votes: Votes) -> None:
    known = active.known_after(votes, active.fitted(votes))
    candidates = np.array([[0, 8], [1, 7]])
    for criterion in active.CRITERIA:
        chosen = next_pairs(known, 1, 0, candidates=candidates, criterion=criterion)
        assert chosen[0].tolist() in candidates.tolist()


def test_first_pairs_are_drawn() -> None:
    """Before any vote all pairs are alike, so seeds differ and no condition is favoured."""
    known = active.unknown(9)
    drawn = {tuple(next_pairs(known, 1, seed)[0]) for seed in range(20)}
    assert len(drawn) > 10


def test_what_cannot_be_is_refused() -> None:
    known = Posterior(np.zeros(3), np.eye(3))
    with pytest.raises(BadInput, match="no criterion"):
        next_pairs(known, 1, 0, criterion="luck")
    with pytest.raises(BadInput, match="counted from 0"):
        next_pairs(known, 1, 0, pending=np.array([[0, 3]]))
    empty = np.zeros(0, int)
    with pytest.raises(BadInput, match="make no pair"):
        Votes(empty, empty, empty, 1)
