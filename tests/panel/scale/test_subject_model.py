import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from rating_study import DESIGNS, Study, studied

from lichtbild.core.errors import BadInput
from lichtbild.panel.ratings import Ratings
from lichtbild.panel.scale.opinion import mean_opinion
from lichtbild.panel.scale.subject_model import FIVE_GRADES, SubjectModel, subject_model


@pytest.fixture(scope="module")
def graded() -> tuple[np.ndarray, SubjectModel]:
    """Five grades of 12 observers, one of whom presses at random and one is half a grade above the others."""
    generator = np.random.default_rng(2)
    felt = np.linspace(1.5, 4.5, 15) + generator.normal(0, 0.4, (12, 15))
    felt[3] += 0.8
    felt[7] = generator.uniform(0.5, 5.5, 15)
    table = np.clip(np.rint(felt), 1, 5)
    table[0, 0] = np.nan
    return table, subject_model(Ratings.of_table(table), FIVE_GRADES, draws=800)


def test_the_odd_ones_are_told(graded: tuple[np.ndarray, SubjectModel]) -> None:
    model = graded[1]
    assert model.inconsistency.argmax() == 7 and model.inconsistency[7] > 2 * model.typical_inconsistency
    assert model.bias.argmax() == 3
    low, high = model.bias_interval[3]
    assert low > 0 and high < 1.6


def test_scores_stay_on_the_scale_and_have_their_intervals_about_them(
    graded: tuple[np.ndarray, SubjectModel],
) -> None:
    scores = graded[1].scores
    assert (scores.low >= 1).all() and (scores.high <= 5).all()
    assert ((scores.low < scores.value) & (scores.value < scores.high)).all()
    assert scores.count[0] == 11 and graded[1].mixing < 1.05


def test_a_difference_is_surer_than_two_scores(graded: tuple[np.ndarray, SubjectModel]) -> None:
    model = graded[1]
    apart, low, high = model.difference(10, 4)
    assert apart == pytest.approx(model.scores.value[10] - model.scores.value[4]) and low < apart < high
    assert (high - low) / 3.92 < np.hypot(*model.scores.error[[10, 4]])


def test_draws_come_from_the_seed(graded: tuple[np.ndarray, SubjectModel]) -> None:
    ratings = Ratings.of_table(graded[0][:5, :4])
    one, same = (subject_model(ratings, draws=16).scores.value for _ in range(2))
    np.testing.assert_array_equal(one, same)


@pytest.mark.slow
def test_many_alike_observers_give_the_mean_opinion() -> None:
    """With all inconsistencies equal the mean is the best there is, and its error the known one."""
    generator = np.random.default_rng(3)
    table = np.linspace(20, 80, 10) + generator.normal(0, 8, (40, 10))
    model, mean = subject_model(Ratings.of_table(table), draws=800), mean_opinion(Ratings.of_table(table))
    assert model.scores.value == pytest.approx(mean.value, abs=0.5)
    # Errors of 10 means of 40, each to 11 %.
    assert model.scores.error.mean() == pytest.approx(8 / np.sqrt(40), rel=0.12)


def test_a_stimulus_nobody_rated_has_no_score() -> None:
    table = np.random.default_rng(4).normal(3, 1, (4, 5))
    table[:, 2], table[1] = np.nan, np.nan
    model = subject_model(Ratings.of_table(table), draws=80)
    assert np.isnan(model.scores.value).tolist() == [False, False, True, False, False]
    assert np.isnan(model.bias).tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("table", "grades", "said"),
    [
        (np.ones((2, 5)), None, "2 observers"),
        (np.ones((4, 3)), None, "equal"),
        (np.array([[1.0, 2.5]] * 3), FIVE_GRADES, "grades"),
    ],
)
def test_ratings_that_tell_nothing_are_refused(table: np.ndarray, grades: object, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        subject_model(Ratings.of_table(table), grades)


@pytest.mark.slow
@pytest.mark.parametrize("study", [Study(*design, "gamma") for design in DESIGNS], ids=str)
def test_intervals_hold_the_truth_and_scores_beat_the_mean(study: Study) -> None:
    found = studied(study, 200, 7)
    # Experiments have one error in common, that of the panel's mean bias: 200 tell 95 % to about 1 %.
    assert 0.93 <= found.coverage <= 0.97
    assert found.gain > 1.1
