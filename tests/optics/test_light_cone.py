"""Light cones beside closed forms of one flat surface, and beside rays strewn blindly through a lens.

A flat surface of glass conserves both direction cosines times the index, so that all of an object point's
light behind it is known: from angles to the normal, and from lengths of straight lines.
"""

from functools import cache
from math import inf

import numpy as np
import pytest
from scipy.integrate import quad

from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lens import Aperture, Lens
from lichtbild.optics.light_cone import Chiefs, Cones, chiefs, cones, points_of
from lichtbild.optics.scope import Scope, scope
from lichtbild.optics.surface import Surface
from optics.simple_lenses import AIR, GLASS, lens_of

NEAR, DEEP, RADIUS = 40.0, 10.0, 6.0
"""From the object to the glass, from there to the image, and of the stop on the glass, mm."""

WIDE = 6.0
"""Side of a raster of rays, mm."""

WAVES = np.array([0.00045, 0.00055, 0.00065])
HEIGHTS = np.array([0.0, 3.0, 15.0])
"""Of object points, below the axis, mm."""

INDEX = np.array([float(refractive_index(GLASS, wave)) for wave in WAVES])


def plate(distance: float = NEAR) -> Lens:
    """Air before glass that never ends; the stop lies on its face.

    Two planes within the glass do nothing, but to compile it together with the lens below.
    """
    return lens_of(
        [Surface(0.0)] * 3,
        (distance, DEEP / 2, DEEP / 4, DEEP / 4),
        (AIR, GLASS, GLASS, GLASS),
        aperture=Aperture("entrance pupil diameter", 2 * RADIUS),
    )


@cache
def behind_plate() -> tuple[Chiefs, Cones]:
    seen = scope(plate(), WAVES)
    middle = chiefs(seen, HEIGHTS)
    return middle, cones(seen, middle, HEIGHTS)


def test_chief_rays_through_the_face_of_a_plate() -> None:
    """They enter at the vertex with slope y / d; sin i = n sin i'."""
    middle, _ = behind_plate()
    sine = (HEIGHTS / np.hypot(HEIGHTS, NEAR))[:, None]
    inside = np.arcsin(sine / INDEX)
    assert middle.found.all()
    assert middle.place == pytest.approx(np.zeros((3, 3)), abs=1e-11 * RADIUS)
    assert middle.height == pytest.approx(DEEP * np.tan(inside), abs=1e-12)
    assert middle.position == pytest.approx(
        np.stack([0 * inside, DEEP * np.tan(inside), np.full_like(inside, DEEP)]), abs=1e-12
    )
    assert middle.cosine == pytest.approx(np.broadcast_to(sine, (3, 3)), abs=1e-12)
    assert middle.angle == pytest.approx(inside, abs=1e-12)
    outside = np.hypot(HEIGHTS, NEAR)[:, None]
    assert middle.path == pytest.approx(outside + INDEX * DEEP / np.cos(inside), abs=1e-10)


def test_places_of_launch_lie_across_the_light() -> None:
    """In a plane through the vertex, across the chief ray: along x as on the stop, along y 1 / cos of it."""
    middle, _ = behind_plate()
    cosine = NEAR / np.hypot(HEIGHTS, NEAR)
    assert middle.slope[0] == pytest.approx(np.full((3, 3), 1 / RADIUS), rel=1e-12)
    assert middle.slope[1] == pytest.approx(
        np.broadcast_to(1 / (RADIUS * cosine)[:, None], (3, 3)), rel=1e-12
    )


def test_far_light_through_the_face_of_a_plate() -> None:
    """One direction for all rays: the chief's height follows from it, and launching goes by angles."""
    seen = scope(plate(inf), WAVES)
    points = points_of(seen, np.tan(np.radians([0.0, 20.0, 50.0])), 0.0)
    assert points == pytest.approx(np.radians([0.0, 20.0, 50.0]), rel=1e-14)
    middle = chiefs(seen, points)
    inside = np.arcsin(np.sin(points)[:, None] / INDEX)
    assert middle.height == pytest.approx(DEEP * np.tan(inside), abs=1e-12)
    assert middle.slope[1] == pytest.approx(
        np.broadcast_to(1 / (RADIUS * np.cos(points))[:, None], (3, 3)), rel=1e-12
    )


