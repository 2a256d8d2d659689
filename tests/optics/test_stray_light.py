"""Ghosts and glare on sensors, beside rays that are counted one by one and sums by hand."""

from dataclasses import replace
from functools import cache
from math import inf

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.ndimage import map_coordinates, maximum_filter, minimum_filter, uniform_filter

from lichtbild.colour.light import named
from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.core.window import Extent
from lichtbild.image.bands import Bands
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.scene import Scene
from lichtbild.image.stray_response import StrayResponse
from lichtbild.optics.direct_light import direct_light
from lichtbild.optics.disc import square
from lichtbild.optics.ghost import Landing, land
from lichtbild.optics.lens import Aperture, FieldPoint, Gap, Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.scene_cells import parted, scene_cells
from lichtbild.optics.stray_light import StrayLight, add_stray, stray_light
from lichtbild.optics.stray_rays import antireflection, ghost_rays
from lichtbild.optics.stray_response import stray_response
from lichtbild.optics.surface import Coating, Surface
from lichtbild.optics.surface_scatter import Scatter, glare
from lichtbild.scene.flare_target import flare_target
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import one_light
from optics.responses import BANDS, response

INDEX = 1.6
BARE = ((INDEX - 1) / (INDEX + 1)) ** 2
GLASS = ModelGlass(INDEX, 0.0)
SIDE = 301
EXTENT = Extent(SIDE, SIDE)
PITCH = 0.04
SIZE = (SIDE * PITCH, SIDE * PITCH)
POINT = np.ones((3, 3, 3, 1, 1))
SMOOTH = Scatter(roughness=0.0)
MANY = square(184)


def singlet() -> Lens:
    """A meniscus of 19 mm focal length behind its stop.

    Of its ghosts, that of its two surfaces is a disc of 5.6 mm on the axis, and that of the sensor and its
    hollow back one of 0.3 mm across the axis; that of the sensor and its front misses the sensor.
    """
    surfaces = (
        Surface(semi_aperture=0.5),
        Surface(1 / 8, semi_aperture=6.0),
        Surface(1 / 24, semi_aperture=6.0),
    )
    gaps = (Gap(inf), Gap(1.0), Gap(2.0, GLASS), Gap(19.3))
    return Lens(surfaces, gaps, 0, Aperture("stop semi-aperture", 0.5), wavelengths=(nm(550),))


def plate(coating: Coating | None = None) -> Lens:
    """Parallel surfaces behind a stop of 1 mm."""
    surfaces = (
        Surface(semi_aperture=1.0),
        Surface(semi_aperture=8.0, coating=coating),
        Surface(semi_aperture=8.0, coating=coating),
    )
    return replace(singlet(), surfaces=surfaces, aperture=Aperture("stop semi-aperture", 1.0))


@cache
def stray(rough: bool = False) -> StrayResponse:
    scatter = Scatter(roughness=nm(3)) if rough else SMOOTH
    return stray_response(singlet(), SIZE, BANDS, scatter=scatter, across=16)


def seen() -> OpticalResponse:
    """Of a lens of 20 mm without distortion, that lays 0.5, 0.6 and 0.7 of radiance on the sensor."""
    heights = np.linspace(0.0, 12.0, 20)
    found = response(POINT, EXTENT)
    return replace(found, height=heights, tangent=heights / 20, pitch=PITCH / 2)


def lamp(x: float, y: float, flux: float = 1.0) -> Scene:
    """Four pixels of a dark scene, side by side, whose light has its middle at tangents x and y."""
    pixel, side = 1e-3, 641
    row, column = side / 2 - y / pixel - 0.5, side / 2 + x / pixel - 0.5
    weights = np.zeros((side, side, 1), np.float32)
    left, top = int(np.floor(column)), int(np.floor(row))
    for down, share in ((0, 1 - (row - top)), (1, row - top)):
        for right, other in ((0, 1 - (column - left)), (1, column - left)):
            weights[top + down, left + right] = share * other * flux / pixel**2
    return Scene(weights, np.ones((1, 3)), BANDS, (side * pixel, side * pixel))


