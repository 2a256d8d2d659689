"""Lenses at other temperatures, against thin lenses and the law of similar figures."""

from dataclasses import replace
from math import inf

import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.focusing import at_distance
from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import Aperture, Lens
from lichtbild.optics.media import find
from lichtbild.optics.medium import Glass, Thermal
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.sag import row, sag, stacked
from lichtbild.optics.surface import (
    ForbesQbfs,
    ForbesQcon,
    Pose,
    PowerSeries,
    Surface,
    Toroid,
    XYPolynomial,
)
from lichtbild.optics.thermal import (
    ALUMINIUM,
    at_temperature,
    grown,
    thermal_focus_rate,
    thermal_focus_shift,
    thermo_optic_constant,
    without_thermal_data,
)
from optics.simple_lenses import AIR, D_LINE_MM, lens_of, singlet

HOME, EXPANSION = 293.15, 6e-5
PLASTIC = find("ACRYLIC")
STEADY = Glass("STEADY", 1, (2.25, 0, 0, 0, 0, 0), thermal=Thermal(expansion=EXPANSION))
"""A medium that grows and keeps its index of 1.5, where there is no air that it is relative to."""

DEPARTURES = (
    None,
    PowerSeries((2, 3, 4, 10), (1e-3, 2e-4, -1e-4, 1e-9)),
    ForbesQcon(4.0, (0.1, -0.02, 0.01)),
    ForbesQbfs(4.0, (0.1, -0.02, 0.01)),
    XYPolynomial(3.0, ((1, 0), (0, 2), (3, 1)), (0.01, 0.02, 0.005)),
    Toroid(0.02, (4,), (1e-4,)),
)


@pytest.mark.parametrize("departure", DEPARTURES, ids=lambda value: type(value).__name__)
def test_a_surface_grows_into_a_similar_figure(departure: object) -> None:
    """z'(s x, s y) = s z(x, y)."""
    growth = 1.01
    before = Surface(0.05, -0.4, departure, semi_aperture=3.0, edge=3.5)  # type: ignore[arg-type]
    after = grown(before, growth, 1.0)
    x, y = jnp.asarray([0.0, 0.5, 1.0, -2.0]), jnp.asarray([1.0, -2.0, 0.3, 1.5])
    small, large = (row(stacked((surface,)), 0) for surface in (before, after))
    np.testing.assert_allclose(sag(large, growth * x, growth * y), growth * sag(small, x, y), rtol=1e-12)
    assert (after.semi_aperture, after.edge) == (pytest.approx(3.03), pytest.approx(3.535))


def test_poses_move_with_the_mount_and_keep_their_angles() -> None:
    surface = grown(Surface(pose=Pose((1.0, 2.0, 3.0), (0.1, 0.0, 0.0))), 1.5, 1.1)
    assert surface.pose is not None
    assert surface.pose.decentre == pytest.approx((1.1, 2.2, 3.3))
    assert surface.pose.tilt == (0.1, 0.0, 0.0)


def plastic_lens(medium: Glass = PLASTIC, thickness: float = 0.0, edge: float | None = None) -> Lens:
    surfaces = (Surface(0.05, semi_aperture=edge), Surface(-0.03, semi_aperture=edge))
    lens = lens_of(surfaces, (inf, thickness, 20.0), (AIR, medium, AIR))
    return at_distance(lens, inf)


@pytest.mark.parametrize("mount", [0.0, ALUMINIUM])
def test_a_thin_lens_has_the_rate_of_the_textbook(mount: float) -> None:
    """df/dT = -f (dn/dT / (n - 1) - expansion), and the image surface goes with the mount."""
    lens = plastic_lens()
    constant = float(thermo_optic_constant(PLASTIC, D_LINE_MM))
    focal = float(first_order(lens).focal_length)
    assert float(thermal_focus_rate(lens, mount)) == pytest.approx(-focal * (constant + mount), rel=1e-10)
    # A plastic's constant is some -3e-4 / K: its focus runs away to the right as it gets warmer.
    assert -4e-4 < constant < -2e-4


def test_the_constant_of_a_medium_is_the_derivative_of_its_index() -> None:
    step = 0.01
    low, high = (
        float(refractive_index(PLASTIC, np.float64(D_LINE_MM), HOME + change)) for change in (-step, step)
    )
    n = float(refractive_index(PLASTIC, np.float64(D_LINE_MM)))
    expected = (high - low) / (2 * step) / (n - 1) - 6e-5
    assert float(thermo_optic_constant(PLASTIC, D_LINE_MM)) == pytest.approx(expected, rel=1e-6)


