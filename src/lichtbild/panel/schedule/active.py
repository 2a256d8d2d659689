"""Active: the pairs worth showing next, given all votes and all pairs that are being looked at.

A pair that was handed out and not answered yet is taken as answered in the way that is expected: it
narrows the posterior and leaves its mean, so that several observers, or one batch, do not look at the same
difference.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.panel.posterior import Indices, Pairs, Posterior, checked
from lichtbild.panel.schedule import gain
from lichtbild.panel.schedule.prior import Learned, Measure, expected, learned

CRITERIA: Final = {"error": gain.error_gain, "information": gain.information_gain}
"""What is gained: smaller standard errors of the scores, or information about them."""

EARLY: Final = 4
"""Votes a condition until which the scale of the scores is being found."""

ALIKE: Final = 1e-3
"""Pairs whose gains differ by less, relatively, are drawn from at random."""


@dataclass(frozen=True, eq=False)
class Votes:
    """Votes on pairs of ``n`` conditions.

    Attributes:
        first: of each vote a condition, from 0.
        second: the other.
        answer: +1 where the first was preferred, -1 where the second was, 0 for a tie.
        n: conditions; at least 2.
    """

    first: Indices
    second: Indices
    answer: Indices
    n: int

    def __post_init__(self) -> None:
        if self.n < 2:
            raise BadInput(f"{self.n} conditions make no pair; give at least 2")

    def __len__(self) -> int:
        return int(self.first.size)

    def between(self, start: int, end: int) -> "Votes":
        """The votes from ``start`` to before ``end``."""
        return Votes(self.first[start:end], self.second[start:end], self.answer[start:end], self.n)


def checkpoint(votes: int, n: int) -> int:
    """How many of the votes a full fit takes in; those after it are taken in one by one.

    A full fit comes every half as many votes as there are conditions, and four times as often at first, when
    the scale of the scores is being found; so it can be kept between.
    """
    early = votes < EARLY * n
    every = max(n // (8 if early else 2), 4)
    return max(votes // every * every, 0 if early else EARLY * n)


def fitted(votes: Votes, measure: Measure | None = None) -> Learned:
    """Prior and posterior from the votes up to the last checkpoint: worth keeping until the next."""
    whole = votes.between(0, checkpoint(len(votes), votes.n))
    return learned(whole.first, whole.second, whole.answer, votes.n, measure)


def known_after(votes: Votes, fit: Learned) -> Posterior:
    """The posterior after all votes: those since the checkpoint are added to its fit one by one."""
    known = fit.known
    rest = votes.between(checkpoint(len(votes), votes.n), len(votes))
    for first, second, answer in zip(rest.first, rest.second, rest.answer, strict=True):
        known = known.after(int(first), int(second), int(answer))
    return known


def next_pairs(
    known: Posterior,
    count: int,
    seed: int,
    pending: Pairs | None = None,
    candidates: Pairs | None = None,
    criterion: str = "error",
) -> Pairs:
    """The pairs to show next, best first; the order within each is for the caller to balance.

    Greedy: after each pair the posterior is narrowed by what the pair can be expected to tell.

    Args:
        known: the posterior of the scores.
        count: pairs wanted.
        seed: of the draw among pairs that are equally good.
        pending: pairs that are being looked at.
        candidates: pairs that may be shown; all where not given.
        criterion: "error" for the smallest standard errors, "information" for the most bits.

    Raises:
        BadInput: another criterion, or a pending pair of no such conditions.
    """
    if criterion not in CRITERIA:
        raise BadInput(f"no criterion is named {criterion}; choose one of {', '.join(CRITERIA)}")
    waiting = np.zeros((0, 2), int) if pending is None else pending
    known = fantasy(known, checked(waiting, known.mean.size))
    n = known.mean.size
    pairs = np.stack(np.triu_indices(n, 1), axis=-1) if candidates is None else candidates
    rng = np.random.default_rng(seed)
    draws = 1 + ALIKE * rng.random(len(pairs))
    chosen = np.zeros((count, 2), int)
    for place in range(count):
        chosen[place] = pairs[np.argmax(CRITERIA[criterion](known, pairs) * draws)]
        if place + 1 < count:
            known = fantasy(known, chosen[place : place + 1])
    return chosen


def fantasy(known: Posterior, pairs: Pairs) -> Posterior:
    """The posterior as it can be expected after votes on pairs: narrower, about the same mean.

    Each narrows what those before it left; the columns are gathered and taken off at once.
    """
    columns = np.zeros((len(pairs), known.mean.size))
    for place, (first, second) in enumerate(pairs):
        before = columns[:place]
        column = known.covariance[first] - known.covariance[second]
        column = column - (before[:, first] - before[:, second]) @ before
        less = gain.expected_loss(known.mean[first] - known.mean[second], column[first] - column[second])
        columns[place] = np.sqrt(less) * column
    return Posterior(known.mean, known.covariance - columns.T @ columns)


def next_pair(
    votes: Votes,
    seed: int,
    measure: Measure | None = None,
    pending: Pairs | None = None,
    fit: Learned | None = None,
) -> tuple[int, int]:
    """The pair to show next: a function of the votes alone, so that to resume is to ask again.

    Args:
        votes: all so far, in the order in which they were kept.
        seed: of the experiment.
        measure: an objective measure of the conditions.
        pending: pairs that are being looked at.
        fit: what ``fitted`` says of these votes, where it was kept.
    """
    held = fit if fit is not None else fitted(votes, measure)
    waiting = 0 if pending is None else len(pending)
    low, high = next_pairs(known_after(votes, held), 1, hash_of(seed, len(votes) + waiting), pending)[0]
    return int(low), int(high)


def hash_of(seed: int, step: int) -> int:
    """A seed of its own for every step of an experiment."""
    rng = np.random.default_rng([seed, step])
    return int(rng.integers(2**32))


def unknown(n: int, measure: Measure | None = None) -> Posterior:
    """What is known before any vote."""
    return expected(n, measure).known
