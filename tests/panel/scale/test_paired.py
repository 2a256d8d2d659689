import sys
from math import inf
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_ndtr

sys.path.insert(0, str(Path(__file__).parents[1]))

from judged import compared

from lichtbild.core.errors import BadInput
from lichtbild.panel.comparisons import Comparisons
from lichtbild.panel.scale.bradley_terry import bradley_terry
from lichtbild.panel.scale.likelihood import AnswerModel
from lichtbild.panel.scale.link import LOGISTIC_SLOPE, THURSTONE_SIGMA, Link
from lichtbild.panel.scale.paired import PairedModel, Side, scaled
from lichtbild.panel.scale.thurstone import thurstone
from lichtbild.panel.scale.ties import Ties

TWO = Comparisons.of_wins(np.array([[0, 30], [10, 0]]))


def test_two_stimuli_have_their_log_odds() -> None:
    scale = bradley_terry(TWO, PairedModel(spread=inf))
    assert np.diff(scale.value)[0] * -LOGISTIC_SLOPE == pytest.approx(np.log(3), abs=1e-9)
    # The variance of log-odds is the sum of the reciprocals of the counts.
    assert scale.difference_errors()[0, 1] * LOGISTIC_SLOPE == pytest.approx(np.sqrt(1 / 30 + 1 / 10))
    assert np.diff(thurstone(TWO, PairedModel(spread=inf)).value)[0] == pytest.approx(-1.0, abs=1e-9)


def test_the_scale_is_that_of_a_general_optimiser() -> None:
    comparisons = compared(np.array([-1.0, 0.0, 0.3, 1.2]), 6, 20, np.random.default_rng(2))
    wins = comparisons.wins()

    def loss(q: np.ndarray) -> float:
        prior = (q**2).sum() / 2 / 1.5**2
        return prior - float((wins * log_ndtr((q[:, None] - q) / THURSTONE_SIGMA)).sum())

    known = minimize(loss, np.zeros(4), options={"gtol": 1e-9}).x
    assert scaled(comparisons, PairedModel(spread=1.5)).value == pytest.approx(known, abs=1e-6)


def test_unanimous_answers_are_finite_with_a_prior_and_refused_without() -> None:
    sure = Comparisons.of_wins(np.array([[0, 9, 9], [0, 0, 9], [0, 0, 0]]))
    value = scaled(sure).value
    assert (np.diff(value) < -0.5).all() and np.abs(value).max() < 10
    with pytest.raises(BadInput, match="3 groups"):
        scaled(sure, PairedModel(spread=inf))


@pytest.mark.slow
def test_the_learned_prior_is_nearer_to_the_truth_than_none() -> None:
    generator = np.random.default_rng(4)
    squares = np.zeros(2)
    for _ in range(12):
        quality = generator.normal(0, 1, 20)
        comparisons = compared(quality, 10, 20, generator)
        for i, spread in enumerate((None, 30.0)):
            away = scaled(comparisons, PairedModel(spread=spread)).value - (quality - quality.mean())
            squares[i] += (away**2).sum()
    assert squares[0] < 0.9 * squares[1]


def test_the_spread_of_the_prior_is_that_of_the_qualities() -> None:
    generator = np.random.default_rng(5)
    scale = scaled(compared(generator.normal(0, 2.0, 60), 20, 60, generator))
    # 60 qualities tell their spread to 1 / sqrt(120), 9 %: three of those.
    assert scale.spread == pytest.approx(2.0, rel=0.28)


@pytest.mark.slow
def test_intervals_by_curvature_hold_the_truth() -> None:
    generator = np.random.default_rng(6)
    held = []
    for _ in range(60):
        quality = generator.normal(0, 1.5, 10)
        scale = scaled(compared(quality, 5, 30, generator))
        low, high = scale.interval.T
        truth = quality - quality.mean()
        held.append(((low <= truth) & (truth <= high)).mean())
    # 600 stimuli, 3 standard errors of a share of 0.95: 2.7 %.
    assert np.mean(held) == pytest.approx(0.95, abs=0.027)


