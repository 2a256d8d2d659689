"""Orders of trials."""

import numpy as np
import pytest

from lichtbild.panel.schedule.balanced import incomplete, round_robin
from lichtbild.panel.schedule.sequence import apart, neighbours_sharing


@pytest.mark.parametrize("n", [5, 6, 9, 16])
def test_no_condition_comes_twice_in_a_row(n: int) -> None:
    pairs = round_robin(n, 2)
    order = apart(pairs, 4)
    assert neighbours_sharing(order) == 0
    assert sorted(map(tuple, order.tolist())) == sorted(map(tuple, pairs.tolist()))


def test_few_conditions_share_as_little_as_can_be() -> None:
    """Each pair of four shares nothing with one other only: three such twos, and two joints between them."""
    assert neighbours_sharing(apart(round_robin(4), 0)) == 2


def test_order_by_seed() -> None:
    pairs = incomplete(10, 4, 0)
    np.testing.assert_array_equal(apart(pairs, 1), apart(pairs, 1))
    assert (apart(pairs, 1) != apart(pairs, 2)).any()


def test_sharing_is_counted() -> None:
    assert neighbours_sharing(np.array([[0, 1], [2, 0], [1, 3], [3, 1]])) == 2
