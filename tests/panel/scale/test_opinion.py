import numpy as np
import pytest
from scipy import stats

from lichtbild.core.errors import BadInput
from lichtbild.panel.ratings import Ratings
from lichtbild.panel.scale.opinion import differences, mean_opinion

NAN = np.nan
TABLE = np.array([[5.0, 3.0, 2.0], [4.0, 4.0, NAN], [3.0, 4.0, 1.0]])


def test_a_mean_opinion_has_students_interval_and_bt500s() -> None:
    scores = mean_opinion(Ratings.of_table(TABLE))
    low, high = stats.t.interval(0.95, 2, TABLE[:, 0].mean(), stats.sem(TABLE[:, 0]))
    assert scores.interval[0] == pytest.approx((low, high))
    assert scores.count.tolist() == [3, 3, 2]
    plain = mean_opinion(Ratings.of_table(TABLE), student=False)
    assert plain.high[0] == pytest.approx(4 + 1.96 * stats.sem(TABLE[:, 0]))


def test_what_was_rated_once_has_no_error_and_what_never_no_score() -> None:
    scores = mean_opinion(Ratings.of_table(np.array([[1.0, NAN], [NAN, NAN]])))
    assert scores.value[0] == 1 and np.isnan(scores.error[0])
    assert np.isnan(scores.value[1]) and np.isnan(scores.interval[1]).all()


def test_differential_scores_are_each_observers_own() -> None:
    ratings = Ratings.of_table(TABLE, np.array([0, 0, 0]))
    found = differences(ratings).table()[:, :, 0]
    np.testing.assert_array_equal(found, [[NAN, 3, 2], [NAN, 5, NAN], [NAN, 6, 3]])
    crushed = differences(ratings, crushed=True).table()[2, 1, 0]
    assert crushed == pytest.approx(7 * 6 / (2 + 6))
    plain = differences(ratings, 0.0, own=False).table()[:, 1, 0]
    np.testing.assert_allclose(plain, TABLE[:, 1] - 4.0)


def test_differences_need_a_reference() -> None:
    with pytest.raises(BadInput, match="hidden reference"):
        differences(Ratings.of_table(TABLE))
