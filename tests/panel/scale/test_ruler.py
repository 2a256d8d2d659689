import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.ratings import Ratings
from lichtbild.panel.scale.link import Link, preference
from lichtbild.panel.scale.ruler import RulerAnswers, compared, matched

QUALITY = np.linspace(5, 20, 8)


def answers(bias: np.ndarray, each: int, generator: np.random.Generator) -> RulerAnswers:
    who, what = (
        index.ravel().repeat(each) for index in np.meshgrid(np.arange(len(bias)), np.arange(8), indexing="ij")
    )
    ruler = np.rint(QUALITY[what] + generator.normal(0, 2, len(who)))
    p = preference(Link.NORMAL, QUALITY[what] + bias[who] - ruler)
    better = (generator.random(len(who)) < p).astype(int)
    return RulerAnswers(who, what, ruler, better, len(bias), 8)


def test_comparisons_give_the_place_on_the_ruler_and_the_biases() -> None:
    bias = np.linspace(-1, 1, 9)
    scale = compared(answers(bias, 20, np.random.default_rng(1)))
    low, high = scale.interval.T
    assert ((low < QUALITY) & (high > QUALITY)).all() and (high - low).max() < 1.5
    # 160 answers of each observer: 0.15 JND, three of those.
    assert scale.bias == pytest.approx(bias, abs=0.5)
    assert scale.bias_spread == pytest.approx(bias.std(), rel=0.5)


def test_what_was_always_better_is_finite() -> None:
    one = np.zeros(5, int)
    scale = compared(RulerAnswers(one, one, np.full(5, 10.0), one + 1, 1, 1))
    assert 11 < scale.value[0] < 60


@pytest.mark.slow
def test_matches_give_jnd_of_a_ruler_that_falls_too() -> None:
    generator = np.random.default_rng(2)
    ruler = np.linspace(24, 0, 25)
    place = np.interp(-(QUALITY + generator.normal(0, 1, (10, 8))), -ruler, np.arange(25))
    for between, scores in ((True, place), (False, np.rint(place))):
        found = matched(Ratings.of_table(scores), ruler, between=between, draws=400)
        assert found.scores.value == pytest.approx(QUALITY, abs=1.3)
        assert found.typical_inconsistency == pytest.approx(1.0, rel=0.35)


@pytest.mark.slow
def test_intervals_hold_the_truth() -> None:
    generator, held = np.random.default_rng(3), []
    for _ in range(150):
        low, high = compared(answers(generator.normal(0, 0.8, 12), 6, generator)).interval.T
        held.append(((low <= QUALITY) & (high >= QUALITY)).mean())
    assert np.mean(held) == pytest.approx(0.95, abs=0.035)


def test_what_is_no_ruler_is_refused() -> None:
    ratings = Ratings.of_table(np.array([[0.0, 2.0]] * 3))
    with pytest.raises(BadInput, match="each better"):
        matched(ratings, np.array([0.0, 2.0, 1.0]))
    with pytest.raises(BadInput, match="0 to 1"):
        matched(ratings, np.array([0.0, 2.0]))
    none = np.zeros(0, int)
    with pytest.raises(BadInput, match="no answers"):
        compared(RulerAnswers(none, none, np.zeros(0), none, 1, 1))
