"""Parameters: what of a lens a budget gives an error, and places that the lens does not have."""

from dataclasses import replace

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.io.lens import catalogue_lens
from lichtbild.optics.surface import Pose
from lichtbild.optics.tolerance.budget import Only
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.parameter import bodies, parameters
from optics.toleranced import budget

TRIPLET = catalogue_lens("triplet")


def counted(limits: dict[Kind, float], lens=TRIPLET, only: tuple[Only, ...] = ()) -> int:
    return len(parameters(lens, budget(limits=limits, only=only)))


def test_a_triplet_has_three_elements_six_surfaces_and_a_stop_that_nothing_bends_at() -> None:
    assert [(body.name, body.front, body.back) for body in bodies(TRIPLET)] == [
        ("E1", 0, 1),
        ("E2", 2, 3),
        ("E3", 5, 6),
    ]
    assert counted({Kind.ELEMENT_DECENTRE: 1.0}) == 3 * 2
    assert counted({Kind.SURFACE_TILT: 1.0}) == 6 * 2
    assert counted({Kind.RADIUS: 1.0}) == 6
    assert counted({Kind.INDEX: 1.0}) == 3
    assert counted({Kind.THICKNESS: 1.0}) == 6, "gaps between surfaces, the stop's too, not the image's"


def test_a_cemented_group_is_one_body() -> None:
    found = [body.name for body in bodies(catalogue_lens("tessar"))]
    assert "E3+E4" in found and len(found) == 3


def test_a_plane_has_no_decentre_and_no_radius() -> None:
    plane = replace(TRIPLET.surfaces[1], curvature=0.0)
    lens = replace(TRIPLET, surfaces=(TRIPLET.surfaces[0], plane, *TRIPLET.surfaces[2:]))
    assert counted({Kind.RADIUS: 1.0}, lens) == 5
    assert counted({Kind.SURFACE_DECENTRE: 1.0}, lens) == 10
    assert counted({Kind.SURFACE_TILT: 1.0}, lens) == 12


def test_terms_of_a_form_error_share_its_mean_square() -> None:
    lens = replace(TRIPLET, surfaces=tuple(replace(s, semi_aperture=10.0) for s in TRIPLET.surfaces))
    found = parameters(lens, budget(limits={Kind.FORM_ERROR: 1e-4}))
    first = [p for p in found if p.place == 0]
    assert sum(p.limit**2 for p in first) == pytest.approx(1e-8, rel=1e-12)


def test_exceptions_hold_for_their_place_and_0_is_without_error() -> None:
    only = (Only("E2", {Kind.ELEMENT_DECENTRE: 0.5}), Only("E3", {Kind.ELEMENT_DECENTRE: 0.0}))
    found = parameters(TRIPLET, budget(limits={Kind.ELEMENT_DECENTRE: 1.0}, only=only))
    assert [(p.where, p.limit) for p in found if p.axis == "x"] == [("E1", 1.0), ("E2", 0.5)]


@pytest.mark.parametrize(
    ("only", "words"),
    [
        (Only(9, {Kind.RADIUS: 1.0}), "radius_percent of surface 9.*0, 1, 2, 3, 5, 6"),
        (Only("E7", {Kind.ELEMENT_TILT: 1.0}), "element E7.*E1, E2, E3"),
        (Only(2, {Kind.INDEX: 1.0}), "index of gap 2.*1, 3, 6"),
    ],
)
def test_places_that_the_lens_does_not_have(only: Only, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        parameters(TRIPLET, budget(only=(only,)))


def test_a_budget_that_leaves_all_exact_and_a_lens_that_is_bent() -> None:
    with pytest.raises(BadInput, match="exact"):
        counted({Kind.RADIUS: 0.0})
    bent = replace(TRIPLET.surfaces[2], turn=Pose(tilt=(0.1, 0.0, 0.0)))
    lens = replace(TRIPLET, surfaces=(*TRIPLET.surfaces[:2], bent, *TRIPLET.surfaces[3:]))
    with pytest.raises(BadInput, match="surface 2 is decentred, tilted or turns"):
        counted({Kind.RADIUS: 1.0}, lens)