def test_points_of_a_near_object_are_heights() -> None:
    """A tangent from an entrance pupil 2 mm behind the first surface spans 42 mm."""
    found = points_of(scope(plate(), WAVES), np.array([0.0, 0.5]), 2.0)
    assert found == pytest.approx([0.0, 21.0], rel=1e-14)


def test_chief_rays_of_some_wavelengths_are_those_of_all() -> None:
    middle, _ = behind_plate()
    one = chiefs(scope(plate(), WAVES), HEIGHTS, [2])
    assert one.place.shape == (3, 1)
    assert one.height[:, 0] == pytest.approx(middle.height[:, 2], abs=1e-12)


def test_rims_are_the_directions_to_the_rim_of_the_stop() -> None:
    """From a point y below the axis to the place (r sin a, -r cos a) of the rim, anticlockwise from -y.

    Places go around the chief ray by even steps in the plane of launch, which is tilted: azimuths differ off
    the axis, and the curve alone is compared there.
    """
    _, light = behind_plate()
    assert light.found.all()
    turn = 2 * np.pi * np.arange(light.rim.shape[-1]) / light.rim.shape[-1]
    sine = RADIUS / np.hypot(RADIUS, NEAR)
    expected = np.stack([np.sin(turn), -np.cos(turn)]) * sine
    for wave in range(3):
        assert light.rim[:, 0, wave] == pytest.approx(expected, abs=1e-10)
    for field, height in enumerate(HEIGHTS):
        p, q = light.rim[:, field, 1]
        ahead = np.sqrt(1 - p**2 - q**2)
        x, y = NEAR * p / ahead, NEAR * q / ahead - height
        assert np.hypot(x, y) == pytest.approx(np.full(x.shape, RADIUS), abs=1e-9)
        assert (np.diff(np.unwrap(np.arctan2(y, x))) > 0).all()


def test_power_is_the_projected_solid_angle_of_the_stop() -> None:
    """pi / 2 (1 - (d^2 + y^2 - r^2) / sqrt((d^2 + y^2 + r^2)^2 - 4 y^2 r^2)), a disc seen from a plane.

    Gauss's points of the squared radius are exact for even powers of the radius; odd ones nearly cancel on
    opposite sides.

    Source: Howell, A Catalog of Radiation Heat Transfer Configuration Factors, B-12.
    """
    _, light = behind_plate()
    around = NEAR**2 + HEIGHTS**2
    root = np.sqrt((around + RADIUS**2) ** 2 - 4 * HEIGHTS**2 * RADIUS**2)
    expected = np.pi / 2 * (1 - (around - RADIUS**2) / root)
    assert light.power == pytest.approx(np.broadcast_to(expected[:, None], (3, 3)), rel=5e-7)
    # What leaves an evenly scattering object by dp dq stays as it is behind a flat surface.
    assert light.amplitude == pytest.approx(np.ones(light.amplitude.shape), rel=1e-9)


def test_the_eikonal_of_a_plate_is_its_angle_characteristic() -> None:
    """d sqrt(1 - s^2) + z sqrt(n^2 - s^2) + q (Y - y), less that of the chief ray; s^2 = p^2 + q^2.

    With Y where the middle wavelength's chief ray meets the image, and y of the object.

    Source: Born and Wolf, Principles of Optics, 7th edition, section 4.1.4, for a plane between two media.
    """
    middle, light = behind_plate()
    centre = middle.height[:, 1]
    for field in range(3):
        for wave in range(3):

            def whole(p: np.ndarray, q: np.ndarray, n: float = INDEX[wave], at: int = field) -> np.ndarray:
                squared = p**2 + q**2
                apart = centre[at] + HEIGHTS[at]
                return NEAR * np.sqrt(1 - squared) + DEEP * np.sqrt(n**2 - squared) + q * apart

            chief = whole(np.array(0.0), middle.cosine[field, wave])
            expected = whole(*light.cosines[:, field, wave]) - chief
            assert light.eikonal[field, wave] == pytest.approx(expected, abs=1e-10)


