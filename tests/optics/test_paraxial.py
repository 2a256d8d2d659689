"""First-order data against closed forms of textbooks (Hecht, Optics, chapter 6; Greivenkamp, Field Guide)."""

from dataclasses import replace
from math import atan, inf, radians, sin, tan

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.optics.lens import Aperture, FieldPoint, Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.paraxial import (
    FirstOrder,
    field_heights,
    field_slopes,
    first_order,
    paraxial_image_heights,
    paraxial_rays,
    stop_semi_aperture,
    trace_paraxial,
)
from lichtbild.optics.surface import PowerSeries, Surface, Toroid
from optics.simple_lenses import AIR, GLASS, lens_of, singlet

ROUNDING = 1e-12
"""Some dozens of operations in double precision."""


def close(found: object, expected: float) -> None:
    assert float(found) == pytest.approx(expected, rel=ROUNDING, abs=ROUNDING)  # type: ignore[arg-type]


def test_a_thin_lens_has_the_lens_makers_focal_length() -> None:
    data = first_order(singlet(0.02, -0.01))
    close(data.focal_length, 1 / (0.5 * 0.03))
    close(data.back_focal_length, 1 / (0.5 * 0.03))
    close(data.front_focal_length, -1 / (0.5 * 0.03))
    close(data.f_number, 1 / (0.5 * 0.03) / 2)


def test_a_thick_lens_has_gullstrands_power_and_principal_planes() -> None:
    first, second, d, n = 0.03, -0.02, 8.0, 1.6
    data = first_order(singlet(first, second, d, n))
    front, back = (n - 1) * first, (1 - n) * second
    power = front + back - front * back * d / n
    close(data.power, power)
    close(data.front_principal, back * d / n / power)
    close(data.rear_principal, -front * d / n / power)
    close(data.back_focal_length, (1 - front * d / n) / power)
    close(data.front_focal_length, -(1 - back * d / n) / power)
    # In air nodal points are the principal ones.
    close(data.front_nodal, float(data.front_principal))
    close(data.rear_nodal, float(data.rear_principal))


def test_a_plano_convex_lens_has_a_principal_plane_at_its_vertex() -> None:
    data = first_order(singlet(0.05, 0.0, 5.0))
    close(data.front_principal, 0.0)
    close(data.rear_principal, -5.0 / 1.5)
    close(data.focal_length, 1 / (0.5 * 0.05))


def test_a_ball_has_its_principal_planes_at_its_centre() -> None:
    radius, n = 4.0, 1.7
    data = first_order(singlet(1 / radius, -1 / radius, 2 * radius, n))
    focal = n * radius / (2 * (n - 1))
    close(data.focal_length, focal)
    close(data.back_focal_length, focal - radius)
    close(data.front_principal, radius)
    close(data.rear_principal, -radius)
    close(data.front_nodal, radius)
    close(data.rear_nodal, -radius)


def test_a_concentric_meniscus_has_all_points_at_the_common_centre() -> None:
    outer, inner, n = 20.0, 12.0, 1.5
    data = first_order(singlet(-1 / outer, -1 / (outer + inner), inner, n))
    close(data.front_principal, -outer)
    close(data.rear_principal, -outer - inner)


def test_an_eye_in_water_has_two_focal_lengths_and_shifted_nodal_points() -> None:
    water, n = ModelGlass(1.336, 0.0), 1.5
    lens = lens_of((Surface(0.1), Surface(-0.1)), (inf, 0.0, 30.0), (AIR, ModelGlass(n, 0.0), water))
    data = first_order(lens)
    power = (n - 1) * 0.1 + (1.336 - n) * -0.1
    close(data.power, power)
    close(data.object_focal_length, 1 / power)
    close(data.focal_length, 1.336 / power)
    # Both nodal points lie f' - f behind the principal points.
    close(data.front_nodal - data.front_principal, 0.336 / power)
    close(data.rear_nodal - data.rear_principal, 0.336 / power)


def test_a_cassegrain_telescope_multiplies_its_mirrors() -> None:
    primary, secondary, distance = -1 / 200.0, -1 / 60.0, 75.0
    lens = lens_of(
        (Surface(primary, mirror=True), Surface(secondary, mirror=True)),
        (inf, -distance, 100.0),
        (AIR, AIR, AIR),
        aperture=Aperture("entrance pupil diameter", 50.0),
    )
    data = first_order(lens)
    front, back = 1 / 100.0, -1 / 30.0
    power = front + back - front * back * distance
    close(data.focal_length, 1 / power)
    close(data.back_focal_length, (1 - front * distance) / power)
    # Petzval surface of two mirrors: twice the difference of curvatures (Schroeder, Astronomical Optics).
    close(data.petzval_curvature, -2 * (primary - secondary))
    close(data.f_number, 1 / power / 50)
    close(data.track_length, distance + 25.0)


