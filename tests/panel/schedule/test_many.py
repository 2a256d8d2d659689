"""Many conditions beside the dense posterior."""

import numpy as np
import pytest

from lichtbild.panel.posterior import posterior
from lichtbild.panel.schedule import many, simulate
from lichtbild.panel.schedule.active import Votes
from lichtbild.panel.schedule.balanced import incomplete
from lichtbild.panel.schedule.gain import error_gain
from lichtbild.panel.schedule.prior import Measure

N = 90


@pytest.fixture(scope="module")
def study() -> tuple[np.ndarray, Votes]:
    rng = np.random.default_rng(1)
    scores = 1.5 * rng.standard_normal(N)
    pairs = incomplete(N, 20, 0)
    answers = simulate.answers(scores, pairs[:, 0], pairs[:, 1], simulate.Observer(), rng)
    return scores, Votes(pairs[:, 0], pairs[:, 1], answers, N)


def test_gains_are_the_dense_ones(study: tuple[np.ndarray, Votes]) -> None:
    """48 draws know a variance to 20 % and an image's length likewise: 0.3 in the logarithm together."""
    _, votes = study
    known = many.sketched(votes, 3)
    dense = posterior(votes.first, votes.second, votes.answer, known.prior)
    pairs = np.stack(np.triu_indices(N, 1), axis=1)
    ratio = np.log(known.gains(pairs) / error_gain(dense)[pairs[:, 0], pairs[:, 1]])
    assert np.median(ratio) == pytest.approx(0, abs=0.2)
    assert ratio.std() < 0.4
    deviation = dense.centred_deviation
    assert np.abs(known.mean - known.mean.mean() - dense.centred_mean).max() < 1.5 * deviation.max()
    np.testing.assert_allclose(known.draws.std(axis=1).mean(), deviation.mean(), rtol=0.1)


def test_batch_spreads(study: tuple[np.ndarray, Votes]) -> None:
    _, votes = study
    known = many.sketched(votes, 3)
    batch = many.next_pairs_of_many(known, 30, 0)
    assert np.bincount(batch.ravel()).max() <= 2
    every = np.stack(np.triu_indices(N, 1), axis=1)
    assert known.gains(batch).mean() > 1.5 * known.gains(every).mean()
    np.testing.assert_array_equal(batch, many.next_pairs_of_many(known, 30, 0))
    assert len(many.next_pairs_of_many(known, 10 * N, 0)) == 10 * N


def test_pending_pairs_narrow(study: tuple[np.ndarray, Votes]) -> None:
    _, votes = study
    waiting = np.repeat([[0, 1]], 40, axis=0)
    before, after = many.sketched(votes, 3), many.sketched(votes, 3, pending=waiting)
    assert after.gains(waiting[:1])[0] < 0.5 * before.gains(waiting[:1])[0]
    np.testing.assert_array_equal(before.mean, after.mean)


def test_measure_is_learned(study: tuple[np.ndarray, Votes]) -> None:
    """Half the votes and a measure with an error of 0.3 JND, upside down: about that error is left."""
    scores, votes = study
    some = votes.between(0, 450)
    rng = np.random.default_rng(0)
    known = many.sketched(some, 3, Measure(-5 * (scores + 0.3 * rng.standard_normal(N))))
    error = known.mean - known.mean.mean() - (scores - scores.mean())
    assert np.sqrt(np.square(error).mean()) < 0.4
    assert known.prior.deviation < 0.7
