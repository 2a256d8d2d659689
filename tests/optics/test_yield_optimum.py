"""Lenses of which most builds are good."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.desensitise import desensitised, kept
from lichtbild.optics.lens import Lens
from lichtbild.optics.refine_spots import Sampling
from lichtbild.optics.tolerance.budget import Budget, Compensation, ContrastLimit
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.prepared import prepared
from lichtbild.optics.tolerance.yield_rate import estimated_yield
from lichtbild.optics.yield_optimum import (
    Judgement,
    as_drawn,
    followed,
    reweighted,
    yield_optimum,
)
from optics.merit.forms import front_stop

FREE = (-inf, inf)
FEW = Sampling(3, 4)
MOVING = {f"surfaces[{number}].curvature": FREE for number in (1, 2, 3, 4)}
SHAPED = {f"surfaces[{number}].departure.coefficients[0]": FREE for number in (1, 3, 4)}
GAPS = {"gaps[2].thickness": (0.5, 1.5), "gaps[4].thickness": (0.3, 1.2), "gaps[5].thickness": (4.0, 6.0)}
SHARES = (0.0, 0.6, 1.0)
COUNT = 500


def budget(contrast: float) -> Budget:
    limits = (ContrastLimit(60.0, SHARES, contrast, contrast),)
    errors = {Kind.SURFACE_DECENTRE: 0.02}
    return Budget(errors, limits, compensation=Compensation(focus=True, image_tilt=True), azimuths=1)


def weights(lens: Lens) -> list[float]:
    return [float(point.weight) for point in lens.fields]


def test_weights_double_at_the_limiting_field_and_fall_to_its_neighbours() -> None:
    fields = tuple(replace(front_stop().fields[-1], y=0.3 * share) for share in (0.0, 0.5, 0.6, 0.75, 1.0))
    lens = replace(front_stop(), fields=fields)
    assert weights(reweighted(lens, 0.6)) == pytest.approx([1.0, 1.5, 2.0, 1.25, 1.0])
    assert weights(reweighted(lens, 0.9)) == pytest.approx([1.0, 1.0, 1.0, 1.75, 2.0])


def scripted(scores: list[float]):
    """A judge that gives one score after the other, and always blames the rim."""
    left = iter(scores)
    return lambda lens: Judgement(next(left), 1.0)


def test_weights_grow_by_half_as_much_after_a_turn_that_does_not_help() -> None:
    lens = front_stop()
    found = followed(lens, lambda at: at, scripted([1.0, 2.0, 1.5, 3.0, 2.5, 2.9, 9.0]))
    assert [each.score for each in found.history] == [1.0, 2.0, 1.5, 3.0, 2.5, 2.9]
    assert found.score == 3.0
    # Doubled, then half as much again; a quarter more did not help, nor would an eighth.
    assert weights(found.lens) == pytest.approx([1.0, 1.0, 3.0])
    assert weights(followed(lens, lambda at: at, scripted([1.0, 2.0, 3.0]), turns=1).lens)[-1] == 2.0


def test_turns_that_lose_the_light_do_not_help() -> None:
    tried = []

    def lost(lens: Lens) -> Lens:
        tried.append(weights(lens)[-1])
        raise BadInput("light is lost")

    found = followed(front_stop(), lost, scripted([1.0]))
    assert found.lens == front_stop() and found.score == 1.0
    assert tried == [2.0, 1.5, 1.25]


@pytest.mark.slow  # compiles for minutes
def test_more_builds_are_good_than_of_the_least_expected_spots() -> None:
    """On draws that led neither lens; the limit lets four in ten of the latter's builds pass."""
    start = front_stop()
    numbers, wishes = MOVING | SHAPED, kept(start)
    settings = {"steps": 40, "sampling": FEW}
    plain = desensitised(start, budget(0.1), numbers, wishes, **settings).lens
    ready = prepared(plain, budget(1e-3))
    least = ready.predicted(ready.errors(COUNT, 1)).contrast.min(axis=(1, 2, 3))
    asked = budget(float(np.quantile(least, 0.6)))
    found = yield_optimum(start, asked, numbers, wishes, count=COUNT, seed=1, turns=3, **settings)
    assert found.history[0].score == pytest.approx(0.4, abs=0.01)
    before, after = (
        estimated_yield(prepared(lens, asked), 4 * COUNT, 7).rate for lens in (plain, found.lens)
    )
    # Four standard errors of the difference of two shares of so many builds.
    assert after > before + 4 * (2 * 0.25 / (4 * COUNT)) ** 0.5
    nominal = as_drawn(asked)(found.lens).score
    assert nominal == pytest.approx(
        float(prepared(found.lens, asked).nominal.contrast.min()) - asked.contrast[0].tangential, abs=1e-6
    )
