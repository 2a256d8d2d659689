"""What errors of making add to spots, beside lenses that really were made with them."""

from dataclasses import replace
from functools import cache
from math import sqrt

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.bundle import bundle
from lichtbild.optics.desensitise import as_built, faults
from lichtbild.optics.disc import Disc, polar
from lichtbild.optics.lens import Lens
from lichtbild.optics.merit.as_built import Added, AsBuilt, Faults, added
from lichtbild.optics.merit.normal import normal, value
from lichtbild.optics.merit.state import state
from lichtbild.optics.merit.variables import Variables, moved
from lichtbild.optics.tolerance.budget import Budget, Compensation, ContrastLimit
from lichtbild.optics.tolerance.build import built
from lichtbild.optics.tolerance.frozen import frozen
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.parameter import parameters
from optics.merit.forms import SHARES, Case, case, differences, front_stop, inner_stop

pytestmark = pytest.mark.slow  # compiles for minutes

LIMITS = {
    Kind.THICKNESS: 2e-3,
    Kind.SURFACE_DECENTRE: 1e-3,
    Kind.ELEMENT_DECENTRE: 2e-3,
    Kind.SURFACE_TILT: 2e-4,
    Kind.ELEMENT_TILT: 4e-4,
    Kind.RADIUS: 1e-3,
    Kind.INDEX: 2e-4,
}
"""In mm, rad and shares, such that they add alike."""

BUDGET = Budget(LIMITS, (ContrastLimit(20.0, (0.0, 0.6, 1.0), 0.1, 0.1),))
ALONG = (Kind.THICKNESS, Kind.RADIUS, Kind.INDEX)
ONE = jnp.asarray(1.0)


def hits(lens: Lens, disc: Disc) -> np.ndarray:
    """Places on the image at the middle wavelength, ``[2, field, ray]``, mm."""
    light = bundle(lens, disc, wavelengths=jnp.asarray(lens.wavelengths[1:2]))
    assert (np.asarray(light.traced.status) == 0).all()
    return np.asarray(light.traced.rays.position)[:2, :, 0]


@cache
def nominal() -> tuple[Case, Added, Disc, np.ndarray]:
    """A lens, what its budget adds, and the same rays as the lens room has them, with their shares."""
    given = case(front_stop())
    term = faults(given.lens, BUDGET)
    found = jax.jit(added)(given.form, given.beams, term)
    points = np.asarray(given.beams.goal)[:, 0, 0]
    return given, found, Disc(points, np.ones(points.shape[1])), np.asarray(given.beams.share)[0, 0]


def apart(values: np.ndarray, share: np.ndarray) -> np.ndarray:
    return np.asarray(values - np.sum(share * values, axis=-1, keepdims=True))


def _names() -> list[str]:
    return [parameter.name for parameter in parameters(front_stop(), BUDGET)]


@pytest.mark.parametrize("number", range(len(_names())), ids=_names())
def test_each_error_beside_a_lens_made_with_it(number: int) -> None:
    """Central differences of builds: their third order is 1e-5 of the first here."""
    given, found, disc, share = nominal()
    wrong = parameters(given.lens, BUDGET)
    parameter = wrong[number]
    sides = [hits(built(given.lens, (parameter,), [sign * parameter.limit]), disc) for sign in (1, -1)]
    expected = apart((sides[0] - sides[1]) / 4, share)
    if parameter.kind in ALONG:
        row = [p for p in wrong if p.kind in ALONG].index(parameter)
        own = found.along[row]
    else:
        row = list(dict.fromkeys(p.group for p in wrong if p.kind not in ALONG)).index(parameter.group)
        is_aside = (parameter.axis == "x") == parameter.kind.name.endswith("DECENTRE")
        own = (found.aside if is_aside else found.toward)[row]
    np.testing.assert_allclose(apart(np.asarray(own), share), expected, atol=1e-4 * np.abs(expected).max())
    assert np.abs(expected).max() > 1e-6


