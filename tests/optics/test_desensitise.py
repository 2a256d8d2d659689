"""Lenses that suffer less from being made, and the errors that a budget means."""

from dataclasses import replace
from math import inf

import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.desensitise import as_built, desensitised, deviation, faults, kept
from lichtbild.optics.lens import Lens
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.refine_spots import Sampling, refine_spots
from lichtbild.optics.tolerance.budget import Budget, Compensation, ContrastLimit
from lichtbild.optics.tolerance.draws import draws
from lichtbild.optics.tolerance.kind import Kind
from optics.merit.forms import front_stop

pytestmark = pytest.mark.slow  # compiles for minutes

FREE = (-inf, inf)
FEW = Sampling(3, 4)
MOVING = {f"surfaces[{number}].curvature": FREE for number in (1, 2, 3, 4)}
SHAPED = {f"surfaces[{number}].departure.coefficients[0]": FREE for number in (1, 3, 4)}
GAPS = {"gaps[2].thickness": (0.5, 1.5), "gaps[4].thickness": (0.3, 1.2), "gaps[5].thickness": (4.0, 6.0)}

BUDGET = Budget(
    {Kind.SURFACE_DECENTRE: 0.02, Kind.ELEMENT_TILT: 4e-3, Kind.THICKNESS: 0.01, Kind.ABBE: 0.01},
    (ContrastLimit(20.0, (0.0, 0.6, 1.0), 0.1, 0.1),),
    compensation=Compensation(focus=True, image_tilt=True),
)


@pytest.mark.parametrize("distribution", ["normal", "uniform", "truncated normal"])
def test_deviations_are_those_of_draws(distribution) -> None:
    """Of 200,000 draws, whose deviation is known to 1 in 600."""
    found = np.std(draws(200_000, 1, distribution, 5))
    assert deviation(distribution) == pytest.approx(found, rel=5e-3)


def test_faults_of_a_budget() -> None:
    """Four surfaces are decentred, two elements tilted about their first vertex, four gaps too long."""
    found = faults(front_stop(), BUDGET)
    np.testing.assert_allclose(found.shift[:4, 1:], 0.01 * np.eye(4))
    np.testing.assert_allclose(found.turn[4:], 2e-3 * np.array([[0, 1, 1, 0, 0], [0, 0, 0, 1, 1]]))
    np.testing.assert_array_equal(found.pivot, [1, 2, 3, 4, 1, 3])
    np.testing.assert_allclose(found.gap, 0.005 * np.eye(5)[:4])
    assert float(jnp.abs(found.bend).max()) == 0.0
    assert float(jnp.abs(found.index).max()) == 0.0


def expected(lens: Lens) -> tuple[float, float]:
    """Half the sums of squares of the spots, and of what errors add."""
    whole = desensitised(lens, BUDGET, MOVING, sampling=FEW, steps=0).merit
    spots = refine_spots(lens, MOVING, sampling=FEW, steps=0).merit
    return spots, whole - spots


def test_what_is_added_becomes_less_at_equal_lengths() -> None:
    """From the nominal optimum on, whose spots become less wide as made."""
    lens = front_stop()
    moving = MOVING | SHAPED | GAPS
    nominal = refine_spots(lens, moving, kept(lens), sampling=FEW, steps=60).lens
    found = desensitised(nominal, BUDGET, moving, kept(lens), sampling=FEW, steps=60).lens
    drawn, made = expected(nominal), expected(found)
    assert sum(made) < sum(drawn)
    assert made[1] < 0.9 * drawn[1]
    for each in (nominal, found):
        assert float(first_order(each).focal_length) == pytest.approx(
            float(first_order(lens).focal_length), rel=2e-3
        )
        assert sum(gap.thickness for gap in each.gaps[1:]) == pytest.approx(
            sum(gap.thickness for gap in lens.gaps[1:]), rel=2e-3
        )


def test_weights_of_fields_and_of_growth() -> None:
    lens = front_stop()
    heavy = replace(lens, fields=(*lens.fields[:-1], replace(lens.fields[-1], weight=4.0)))
    found = as_built(heavy, BUDGET, 0.5)
    np.testing.assert_allclose(found.weight, [0.5, 0.5, 2.0])
    assert found.focus
    assert found.tilt


def test_errors_do_not_weigh_less_than_nothing() -> None:
    with pytest.raises(BadInput, match="weigh -1"):
        desensitised(front_stop(), BUDGET, MOVING, growth=-1.0)
