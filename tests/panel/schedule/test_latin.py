"""Orders of ratings."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.schedule.latin import latin_square, rating_order, williams


@pytest.mark.parametrize("n", [1, 4, 7])
def test_latin_square(n: int) -> None:
    square = latin_square(n, 3)
    whole = np.arange(n)
    for lines in (square, square.T):
        assert all((np.sort(line) == whole).all() for line in lines)


@pytest.mark.parametrize(("n", "times"), [(4, 1), (5, 2), (8, 1)])
def test_each_follows_each_equally_often(n: int, times: int) -> None:
    rows = williams(n, 1)
    after = np.zeros((n, n), int)
    np.add.at(after, (rows[:, :-1], rows[:, 1:]), 1)
    np.testing.assert_array_equal(after, times * (1 - np.eye(n, dtype=int)))
    assert all((np.bincount(column, minlength=n) == times).all() for column in rows.T)


def test_observers_fill_blocks() -> None:
    orders = np.stack([rating_order(4, observer, 9) for observer in range(8)])
    for block in (orders[:4], orders[4:]):
        assert all((np.sort(column) == np.arange(4)).all() for column in block.T)
    np.testing.assert_array_equal(rating_order(4, 5, 9), orders[5])
    with pytest.raises(BadInput, match="no order"):
        williams(0)
