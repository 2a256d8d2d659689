"""Builds: each error is really in the lens, where it belongs and of its size."""

from dataclasses import replace

import jax.numpy as jnp
import jax.tree_util as tree
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.io.lens import catalogue_lens
from lichtbild.optics.glass import abbe_number, refractive_index
from lichtbild.optics.media import media
from lichtbild.optics.sag import sag_and_slopes, stacked
from lichtbild.optics.spectral_line import D_LINE
from lichtbild.optics.surface import ForbesQcon, PowerSeries, Surface, XYPolynomial
from lichtbild.optics.tolerance.build import built, with_error
from lichtbild.optics.tolerance.form import MONOMIALS, form_sag
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.parameter import Parameter
from lichtbild.optics.train import train

TRIPLET = catalogue_lens("triplet")


def one(kind: Kind, place: int, axis: str, error: float, lens=TRIPLET):
    return built(lens, (Parameter(kind, place, axis, 1.0, ""),), [error])


def test_without_errors_every_surface_stands_in_its_place() -> None:
    found, meant = train(built(TRIPLET, (), [])), train(TRIPLET)
    assert np.asarray(found.origin) == pytest.approx(np.asarray(meant.origin), abs=1e-15)
    assert np.abs(np.asarray(found.rotation) - np.eye(3)).max() < 1e-15


def test_an_element_turns_as_one_about_the_vertex_of_its_first_surface() -> None:
    """Distances within it stay, its back vertex moves by depth times the sine, the others not at all."""
    for axis, index, sign in (("x", 1, -1), ("y", 0, 1)):
        found, meant = train(one(Kind.ELEMENT_TILT, 1, axis, 0.01)), train(TRIPLET)
        moved = np.asarray(found.origin - meant.origin)
        depth = TRIPLET.gaps[3].thickness
        assert np.linalg.norm(found.origin[3] - found.origin[2]) == pytest.approx(depth, rel=1e-14)
        assert moved[3, index] == pytest.approx(sign * depth * np.sin(0.01), rel=1e-12)
        assert np.abs(np.delete(moved, 3, axis=0)).max() < 1e-14
        normal = np.asarray(found.rotation[3])[2]
        assert normal == pytest.approx(np.asarray(found.origin[3] - found.origin[2]) / depth, abs=1e-12)


def test_a_decentred_element_moves_all_its_surfaces() -> None:
    moved = np.asarray(train(one(Kind.ELEMENT_DECENTRE, 2, "y", 0.02)).origin - train(TRIPLET).origin)
    assert moved[5:7, 1] == pytest.approx([0.02, 0.02], abs=1e-14)
    assert np.abs(moved).sum() == pytest.approx(0.04, abs=1e-12)


def test_a_thicker_gap_carries_all_that_follows() -> None:
    moved = np.asarray(train(one(Kind.THICKNESS, 3, "", 0.1)).origin - train(TRIPLET).origin)
    assert moved[:, 2] == pytest.approx([0, 0, 0, 0.1, 0.1, 0.1, 0.1, 0.1], abs=1e-12)


def test_a_radius_is_wrong_by_its_share() -> None:
    assert 1 / one(Kind.RADIUS, 0, "", 0.01).surfaces[0].curvature == pytest.approx(33.285 * 1.01, rel=1e-14)


@pytest.mark.parametrize("medium", [TRIPLET.gaps[1].medium, media()["N-SF6"]], ids=["model", "catalogue"])
def test_index_and_abbe_number_are_wrong_by_as_much(medium) -> None:
    """A glass of a formula is then measured at the lens's lines, between which the curve is within 1e-5."""
    found = with_error(TRIPLET, medium, 1e-3, 0.02)
    changed = refractive_index(found, D_LINE) - refractive_index(medium, D_LINE)
    assert float(changed) == pytest.approx(1e-3, abs=1e-12)
    assert float(abbe_number(found) / abbe_number(medium)) == pytest.approx(1.02, abs=2e-5)


@pytest.mark.parametrize("departure", [None, PowerSeries((4, 6, 8), (1e-4, -2e-6, 3e-8))])
def test_a_form_error_is_added_to_the_sag(departure) -> None:
    surface = Surface(0.05, -0.5, departure, semi_aperture=4.0)
    lens = replace(TRIPLET, surfaces=(surface, *TRIPLET.surfaces[1:]))
    x, y = jnp.asarray(np.random.default_rng(3).uniform(-2.8, 2.8, (2, 50)))
    wrong = one(Kind.FORM_ERROR, 0, "coma y", 1e-4, lens).surfaces[0]
    before, after = (sag_and_slopes(stacked((s,)), x, y)[0] for s in (surface, wrong))
    assert np.asarray(after - before) == pytest.approx(
        np.asarray(1e-4 * form_sag("coma y", x / 4, y / 4)), abs=1e-14
    )


def test_a_form_error_of_a_forbes_surface_cannot_be_built() -> None:
    surface = Surface(0.05, 0.0, ForbesQcon(4.0, (0.01,)), semi_aperture=4.0)
    lens = replace(TRIPLET, surfaces=(surface, *TRIPLET.surfaces[1:]))
    with pytest.raises(BadInput, match=r"surface 0 is a ForbesQcon.*only predicted"):
        one(Kind.FORM_ERROR, 0, "coma y", 1e-4, lens)


def test_builds_of_different_form_errors_share_what_is_compiled() -> None:
    surface = Surface(0.05, -0.5, PowerSeries((4, 6), (1e-4, -2e-6)), semi_aperture=4.0)
    lens = replace(TRIPLET, surfaces=(surface, *TRIPLET.surfaces[1:]))
    kinds = {tree.tree_structure(one(Kind.FORM_ERROR, 0, term, 1e-4, lens)) for term in MONOMIALS}
    assert len(kinds) == 1


def test_a_form_error_is_added_to_powers_that_are_given_twice() -> None:
    once = XYPolynomial(4.0, ((0, 2), (3, 0)), (3e-4, 1e-4))
    twice = XYPolynomial(4.0, ((0, 2), (3, 0), (0, 2)), (1e-4, 1e-4, 2e-4))
    x, y = jnp.asarray(np.random.default_rng(4).uniform(-2.8, 2.8, (2, 50)))
    heights = []
    for departure in (once, twice):
        surface = Surface(0.05, 0.0, departure, semi_aperture=4.0)
        lens = replace(TRIPLET, surfaces=(surface, *TRIPLET.surfaces[1:]))
        wrong = one(Kind.FORM_ERROR, 0, "trefoil x", 1e-4, lens).surfaces[0]
        heights.append(np.asarray(sag_and_slopes(stacked((wrong,)), x, y)[0]))
    assert heights[0] == pytest.approx(heights[1], abs=1e-14)
