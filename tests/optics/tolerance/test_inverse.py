"""Inverse sensitivity: the budget that comes back has the wanted yield on draws it has not seen."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.io.lens import catalogue_lens
from lichtbild.optics.tolerance.inverse import inverse
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.prepared import Prepared, prepared
from lichtbild.optics.tolerance.yield_rate import estimated_yield
from optics.toleranced import LIMITS, budget, ready

pytestmark = pytest.mark.slow  # compiles for minutes

WIDE = {kind: (value / 20 * kind.factor, value * 5 * kind.factor) for kind, value in LIMITS.items()}
COUNT = 1000


def given(contrast: float, **others: object) -> Prepared:
    wanted = replace(budget(contrast, **{"makeable": WIDE, **others}))
    return replace(ready(), budget=wanted)


def reachable() -> float:
    """A contrast that half of the builds of the usual budget keep."""
    return float(np.quantile(ready().predicted(ready().errors(500, 8)).contrast.min(axis=(1, 2, 3)), 0.5))


def test_the_budget_handed_back_has_the_wanted_yield_on_fresh_draws() -> None:
    start = given(reachable())
    found = inverse(start, 0.85, count=COUNT, seed=1)
    assert found.predicted.rate == pytest.approx(0.85, abs=0.01) and not found.loosest
    again = estimated_yield(prepared(catalogue_lens("triplet"), found.budget), COUNT, 99)
    # Both yields are of so many builds: four standard errors of their difference.
    assert again.rate == pytest.approx(found.predicted.rate, abs=4 * np.sqrt(2 * 0.85 * 0.15 / COUNT))
    assert estimated_yield(start, COUNT, 99).rate < again.rate - 0.2, "the budget before had another yield"


def test_limits_stay_within_what_can_be_made_and_have_three_digits() -> None:
    found = inverse(given(reachable()), 0.85, count=200, seed=1).budget
    for limits in (found.limits, *(only.limits for only in found.only)):
        for kind, limit in limits.items():
            low, high = WIDE[kind]
            assert low * 0.99 <= limit <= high * 1.01
            assert float(f"{limit / kind.factor:.3g}") == pytest.approx(limit / kind.factor, rel=1e-12)
    assert found.only, "places differ in what they may have"


def test_an_easy_limit_gives_the_loosest_budget() -> None:
    found = inverse(given(0.001), 0.5, count=100)
    assert found.loosest and not found.budget.only
    assert found.budget.limits[Kind.RADIUS] == pytest.approx(WIDE[Kind.RADIUS][1], rel=1e-2)


def test_yields_that_cannot_be() -> None:
    nominal = float(ready().nominal.contrast.min())
    with pytest.raises(BadInput, match="between 0 and 1"):
        inverse(given(0.1), 1.2)
    with pytest.raises(BadInput, match="without any error of making"):
        inverse(given(nominal + 0.05), 0.5, count=100)
    narrow = {kind: (value * kind.factor, value * 2 * kind.factor) for kind, value in LIMITS.items()}
    with pytest.raises(BadInput, match="cannot be reached: with every limit at the tightest"):
        inverse(given(nominal - 0.002, makeable=narrow), 0.99, count=100)
