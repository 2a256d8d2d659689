"""Sequence: the order of trials, in which no condition comes twice in a row."""

from typing import Final

import numpy as np

from lichtbild.panel.posterior import Pairs

TRIES: Final = 20
"""Orders tried before the best is taken; few conditions have few good orders, and up to 4 have none."""


def apart(pairs: Pairs, seed: int) -> Pairs:
    """The pairs in a random order in which neighbours share no condition, as far as there is such an order.

    From 5 conditions on there is one for whole round robins; with fewer the neighbours that share are few.

    Args:
        pairs: in any order; sides are kept.
        seed: of the observer: the same seed gives the same order.
    """
    rng = np.random.default_rng(seed)
    best, fewest = pairs, len(pairs) + 1
    for _ in range(TRIES):
        order = _inserted(*_greedy(rng.permutation(pairs)))
        sharing = neighbours_sharing(order)
        if sharing < fewest:
            best, fewest = order, sharing
        if not fewest:
            break
    return best


def neighbours_sharing(pairs: Pairs) -> int:
    """How many neighbours in an order share a condition."""
    before, after = pairs[:-1, :, None], pairs[1:, None, :]
    return int((before == after).any(axis=(1, 2)).sum())


def _greedy(pairs: Pairs) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Take the first that shares nothing with the last; those that are left when none does."""
    left = [(int(first), int(second)) for first, second in pairs]
    order = [left.pop()] if left else []
    while left:
        last = set(order[-1])
        place = next((k for k in range(len(left) - 1, -1, -1) if not last & set(left[k])), None)
        if place is None:
            break
        order.append(left.pop(place))
    return order, left


def _inserted(order: list[tuple[int, int]], left: list[tuple[int, int]]) -> Pairs:
    """Put those that are left where their neighbours share nothing with them; else at the end."""
    for pair in left:
        own = set(pair)
        place = next(
            (
                k
                for k in range(len(order) + 1)
                if (k == 0 or not own & set(order[k - 1])) and (k == len(order) or not own & set(order[k]))
            ),
            len(order),
        )
        order.insert(place, pair)
    return np.array(order).reshape(-1, 2)
