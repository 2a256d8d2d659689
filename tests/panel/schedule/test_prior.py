"""How far a measure is trusted."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.panel.schedule import simulate
from lichtbild.panel.schedule.prior import Learned, Measure, expected, learned

N = 20
RNG = np.random.default_rng(8)
SCORES = 2.5 * RNG.standard_normal(N)
MISS = RNG.standard_normal(N)
FIRST = RNG.integers(0, N, 600)
SECOND = (FIRST + RNG.integers(1, N, 600)) % N
ANSWER = simulate.answers(SCORES, FIRST, SECOND, simulate.Observer(), RNG)


def after(measure: Measure | None, votes: int = 600) -> Learned:
    return learned(FIRST[:votes], SECOND[:votes], ANSWER[:votes], N, measure)


def test_spread_is_learned() -> None:
    """A deviation of 20 normal numbers is known to 1 / sqrt(40), 16 %."""
    assert after(None).prior.deviation == pytest.approx(SCORES.std(), rel=0.32)


def test_error_of_a_measure_is_learned() -> None:
    good = after(Measure(SCORES + 0.3 * MISS, in_jnd=True))
    bad = after(Measure(RNG.permutation(SCORES), in_jnd=True))
    assert good.prior.deviation < 0.6
    assert bad.prior.deviation > 1.5


@pytest.mark.parametrize("scale", [40.0, -0.01])
def test_unit_and_direction_do_not_matter(scale: float) -> None:
    """A measure of unknown unit helps as it helps when its unit is known, in either direction."""
    plain = after(Measure(SCORES + 0.3 * MISS), 60)
    scaled = after(Measure(scale * (SCORES + 0.3 * MISS) - 7), 60)
    np.testing.assert_allclose(scaled.known.mean, plain.known.mean, atol=1e-6)
    assert simulate.error(scaled, SCORES) < 0.6 * simulate.error(after(None, 60), SCORES)


def test_wrong_measure_is_found_out() -> None:
    unrelated = simulate.error(after(Measure(RNG.permutation(SCORES), in_jnd=True)), SCORES)
    assert unrelated < 1.15 * simulate.error(after(None), SCORES)


def test_before_any_vote() -> None:
    values = SCORES + 0.3 * MISS
    none = np.zeros(0, int)
    start = learned(none, none, none, N, Measure(values, in_jnd=True))
    np.testing.assert_allclose(start.known.mean, values - values.mean(), atol=1e-12)
    assert not expected(N, Measure(np.ones(N))).known.mean.any()


def test_what_is_no_measure_is_refused() -> None:
    with pytest.raises(BadInput, match="condition 1 is nan"):
        Measure(np.array([0.0, np.nan]))
    with pytest.raises(BadInput, match="3 values for 20"):
        after(Measure(np.arange(3.0)))
