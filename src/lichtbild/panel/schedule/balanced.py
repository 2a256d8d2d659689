"""Balanced: pairs fixed beforehand, every condition as often as every other, and as often left as right.

Source: David, "The method of paired comparisons" (1988), chapter 5; for thousands of pictures unions of
    random cycles,
which are near the best expanders (Friedman, "A proof of Alon's second eigenvalue conjecture", 2008).
"""

from typing import Any, Final

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.panel.posterior import Pairs

SPARSE: Final = 4
"""Designs in which a condition meets less than one in so many others are random cycles, others are cyclic."""

SWITCHES: Final = 200
"""Tries to rid a sparse design of one pair that it has twice."""


def round_robin(n: int, seed: int = 0) -> Pairs:
    """Every pair of ``n`` conditions once, in a shuffled order and with sides balanced.

    Raises:
        BadInput: fewer than 2 conditions.
    """
    checked_conditions(n)
    rng = np.random.default_rng(seed)
    low, high = np.triu_indices(n, 1)
    return sided(rng.permutation(np.stack([low, high], axis=1)), rng)


def incomplete(n: int, appearances: int, seed: int = 0) -> Pairs:
    """A balanced incomplete design: each condition in as many pairs, all connected.

    A pair comes at most once more than any other. Where both numbers are odd, one condition comes once less.

    Args:
        n: conditions, at least 2.
        appearances: pairs that each condition is in; at least 2 where there are more than two conditions.
        seed: the same seed gives the same pairs in the same order and on the same sides.

    Raises:
        BadInput: too few conditions or appearances to connect all.
    """
    checked_conditions(n)
    if appearances < min(n - 1, 2):
        raise BadInput(
            f"with {appearances} appearances of each, {n} conditions are not connected; ask for at least 2"
        )
    rng = np.random.default_rng(seed)
    whole, rest = divmod(appearances, n - 1)
    low, high = np.triu_indices(n, 1)
    parts = [np.stack([low, high], axis=1)] * whole
    if rest:
        parts.append(_random_cycles(n, rest, rng) if 1 < rest <= n // SPARSE else _cyclic(n, rest, rng))
    return sided(rng.permutation(np.concatenate(parts)), rng)


def sided(pairs: Pairs, rng: np.random.Generator) -> Pairs:
    """The pairs with sides such that each condition is left as often as right, to within one.

    Pairs are walked along as along streets, each once, and each is left behind on its left.
    """
    n = int(pairs.max()) + 1 if pairs.size else 0
    streets = _streets(pairs, n, rng)
    used = np.zeros(len(pairs), bool)
    left = pairs[:, 0].copy()
    # Walks that begin where an odd number of streets meet end at another such place.
    # All streets that are left then make closed walks.
    for start in range(n):
        if sum(not used[street] for street in streets[start]) % 2:
            _walk(start, pairs, streets, used, left)
    for start in range(n):
        _walk(start, pairs, streets, used, left)
    right = pairs.sum(axis=1) - left
    turned = np.stack([left, right], axis=1)
    return turned if rng.random() < 0.5 else turned[:, ::-1].copy()


def mirrored(pairs: Pairs, observer: int) -> Pairs:
    """The pairs for an observer: every second one sees them with sides exchanged."""
    return pairs[:, ::-1].copy() if observer % 2 else pairs


def connected(pairs: Pairs, n: int) -> bool:
    """Whether every condition can be reached from every other along pairs: else no scale can join them."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    return bool(connected_components(graph, directed=False)[0] == 1)


def checked_conditions(n: int) -> None:
    """Say so where there are too few conditions to compare.

    Raises:
        BadInput: fewer than 2.
    """
    if n < 2:
        raise BadInput(f"{n} conditions make no pair; give at least 2")


def _streets(pairs: Pairs, n: int, rng: np.random.Generator) -> list[list[int]]:
    """The pairs that each condition is in, shuffled."""
    streets: list[list[int]] = [[] for _ in range(n)]
    for street in rng.permutation(len(pairs)):
        for place in pairs[street]:
            streets[place].append(int(street))
    return streets


def _walk(start: int, pairs: Pairs, streets: list[list[int]], used: Any, left: Any) -> None:
    """Walk from pair to pair until none is left where one stands, again and again from the start."""
    while True:
        place, moved = start, False
        while True:
            while streets[place] and used[streets[place][-1]]:
                streets[place].pop()
            if not streets[place]:
                break
            street = streets[place].pop()
            used[street], moved = True, True
            left[street] = place
            place = int(pairs[street].sum()) - place
        if not moved or place != start:
            return


def _cyclic(n: int, appearances: int, rng: np.random.Generator) -> Pairs:
    """Rounds of a tournament (n even) or steps round a circle (n odd), of shuffled conditions."""
    names = rng.permutation(n)
    if n % 2:
        return np.asarray(names[_steps(n, appearances, rng)])
    rounds = _rounds_apart(n - 1, appearances, rng)
    others = np.arange(1, n // 2)
    parts = []
    for turn in rounds:
        around = np.stack([(turn + others) % (n - 1), (turn - others) % (n - 1)], axis=1)
        parts.append(np.concatenate([[[n - 1, turn]], around]))
    return np.asarray(names[np.concatenate(parts)])


def _steps(n: int, appearances: int, rng: np.random.Generator) -> Pairs:
    """Pairs some steps apart round a circle of ``n``, odd; one of the steps is 1, which connects all.

    Every second pair along steps of two, which also come to all, adds one appearance to all conditions but
    one.
    """
    own = np.arange(n)
    odd = appearances % 2
    longer = 2 + odd + rng.permutation((n - 1) // 2 - 1 - odd)
    parts = [np.stack([own, (own + step) % n], axis=1) for step in [1, *longer][: appearances // 2]]
    if odd:
        walk = 2 * np.arange(n - 1) % n
        parts.append(walk.reshape(-1, 2))
    return np.concatenate(parts)


def _rounds_apart(rounds: int, wanted: int, rng: np.random.Generator) -> Any:
    """Rounds of a tournament; two of them are neighbours, which together connect all."""
    first = int(rng.integers(rounds))
    others = [turn for turn in rng.permutation(rounds) if turn not in (first, (first + 1) % rounds)]
    return np.array([first, (first + 1) % rounds, *others][:wanted])


def _random_cycles(n: int, appearances: int, rng: np.random.Generator) -> Pairs:
    """Random cycles through all conditions, and a random matching where the number is odd; no pair twice."""
    parts = []
    for _ in range(appearances // 2):
        ring = rng.permutation(n)
        parts.append(np.stack([ring, np.roll(ring, -1)], axis=1))
    if appearances % 2:
        parts.append(rng.permutation(n)[: n // 2 * 2].reshape(-1, 2))
    return _switched(np.concatenate(parts), n, n, rng)


def _switched(pairs: Pairs, fixed: int, n: int, rng: np.random.Generator) -> Pairs:
    """Pairs that come twice exchange partners with others; the first ``fixed``, which connect all, stay."""
    keys = [int(low) * n + int(high) for low, high in np.sort(pairs, axis=1)]
    seen: dict[int, int] = {}
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
    for place in range(fixed, len(pairs)):
        for _ in range(SWITCHES):
            if seen[keys[place]] == 1:
                break
            other = int(rng.integers(fixed, len(pairs)))
            (a, b), (c, d) = pairs[place], pairs[other]
            new = [int(min(x, y)) * n + int(max(x, y)) for x, y in ((a, d), (c, b))]
            if a == d or c == b or other == place or new[0] == new[1] or any(seen.get(key) for key in new):
                continue
            for old in (place, other):
                seen[keys[old]] -= 1
            pairs[place], pairs[other] = (a, d), (c, b)
            keys[place], keys[other] = new
            seen.update(dict.fromkeys(new, 1))
    return pairs
