"""Sorting: pairs that put conditions in order by halving, and chains of neighbours in an order that is known.

Source: Knuth, "The art of computer programming" (1998), volume 3, section 5.2.1, binary insertion.
"""

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.panel.posterior import Pairs
from lichtbild.panel.schedule.active import Votes
from lichtbild.panel.schedule.balanced import checked_conditions


def chain(order: np.ndarray, reach: int = 1) -> Pairs:
    """Each condition with the ``reach`` next ones in an order: far scores tell little of one another.

    Args:
        order: conditions from worst to best, or by a measure.
        reach: steps along the order, at least 1.

    Raises:
        BadInput: no step, or fewer than 2 conditions.
    """
    checked_conditions(order.size)
    if reach < 1:
        raise BadInput(f"a chain that reaches {reach} steps has no pairs; give at least 1")
    parts = [
        np.stack([order[:-step], order[step:]], axis=1) for step in range(1, min(reach, order.size - 1) + 1)
    ]
    return np.concatenate(parts)


def next_to_sort(votes: Votes, seed: int) -> tuple[int, int] | None:
    """The pair that binary insertion asks for after the votes so far; None when all is in order.

    An observer sorts ``n`` conditions with about ``n log2 n - 1.3 n`` pairs. A tie puts the new condition
    below.

    Args:
        votes: one observer's, in order: each must answer the pair that was asked for.
        seed: of the order in which conditions are put in.

    Raises:
        BadInput: a vote on a pair that was not asked for.
    """
    return _sort(votes, seed)[1]


def sorted_so_far(votes: Votes, seed: int) -> np.ndarray:
    """The conditions that are in order after the votes so far, worst first."""
    return np.array(_sort(votes, seed)[0])


def _sort(votes: Votes, seed: int) -> tuple[list[int], tuple[int, int] | None]:
    rng = np.random.default_rng(seed)
    names = [int(name) for name in rng.permutation(votes.n)]
    order, used = names[:1], 0
    for name in names[1:]:
        low, high = 0, len(order)
        while low < high:
            middle = (low + high) // 2
            if used == len(votes):
                return order, (name, order[middle])
            if _better(votes, used, name, order[middle]):
                low = middle + 1
            else:
                high = middle
            used += 1
        order.insert(low, name)
    return order, None


def _better(votes: Votes, vote: int, name: int, other: int) -> bool:
    """Whether a vote prefers the condition that is being put in."""
    first, second = int(votes.first[vote]), int(votes.second[vote])
    if {first, second} != {name, other}:
        raise BadInput(
            f"vote {vote} is on conditions {first} and {second}, but sorting asked for {name} and {other};"
            " give one observer's votes in their order"
        )
    return int(votes.answer[vote]) * (1 if first == name else -1) > 0
