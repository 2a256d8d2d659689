"""Latin: orders of single stimuli for ratings; every condition comes at every place, after every other.

Source: Williams, "Experimental designs balanced for the estimation of residual effects of treatments"
    (Australian
Journal of Scientific Research A 2, 1949), sections 3 and 4.
"""

import numpy as np
from jaxtyping import Int

from lichtbild.core.errors import BadInput

Orders = Int[np.ndarray, "r n"]


def latin_square(n: int, seed: int = 0) -> Orders:
    """A square of orders: each of ``n`` conditions once in each row and column; shuffled by the seed."""
    checked_places(n)
    rng = np.random.default_rng(seed)
    places = np.arange(n)
    square = (places[:, None] + places) % n
    return np.asarray(rng.permutation(n)[square[rng.permutation(n)][:, rng.permutation(n)]])


def williams(n: int, seed: int = 0) -> Orders:
    """Orders in which each also follows each other equally often: n rows, twice as many for odd n."""
    checked_places(n)
    rng = np.random.default_rng(seed)
    zigzag = np.zeros(n, int)
    zigzag[1::2] = np.arange(1, n // 2 + 1)
    zigzag[2::2] = n - np.arange(1, (n - 1) // 2 + 1)
    rows = (zigzag + np.arange(n)[:, None]) % n
    if n % 2:
        rows = np.concatenate([rows, rows[:, ::-1]])
    return np.asarray(rng.permutation(n)[rows[rng.permutation(len(rows))]])


def rating_order(n: int, observer: int, seed: int = 0) -> Int[np.ndarray, " n"]:
    """An observer's order of ``n`` conditions: a row of Williams's, new rows for every block of observers."""
    rows = n if n % 2 == 0 else 2 * n
    block, row = divmod(observer, rows)
    rng = np.random.default_rng([seed, block])
    return np.asarray(williams(n, int(rng.integers(2**32)))[row])


def checked_places(n: int) -> None:
    """Say so where there is nothing to order.

    Raises:
        BadInput: no condition.
    """
    if n < 1:
        raise BadInput(f"{n} conditions have no order; give at least 1")
