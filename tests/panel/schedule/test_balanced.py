"""Balanced designs keep what they promise, counted."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.schedule.balanced import connected, incomplete, mirrored, round_robin

SIZES = [
    (2, 1), (2, 5), (3, 2), (3, 3), (4, 2), (5, 3), (6, 4), (7, 3), (7, 9), (8, 5), (9, 6), (11, 9), (16, 6),
    (21, 2), (21, 15), (40, 7), (41, 9),
]  # fmt: skip


@pytest.mark.parametrize(("n", "appearances"), SIZES)
def test_incomplete_design(n: int, appearances: int) -> None:
    pairs = incomplete(n, appearances, 3)
    times = np.bincount(pairs.ravel(), minlength=n)
    assert times.sum() == n * appearances // 2 * 2
    assert (times == appearances).sum() >= n - (n * appearances) % 2
    lefts = np.bincount(pairs[:, 0], minlength=n)
    assert (np.abs(2 * lefts - times) <= 1).all()
    table = np.zeros((n, n), int)
    np.add.at(table, (pairs.min(axis=1), pairs.max(axis=1)), 1)
    assert np.diag(table).sum() == 0
    assert np.ptp(table[np.triu_indices(n, 1)]) <= 1
    assert connected(pairs, n)


def test_thousands_are_connected() -> None:
    """The second eigenvalue is near the best there is, 6 - 2 sqrt(5) = 1.53 for six appearances."""
    n = 600
    pairs = incomplete(n, 6, 0)
    flow = np.zeros((n, n))
    np.add.at(flow, (pairs[:, 0], pairs[:, 1]), -1.0)
    flow += flow.T
    eigenvalues = np.linalg.eigvalsh(flow - np.diag(flow.sum(axis=0)))
    assert eigenvalues[1] > 1.2


def test_round_robin_has_every_pair() -> None:
    pairs = round_robin(7, 1)
    assert len({tuple(pair) for pair in np.sort(pairs, axis=1).tolist()}) == len(pairs) == 21


def test_seed_and_observer() -> None:
    np.testing.assert_array_equal(incomplete(12, 4, 5), incomplete(12, 4, 5))
    assert (incomplete(12, 4, 5) != incomplete(12, 4, 6)).any()
    pairs = incomplete(12, 4, 5)
    both = np.concatenate([mirrored(pairs, 0), mirrored(pairs, 1)])
    np.testing.assert_array_equal(np.bincount(both[:, 0]), np.bincount(both[:, 1]))


def test_what_connects_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="not connected"):
        incomplete(6, 1)
    with pytest.raises(BadInput, match="make no pair"):
        round_robin(1)
    assert not connected(np.array([[0, 1], [2, 3]]), 4)