def test_what_arrives_is_what_fresnel_lets_through() -> None:
    """Mean of the transmittance of bare glass over the cone of the axis, ring by ring."""
    _, light = behind_plate()

    def through(squared: float, n: float) -> float:
        before, after = np.sqrt(1 - squared), np.sqrt(n**2 - squared) / n
        along = ((n * before - after) / (n * before + after)) ** 2
        across = ((before - n * after) / (before + n * after)) ** 2
        return float(1 - (along + across) / 2)

    most = RADIUS**2 / (RADIUS**2 + NEAR**2)
    expected = [quad(through, 0, most, args=(n,))[0] / most for n in INDEX]
    assert light.arriving[0] == pytest.approx(expected, rel=1e-9)


def test_fields_are_cut_out_together() -> None:
    _, light = behind_plate()
    part = light.fields(slice(1, None))
    np.testing.assert_array_equal(part.power, light.power[1:])
    np.testing.assert_array_equal(part.rim, light.rim[:, 1:])
    np.testing.assert_array_equal(part.cosines, light.cosines[:, 1:])
    np.testing.assert_array_equal(part.arriving, light.arriving[1:])


ANGLES = np.radians([0.0, 12.0, 24.0])


def biconvex(front: float = 3.4) -> Lens:
    """A thick lens whose stop stands behind it, and whose front cuts the light of the farthest field."""
    return lens_of(
        [Surface(1 / 9.0, semi_aperture=front), Surface(-1 / 15.0, semi_aperture=9.0), Surface(0.0)],
        (inf, 3.0, 2.0, 6.0),
        (AIR, GLASS, AIR, AIR),
        stop=2,
        aperture=Aperture("entrance pupil diameter", 4.0),
        wavelengths=(0.00055,),
    )


@cache
def behind_biconvex() -> tuple[Scope, Chiefs, Cones]:
    seen = scope(biconvex(), WAVES[1:2])
    middle = chiefs(seen, ANGLES)
    return seen, middle, cones(seen, middle, ANGLES, rings=16, arms=66)


def refracted(direction: np.ndarray, normal: np.ndarray, ratio: float) -> np.ndarray:
    """Snell's law for unit vectors ``[3, ray]``, the normal toward +z, by index before over index behind."""
    cosine = (direction * normal).sum(axis=0)
    behind = np.sqrt(np.maximum(1 - ratio**2 * (1 - cosine**2), 0.0))  # reflected rays miss the stop
    return ratio * direction + (behind - ratio * cosine) * normal


def onto_sphere(place: np.ndarray, direction: np.ndarray, radius: float, vertex: float) -> np.ndarray:
    """Where lines meet the side of a sphere that its vertex is on."""
    centre = np.array([0.0, 0.0, vertex + radius])[:, None]
    apart = place - centre
    along = (apart * direction).sum(axis=0)
    root = np.sqrt(along**2 - (apart**2).sum(axis=0) + radius**2)
    return place + direction * (-along - np.sign(radius) * root)