def test_the_table_is_the_lens_at_each_temperature() -> None:
    lens = plastic_lens(thickness=3.0, edge=2.0)
    temperatures = [253.15, HOME, 333.15]
    table = thermal_focus_shift(lens, temperatures)
    for place, temperature in enumerate(temperatures):
        there = at_temperature(lens, temperature)
        data = first_order(there)
        assert float(table.focal_length[place]) == pytest.approx(float(data.focal_length), rel=1e-13)
        assert float(table.focus_shift[place]) == pytest.approx(float(data.defocus), abs=1e-12)
        assert float(table.image_gap[place]) == pytest.approx(there.gaps[-1].thickness, rel=1e-13)
        assert isinstance(there.gaps[-1].thickness, float)
        assert (there.temperature, there.pressure) == (temperature, 1.0)
    assert float(table.focus_shift[1]) == pytest.approx(0.0, abs=1e-13)
    assert float(table.focus_shift[2]) > 0.1 > -0.1 > float(table.focus_shift[0])
    slope = (float(table.focus_shift[2]) - float(table.focus_shift[0])) / 80.0
    assert slope == pytest.approx(float(thermal_focus_rate(lens)), rel=0.02)


def test_a_lens_and_mount_of_one_expansion_grow_into_a_similar_lens() -> None:
    """Every length times s, but for the object's distance; in vacuum, where the index stays."""
    lens = replace(
        plastic_lens(STEADY, 4.0, 3.0),
        aperture=Aperture("stop semi-aperture", 1.5),
        temperature=HOME,
        pressure=0.0,
    )
    growth = 1 + EXPANSION * 50
    there = at_temperature(lens, HOME + 50, 0.0, EXPANSION)
    assert there.gaps[0].thickness == inf
    for before, after in zip(lens.gaps[1:], there.gaps[1:], strict=True):
        assert after.thickness == pytest.approx(growth * before.thickness, rel=1e-14)
    before, after = first_order(lens), first_order(there)
    for name in ("focal_length", "back_focal_length", "stop_semi_aperture", "track_length"):
        assert float(getattr(after, name)) == pytest.approx(growth * float(getattr(before, name)), rel=1e-9)
    assert float(after.f_number) == pytest.approx(float(before.f_number), rel=1e-12)


def test_an_air_gap_follows_the_edges_that_the_mount_touches() -> None:
    """Two plano-convex lenses, their bulges facing: the tube is longer than the gap by both sags."""
    radius, edge, gap = 20.0, 5.0, 1.0
    surfaces = (
        Surface(semi_aperture=edge),
        Surface(-1 / radius, semi_aperture=edge),
        Surface(1 / radius, semi_aperture=edge),
        Surface(semi_aperture=edge),
    )
    lens = lens_of(surfaces, (inf, 3.0, gap, 3.0, 10.0), (AIR, PLASTIC, AIR, PLASTIC, AIR))
    warmer, expansion = 40.0, PLASTIC.thermal.expansion  # type: ignore[union-attr]
    there = at_temperature(lens, HOME + warmer)
    bulge = radius - (radius**2 - edge**2) ** 0.5
    tube = (gap + 2 * bulge) * (1 + ALUMINIUM * warmer)
    assert there.gaps[2].thickness == pytest.approx(tube - 2 * bulge * (1 + expansion * warmer), rel=1e-13)
    assert there.gaps[2].thickness < gap
    assert there.gaps[1].thickness == pytest.approx(3.0 * (1 + expansion * warmer), rel=1e-14)
    assert there.gaps[4].thickness == pytest.approx(10.0 * (1 + ALUMINIUM * warmer), rel=1e-14)


def test_a_cemented_surface_grows_by_the_mean_of_its_elements() -> None:
    slow = replace(STEADY, name="SLOW", thermal=Thermal(expansion=EXPANSION / 3))
    lens = lens_of(
        (Surface(0.02), Surface(-0.01), Surface(0.0)), (inf, 2.0, 2.0, 50.0), (AIR, STEADY, slow, AIR)
    )
    there = at_temperature(lens, HOME + 100)
    mean = 1 + EXPANSION * 2 / 3 * 100
    assert there.surfaces[1].curvature == pytest.approx(-0.01 / mean, rel=1e-14)


def test_stops_and_mirrors_grow_with_the_mount() -> None:
    surfaces = (Surface(semi_aperture=2.0), Surface(-0.01, mirror=True))
    lens = lens_of(surfaces, (inf, 30.0, -50.0), (AIR, AIR, AIR))
    there = at_temperature(lens, HOME + 100)
    growth = 1 + ALUMINIUM * 100
    assert there.surfaces[0].semi_aperture == pytest.approx(2.0 * growth)
    assert there.surfaces[1].curvature == pytest.approx(-0.01 / growth)
    assert there.gaps[2].thickness == pytest.approx(-50.0 * growth)
    # All of aluminium: a similar telescope, in focus as before.
    assert float(thermal_focus_rate(lens)) == pytest.approx(0.0, abs=1e-15)


def test_media_that_know_no_heat_are_told() -> None:
    lens = singlet(0.01, -0.01)
    assert without_thermal_data(lens) == (1,)
    assert without_thermal_data(plastic_lens()) == ()
    there = at_temperature(lens, HOME + 50, mount_expansion=0.0)
    assert there.surfaces == lens.surfaces
    assert [gap.thickness for gap in there.gaps] == [gap.thickness for gap in lens.gaps]


def test_home_is_home() -> None:
    lens = plastic_lens(thickness=3.0, edge=2.0)
    assert at_temperature(lens, HOME) == replace(lens, temperature=HOME)