def test_a_zero_at_one_stimulus_keeps_all_differences() -> None:
    scale = scaled(compared(np.array([0.0, 1.0, 2.0]), 4, 20, np.random.default_rng(1)))
    moved = scale.against(1)
    np.testing.assert_allclose(moved.difference_errors(), scale.difference_errors(), atol=1e-12)
    assert moved.value[1] == 0 and moved.error[1] == pytest.approx(0, abs=1e-7)


def with_model(model: AnswerModel, width: float, side: np.ndarray, seed: int) -> Comparisons:
    """600 answers of each of eight observers about five stimuli, by a model with ties, lapses and sides."""
    generator = np.random.default_rng(seed)
    quality = np.linspace(-1.5, 1.5, 5)
    who = np.repeat(np.arange(8), 600)
    first = generator.integers(0, 5, len(who))
    second = (first + generator.integers(1, 5, len(who))) % 5
    p = model.probabilities(quality[first] - quality[second] + side[who], width)
    answer = np.array([1, -1, 0])[(generator.random((len(who), 1)) > p.cumsum(1)[:, :2]).sum(1)]
    return Comparisons(who, first, second, answer, 5, 8)


@pytest.mark.parametrize(
    ("link", "ties"),
    [(Link.NORMAL, Ties.THRESHOLD), (Link.LOGISTIC, Ties.THRESHOLD), (Link.LOGISTIC, Ties.DAVIDSON)],
)
def test_the_width_of_ties_is_found(link: Link, ties: Ties) -> None:
    comparisons = with_model(AnswerModel(link, ties), 0.6, np.zeros(8), 3)
    scale = scaled(comparisons, PairedModel(link, ties))
    # 4,800 answers, about a fifth of them ties: the width to 1 / sqrt(960), 3.2 %; three of those.
    assert scale.width == pytest.approx(0.6, rel=0.1)
    assert (np.abs(scale.value - np.linspace(-1.5, 1.5, 5)) < 3.5 * scale.error).all()


def test_biases_towards_a_side_are_found_and_leave_the_scale() -> None:
    side = np.linspace(-0.8, 1.2, 8)
    comparisons = with_model(AnswerModel(), 0.0, side, 7)
    each = scaled(comparisons, PairedModel(side=Side.OBSERVER))
    # 600 answers of 1.26 / 600^0.5 JND each, three of those, in eight: 0.2 with room.
    assert each.side == pytest.approx(side, abs=0.25)
    common = scaled(comparisons, PairedModel(side=Side.COMMON))
    assert common.side == pytest.approx([0.2], abs=0.1)
    assert np.abs(each.value - np.linspace(-1.5, 1.5, 5)).max() < 0.15


@pytest.mark.slow
def test_a_share_of_lapses_is_found() -> None:
    comparisons = with_model(AnswerModel(lapse=0.12), 0.0, np.zeros(8), 8)
    scale = scaled(comparisons, PairedModel(lapse=None))
    assert scale.lapse == pytest.approx(0.12, abs=0.06)
    assert np.abs(scale.value - np.linspace(-1.5, 1.5, 5)).max() < 0.3
    plain = with_model(AnswerModel(), 0.0, np.zeros(8), 9)
    assert scaled(plain, PairedModel(lapse=None)).lapse < 0.03


@pytest.mark.parametrize(
    "settings", [{"ties": Ties.DAVIDSON}, {"lapse": 0.5}, {"spread": 0.0}, {"lapse": -0.1}], ids=str
)
def test_settings_that_make_no_scale_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        PairedModel(**settings)


def test_no_answers_are_refused() -> None:
    none = np.zeros(0, int)
    with pytest.raises(BadInput, match="no answers"):
        scaled(Comparisons(none, none, none, none, 3, 2))