def ghosts_of(scene: Scene) -> np.ndarray:
    """Power on each cell, of the middle band; SIDE is one pixel a cell."""
    return stray_light(stray(), scene, seen(), EXTENT, PITCH).cells[..., 1] * PITCH**2


def counted(landing: Landing, ghost: int, blocks: int) -> np.ndarray:
    """Power of the rays that land in square blocks of the sensor, row 0 at the greatest y."""
    x, y = np.asarray(landing.place[:, ghost, 0, 0])
    edges = np.linspace(-SIZE[0] / 2, SIZE[0] / 2, blocks + 1)
    return np.histogram2d(-y, x, (edges, edges), weights=np.asarray(landing.power[ghost, 0, 0]))[0]


def assert_close(found: np.ndarray, expected: np.ndarray, share: float) -> None:
    """Equal to a share of the greatest value: sums of float32, and lamps whose tangents are rounded."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=share * float(expected.max()))


def at(tangent: float) -> Lens:
    return replace(singlet(), fields=(FieldPoint(0.0, float(np.arctan(tangent))),))


def entering(tangent: float) -> float:
    """What enters of a flux of 1: the stop seen aslant, by solid angle over area in tangents."""
    cosine = 1 / np.sqrt(1 + tangent**2)
    return float(np.pi * 0.25 * cosine * cosine**3)


def test_a_plate_gives_its_reflectance_squared_of_what_enters() -> None:
    rays = ghost_rays(plate(), np.zeros(4), nm(1) * np.array([450.0, 650.0]), across=16)
    ghost = rays.pair.tolist().index([2, 1])
    # Squares of a raster tell a circle's area to a share of a square each.
    assert 2 * rays.power[ghost].sum(axis=1) == pytest.approx(np.pi * (1 - BARE) ** 2 * BARE**2, rel=5e-3)
    assert rays.tint == pytest.approx(np.ones((3, 2)), rel=1e-12)
    # A plate's ray goes on as it came: neighbours land a step of the raster apart.
    reach = rays.reach[ghost, 0]
    assert reach == pytest.approx(np.broadcast_to(np.eye(2) / 8, reach.shape), abs=1e-6)


def test_tints_are_those_of_coatings() -> None:
    coating = Coating((nm(400), nm(700)), (0.002, 0.006))
    rays = ghost_rays(plate(coating), np.zeros(4), nm(1) * np.array([400.0, 700.0]), across=16)
    tint = rays.tint[rays.pair.tolist().index([2, 1])]
    expected = [(r / 0.004) ** 2 * ((1 - r) / 0.996) ** 2 for r in (0.002, 0.006)]
    assert tint == pytest.approx(expected, rel=1e-9)
    tints = rays.tints(Bands(nm(1) * np.array([390.0, 410.0, 540.0, 560.0])))
    assert tints.T @ tint == pytest.approx(tint[0] + (tint[1] - tint[0]) * np.array([0.0, 0.25, 0.5]))


def test_coatings_against_reflections_leave_named_ones_and_stops_alone() -> None:
    named_one = Coating((nm(550),), (0.01,))
    stop, front, back = plate().surfaces
    lens = antireflection(replace(plate(), surfaces=(stop, replace(front, coating=named_one), back)))
    assert lens.surfaces[0].coating is None
    assert lens.surfaces[1].coating is named_one
    assert lens.surfaces[2].coating is not None and lens.surfaces[2].coating.reflectances == (0.005, 0.005)


@pytest.mark.slow
@pytest.mark.parametrize("tangent", [0.0, 0.09])
def test_a_lamp_s_ghosts_have_the_power_that_rays_count(tangent: float) -> None:
    landing = land(at(tangent), [nm(550)], disc=MANY)
    edge = SIZE[0] / 2
    held = np.all(np.abs(np.asarray(landing.place)) < edge, axis=0) * np.asarray(landing.power)
    passed = (1 - BARE) ** 2 * entering(tangent)
    # Powers between fields are straight lines: their bend over 0.057 rad is a hundredth.
    assert ghosts_of(lamp(0.0, tangent)).sum() == pytest.approx(held.sum() * passed, rel=0.02)


def test_the_strongest_ghost_lies_where_its_rays_do() -> None:
    """Brute force: 26,000 rays in blocks of 0.28 mm, of which the wide ghost has 400 and the other two."""
    tangent, blocks = 0.09, 43
    landing = land(at(tangent), [nm(550)], disc=MANY)
    every = sum(counted(landing, ghost, blocks) for ghost in range(3)) * (1 - BARE) ** 2 * entering(tangent)
    found = ghosts_of(lamp(0.0, tangent)).reshape(blocks, 7, blocks, 7).sum(axis=(1, 3))
    # The small one: where it lies, to a block, and all of it.
    sharp = every > 0.1 * every.max()
    assert 1 <= sharp.sum() <= 6 and sharp.argmax() // blocks > blocks // 2
    around = maximum_filter(sharp, 3)
    assert found[around].sum() == pytest.approx(every[around].sum(), rel=0.02)
    # The wide one: eight lines of rays through a block, of which one may fall to either side.
    wide = minimum_filter((every > 0) & ~around, 3)
    assert wide.sum() > 150
    assert found[wide] == pytest.approx(every[wide], rel=0.2)
    # Sixteen rays across it reach half a tent, a thirty-second of its radius, beyond the rim: a sixteenth of
    # its area, of whose light half comes from inside.
    assert found[wide].sum() == pytest.approx(every[wide].sum(), rel=0.05)
    assert found[~maximum_filter(every > 0, 3)].sum() < 2e-3 * every.sum()


def test_a_ghost_mirrored_through_the_axis() -> None:
    """The hollow back is a mirror: its image of a lamp above the axis lies below, at the mean of its rays."""
    landing = land(at(0.09), [nm(550)], disc=MANY)
    power, y = np.asarray(landing.power[2, 0, 0]), np.asarray(landing.place[1, 2, 0, 0])
    expected = (power * y).sum() / power.sum()
    assert expected < -0.4
    found = ghosts_of(lamp(0.0, 0.09))
    row, column = np.unravel_index(found.argmax(), found.shape)
    assert ((SIDE // 2 - row) * PITCH, column) == (pytest.approx(expected, abs=0.1), SIDE // 2)
    beneath = ghosts_of(lamp(0.0, -0.09))
    assert_close(beneath, found[::-1], 2e-5)


@pytest.mark.slow
def test_a_lamp_turned_about_the_axis_turns_its_ghosts() -> None:
    up = ghosts_of(lamp(0.0, 0.11))
    right = ghosts_of(lamp(0.11, 0.0))
    assert_close(right, np.rot90(up, -1), 2e-5)
    angle = 0.6
    found = ghosts_of(lamp(0.11 * np.sin(angle), 0.11 * np.cos(angle)))
    rows, columns = np.indices(found.shape) - SIDE // 2
    back = (
        SIDE // 2 + rows * np.cos(angle) - columns * np.sin(angle),
        SIDE // 2 + rows * np.sin(angle) + columns * np.cos(angle),
    )
    turned = map_coordinates(up, back, order=1)
    # Straight lines between cells blur what is turned by less than a cell.
    blurred = [uniform_filter(picture, 9) for picture in (found, turned)]
    assert np.abs(blurred[1] - blurred[0]).sum() < 0.02 * up.sum()


@pytest.mark.slow
def test_light_adds_up() -> None:
    first, second = lamp(0.02, 0.11), lamp(-0.1, 0.03, flux=3.0)
    both = replace(first, weights=first.weights + second.weights)
    apart = ghosts_of(first) + ghosts_of(second)
    assert_close(ghosts_of(both), apart, 1e-5)
    thrice = replace(both, weights=3 * both.weights)
    assert_close(ghosts_of(thrice), 3 * apart, 1e-5)


def test_a_black_disc_in_a_wide_field_sees_the_kernels_sum() -> None:
    """Veiling glare on the axis: the veil of each field by the area of its ring in tangents, but the disc."""
    frame = Frame(240, 240, (0.5, 0.5))
    chart = flare_target(frame, one_light(named("D50", BANDS.edges), 500.0), rows=1, columns=1, diameter=0.2)
    radiance = np.asarray(chart.scene.in_bands(BANDS)) * chart.scene.weights[0, 0, 0]
    found = stray_light(stray(), chart.scene, seen(), EXTENT, PITCH, surround=radiance[0])
    tangents, tints = stray().rays.tangent, stray().rays.tints(BANDS)
    axis = np.einsum("gfw,wb->fb", stray().veil[:, :, 0].mean(axis=2), tints)[:, 1]
    kernel = lambda t: float(np.interp(t, tangents, axis)) * 2 * np.pi * t  # noqa: E731
    expected = quad(kernel, 0.05, tangents[-1], points=tangents[1:-1], limit=200)[0] * radiance[0, 1]
    # The disc's rim goes through cells of 0.008 tangents: a hundredth of what its ring gives.
    assert found.cells[SIDE // 2, SIDE // 2, 1] == pytest.approx(expected, rel=0.01)


def test_an_even_world_has_an_even_rotation() -> None:
    """A scene and a surround of one radiance: the veil depends on the distance from the axis alone."""
    scene = Scene(np.ones((100, 100, 1), np.float32), np.ones((1, 3)), BANDS, (0.4, 0.4))
    cells = stray_light(stray(), scene, seen(), EXTENT, PITCH, surround=np.ones(3)).cells[..., 1]
    across = cells[SIDE // 2, SIDE // 2 :]
    slanted = map_coordinates(
        cells, (SIDE // 2 - np.arange(150) * 0.6, SIDE // 2 + np.arange(150) * 0.8), order=1
    )
    assert slanted == pytest.approx(across[:150], rel=0.01)


def test_cells_and_lamps_keep_all_light() -> None:
    weights = np.random.default_rng(0).uniform(0.5, 1.5, (1500, 70, 2)).astype(np.float32)
    weights[700:705, 33:36, 1] += 5e4
    scene = Scene(weights, np.ones((2, 3)), BANDS, (1.5, 0.07))
    cells = scene_cells(scene, BANDS)
    lamps, rest = parted(cells)
    assert cells.weights.shape == (1024, 70, 2) and rest.weights.shape == (256, 18, 2)
    whole = weights.sum(axis=(0, 1), dtype=float) * 1e-6
    assert lamps.weights.sum(axis=0) + rest.weights.sum(axis=(0, 1)) == pytest.approx(whole, rel=1e-5)
    assert lamps.weights[:, 1].sum() == pytest.approx(15 * 5e4 * 1e-6, rel=1e-3)
    share = lamps.weights[:, 1] / lamps.weights[:, 1].sum()
    # Rows of the scene are shared out to cells of one or two: half a cell is 0.7e-3.
    assert (share @ lamps.x, share @ lamps.y) == pytest.approx((-0.5e-3, 47.5e-3), abs=0.7e-3)


def test_scattered_light_is_all_there() -> None:
    found = glare(singlet(), BANDS, Scatter(roughness=nm(5)))
    ring = lambda r: 2 * np.pi * r * float(found.density(np.array(r)))  # noqa: E731
    for radius in (0.1, 1.0, 30.0):
        assert quad(ring, 0, radius, points=[0.02], limit=500)[0] == pytest.approx(
            found.held(radius), rel=1e-6
        )
    assert found.held(1e3) == pytest.approx(1.0, rel=1e-12)
    # Total integrated scatter of two surfaces of step 0.6.
    expected = 2 * (2 * np.pi * 0.6 * nm(5) / BANDS.middles) ** 2
    assert found.scattered == pytest.approx(expected, rel=1e-6)
    # Collimated light of 0.5 mm meets the front; an afocal stretch would land b f from the image.
    focal = float(first_order(singlet()).focal_length)
    assert found.reach[0] == pytest.approx(focal, rel=1e-6)


@pytest.mark.slow
def test_glare_spreads_the_direct_light_by_its_law() -> None:
    with_glare = stray_light(stray(rough=True), lamp(0.1, 0.05), seen(), EXTENT, PITCH).cells[..., 1]
    found = with_glare - stray_light(stray(), lamp(0.1, 0.05), seen(), EXTENT, PITCH).cells[..., 1]
    law = stray(rough=True).glare
    # An image of tangents 0.1 and 0.05 by 20 mm; an area in tangents of 1 is 400 mm^2 of 0.6 sr.
    power = 400 * 0.6 * law.scattered[1]
    at_rows, at_columns = (SIDE // 2 - 1.0 / PITCH, SIDE // 2 + 2.0 / PITCH)
    for down, right in ((40, 0), (0, -60), (30, 30)):
        distance = np.hypot(down, right) * PITCH
        assert found[int(at_rows) + down, int(at_columns) + right] == pytest.approx(
            power * float(law.density(np.array(distance))), rel=0.01
        )


def test_direct_light_keeps_the_scene_s_flux() -> None:
    cells = scene_cells(lamp(0.031, -0.052), BANDS)
    light, border = direct_light(cells, seen(), (SIDE, SIDE), (SIDE // 2, SIDE // 2), PITCH)
    assert light.sum() * PITCH**2 == pytest.approx(400.0, rel=1e-5)
    rows, columns = np.indices(light.shape[1:])
    assert (light[0] * columns).sum() / light.sum() == pytest.approx(
        SIDE // 2 + border[1] + 0.62 / PITCH, abs=1e-3
    )
    assert (light[0] * rows).sum() / light.sum() == pytest.approx(
        SIDE // 2 + border[0] + 1.04 / PITCH, abs=1e-3
    )


def test_rows_are_straight_lines_between_cells() -> None:
    cells = np.random.default_rng(1).random((4, 6, 2)).astype(np.float32)
    light = StrayLight(cells, 5, Extent(18, 27), np.ones(2))
    rows, columns = np.meshgrid(
        (np.arange(18) + 0.5) / 5 - 0.5, (np.arange(27) + 0.5) / 5 - 0.5, indexing="ij"
    )
    expected = [map_coordinates(cells[..., b], (rows, columns), order=1, mode="nearest") for b in (0, 1)]
    found = np.concatenate([light.rows(0, 7), light.rows(7, 8), light.rows(8, 18)])
    assert found == pytest.approx(np.stack(expected, axis=-1), abs=1e-6)
    with pytest.raises(BadInput, match="rows 8 to 19"):
        light.rows(8, 19)


@pytest.mark.slow
def test_an_image_keeps_what_is_not_scattered() -> None:
    scene = lamp(0.05, 0.02)
    image = OpticalImage(np.full((*EXTENT, 3), 2.0, np.float32), BANDS, PITCH, seen().chief_angles, 5.0)
    found = add_stray(image, stray(rough=True), scene, seen())
    added = stray_light(stray(rough=True), scene, seen(), EXTENT, PITCH).rows(0, SIDE)
    assert found.irradiance == pytest.approx(added + 2 * stray(rough=True).kept.astype(np.float32), rel=1e-5)
    assert (image.irradiance == 2.0).all()


def test_what_cannot_be() -> None:
    with pytest.raises(BadInput, match="a coating reflects"):
        antireflection(plate(), 1.5)
    with pytest.raises(BadInput, match=r"slope -2\.5"):
        Scatter(slope=-2.5)
    with pytest.raises(BadInput, match=r"scatter 3\.16 of the light"):
        glare(singlet(), BANDS, Scatter(roughness=nm(150)))
    with pytest.raises(BadInput, match="different bands"):
        stray_light(
            stray(), lamp(0, 0), replace(seen(), bands=Bands.even(nm(400), nm(690), 3)), EXTENT, PITCH
        )
    with pytest.raises(BadInput, match="a multiple of 4"):
        ghost_rays(plate(), np.zeros(3), nm(1) * np.array([450.0, 650.0]))
    with pytest.raises(BadInput, match="a sensor reflects"):
        stray_response(singlet(), SIZE, BANDS, sensor_reflectance=2.0)
