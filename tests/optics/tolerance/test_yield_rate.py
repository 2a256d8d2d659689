"""Yield: which builds are good, and Wilson's interval by published values."""

import numpy as np
import pytest

from lichtbild.optics.tolerance.budget import Budget, ContrastLimit
from lichtbild.optics.tolerance.monte_carlo import Builds
from lichtbild.optics.tolerance.yield_rate import Yield, good_builds, least_margins, yield_of

SHARE = np.array([0.0, 0.7, 0.7])


def builds(*values: float) -> Builds:
    """Builds of one contrast each, but a sagittal one of 0.2 at 100 cycles/mm in the last field point."""
    contrast = np.broadcast_to(np.reshape(values, (-1, 1, 1, 1)), (len(values), 3, 2, 2)).copy()
    contrast[:, 2, 1, 1] = 0.2
    return Builds(contrast, np.zeros(len(values)), np.zeros((2, len(values))))


@pytest.mark.parametrize(
    ("good", "total", "low", "high"),
    # Newcombe, Statistics in Medicine 17, 857 (1998), table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval(good: int, total: int, low: float, high: float) -> None:
    assert Yield(good, total).interval == pytest.approx((low, high), abs=5e-5)


def test_a_good_build_keeps_every_limit_in_every_field_and_direction() -> None:
    axis = ContrastLimit(50.0, (0.0,), 0.3, 0.3)
    edge = ContrastLimit(100.0, (0.7,), 0.3, 0.1)
    found = builds(0.25, 0.3, 0.5)
    assert good_builds(found, Budget({}, (axis, edge)), SHARE).tolist() == [False, True, True]
    strict = Budget({}, (axis, ContrastLimit(100.0, (0.7,), 0.3, 0.25)))
    assert yield_of(found, strict, SHARE) == Yield(0, 3)
    assert least_margins(found, strict, strict.contrast[1], SHARE) == pytest.approx([-0.05] * 3)


def test_a_build_that_no_light_comes_through_is_not_good() -> None:
    found = builds(0.5, float("nan"))
    assert yield_of(found, Budget({}, (ContrastLimit(50.0, (0.0,), 0.1, 0.1),)), SHARE) == Yield(1, 2)
