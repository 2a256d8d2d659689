"""Budgets refuse what means nothing, and say what to give instead."""

from math import inf, nan

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.tolerance.budget import Budget, ContrastLimit
from lichtbild.optics.tolerance.kind import Kind

GOOD = ContrastLimit(100.0, (0.0, 0.7), 0.3, 0.2)


def test_frequencies_and_fields_are_those_that_any_limit_looks_at() -> None:
    found = Budget({Kind.INDEX: 1e-3}, (GOOD, ContrastLimit(50.0, (0.4, 0.7), 0.1, 0.1)))
    assert found.frequencies == (50.0, 100.0)
    assert found.shares == (0.0, 0.4, 0.7)


def test_what_can_be_made_is_the_kinds_own_unless_the_budget_says_otherwise() -> None:
    found = Budget({}, (GOOD,), makeable={Kind.INDEX: (1e-5, 1e-4)})
    assert found.range_of(Kind.INDEX) == (1e-5, 1e-4)
    assert found.range_of(Kind.THICKNESS) == pytest.approx((0.001, 0.02), rel=1e-12)


@pytest.mark.parametrize("limit", [-1e-9, inf, nan])
def test_a_limit_is_a_number_from_0_on(limit: float) -> None:
    with pytest.raises(BadInput, match="a limit is 0 or more"):
        Budget({Kind.THICKNESS: limit}, (GOOD,))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"contrast": ()}, "calls every build good"),
        ({"wanted": 1.0}, "between 0 and 1"),
        ({"azimuths": 0}, "give 1 to 32"),
        ({"makeable": {Kind.INDEX: (1e-3, 1e-4)}}, "the tightest first"),
    ],
)
def test_settings_out_of_their_range(settings: dict, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        Budget(**{"limits": {}, "contrast": (GOOD,), **settings})


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0.0, (0.0,), 0.1, 0.1), "must be above 0"),
        ((100.0, (), 0.1, 0.1), "no fields"),
        ((100.0, (1.2,), 0.1, 0.1), "no share"),
        ((100.0, (0.0,), 1.0, 0.1), "less than 1"),
    ],
)
def test_limits_of_contrast_out_of_their_range(values: tuple, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        ContrastLimit(*values)