def test_a_concave_mirror_focuses_half_way_to_its_centre_and_before_it() -> None:
    lens = lens_of((Surface(-1 / 200.0, mirror=True),), (inf, -100.0), (AIR, AIR))
    data = first_order(lens)
    close(data.focal_length, 100.0)
    close(data.image_distance, -100.0)
    close(data.defocus, 0.0)
    close(data.petzval_radius, -100.0)


def test_a_kepler_telescope_magnifies_angles_and_has_no_focal_length() -> None:
    objective, eyepiece = (Surface(0.01), Surface(-0.01)), (Surface(0.1), Surface(-0.1))
    lens = lens_of((*objective, *eyepiece), (inf, 0.0, 110.0, 0.0, 20.0), (AIR, GLASS, AIR, GLASS, AIR))
    data = first_order(lens)
    assert abs(float(data.power)) < 1e-15
    close(data.angular_magnification, -10.0)
    # The eyepiece images the objective, its stop, behind it: the eye relief, and a tenth of its size.
    close(data.exit_pupil, 11.0 - 20.0)
    close(data.exit_pupil_diameter, 0.2)


@pytest.mark.parametrize("distance", [150.0, 300.0, 1000.0])
def test_a_near_object_obeys_the_lens_equation(distance: float) -> None:
    lens = singlet(
        0.01, -0.01, distance=distance, fields=(FieldPoint(), FieldPoint(y=5.0)), field_kind="object height"
    )
    data = first_order(lens)
    image = 1 / (0.01 - 1 / distance)
    close(data.image_distance, image)
    close(data.magnification, -image / distance)
    close(data.defocus, image - 100.0)
    close(data.working_f_number, image / 2)
    close(data.numerical_aperture, sin(atan(1 / image)))
    close(data.object_numerical_aperture, sin(atan(1 / distance)))
    close(data.f_number, 50.0)
    close(data.total_track, distance + 100.0)
    # Through the middle of a thin lens the chief ray goes straight on.
    np.testing.assert_allclose(
        paraxial_image_heights(lens)[:, 1], [0.0, -5.0 * 100 / distance], rtol=ROUNDING
    )
    np.testing.assert_allclose(field_slopes(lens)[:, 1], [0.0, -5.0 / distance], rtol=ROUNDING)


def behind_stop(**settings: object) -> Lens:
    """A thin lens of 50 mm, 20 mm behind its stop."""
    surfaces = (Surface(), Surface(0.02), Surface(-0.02))
    settings.setdefault("stop", 0)
    return lens_of(
        surfaces, (settings.pop("distance", inf), 20.0, 0.0, 50.0), (AIR, AIR, GLASS, AIR), **settings
    )


def test_pupils_are_images_of_the_stop() -> None:
    data = first_order(behind_stop())
    close(data.entrance_pupil, 0.0)
    close(data.entrance_pupil_diameter, 2.0)
    # 1 / s' = 1 / 50 - 1 / 20: a virtual image, 100 / 3 mm before the lens and 5 / 3 as large.
    close(data.exit_pupil, -100.0 / 3 - 50.0)
    close(data.exit_pupil_diameter, 2.0 * 5 / 3)
    close(data.lagrange_invariant, tan(radians(10.0)))


def test_a_stop_behind_the_lens_is_seen_through_it() -> None:
    surfaces = (Surface(0.02), Surface(-0.02), Surface())
    lens = lens_of(surfaces, (inf, 0.0, 20.0, 30.0), (AIR, GLASS, AIR, AIR), stop=2)
    data = first_order(lens)
    close(data.entrance_pupil, 100.0 / 3)
    close(data.stop_semi_aperture, 1.0 * 3 / 5)
    close(data.exit_pupil, -30.0)
    close(data.exit_pupil_diameter, 2.0 * 3 / 5)


