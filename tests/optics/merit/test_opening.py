"""Stops that follow a lens, beside those that the lens room finds."""

from dataclasses import replace
from pathlib import Path

import jax.numpy as jnp
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.aim import stop_radius
from lichtbild.optics.lens import Aperture
from lichtbild.optics.merit.form import form, lens_of
from lichtbild.optics.merit.opening import opened, opening
from lichtbild.optics.merit.variables import moved
from optics.merit.forms import case, front_stop, inner_stop


@pytest.mark.slow
@pytest.mark.parametrize("aperture", [Aperture("f-number", 1.9), Aperture("entrance pupil diameter", 2.5)])
def test_the_stop_of_a_changed_form_is_that_of_the_changed_lens(shared: Path, aperture: Aperture) -> None:
    """By a real ray: the paraxial one's stop would be 5 % off."""
    lens = replace(inner_stop(shared), aperture=aperture)
    which = case(inner_stop(shared)).variables
    start = replace(
        form(lens, 1.0, lens.wavelengths, which.terms + 1), opening=opening(aperture, lens.primary)
    )
    change = jnp.zeros(which.count).at[jnp.array([0, 1, -3])].set(jnp.array([2e-3, -1e-3, 1e-2]))
    there = moved(start, which, change)
    assert float(there.stop_radius) == pytest.approx(float(stop_radius(lens_of(there, lens))), rel=1e-12)
    assert abs(float(there.stop_radius) / float(stop_radius(lens)) - 1) > 1e-4


def test_a_stop_of_its_own_size_stays() -> None:
    given = case(front_stop())
    assert opening(Aperture("stop semi-aperture", 1.0), 0) is None
    assert opened(given.form) is given.form


def test_a_ray_that_misses_the_stop_leaves_it(shared: Path) -> None:
    start = case(inner_stop(shared)).form
    wide = replace(start, opening=opening(Aperture("entrance pupil diameter", 90.0), 0))
    assert float(opened(wide).stop_radius) == float(start.stop_radius)


def test_a_near_object_s_aperture_is_refused() -> None:
    with pytest.raises(BadInput, match="object na is that of a near object"):
        opening(Aperture("object na", 0.1), 0)
