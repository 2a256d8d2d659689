"""Depth of field and focus against the formulas of photography."""

from dataclasses import replace
from math import inf

import jax
import numpy as np
import pytest

from lichtbild.optics.depth_of_field import depth_of_field, depth_of_focus, hyperfocal_distance
from lichtbild.optics.focusing import at_distance
from lichtbild.optics.lens import Aperture, Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.surface import Surface
from optics.simple_lenses import AIR, D_LINE_MM, lens_of, singlet
from optics.test_paraxial import aspheric_pair

FOCAL, NUMBER, BLUR = 50.0, 4.0, 0.03


def thin(distance: float = inf) -> Lens:
    return at_distance(singlet(0.02, -0.02, aperture=Aperture("f-number", NUMBER)), distance)


@pytest.mark.parametrize("distance", [500.0, 3000.0, 20000.0])
def test_a_thin_lens_has_the_limits_of_every_photographers_table(distance: float) -> None:
    """Kingslake: s f^2 / (f^2 +- N c (s - f)), and H = f^2 / (N c) + f."""
    found = depth_of_field(thin(distance), BLUR)
    hyperfocal = FOCAL**2 / (NUMBER * BLUR) + FOCAL
    spread = NUMBER * BLUR * (distance - FOCAL)
    assert float(found.near) == pytest.approx(distance * FOCAL**2 / (FOCAL**2 + spread), rel=1e-12)
    expected = distance * FOCAL**2 / (FOCAL**2 - spread) if spread < FOCAL**2 else inf
    assert float(found.far) == pytest.approx(expected, rel=1e-12)
    assert float(found.hyperfocal) == pytest.approx(hyperfocal, rel=1e-12)
    assert float(found.focus) == distance


def test_a_lens_focused_at_infinity_is_sharp_from_its_hyperfocal_distance_less_f() -> None:
    found = depth_of_field(thin(), BLUR)
    assert float(found.near) == pytest.approx(FOCAL**2 / (NUMBER * BLUR), rel=1e-12)
    assert float(found.far) == inf


def test_focused_at_the_hyperfocal_distance_the_far_limit_leaps_to_infinity() -> None:
    lens = at_distance(aspheric_pair(), inf)
    distance = float(hyperfocal_distance(lens, BLUR))
    assert float(depth_of_field(at_distance(lens, distance * 1.0001), BLUR).far) == inf
    nearer = depth_of_field(at_distance(lens, distance * 0.999), BLUR)
    assert 100 * distance < float(nearer.far) < inf


def test_limits_are_where_paraxial_rays_make_the_permitted_blur() -> None:
    """A thick lens with an inner stop: marginal rays from the limits, to the image surface of the focus."""
    lens = at_distance(aspheric_pair(), 400.0)
    found = depth_of_field(lens, BLUR)
    data = first_order(lens)
    gap = lens.gaps[-1].thickness
    for limit in (float(found.near), float(found.far)):
        moved = replace(
            lens,
            gaps=(replace(lens.gaps[0], thickness=limit), *lens.gaps[1:]),
            aperture=Aperture("stop semi-aperture", float(data.stop_semi_aperture)),
        )
        there = first_order(moved)
        radius = abs(float(there.defocus)) / 2 / float(there.working_f_number)
        assert 2 * radius == pytest.approx(BLUR, rel=1e-9)
        assert moved.gaps[-1].thickness == gap


def test_depth_of_focus_is_the_blur_times_the_working_f_number() -> None:
    found = depth_of_focus(thin(150.0), BLUR)
    number = NUMBER * 75.0 / FOCAL
    assert float(found.geometric) == pytest.approx(BLUR * number, rel=1e-12)
    assert float(found.diffraction) == pytest.approx(2 * D_LINE_MM * number**2, rel=1e-12)
    given = depth_of_focus(thin(150.0), BLUR, working_f_number=2.0)
    assert float(given.geometric) == pytest.approx(2 * BLUR, rel=1e-12)


@pytest.mark.parametrize(("number", "depth_um"), [(1.4, 2.2), (1.6, 2.8), (1.85, 3.8), (2.8, 8.6)])
def test_depth_by_diffraction_is_that_of_the_goals(number: float, depth_um: float) -> None:
    """The table of shared/anchors/optics.md, at 550 nm, printed with two digits."""
    lens = replace(thin(), wavelengths=(5.5e-4,))
    lens = replace(lens, aperture=Aperture("f-number", number))
    assert float(depth_of_focus(lens, BLUR).diffraction) * 1e3 == pytest.approx(depth_um, abs=0.051)


def test_in_water_the_depth_grows_with_the_index() -> None:
    """A quarter wave: n' dz (1 - cos) = wavelength / 4, and 1 - cos = u'^2 / 2."""
    water = ModelGlass(1.336, 0.0)
    lens = lens_of((Surface(0.02),), (inf, 200.0), (AIR, water), aperture=Aperture("f-number", 4.0))
    data = first_order(lens)
    slope = 1 / (2 * 1.336 * float(data.working_f_number))
    found = depth_of_focus(lens, BLUR)
    assert float(found.diffraction) == pytest.approx(D_LINE_MM / (2 * 1.336 * slope**2), rel=1e-12)
    assert float(found.geometric) == pytest.approx(BLUR / 2 / slope, rel=1e-12)


@pytest.mark.parametrize("distance", [300.0, inf])
def test_limits_are_differentiable(distance: float) -> None:
    lens = at_distance(aspheric_pair(), distance)

    def near(lens: Lens) -> jax.Array:
        return depth_of_field(lens, BLUR).near

    slope = jax.jit(jax.grad(near))(lens)
    assert all(np.isfinite(leaf) for leaf in jax.tree.leaves(slope))
    step = 1e-6
    low, high = (
        replace(lens, surfaces=(*lens.surfaces[:4], Surface(0.01 + change))) for change in (-step, step)
    )
    expected = (float(near(high)) - float(near(low))) / (2 * step)
    assert float(slope.surfaces[4].curvature) == pytest.approx(expected, rel=1e-6)