def test_a_stop_in_the_focal_plane_puts_the_entrance_pupil_at_infinity() -> None:
    surfaces = (Surface(0.02), Surface(-0.02), Surface())
    lens = lens_of(
        surfaces,
        (100.0, 0.0, 50.0, 50.0),
        (AIR, GLASS, AIR, AIR),
        stop=2,
        aperture=Aperture("object na", 0.1),
        field_kind="object height",
        fields=(FieldPoint(y=0.0), FieldPoint(y=3.0)),
    )
    data = first_order(lens)
    assert abs(float(data.entrance_pupil)) > 1e12
    close(data.magnification, -1.0)
    close(data.object_numerical_aperture, 0.1)
    close(data.numerical_aperture, 0.1)
    np.testing.assert_allclose(field_slopes(lens), 0.0, atol=1e-14)
    np.testing.assert_allclose(paraxial_image_heights(lens)[:, 1], [0.0, -3.0], atol=1e-12)
    rays = paraxial_rays(lens)
    assert abs(float(rays.chief.height[2])) < 1e-13
    assert np.isfinite(np.asarray(rays.chief.height)).all()


@pytest.mark.parametrize("distance", [inf, 400.0])
def test_every_kind_of_aperture_gives_the_same_stop(distance: float) -> None:
    lens = behind_stop(aperture=Aperture("stop semi-aperture", 2.5), distance=distance)
    data = first_order(lens)
    given = {"f-number": data.f_number, "entrance pupil diameter": data.entrance_pupil_diameter}
    if distance < inf:
        given["object na"] = data.object_numerical_aperture
    for kind, value in given.items():
        again = replace(lens, aperture=Aperture(kind, float(value)))  # type: ignore[arg-type]
        close(stop_semi_aperture(again), 2.5)


@pytest.mark.parametrize("distance", [inf, 400.0])
def test_every_kind_of_field_gives_the_same_chief_rays(distance: float) -> None:
    angles = tuple(FieldPoint(radians(x), radians(y)) for x, y in ((0, 0), (3, -2), (0, 12)))
    lens = behind_stop(distance=distance, fields=angles, stop=1)
    slopes, heights, images = field_slopes(lens), field_heights(lens), paraxial_image_heights(lens)
    np.testing.assert_allclose(slopes, np.tan([[0, 0], np.radians([3, -2]), np.radians([0, 12])]), atol=1e-15)
    kinds = {"image height": images, "real image height": images}
    if distance < inf:
        kinds["object height"] = heights
    for kind, values in kinds.items():
        points = tuple(FieldPoint(float(x), float(y)) for x, y in values)
        again = replace(lens, field_kind=kind, fields=points)
        np.testing.assert_allclose(field_slopes(again), slopes, rtol=ROUNDING, atol=1e-15)
        np.testing.assert_allclose(paraxial_image_heights(again), images, rtol=ROUNDING, atol=1e-14)
        np.testing.assert_allclose(first_order(again).image_height, jnp.abs(images[2, 1]), rtol=ROUNDING)


def test_a_positive_angle_images_at_positive_heights_and_heights_of_far_objects_are_infinite() -> None:
    lens = behind_stop()
    assert float(paraxial_image_heights(lens)[1, 1]) == pytest.approx(50.0 * tan(radians(10.0)), rel=ROUNDING)
    assert field_heights(lens)[1, 1] == -inf
    assert field_heights(lens)[0, 1] == 0.0


def test_heights_and_slopes_are_those_of_a_trace_by_hand() -> None:
    ray = trace_paraxial(singlet(0.02, -0.01, 6.0), 1.0, 0.0)
    # n u' = -0.5 * 0.02; over 6 mm of glass; then n u' less 0.5 * 0.01 of what is left.
    inner = -0.01 / 1.5
    left = 1 + 6 * inner
    outer = -0.01 - 0.005 * left
    np.testing.assert_allclose(ray.slope, [0.0, inner, outer], rtol=1e-14)
    np.testing.assert_allclose(ray.height, [1.0, left, left + 100 * outer], rtol=1e-14)


def test_lagranges_invariant_is_the_same_in_every_gap() -> None:
    lens = behind_stop(distance=300.0, stop=1)
    rays = paraxial_rays(lens)
    index = np.array([1.0, 1.0, 1.5, 1.0])
    heights, slopes = (
        np.asarray([getattr(ray, name) for ray in (rays.marginal, rays.chief)])
        for name in ("height", "slope")
    )
    behind = index[1:] * (slopes[1, 1:] * heights[0, :-1] - slopes[0, 1:] * heights[1, :-1])
    np.testing.assert_allclose(behind, float(first_order(lens).lagrange_invariant), rtol=ROUNDING)


