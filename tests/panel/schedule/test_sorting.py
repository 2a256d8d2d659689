"""Sorting by pairs."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.schedule.active import Votes
from lichtbild.panel.schedule.sorting import chain, next_to_sort, sorted_so_far


def votes(kept: list[tuple[int, int, int]], n: int) -> Votes:
    table = np.array(kept, int).reshape(-1, 3)
    return Votes(table[:, 0], table[:, 1], table[:, 2], n)


def test_sorts_within_the_bound() -> None:
    """Binary insertion asks at most the sum of ceil(log2 k) pairs."""
    worth = np.random.default_rng(1).permutation(13)
    kept: list[tuple[int, int, int]] = []
    while (pair := next_to_sort(votes(kept, 13), 5)) is not None:
        first, second = pair if len(kept) % 2 else pair[::-1]
        kept.append((first, second, 1 if worth[first] > worth[second] else -1))
    np.testing.assert_array_equal(worth[sorted_so_far(votes(kept, 13), 5)], np.arange(13))
    assert len(kept) <= sum(int(np.ceil(np.log2(k))) for k in range(2, 14))


def test_votes_of_others_are_refused() -> None:
    first, second = next_to_sort(votes([], 4), 0) or (0, 0)
    other = next(k for k in range(4) if k not in (first, second))
    with pytest.raises(BadInput, match="sorting asked for"):
        next_to_sort(votes([(first, other, 1)], 4), 0)


def test_chain() -> None:
    pairs = chain(np.array([3, 1, 0, 2]), 2)
    assert pairs.tolist() == [[3, 1], [1, 0], [0, 2], [3, 0], [1, 2]]
    with pytest.raises(BadInput, match="at least 1"):
        chain(np.arange(3), 0)
