import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.rankings import Rankings


def test_a_ranking_of_three_holds_three_comparisons() -> None:
    found = Rankings.of_orders([[2, 0, 1], [1, 2]], 3).comparisons()
    assert found.wins().tolist() == [[0, 1, 0], [0, 0, 1], [1, 1, 0]]


def test_the_best_of_three_holds_two() -> None:
    assert Rankings.of_choices([(1, [0, 2])], 3).comparisons().wins().tolist() == [
        [0, 0, 0],
        [1, 0, 1],
        [0, 0, 0],
    ]


@pytest.mark.parametrize(
    ("items", "ranked", "said"),
    [
        ([0, 0, 1], 3, "twice"),
        ([0, -1, 1], 2, "-1 only"),
        ([0, 1, 2], 4, "no more than stimuli"),
        ([0, 3, 1], 1, "0 to 2"),
    ],
)
def test_what_is_no_ranking_is_refused(items: list[int], ranked: int, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        Rankings(np.array([0]), np.array([items]), np.array([ranked]), 3, 1)