def test_wavelengths_together_are_each_alone() -> None:
    lens = behind_stop()
    waves = jnp.asarray([[4.5e-4, 5e-4, 5.5e-4], [6e-4, 6.5e-4, 7e-4]])
    together = first_order(lens, waves)
    for place in ((0, 1), (1, 2)):
        alone = first_order(lens, waves[place])
        for name in vars(together):
            assert getattr(together, name).shape == waves.shape
            np.testing.assert_allclose(getattr(together, name)[place], getattr(alone, name), rtol=1e-14)
    assert np.ptp(np.asarray(together.focal_length)) > 0.1
    assert np.ptp(np.asarray(together.stop_semi_aperture)) == 0.0


def test_a_term_in_r2_is_curvature() -> None:
    plain = singlet(0.03, -0.01, 4.0)
    bent = replace(
        plain, surfaces=(Surface(0.02, departure=PowerSeries((2, 4), (0.005, 1e-3))), plain.surfaces[1])
    )
    for name, value in vars(first_order(plain)).items():
        np.testing.assert_allclose(getattr(first_order(bent), name), value, rtol=ROUNDING)


def test_a_toroid_has_two_focal_lengths_and_each_section_its_own_fields() -> None:
    cylinder = Surface(0.0, departure=Toroid(0.04))
    lens = lens_of(
        (cylinder, Surface(-0.02)), (inf, 0.0, 50.0), (AIR, GLASS, AIR), fields=(FieldPoint(0.1, 0.1),)
    )
    assert float(-1 / trace_paraxial(lens, 1.0, 0.0).slope[-1]) == pytest.approx(100.0, rel=ROUNDING)
    assert float(-1 / trace_paraxial(lens, 1.0, 0.0, section="x").slope[-1]) == pytest.approx(
        100 / 3, rel=ROUNDING
    )
    heights = replace(lens, field_kind="image height", fields=(FieldPoint(2.0, 2.0),))
    np.testing.assert_allclose(field_slopes(heights), [[2 / 50, 2 / 50]], rtol=ROUNDING)


def aspheric_pair(distance: float = inf) -> Lens:
    """Four surfaces with every kind of number in use."""
    surfaces = (
        Surface(0.05, -0.5, PowerSeries((2, 4), (1e-3, 2e-4))),
        Surface(-0.02, 0.3),
        Surface(),
        Surface(-0.03, 0.0, PowerSeries((4,), (-1e-4,))),
        Surface(0.01),
    )
    return lens_of(
        surfaces,
        (distance, 3.0, 1.0, 1.5, 2.0, 20.0),
        (AIR, ModelGlass(1.6, 50.0), AIR, AIR, ModelGlass(1.7, 30.0), AIR),
        stop=2,
        aperture=Aperture("f-number", 4.0),
        wavelengths=(4.861327e-4, 5.875618e-4, 6.562725e-4),
        weights=(1.0, 1.0, 1.0),
        primary=1,
    )


FINITE = (
    "focal_length",
    "back_focal_length",
    "front_principal",
    "rear_nodal",
    "entrance_pupil",
    "exit_pupil",
    "exit_pupil_diameter",
    "stop_semi_aperture",
    "working_f_number",
    "magnification",
    "angular_magnification",
    "lagrange_invariant",
    "petzval_radius",
    "image_height",
    "track_length",
)


@pytest.mark.parametrize("distance", [inf, 120.0])
def test_derivatives_by_every_number_are_those_of_central_differences(distance: float) -> None:
    def numbers(data: FirstOrder) -> jax.Array:
        return jnp.stack([getattr(data, name) for name in FINITE])

    lens = aspheric_pair(distance)
    leaves, structure = jax.tree.flatten(lens)

    def of(values: jax.Array) -> jax.Array:
        return numbers(first_order(jax.tree.unflatten(structure, list(values))))

    here = jnp.asarray(leaves)
    exact = np.asarray(jax.jit(jax.jacfwd(of))(here))
    assert np.isfinite(exact).all()
    movable = np.isfinite(here)
    steps = np.where(np.asarray(here) == 0, 1e-5, 1e-5 * np.abs(np.where(movable, here, 1.0)))
    for column in np.flatnonzero(movable):
        step = steps[column]
        change = (of(here.at[column].add(step)) - of(here.at[column].add(-step))) / (2 * step)
        # A relative step of 1e-5 leaves 1e-10 of curvature and 1e-11 of rounding.
        bound = 1e-7 * max(1.0, float(np.abs(exact[:, column]).max()))
        np.testing.assert_allclose(exact[:, column], change, atol=bound)
