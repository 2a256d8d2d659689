from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.bundle import bundle
from lichtbild.optics.disc import polar
from lichtbild.optics.merit.beams import beams
from lichtbild.optics.merit.form import form, lens_of
from lichtbild.optics.merit.opening import focal_length
from lichtbild.optics.merit.operands import spot_radii
from lichtbild.optics.merit.state import state
from lichtbild.optics.merit.variables import moved, powers_of_terms, values
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.sag import row, sag, stacked
from lichtbild.optics.spot import spot
from lichtbild.optics.surface import ForbesQcon, PowerSeries, Surface
from optics.merit.forms import aimed, case, front_stop, inner_stop


def test_a_lens_comes_back(shared: Path) -> None:
    lens = inner_stop(shared)
    assert lens_of(form(lens, 1.3, lens.wavelengths), lens) == lens
    assert lens_of(form(lens, 1.3, lens.wavelengths, terms=12), lens) == lens


@pytest.mark.slow  # compiles for long
def test_focal_lengths_are_those_of_the_lens_room(shared: Path) -> None:
    for lens in (front_stop(), inner_stop(shared)):
        assert float(focal_length(case(lens).form)) == pytest.approx(
            float(first_order(lens).focal_length), rel=1e-13
        )


def test_r2_bends_as_a_curvature_does() -> None:
    lens = front_stop()
    bowl = replace(lens.surfaces[1], curvature=0.15, departure=PowerSeries((2, 4), (0.05, 1e-3)))
    changed = replace(lens, surfaces=(lens.surfaces[0], bowl, *lens.surfaces[2:]))
    found = focal_length(form(changed, 1.0, lens.wavelengths))
    assert float(found) == pytest.approx(float(focal_length(case(lens).form)), rel=1e-13)


@pytest.mark.slow  # compiles for long
def test_spots_are_those_of_the_lens_room(shared: Path) -> None:
    """Of rays that count by the area of the stop, as merit functions take them; sampled to a millionth."""
    lens = inner_stop(shared)
    given = case(lens)
    angles = np.asarray(given.beams.angle)
    dense = beams(angles, np.ones(3), 16, 16)
    light = replace(
        dense,
        place=jnp.broadcast_to(given.beams.place[..., :1], dense.place.shape),
        inverse=jnp.broadcast_to(given.beams.inverse[..., :1], dense.inverse.shape),
    )
    for _ in range(3):
        light = aimed(given.form, light)
    at, lost = jax.jit(state)(given.form, light)
    assert float(lost) == 0.0
    rays = bundle(lens, polar(16, 32))
    expected = spot(replace(rays, weight=rays.area)).rms
    np.testing.assert_allclose(spot_radii(at), expected, rtol=1e-6)


def test_forbes_terms_are_sums_of_powers() -> None:
    """Each term is 1 mm at the norm radius, and Forbes's strong polynomial of that order elsewhere."""
    norm = jnp.asarray([2.0, 0.7])
    series = powers_of_terms(5, norm)
    r = np.linspace(0.0, 2.0, 41)
    for term in range(5):
        coefficients = tuple(float(value) for value in series[0, term])
        plain = _sag(Surface(departure=PowerSeries((4, 6, 8, 10, 12), coefficients)), r)
        unit = tuple(float(i == term) for i in range(5))
        strong = _sag(Surface(departure=ForbesQcon(2.0, unit)), r)
        np.testing.assert_allclose(plain, strong / strong[-1], atol=1e-13)


def _sag(surface: Surface, r: np.ndarray) -> np.ndarray:
    return np.asarray(sag(row(stacked((surface,)), 0), jnp.asarray(r), jnp.zeros(r.size)))


def test_values_and_changes() -> None:
    given = case(front_stop())
    change = jnp.arange(given.variables.count) * 1e-3
    there = moved(given.form, given.variables, change)
    kept = values(there, given.variables) - values(given.form, given.variables)
    bends = len(given.variables.curvature)
    terms = slice(2 * bends, 2 * bends + len(given.variables.asphere))
    np.testing.assert_allclose(np.delete(kept, np.r_[terms]), np.delete(change, np.r_[terms]), atol=1e-15)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"mirror": True}, "mirror"),
        ({"departure": PowerSeries((3,), (1e-3,))}, "no sphere, conic or even asphere"),
        ({"semi_aperture": None}, "no semi-aperture"),
    ],
)
def test_what_a_form_cannot_hold_is_said(changed: dict, said: str) -> None:
    lens = front_stop()
    odd = replace(lens, surfaces=(replace(lens.surfaces[0], **changed), *lens.surfaces[1:]))
    with pytest.raises(BadInput, match=said):
        form(odd, 1.0, lens.wavelengths)


def test_a_near_object_is_refused() -> None:
    lens = front_stop()
    near = replace(lens, gaps=(replace(lens.gaps[0], thickness=100.0), *lens.gaps[1:]))
    with pytest.raises(BadInput, match="the object is near"):
        form(near, 1.0, lens.wavelengths)