def test_the_expected_growth_is_that_of_many_builds() -> None:
    """All errors at once, fields all around, focus and tilt taken out of each build by least squares."""
    given, _, _, _ = nominal()
    budget = replace(BUDGET, compensation=Compensation(focus=True, image_tilt=True))
    operand = replace(as_built(given.lens, budget), unit=ONE)
    at, _ = jax.jit(state)(given.form, given.beams)
    expected = float(jnp.sum(operand(at) ** 2))
    lens, disc = frozen(given.lens, SHARES, 4), polar(4, 8)
    there = hits(lens, disc)
    share = np.repeat(np.array([1.0, 0.25, 0.25]), [1, 4, 4])[:, None] * (disc.weights / np.pi)
    own = disc.weights / np.pi
    rays = bundle(lens, disc, wavelengths=jnp.asarray(lens.wavelengths[1:2])).traced.rays
    steep = np.asarray(rays.direction)[:2, :, 0] / np.asarray(rays.direction)[2, :, 0]
    height = np.sum(own * there, axis=-1, keepdims=True)
    root = np.sqrt(share)
    ways = [root * apart(way, own) for way in (steep, height[0] * steep, height[1] * steep)]
    basis = np.stack([way.ravel() for way in ways], axis=1)
    wrong = parameters(given.lens, budget)
    errors = np.random.default_rng(3).normal(size=(80, len(wrong))) * [p.limit / 2 for p in wrong]
    squares = []
    for error in errors:
        grown = (root * apart(hits(built(lens, wrong, error), disc) - there, own)).ravel()
        left = grown - basis @ np.linalg.lstsq(basis, grown, rcond=None)[0]
        squares.append(left @ left)
    uncertain = np.std(squares) / sqrt(len(squares))
    assert uncertain < 0.1 * expected
    assert abs(np.mean(squares) - expected) < 3 * uncertain + 0.01 * expected


def simple(**rows: np.ndarray) -> Faults:
    """Errors of the test lens: of those named, all others none."""
    count, across, along = 5, len(rows.get("shift", ())), len(rows.get("gap", ()))
    whole = {
        "shift": np.zeros((across, count)),
        "turn": np.zeros((across, count)),
        "pivot": np.arange(across),
        "gap": np.zeros((along, count)),
        "bend": np.zeros((along, count)),
        "index": np.zeros((along, count + 1)),
    } | rows
    return Faults(**{name: jnp.asarray(values) for name, values in whole.items()})


def test_a_sphere_that_turns_about_its_vertex_is_shifted() -> None:
    """Surface 2 is a sphere of -20 mm: turned about its centre it stays what it was."""
    given, _, _, _ = nominal()
    shift, turn = np.zeros((2, 5)), np.zeros((2, 5))
    shift[0, 2], turn[1, 2] = -20.0, 1.0
    wrong = simple(shift=shift, turn=turn, pivot=np.array([2, 2]))
    found = jax.jit(added)(given.form, given.beams, wrong)
    np.testing.assert_allclose(found.aside[0], found.aside[1], atol=1e-11)
    # About x, what was up goes back: a turn is a shift the other way.
    np.testing.assert_allclose(found.toward[0], -found.toward[1], atol=1e-11)
    assert float(jnp.abs(found.aside[0]).max()) > 1e-2


def test_a_longer_back_focus_is_a_disc_that_focusing_takes() -> None:
    """Rays of sine s from a point 1 mm out of focus fill a disc of radius tan; f/4 on the axis."""
    given, _, _, share = nominal()
    wrong = simple(gap=np.array([[0.0, 0.0, 0.0, 0.0, 1.0]]))
    at, _ = jax.jit(state)(given.form, given.beams)
    weight = jnp.asarray([1.0, 0.0, 0.0])
    left = AsBuilt(wrong, weight, ONE, focus=False, tilt=False)(at)
    direction = np.asarray(bundle(given.lens, nominal()[2]).traced.rays.direction)[:, 0, 1]
    expected = np.sum(share * (direction[0] ** 2 + direction[1] ** 2) / direction[2] ** 2)
    assert float(jnp.sum(left**2)) == pytest.approx(expected, rel=1e-9)
    taken = AsBuilt(wrong, jnp.ones(3), ONE, focus=True)(at)
    assert float(jnp.abs(taken).max()) < 1e-12


def test_gradient_beside_differences(shared) -> None:
    """Of a lens whose stop lies inside, so that rays must be aimed anew; 8 variables of each kind."""
    given = case(inner_stop(shared))
    which = Variables((0, 7), (3,), ((2, 0), (6, 1), (9, 2)), (1, 5), given.variables.norm)
    operands = (as_built(given.lens, replace(BUDGET, compensation=Compensation(image_tilt=True))),)

    def merit(change):
        return value(operands, moved(given.form, which, change), given.beams).merit

    found = normal(operands, given.form, given.beams, which)
    expected = np.asarray(differences(merit, which.count, 1e-5))
    np.testing.assert_allclose(found.gradient, expected, rtol=1e-5, atol=1e-6 * np.abs(expected).max())
    assert float(found.merit) == pytest.approx(float(merit(jnp.zeros(which.count))), rel=1e-9)
