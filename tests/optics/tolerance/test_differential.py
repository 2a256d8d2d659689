"""Differentials of the eikonal against central differences of lenses really built and traced."""

from functools import cache

import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.bundle import bundle
from lichtbild.optics.pencil import Pencil, inside, of_bundle, points
from lichtbild.optics.pupil_function import eikonal, pupil_function
from lichtbild.optics.tolerance.build import built
from lichtbild.optics.tolerance.differential import differentials, footprints
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.parameter import Parameter, parameters
from lichtbild.optics.tolerance.phase_table import _inside
from optics.toleranced import budget, ready

pytestmark = pytest.mark.slow  # compiles for minutes

FIELD, WAVE = 2, 1

WELL_INSIDE = 0.85
"""Part of the pupil's radius that stays within the pupil of every build, whose polynomials are sure there."""


@cache
def nominal() -> tuple[Pencil, np.ndarray]:
    """The pencils of the triplet, and the change of their eikonals by each parameter."""
    lens = ready().lens
    light = bundle(lens, points())
    return of_bundle(lens, light), differentials(lens, footprints(lens, _inside(light)), ready().parameters)


def levelled(values: np.ndarray, p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Values over points less the best constant and plane in p and q: piston and the place of the image."""
    basis = np.stack([np.ones_like(p), p, q], axis=-1)
    return values - basis @ np.linalg.lstsq(basis, values, rcond=None)[0]


def cases() -> list[int]:
    """One parameter of every kind along each axis, at the strongest element and beside it."""
    chosen: dict[tuple[Kind, str, bool], int] = {}
    for number, parameter in enumerate(ready().parameters):
        chosen.setdefault((parameter.kind, parameter.axis, parameter.place > 1), number)
    return list(chosen.values())


def by_difference(lens, parameter: Parameter, step: float, p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Change of the eikonal of one pupil by a parameter, from builds a step to either side."""
    sides = []
    for sign in (1, -1):
        wrong = built(lens, (parameter,), [sign * step])
        pupils = pupil_function(of_bundle(wrong, bundle(wrong, points())))
        one = type(pupils)(*(v[FIELD, WAVE] if v.ndim > 1 else v[WAVE] for v in vars_of(pupils)))
        sides.append(np.asarray(eikonal(one, jnp.stack([p, q]))))
    return levelled((sides[0] - sides[1]) / (2 * step), p, q)


def well_inside(rays: Pencil) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which rays are well inside the pupil, and their cosines."""
    x, y = points().points[:, inside()]
    well = np.hypot(x, y) < WELL_INSIDE
    p, q = np.asarray(rays.cosines)[:, FIELD, WAVE, well]
    return well, p, q


def test_every_kind_of_error_changes_the_eikonal_as_its_differential_says() -> None:
    """Differences of builds a twentieth of a limit to either side leave their third order, some 1e-5."""
    rays, found = nominal()
    well, p, q = well_inside(rays)
    for number in cases():
        parameter = ready().parameters[number]
        traced = by_difference(ready().lens, parameter, parameter.limit / 20, p, q)
        said = levelled(found[number, FIELD, WAVE, well], p, q)
        assert traced == pytest.approx(said, abs=2e-4 * np.abs(said).max()), parameter.name


def test_every_term_of_a_form_error_changes_the_eikonal_as_its_differential_says() -> None:
    """As above, on a surface before the stop and one behind it."""
    lens = ready().lens
    rays, _ = nominal()
    well, p, q = well_inside(rays)
    wrong = parameters(lens, budget(limits={Kind.FORM_ERROR: 100e-6}))
    chosen = [parameter for parameter in wrong if parameter.place in (2, 5)]
    found = differentials(lens, footprints(lens, _inside(bundle(lens, points()))), chosen)
    for parameter, change in zip(chosen, found, strict=True):
        traced = by_difference(lens, parameter, parameter.limit, p, q)
        said = levelled(change[FIELD, WAVE, well], p, q)
        assert traced == pytest.approx(said, abs=5e-4 * np.abs(said).max()), parameter.name


def vars_of(struct) -> list:
    return [getattr(struct, name) for name in struct.__dataclass_fields__]


def by_kind(kind: Kind) -> dict[tuple[int, str], np.ndarray]:
    rows = zip(ready().parameters, nominal()[1], strict=True)
    return {(p.place, p.axis): change for p, change in rows if p.kind is kind}


def test_a_sphere_turned_about_its_vertex_is_a_sphere_displaced() -> None:
    """Its centre moves by the radius times the angle; exact to first order, whatever the rays."""
    tilts, shifts = by_kind(Kind.SURFACE_TILT), by_kind(Kind.SURFACE_DECENTRE)
    for (place, axis), tilted in tilts.items():
        radius = 1 / ready().lens.surfaces[place].curvature
        other, sign = ("y", -1) if axis == "x" else ("x", 1)
        assert tilted == pytest.approx(sign * radius * shifts[place, other], abs=1e-12 * abs(radius))


def test_elements_are_their_surfaces_together() -> None:
    whole, parts = by_kind(Kind.ELEMENT_DECENTRE), by_kind(Kind.SURFACE_DECENTRE)
    assert whole[1, "x"] == pytest.approx(parts[2, "x"] + parts[3, "x"], abs=1e-14)


def test_a_lens_displaced_as_a_whole_makes_the_same_image_elsewhere() -> None:
    """The changes of all surfaces telescope to the direction: a shift of the image and nothing more."""
    rays, _ = nominal()
    shifts = by_kind(Kind.SURFACE_DECENTRE)
    total = sum(change for (_, axis), change in shifts.items() if axis == "y")
    for field in range(total.shape[0]):
        p, q = np.asarray(rays.cosines)[:, field, 0]
        assert levelled(total[field, 0], p, q) == pytest.approx(np.zeros(p.shape), abs=1e-12)
