import sys
from math import inf
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import log_expit

sys.path.insert(0, str(Path(__file__).parents[1]))

from judged import compared

from lichtbild.core.errors import BadInput
from lichtbild.panel.comparisons import Comparisons
from lichtbild.panel.scale.intervals import bootstrap, observer_covariance, profile
from lichtbild.panel.scale.link import LOGISTIC_SLOPE, Link
from lichtbild.panel.scale.paired import PairedModel, Side, scaled
from lichtbild.panel.scale.ties import Ties

QUALITY = np.array([-1.0, -0.2, 0.3, 0.9])


def test_the_profile_of_two_stimuli_is_that_of_a_binomial() -> None:
    comparisons = Comparisons.of_wins(np.array([[0, 9], [2, 0]]))
    scale = scaled(comparisons, PairedModel(Link.LOGISTIC, spread=inf))

    def fall(d: float) -> float:
        def told(at: float) -> float:
            return float(9 * log_expit(at) + 2 * log_expit(-at))

        return 2 * (told(np.log(4.5)) - told(d * LOGISTIC_SLOPE)) - 3.841458820694124

    best = np.log(4.5) / LOGISTIC_SLOPE
    known = [brentq(fall, -3, best), brentq(fall, best, 12)]
    assert profile(comparisons, scale, against=1)[0] == pytest.approx(known, abs=1e-4)
    assert profile(comparisons, scale, against=1)[1].tolist() == [0, 0]
    assert profile(comparisons, scale)[0] == pytest.approx(np.array(known) / 2, abs=1e-4)


def test_many_answers_make_the_profile_that_of_the_curvature() -> None:
    comparisons = compared(QUALITY, 10, 400, np.random.default_rng(1))
    scale = scaled(comparisons)
    np.testing.assert_allclose(profile(comparisons, scale), scale.interval, atol=0.003)


@pytest.mark.parametrize(
    "model",
    [
        PairedModel(),
        PairedModel(side=Side.COMMON),
        PairedModel(Link.LOGISTIC, Ties.DAVIDSON),
        PairedModel(ties=Ties.THRESHOLD, side=Side.COMMON),
    ],
    ids=str,
)
def test_observers_who_are_alike_make_all_three_the_same(model: PairedModel) -> None:
    generator = np.random.default_rng(2)
    comparisons = compared(QUALITY, 60, 40, generator)
    answer = np.where(generator.random(len(comparisons)) < 0.1, 0, comparisons.answer)
    comparisons = Comparisons(
        comparisons.observer, comparisons.first, comparisons.second, answer, 4, comparisons.n_observers
    )
    scale = scaled(comparisons, model)
    drawn = np.sqrt(np.diag(bootstrap(comparisons, scale, 300).covariance))
    between = np.sqrt(np.diag(observer_covariance(comparisons, scale)))
    # 60 observers and 300 draws tell an error to 9 and 4 %: two of those.
    assert drawn == pytest.approx(scale.error, rel=0.2)
    assert between == pytest.approx(drawn, rel=0.12)


def test_the_same_seed_gives_the_same_bootstrap() -> None:
    comparisons = compared(QUALITY, 5, 10, np.random.default_rng(3))
    scale = scaled(comparisons)
    one, same = (bootstrap(comparisons, scale, 20).values for _ in range(2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, bootstrap(comparisons, scale, 20, seed=2).values)


def test_one_observer_has_no_bootstrap() -> None:
    comparisons = Comparisons.of_wins(np.array([[0, 9], [2, 0]]))
    with pytest.raises(BadInput, match="one only"):
        bootstrap(comparisons, scaled(comparisons))
    with pytest.raises(BadInput, match="one observer"):
        observer_covariance(comparisons, scaled(comparisons))


@pytest.mark.slow
@pytest.mark.parametrize("spread", [None, 30.0], ids=["learned", "wide"])
def test_intervals_by_observers_hold_the_truth_when_tastes_differ(spread: float | None) -> None:
    generator, held, plain, kept = np.random.default_rng(4), 0.0, 0.0, 0
    for _ in range(150):
        quality = generator.normal(0, 1, 8)
        comparisons = compared(quality, 20, 28, generator, taste=0.5)
        scale, truth = scaled(comparisons, PairedModel(spread=spread)), quality - quality.mean()
        # All answers together show the differences flattened by the tastes.
        truth = truth / np.sqrt(1 + 2 * 0.25 / 1.4826**2)
        low, high = bootstrap(comparisons, scale, 200).interval.T
        held += float(((low <= truth) & (truth <= high)).mean())
        low, high = scale.interval.T
        plain += float(((low <= truth) & (truth <= high)).mean())
        kept += 1
    # 1,200 stimuli of 150 experiments: 3 standard errors are at most 2.5 %.
    assert held / kept == pytest.approx(0.95, abs=0.025)
    assert plain / kept < 0.93
