"""Simulated observers and experiments."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.schedule.active import hash_of, next_pairs
from lichtbild.panel.schedule.prior import Measure, learned
from lichtbild.panel.schedule.simulate import (
    DESIGNS,
    Observer,
    Plan,
    answers,
    course,
    error,
    preference,
    simulated,
)

SCORES = np.array([1.0, 0.0, 3.0])


@pytest.mark.parametrize(
    "observer", [Observer(), Observer(lapse=0.2), Observer(side_bias=0.7, noise=1.0), Observer(1.0)]
)
def test_observers_answer_as_often_as_said(observer: Observer) -> None:
    """20,000 answers: four standard errors of a share are 1.4 %."""
    first, second = np.zeros(20_000, int), np.ones(20_000, int)
    given = answers(SCORES, first, second, observer, np.random.default_rng(1))
    assert (given > 0).mean() == pytest.approx(preference(SCORES, 0, 1, observer), abs=0.0142)


def test_ties_lie_in_the_band() -> None:
    first = np.zeros(20_000, int)
    given = answers(SCORES, first, first + 1, Observer(tie_band=0.5), np.random.default_rng(1))
    from scipy.special import ndtr

    expected = ndtr(-0.5 / 1.4826) - ndtr(-1.5 / 1.4826)
    assert (given == 0).mean() == pytest.approx(expected, abs=0.0142)


def test_answers_do_not_hang_on_the_batch() -> None:
    first, second = np.array([0, 1, 2]), np.array([1, 2, 0])
    whole = answers(SCORES, first, second, Observer(0.3), np.random.default_rng(5))
    rng = np.random.default_rng(5)
    alone = [answers(SCORES, first[k : k + 1], second[k : k + 1], Observer(0.3), rng)[0] for k in range(3)]
    assert whole.tolist() == alone


def test_experiments_repeat_and_get_better() -> None:
    scores = np.linspace(0, 6, 8)
    for design in DESIGNS:
        plan = Plan(8, design)
        early, late = simulated(scores, plan, (8, 60), 2)
        again = simulated(scores, plan, (8, 60), 2)[1]
        assert error(late, scores) < error(early, scores)
        np.testing.assert_array_equal(again.known.mean, late.known.mean)


@pytest.mark.slow
def test_active_choice_beats_random_and_a_measure_beats_both() -> None:
    """16 scores over 12 JND, 150 votes, mean of 6 runs; the benchmark has larger differences."""
    scores = np.linspace(0, 12, 16)
    rng = np.random.default_rng(4)
    means = []
    for design, measured in (("random", False), ("active", False), ("active", True)):
        found = []
        for seed in range(6):
            measure = Measure(scores + 0.7 * rng.standard_normal(16), in_jnd=True) if measured else None
            found.append(error(simulated(scores, Plan(16, design, measure), (150,), seed)[0], scores))
        means.append(np.mean(found))
    assert means[1] < 0.85 * means[0]
    assert means[2] < 0.85 * means[1]


def test_what_cannot_judge_is_refused() -> None:
    with pytest.raises(BadInput, match="no share"):
        Observer(lapse=1.5)
    with pytest.raises(BadInput, match="cannot judge"):
        Observer(noise=0.0)
    with pytest.raises(BadInput, match="no design"):
        Plan(3, "best")


def test_a_late_fit_serves_from_the_next_checkpoint_on() -> None:
    """Of 8 conditions a fit is due every 4 votes: the choice after 8 knows the fit of 4 and 4 votes more."""
    seen: list[tuple[int, int, int]] = []

    def judge(first: int, second: int) -> int:
        seen.append((first, second, 1 if first < second else -1))
        return seen[-1][2]

    course(Plan(8, late=True), judge, [9], 3)
    votes = np.array(seen[:4])
    known = learned(votes[:, 0], votes[:, 1], votes[:, 2], 8, None).known
    for vote in seen[4:8]:
        known = known.after(*vote)
    (chosen,) = next_pairs(known, 1, hash_of(3, 8))
    assert tuple(chosen) == seen[8][:2]
    votes = np.array(seen[:8])
    prompt = learned(votes[:, 0], votes[:, 1], votes[:, 2], 8, None).known
    assert np.abs(prompt.mean - known.mean).max() > 1e-3
