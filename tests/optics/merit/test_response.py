"""How rays move with every number of a form, beside forms that really were changed."""

from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.lens import Aperture, Lens
from lichtbild.optics.merit.beams import flight
from lichtbild.optics.merit.opening import opening
from lichtbild.optics.merit.state import moving_state
from lichtbild.optics.merit.variables import moved
from lichtbild.optics.paraxial import first_order, paraxial_rays
from optics.merit.forms import Case, case, differences, front_stop, inner_stop

CLOSE = 3e-7
"""Of the largest derivative: steps of 2e-5 and aiming's misses, 1e-9 of the stop, leave 1.4e-7 on the rim."""


def _cases(shared: Path, name: str) -> Case:
    lens = front_stop() if name.startswith("front stop") else inner_stop(shared)
    given = case(lens)
    if not name.endswith("follows"):
        return given
    # As wide an axial beam as the lens has already, so that the beams are still aimed.
    number = 0.5 * float(first_order(lens).focal_length) / _axial_height(lens)
    asked = opening(Aperture("f-number", number), lens.primary)
    return replace(given, form=replace(given.form, opening=asked))


def _axial_height(lens: Lens) -> float:
    return float(paraxial_rays(lens).marginal.height[0])


NAMES = [
    "front stop",
    "front stop, it follows",
    pytest.param("inner stop", marks=pytest.mark.slow),
    pytest.param("inner stop, it follows", marks=pytest.mark.slow),
]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_hits_move_as_those_of_changed_forms(shared: Path, name: str) -> None:
    given = _cases(shared, name)

    @jax.jit
    def analytic(form, beams):
        return moving_state(form, beams, given.variables)[2]

    def hits(change):
        flown = flight(moved(given.form, given.variables, change), given.beams)[1]
        return flown.hits, flown.lost

    found = analytic(given.form, given.beams)
    expected, lost = differences(hits, given.variables.count, 2e-5)
    np.testing.assert_array_equal(lost, 0.0)
    for part in ("x", "y", "slope"):
        own, true = (np.asarray(getattr(each, part)) for each in (found, expected))
        scale = np.abs(true).reshape(len(true), -1).max(axis=1).reshape(-1, *[1] * (true.ndim - 1))
        assert (np.abs(own - true) < CLOSE * np.maximum(scale, 0.1)).all()
        assert (scale > 1e-3).mean() > (0.9 if part != "slope" else 0.7)


def test_aimed_rays_keep_their_points_of_the_stop(shared: Path) -> None:
    """Also after a change that moves the entrance pupil; without it they would miss by a hundredth."""
    given = _cases(shared, "inner stop")
    change = jnp.zeros(given.variables.count).at[0].set(0.01)
    _, flown = jax.jit(lambda c: flight(moved(given.form, given.variables, c), given.beams))(change)
    there = flown.passage.place[given.form.stop] / given.form.stop_radius
    goal = given.beams.goal * np.ones_like(there)
    assert float(jnp.abs(there - goal).max()) < 1e-9
    assert float(flown.lost) == 0.0
    assert float(jnp.abs(flown.beams.place - given.beams.place).max()) > 1e-3
