import sys
from itertools import permutations
from math import inf
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from lichtbild.core.errors import BadInput
from lichtbild.panel.comparisons import Comparisons
from lichtbild.panel.rankings import Rankings
from lichtbild.panel.scale.bradley_terry import bradley_terry
from lichtbild.panel.scale.link import LOGISTIC_SLOPE, THURSTONE_SIGMA
from lichtbild.panel.scale.paired import PairedModel
from lichtbild.panel.scale.plackett_luce import plackett_luce, thurstone_rankings

QUALITY = np.array([-1.0, -0.3, 0.1, 0.4, 0.8])


def ranked(count: int, noise: str, generator: np.random.Generator, size: int = 3) -> Rankings:
    """Rankings of three of five stimuli."""
    items = np.array([generator.permutation(len(QUALITY))[:size] for _ in range(count)])
    if noise == "gumbel":
        felt = QUALITY[items] + generator.gumbel(size=items.shape) / LOGISTIC_SLOPE
    else:
        felt = QUALITY[items] + generator.normal(size=items.shape) * THURSTONE_SIGMA / np.sqrt(2)
    order = np.take_along_axis(items, np.argsort(-felt, 1), 1)
    return Rankings(np.zeros(count, int), order, np.full(count, size), len(QUALITY), 1)


def test_rankings_of_two_are_bradley_and_terrys() -> None:
    wins = np.array([[0, 5, 3], [2, 0, 6], [1, 2, 0]])
    pairs = Comparisons.of_wins(wins)
    orders = [list(each) for each in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)]
    for spread in (None, 2.0, inf):
        one = plackett_luce(Rankings.of_orders(orders, 3), spread)
        other = bradley_terry(pairs, PairedModel(spread=spread))
        np.testing.assert_allclose(one.value, other.value, atol=1e-5)
        np.testing.assert_allclose(one.covariance, other.covariance, atol=1e-4)
        assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-5)


def test_chances_of_all_orders_add_to_one() -> None:
    total = 0.0
    weights = np.exp(QUALITY[:4] * LOGISTIC_SLOPE)
    for order in permutations(range(4)):
        left = weights[list(order)]
        total += float(np.prod([left[k] / left[k:].sum() for k in range(4)]))
    assert total == pytest.approx(1)
    # The likelihood of one ranking at equal strengths is one in the number of orders.
    scale = plackett_luce(Rankings.of_orders([[0, 1, 2, 3]], 4), spread=1e-4)
    assert scale.log_likelihood == pytest.approx(-np.log(24), abs=1e-3)


@pytest.mark.parametrize(("model", "noise"), [(plackett_luce, "gumbel"), (thurstone_rankings, "normal")])
def test_rankings_give_the_qualities(model: object, noise: str) -> None:
    scale = model(ranked(1500, noise, np.random.default_rng(3)))
    assert (np.abs(scale.value - QUALITY) < 3.5 * scale.error).all() and scale.error.max() < 0.1


@pytest.mark.slow
def test_intervals_of_triplets_hold_the_truth() -> None:
    generator = np.random.default_rng(4)
    held = []
    for _ in range(150):
        low, high = thurstone_rankings(ranked(120, "normal", generator), spread=3.0).interval.T
        held.append(((low <= QUALITY) & (high >= QUALITY)).mean())
    assert np.mean(held) == pytest.approx(0.95, abs=0.035)


def test_no_rankings_and_no_end_are_refused() -> None:
    with pytest.raises(BadInput, match="no rankings"):
        plackett_luce(Rankings.of_orders([], 3))
    with pytest.raises(BadInput, match="infinite"):
        plackett_luce(Rankings.of_orders([[0, 1, 2], [0, 2, 1]], 3), inf)
