import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

sys.path.insert(0, str(Path(__file__).parent))

from lab_records import measure, record

from lichtbild.core.errors import BadInput
from lichtbild.quality.limits import Limit, checked, checked_together, of_golden


@pytest.mark.parametrize(
    ("least", "outcome", "guarded_fails"),
    [(0.20, "pass", False), (0.245, "unsure", True), (0.26, "fail", True)],
)
def test_an_interval_that_crosses_a_limit_is_unsure(least: float, outcome: str, guarded_fails: bool) -> None:
    limit = Limit("mtf50", "edge 1", least)
    (check,) = checked(record("a", 0.25), [limit])
    (guarded,) = checked(record("a", 0.25), [replace(limit, guarded=True)])
    assert (check.outcome, check.failed) == (outcome, outcome == "fail")
    assert guarded.failed == guarded_fails


def test_a_limit_holds_for_every_number_that_it_fits() -> None:
    found = checked(record("a", 0.25, 0.1), [Limit("mtf*", "edge *", 0.2)])
    assert [check.outcome for check in found] == ["pass", "fail"]


def test_what_was_not_measured_does_not_pass() -> None:
    (absent,) = checked(record("a", 0.25), [Limit("snr", most=9)])
    nothing = replace(measure(0.2), value=math.nan, interval=None, note="clipped")
    (blank,) = checked(replace(record("a"), measures=(nothing,)), [Limit("mtf50", least=0.1)])
    assert absent.outcome == blank.outcome == "missing" and absent.failed and blank.failed


def test_limits_of_series_are_held_against_series() -> None:
    """Golden limits of a series name numbers that no single picture has; and pictures' own bind no series."""
    temporal = replace(measure(0.01), name="temporal_noise")
    series = replace(record("series of 2"), measures=(temporal,))
    limits = [Limit("mtf50", least=0.2), Limit("temporal_noise", most=0.02)]
    found = checked_together([record("a", 0.25), record("b", 0.25)], [series], limits)
    assert [(check.record, check.outcome) for check in found] == [
        ("a", "pass"),
        ("b", "pass"),
        ("series of 2", "pass"),
    ]
    alone = checked_together([record("a", 0.25)], [], limits)
    assert [check.outcome for check in alone] == ["pass", "missing"]


def test_a_limit_in_another_unit_is_refused() -> None:
    with pytest.raises(BadInput, match="in lp/mm, and it was measured in cycles/px"):
        checked(record("a", 0.25), [Limit("mtf50", least=1, unit="lp/mm")])


def test_golden_units_pass_their_own_limits_and_worse_ones_fail() -> None:
    limits = of_golden([record("g1", 0.25), record("g2", 0.26)], 0.1)
    assert not any(check.failed for check in checked(record("a", 0.25), limits))
    assert [check.outcome for check in checked(record("b", 0.20), limits)] == ["fail"]


def test_golden_units_that_spread_widen_their_limits() -> None:
    (limit,) = of_golden([record("g1", 0.2), record("g2", 0.3)], 0.01)
    assert limit.most - limit.least == pytest.approx(6 * math.sqrt(0.005), rel=1e-5)


def test_a_number_that_not_every_golden_picture_told_gets_no_limit() -> None:
    """Else the golden unit itself would miss its limits."""
    golden = [record("g1", 0.25, 0.3), record("g2", 0.26)]
    blank = replace(measure(0.0, where="edge 2"), value=math.nan, interval=None, note="clipped")
    noted = replace(golden[1], measures=(*golden[1].measures, blank))
    temporal = replace(measure(0.01), name="temporal_noise")
    series = replace(record("series of 2"), measures=(temporal,))
    for second in (golden[1], noted):
        limits = of_golden([golden[0], second], 0.1, [series])
        assert [(limit.measure, limit.where) for limit in limits] == [
            ("mtf50", "edge 1"),
            ("temporal_noise", "edge 1"),
        ]
        assert not any(check.failed for check in checked_together([golden[0], second], [series], limits))


def test_golden_pictures_of_several_charts_are_refused() -> None:
    other = replace(record("h"), measures=(measure(0.2, name="snr"),))
    with pytest.raises(BadInput, match="2 golden pictures have no number in common; make limits of"):
        of_golden([record("g", 0.2), other], 0.1)


@pytest.mark.parametrize("tolerance", [0.0, -0.1, math.nan])
def test_a_tolerance_is_above_nothing(tolerance: float) -> None:
    with pytest.raises(BadInput, match="a share above 0"):
        of_golden([record("g", 0.2)], tolerance)


def test_limits_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(BadInput, match="exchange them"):
        Limit("mtf50", least=2, most=1)


def test_a_place_with_a_pattern_s_signs_is_itself() -> None:
    shot = replace(record("g"), measures=(measure(0.2, where="edge [1]*"), measure(0.9, where="edge 1b")))
    limits = of_golden([shot], 0.1)
    assert [check.outcome for check in checked(shot, limits)] == ["pass", "pass"]


def test_a_mean_near_zero_leaves_room_for_what_is_unknown() -> None:
    (limit,) = of_golden([record("g", 1e-6)], 0.1)
    # Half of the 95 % interval is 0.01; one number shall fail by its noise in a case of a hundred.
    deviation = math.sqrt(2) * 0.01 / stats.norm.ppf(0.975)
    assert limit.most - limit.least == pytest.approx(2 * stats.norm.ppf(0.995) * deviation, rel=1e-5)


def test_a_single_number_without_an_interval_gets_no_limit() -> None:
    blank = replace(record("g"), measures=(measure(0.2, half=None),))
    assert of_golden([blank], 0.1) == ()
    assert len(of_golden([blank, blank], 0.1)) == 1


def test_as_good_a_unit_passes_thousands_of_limits() -> None:
    values = np.random.default_rng(8).normal(0.3, 0.01 / stats.norm.ppf(0.975), (2, 2000))
    golden, unit = (record(name, *map(float, row)) for name, row in zip("gu", values, strict=True))
    assert not any(check.failed for check in checked(unit, of_golden([golden], 1e-9)))
