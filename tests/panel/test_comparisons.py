import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.comparisons import Comparisons


def three() -> Comparisons:
    columns = [[0, 0, 1, 1], [0, 1, 1, 0], [1, 0, 2, 2], [1, 1, 0, -1]]
    return Comparisons(*(np.array(each) for each in columns), 3, 2)


def test_wins_are_counted_by_who_was_preferred() -> None:
    assert three().wins(ties_half=False).tolist() == [[0, 1, 0], [1, 0, 0], [1, 0, 0]]
    assert three().wins().tolist() == [[0, 1, 0], [1, 0, 0.5], [1, 0.5, 0]]
    assert three().ties().sum() == 2


def test_a_weight_counts_an_observers_answers_more() -> None:
    assert three().wins(np.array([1.0, 3.0]))[2].tolist() == [3, 1.5, 0]


def test_a_tally_keeps_the_order_in_which_stimuli_were_shown() -> None:
    tally = three().tally()
    rows = list(zip(tally.first, tally.second, tally.first_wins, tally.second_wins, tally.ties, strict=True))
    assert rows == [(0, 1, 1, 0, 0), (0, 2, 0, 1, 0), (1, 0, 1, 0, 0), (1, 2, 0, 0, 1)]


def test_a_matrix_of_wins_comes_back() -> None:
    wins = np.array([[0, 3, 1], [2, 0, 0], [4, 1, 0]])
    assert (Comparisons.of_wins(wins).wins() == wins).all()
    with pytest.raises(BadInput, match="whole number"):
        Comparisons.of_wins(wins / 2)


def test_an_observer_can_be_left_out() -> None:
    assert len(three().without(1)) == 2 and three().without(1).n_observers == 2


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [(0, 2, "observer 0 to 2"), (1, 3, "first 1 to 3"), (2, 0, "itself"), (3, 2, "neither")],
)
def test_what_is_no_comparison_is_refused(column: int, value: int, said: str) -> None:
    columns = [[0, 0], [0, 1], [1, 2], [1, 0]]
    columns[column][0] = value
    with pytest.raises(BadInput, match=said):
        Comparisons(*(np.array(each) for each in columns), 3, 2)
