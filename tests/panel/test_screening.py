import sys
from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from judged import compared

from lichtbild.core.errors import BadInput
from lichtbild.panel.comparisons import Comparisons
from lichtbild.panel.ratings import Ratings
from lichtbild.panel.scale.paired import PairedModel, scaled
from lichtbild.panel.screening import (
    agreement,
    goodness_of_fit,
    observer_fit,
    rating_correlation,
    side_preferences,
    transitivity,
)

QUALITY = np.linspace(-1.5, 1.5, 6)


@pytest.fixture(scope="module")
def answers() -> Comparisons:
    """Ten observers, of whom the third presses at random and the seventh the left button always."""
    generator = np.random.default_rng(1)
    plain = compared(QUALITY, 10, 60, generator)
    answer = np.where(plain.observer == 3, generator.choice([-1, 1], len(plain)), plain.answer)
    return replace(plain, answer=np.where(plain.observer == 7, 1, answer))


def test_who_presses_at_random_is_told(answers: Comparisons) -> None:
    fit = observer_fit(answers)
    odd = np.isin(np.arange(10), [3, 7])
    assert (fit.z[odd] < -3).all() and (fit.z[~odd] > -3).all()
    assert fit.sensitivity[odd].max() < 0.5 * fit.sensitivity[~odd].min()
    assert fit.agreement[odd].max() < 0.65 < fit.agreement[~odd].min()


def test_who_keeps_to_one_side_is_told(answers: Comparisons) -> None:
    share, p = side_preferences(answers)
    assert share[7] == 1 and p[7] == pytest.approx(2 * 0.5**60)
    assert (p[np.arange(10) != 7] > 1e-3).all()


def test_circular_triads_are_counted() -> None:
    who, first, second = [0] * 3 + [1] * 3, [0, 1, 2] * 2, [1, 2, 0] * 2
    columns = (np.array(each) for each in (who, first, second, [1, 1, 1, 1, 1, -1]))
    circle = Comparisons(*columns, 3, 2)
    found = transitivity(circle)
    assert found.circular.tolist() == [1, 0] and found.triads.tolist() == [1, 1]
    assert found.consistency.tolist() == [-3, 1]


def test_kendalls_agreement_has_its_ends() -> None:
    alike = Comparisons.of_wins(np.array([[0, 8, 8], [0, 0, 8], [0, 0, 0]]))
    assert agreement(alike).coefficient == 1 and agreement(alike).p < 1e-4
    split = Comparisons.of_wins(np.array([[0, 4], [4, 0]]))
    # The least possible of an even number of observers: -1 / (m - 1).
    assert agreement(split).coefficient == pytest.approx(-1 / 7) and agreement(split).p == pytest.approx(1)
    with pytest.raises(BadInput, match="twice"):
        agreement(Comparisons.of_wins(np.array([[0, 1], [0, 0]])))


def test_a_circle_does_not_fit_one_scale_and_an_order_does() -> None:
    circle = Comparisons.of_wins(np.array([[0, 30, 10], [10, 0, 30], [30, 10, 0]]))
    bad = goodness_of_fit(circle, scaled(circle, PairedModel(spread=inf)))
    # Equal values: the deviance is that of three splits of 30 to 10 against even ones.
    assert bad.deviance == pytest.approx(3 * 2 * (30 * np.log(1.5) + 10 * np.log(0.5)))
    assert bad.freedom == 1 and bad.p < 1e-3 and bad.residual[0, 1] == pytest.approx(10 / np.sqrt(10))
    order = compared(QUALITY, 10, 60, np.random.default_rng(2))
    assert goodness_of_fit(order, scaled(order)).p > 0.01


def test_an_observer_who_rates_the_wrong_way_round_is_told() -> None:
    table = np.linspace(1, 5, 9) + np.random.default_rng(1).normal(0, 0.3, (5, 9))
    table[2] = 6 - table[2]
    found = rating_correlation(Ratings.of_table(table))
    assert found[2] < -0.8 and (np.delete(found, 2) > 0.8).all()


def test_one_observer_is_like_no_others() -> None:
    with pytest.raises(BadInput, match="two observers"):
        observer_fit(Comparisons.of_wins(np.array([[0, 3], [1, 0]])))