def through_biconvex(angle: float, place: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rays ``[2, ray]`` from the plane across the light: on the stop and image, and their cosines there."""
    n = INDEX[1]
    toward = np.array([0.0, np.sin(angle), np.cos(angle)])[:, None]
    up = np.array([0.0, np.cos(angle), -np.sin(angle)])[:, None]
    across = np.array([1.0, 0.0, 0.0])[:, None]
    direction, at = np.broadcast_to(toward, (3, place.shape[1])), across * place[0] + up * place[1]
    heights = []
    for radius, vertex, ratio in ((9.0, 0.0, 1 / n), (-15.0, 3.0, n)):
        at = onto_sphere(at, direction, radius, vertex)
        normal = (np.array([0.0, 0.0, vertex + radius])[:, None] - at) / radius
        direction = refracted(direction, normal, ratio)
        heights.append(np.hypot(at[0], at[1]))
    stop, image = (at + direction * (z - at[2]) / direction[2] for z in (5.0, 11.0))
    stop = np.stack([stop[0], stop[1], heights[0]])
    return stop, image, direction[:2]


@cache
def stop_size() -> float:
    """Radius of the stop: where a ray 2 mm from the axis meets it, the entrance pupil being 4 mm wide."""
    stop, _, _ = through_biconvex(0.0, np.array([[0.0], [2.0]]))
    return float(stop[1, 0])


@cache
def strewn(field: int, count: int = 1200) -> tuple[np.ndarray, float]:
    """Cosines of rays of a raster that pass both apertures, traced here, and the area of a cell."""
    at = ((np.arange(count) + 0.5) / count - 0.5) * WIDE
    place = np.stack([v.ravel() for v in np.meshgrid(at, at + behind_biconvex()[1].place[field, 0])])
    stop, _, cosines = through_biconvex(ANGLES[field], place)
    inside = (np.hypot(stop[0], stop[1]) <= stop_size()) & (stop[2] <= 3.4)
    whole = inside.reshape(count, count)
    assert not whole[[0, -1]].any() and not whole[:, [0, -1]].any(), "the raster must hold the light"
    return cosines[:, inside], (WIDE / count) ** 2


@pytest.mark.parametrize("field", [0, 1, 2])
def test_a_lens_lets_through_what_a_blind_raster_says(field: int) -> None:
    """The area of the beam, by a raster of 1200^2 rays.

    The error of counting cells is about the root of those that the rim crosses, some 3000 of 500,000: 1e-4
    of the area. The farthest field has a rim with two corners, where the rule of even azimuths errs by the
    square of their step, some 1e-3.
    """
    _, middle, light = behind_biconvex()
    assert middle.found[field].all() and light.found[field].all()
    cosines, cell = strewn(field)
    assert light.power[field, 0] == pytest.approx(cosines.shape[1] * cell, rel=4e-3 if field == 2 else 5e-4)


@pytest.mark.parametrize("field", [0, 1, 2])
def test_rims_hold_the_rays_of_a_blind_raster(field: int) -> None:
    """All of them, and no more than a cell of the raster is left free inside the rim, to either side."""
    _, _, light = behind_biconvex()
    cosines, cell = strewn(field)
    slope = np.sqrt(cell) / 5.0
    for turn in np.linspace(0, 2 * np.pi, 8, endpoint=False):
        toward = np.array([np.cos(turn), np.sin(turn)])
        rim, ray = (toward @ light.rim[:, field, 0]).max(), (toward @ cosines).max()
        # A polygon of 132 corners lies within its curve by the square of half a step, 3e-4 of the radius.
        assert rim == pytest.approx(ray, abs=3 * slope + 3e-4 * 0.25)


def test_the_area_within_the_rim_is_that_of_its_rays() -> None:
    """In direction cosines; both are even sums over smooth closed curves, exact but for rounding's roots."""
    _, _, light = behind_biconvex()
    element = light.weight / light.amplitude**2
    for field in (0, 1):
        p, q = light.rim[:, field, 0]
        wave = np.fft.fftfreq(len(p), 1 / len(p)) * 1j
        rate = np.fft.ifft(wave * np.fft.fft(q)).real
        area = abs((p * rate).mean() * 2 * np.pi)
        assert element[field, 0].sum() == pytest.approx(area, rel=1e-6)


def test_the_chief_ray_behind_a_lens_goes_through_the_middle_of_the_stop() -> None:
    """Traced here from its place of launch; its path is not asked for but its height and slope are."""
    _, middle, _ = behind_biconvex()
    for field in (0, 1, 2):
        start = middle.place[field, 0]
        place = np.array([[0.0, -1e-4, 1e-4, 0.0, 0.0], [start] * 3 + [start - 1e-4, start + 1e-4]])
        stop, image, cosines = through_biconvex(ANGLES[field], place)
        assert stop[:2, 0] == pytest.approx(np.zeros(2), abs=1e-11)
        assert image[1, 0] == pytest.approx(middle.height[field, 0], abs=1e-11)
        assert cosines[1, 0] == pytest.approx(middle.cosine[field, 0], abs=1e-11)
        slopes = np.array([stop[0, 2] - stop[0, 1], stop[1, 4] - stop[1, 3]]) / 2e-4
        assert slopes / stop_size() == pytest.approx(middle.slope[:, field, 0], rel=1e-7)


def test_light_that_a_front_hides_from_the_stop_is_not_found() -> None:
    """A front of 0.5 mm before a stop 5 mm farther lets no chief ray of 24 degrees in."""
    seen = scope(biconvex(0.5), WAVES[1:2])
    assert chiefs(seen, ANGLES).found[:, 0].tolist() == [True, False, False]
