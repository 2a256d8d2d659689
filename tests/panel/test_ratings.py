import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.ratings import Ratings


def test_a_table_comes_back() -> None:
    table = np.random.default_rng(1).normal(size=(3, 4, 2))
    table[0, 1, 1] = np.nan
    np.testing.assert_array_equal(Ratings.of_table(table).table(), table)
    assert Ratings.of_table(table[:, :, 0]).n_repetitions == 1


def test_an_observer_can_be_left_out() -> None:
    ratings = Ratings.of_table(np.arange(6.0).reshape(2, 3))
    assert np.isnan(ratings.without(0).table()[0]).all() and len(ratings.without(0)) == 3


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [(0, 2, "observer 0 to 2"), (1, -1, "stimulus -1"), (1, 0, "twice"), (3, np.inf, "finite")],
)
def test_what_is_no_rating_is_refused(column: int, value: float, said: str) -> None:
    columns = [np.array([0, 0, 1]), np.array([0, 1, 0]), np.zeros(3, int), np.array([5.0, 4.0, 3.0])]
    columns[column][1] = value
    with pytest.raises(BadInput, match=said):
        Ratings(*columns, 2, 2)


def test_a_reference_is_a_stimulus() -> None:
    with pytest.raises(BadInput, match="hidden reference"):
        Ratings.of_table(np.ones((2, 2)), np.array([0, 2]))
