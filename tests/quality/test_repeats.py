import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

sys.path.insert(0, str(Path(__file__).parent))

from lab_records import record

from lichtbild.quality.repeats import difference, groups, means, overall


def test_shots_of_one_setting_are_repeats_and_others_are_not() -> None:
    shots = [record("1", 0.2), record("2", 0.2), record("3", 0.2, conditions="ISO 200")]
    assert [[each.name for each in group] for group in groups(shots)] == [["1", "2"], ["3"]]
    assert len(groups([shots[0], replace(shots[1], columns=7)])) == 2


def test_the_mean_of_shots_has_students_interval() -> None:
    values = np.array([0.2, 0.23, 0.19, 0.22])
    mean = means([record(str(value), float(value)) for value in values])[0]
    low, high = stats.t.interval(0.95, 3, values.mean(), stats.sem(values))
    assert mean.interval == pytest.approx((low, high), rel=1e-12)
    assert (mean.count, mean.spread) == (4, pytest.approx(values.std(ddof=1)))


def test_one_shot_has_no_interval_and_none_no_mean() -> None:
    single, empty = means([record("1", 0.2)])[0], means([record("1", 0.2)])[:0]
    assert single.interval is None and math.isnan(single.spread) and empty == ()


def test_the_difference_of_two_cameras_is_welchs() -> None:
    draws = np.random.default_rng(3)
    one, other = draws.normal(0.3, 0.01, 5), draws.normal(0.33, 0.03, 9)
    columns = [means([record(str(i), float(x)) for i, x in enumerate(each)])[0] for each in (one, other)]
    step, interval = difference(*columns)
    known = stats.ttest_ind(other, one, equal_var=False).confidence_interval(0.95)
    assert step == pytest.approx(other.mean() - one.mean())
    assert interval == pytest.approx((known.low, known.high), rel=1e-9)


def test_places_of_a_picture_become_one_number() -> None:
    (whole,) = overall(record("1", 0.2, 0.4).measures)
    assert (whole.mean, whole.where, whole.count) == (pytest.approx(0.3), "", 2)
