import numpy as np
import pytest
from scipy import stats

from lichtbild.panel.scale.significance import Correction, corrected, significance


def test_one_pair_is_students_test() -> None:
    found = significance(np.array([1.0, 0.0]), np.diag([0.16, 0.09]), freedom=12)
    assert found.p[0, 1] == pytest.approx(2 * stats.t.sf(2.0, 12))
    assert found.error[0, 1] == pytest.approx(0.5) and found.adjusted[1, 0] == found.adjusted[0, 1]


def test_false_discovery_is_scipys_and_holms_its_textbook() -> None:
    p = np.array([0.01, 0.04, 0.03, 0.005, 0.2])
    known = stats.false_discovery_control(p)
    np.testing.assert_allclose(corrected(p, Correction.FALSE_DISCOVERY), known, rtol=1e-12)
    np.testing.assert_allclose(corrected(p, Correction.HOLM), [0.04, 0.09, 0.09, 0.025, 0.2], rtol=1e-12)
    np.testing.assert_array_equal(corrected(p, Correction.NONE), p)


def test_holm_holds_the_level_of_all_pairs() -> None:
    generator = np.random.default_rng(1)
    told = [significance(generator.normal(0, 1, 8), np.eye(8)).differs.any() for _ in range(600)]
    # At most 5 % false families: three standard errors above are 2.7 %.
    assert np.mean(told) < 0.077


def test_what_has_no_error_differs_for_certain() -> None:
    found = significance(np.array([1.0, 0.0, 0.0]), np.zeros((3, 3)))
    assert found.differs.tolist() == [[False, True, True], [True, False, False], [True, False, False]]
