"""Scenes before cameras: distances by the blur disc's formula, light by solid angles that are known."""

from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import pytest

from lichtbild.camera import light_on_sensor as lights
from lichtbild.camera.light_on_sensor import View, light_on_sensor, view
from lichtbild.camera.module import Module
from lichtbild.core.units import nm
from lichtbild.image.bands import Bands
from lichtbild.image.camera_path import CameraPath, Shutter
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.scene import Scene
from lichtbild.image.stray_response import GhostRays, Glare, StrayResponse
from lichtbild.io.camera_file import catalogue_camera
from lichtbild.optics.form_layers import AtDistance
from lichtbild.optics.lens import Aperture, Lens
from optics.responses import gaussian, shaded
from optics.simple_lenses import singlet

ROWS, COLUMNS = 96, 128
FOCAL, DIAMETER = 10.0, 4.0
BANDS = Bands.even(nm(390), nm(710), 16)
FIELD = (2 * 0.6 * 0.66, 2 * 0.8 * 0.66)
"""Tangents; the corner is seen at 0.577."""


def lens(distance: float = inf) -> Lens:
    """Thin, of 10 mm and f/2.5; f^2 / N is 40 mm^2."""
    entrance = Aperture("entrance pupil diameter", DIAMETER)
    return singlet(0.1, -0.1, distance=distance, image_gap=FOCAL, aperture=entrance)


def camera(distance: float = inf, finer: int = 2, stray: StrayResponse | None = None) -> Module:
    made = catalogue_camera("main")
    sensor = made.sensor.sized(ROWS, COLUMNS)
    pitch = float(sensor.pixels.pitch)
    told = shaded(gaussian(1.0), (ROWS, COLUMNS), pitch)  # type: ignore[arg-type]
    return Module(made, lens(distance), sensor, told, finer, stray)


def scene(weights: np.ndarray | None = None, depth: Any = inf, **others: Any) -> Scene:
    shape = np.ones((ROWS, COLUMNS)) if weights is None else weights
    spectra = np.linspace(1e6, 3e6, len(BANDS))[None]
    return Scene(shape[..., None].astype(np.float32), spectra, BANDS, FIELD, depth, **others)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[float]]:
    """The distances that responses were asked for, none of which is traced."""
    found: list[list[float]] = []

    def responded(
        lens: Lens, size: Any, pitch: float, bands: Bands, distances: list[float], *_: Any, **__: Any
    ) -> tuple[tuple[float, OpticalResponse], ...]:
        found.append(list(distances))
        return tuple((distance, camera().response) for distance in distances)

    monkeypatch.setattr(lights, "respond_through", responded)
    return found


def pixels(module: Module) -> float:
    """Diameter of a disc out of focus by 1 / mm, pixels."""
    return FOCAL * DIAMETER / float(module.sensor.pixels.pitch)


def ramp(near: float, far: float) -> np.ndarray:
    return np.linspace(near, far, ROWS * COLUMNS).reshape(ROWS, COLUMNS)


def test_a_flat_scene_in_focus_has_the_response_that_is_there(asked: list[list[float]]) -> None:
    module = camera()
    found = view(module, scene())
    assert asked == []
    assert [one.distance for one in found.responses] == [inf]
    assert found.responses[0].response is module.response


@pytest.mark.parametrize("most", [1, 3])
@pytest.mark.parametrize(("disc", "told"), [(0.45, False), (0.55, True), (40.0, True)])
def test_a_flat_scene_out_of_focus_is_told_where_it_lies(
    disc: float, told: bool, most: int, asked: list[list[float]]
) -> None:
    """By a disc of more than half a pixel: D f / d."""
    module = camera()
    distance = pixels(module) / disc
    found = view(module, scene(depth=distance), most)
    assert [list(map(float, one)) for one in asked] == ([[pytest.approx(distance)]] if told else [])
    assert [one.distance for one in found.responses] == [pytest.approx(distance) if told else inf]


@pytest.mark.parametrize(("disc", "count"), [(0.4, 1), (0.6, 2), (1.9, 2), (2.1, 3), (5.9, 4), (6.1, 5)])
def test_distances_are_as_many_as_discs_differ_by_two_pixels(
    disc: float, count: int, asked: list[list[float]]
) -> None:
    """From in focus at infinity to a disc: even steps of nearness, nearest first, infinity last."""
    module = camera()
    nearest = pixels(module) / disc
    found = [one.distance for one in view(module, scene(depth=ramp(nearest, 1e12)), 16).responses]
    assert len(found) == count
    if count == 1:
        assert found == [inf] and asked == []
        return
    assert found[0] == pytest.approx(nearest) and found[-1] == inf  # its response is known
    assert inf not in asked[0]
    nearness = 1 / np.array(found)
    assert -np.diff(nearness) * pixels(module) == pytest.approx(np.full(count - 1, disc / (count - 1)))


def test_distances_are_no_more_than_asked_for_and_reach_infinity(asked: list[list[float]]) -> None:
    module = camera()
    depth = np.full((ROWS, COLUMNS), inf)
    depth[:, :40] = 200.0
    assert [one.distance for one in view(module, scene(depth=depth), 3).responses] == [200.0, 400.0, inf]
    # With one, all of a scene with depth is in focus.
    assert [one.distance for one in view(module, scene(depth=depth), 1).responses] == [inf]
    assert len(asked) == 1


def test_near_focus_counts_from_where_it_is(asked: list[list[float]]) -> None:
    """A plane in focus at 500 mm needs nothing; one at infinity, its disc D f / 500 in pixels, does."""
    module = camera(500.0)
    assert [one.distance for one in view(module, scene(depth=500.0)).responses] == [500.0]
    assert asked == []
    assert pixels(module) / 500 > 10
    assert [one.distance for one in view(module, scene()).responses] == [inf]
    assert asked == [[inf]]


def shading(module: Module) -> np.ndarray:
    """Solid angle at each pixel's middle, as `shaded` has it, ``[row, column]``."""
    heights = module.sensor.pixels.heights()
    corner = np.hypot(*module.size) / 2
    return 0.2 * (1 - 0.5 * (heights / corner) ** 2)


def test_an_even_scene_is_its_radiance_by_the_solid_angle() -> None:
    """To the rounding of transforms in single precision; the spectrum as it is."""
    module = camera()
    found = light_on_sensor(View(module, scene(), (AtDistance(inf, module.response),)))
    expected = shading(module)[..., None] * scene().spectra[0]
    assert found.extent == module.extent and found.pitch == float(module.sensor.pixels.pitch)
    assert found.irradiance == pytest.approx(expected, rel=1e-5)


def test_an_even_scene_of_two_distances_is_as_even() -> None:
    module = camera()
    soft = replace(module.response, psf=shaded(gaussian(2.5), (ROWS, COLUMNS), 1.0).psf)  # type: ignore[arg-type]
    depth = np.full((ROWS, COLUMNS), inf)
    depth[30:70, 20:90] = 300.0
    seen = View(module, scene(depth=depth), (AtDistance(300.0, soft), AtDistance(inf, module.response)))
    found = light_on_sensor(seen, threads=2)
    assert found.irradiance == pytest.approx(shading(module)[..., None] * scene().spectra[0], rel=1e-4)


def test_any_number_of_threads_gives_the_same_light() -> None:
    weights = np.random.default_rng(0).uniform(size=(2 * ROWS, 2 * COLUMNS))
    module = camera()
    seen = View(module, scene(weights), (AtDistance(inf, module.response),))
    one, two = (light_on_sensor(seen, threads=count).irradiance.tobytes() for count in (1, 2))
    assert one == two


def veil(level: float) -> StrayResponse:
    """Every direction of area 1 in tangents and radiance 1 lays the same light on all of the sensor."""
    tangent, ring, wave = np.linspace(0.0, 1.0, 5), np.linspace(0.0, 1.0, 4), np.array([nm(450), nm(650)])
    nothing = np.zeros((0, 5, 1), np.float32)
    rays = GhostRays(
        pair=np.zeros((0, 2), int),
        tangent=tangent,
        place=np.zeros((0, 5, 1, 2), np.float32),
        reach=np.zeros((0, 5, 1, 2, 2), np.float32),
        power=nothing,
        shift=np.zeros((0, 5), np.float32),
        tint=np.zeros((0, 2)),
        wavelength=wave,
    )
    even = np.zeros((2, 5, 4, 8, 2), np.float32)
    even[1] = level
    glare = Glare(np.array([1.0]), np.array([1.0]), 0.01, -1.5, np.zeros(len(BANDS)))
    return StrayResponse(rays, 0, even, ring, glare, camera().size, BANDS)


def test_stray_light_lies_on_the_rest() -> None:
    """An even veil is the light of the whole scene: its radiance by its area, in tangents, and the level."""
    module = camera(stray=veil(1e-3))
    weights = np.random.default_rng(1).uniform(0.5, 1.0, size=(ROWS, COLUMNS))
    seen = View(module, scene(weights), (AtDistance(inf, module.response),))
    plain = light_on_sensor(replace(seen, module=camera())).irradiance
    whole = weights.mean() * FIELD[0] * FIELD[1] * scene().spectra[0]
    assert light_on_sensor(seen).irradiance - plain == pytest.approx(
        np.broadcast_to(1e-3 * whole, plain.shape), rel=1e-2
    )


def bar(columns: slice) -> np.ndarray:
    weights = np.zeros((ROWS, 4 * COLUMNS))
    weights[:, columns] = 1.0
    return weights


def middle_of_bar(image: np.ndarray) -> np.ndarray:
    """Column of the middle of the light of each row."""
    rows = image.sum(axis=2).astype(float)
    return np.asarray((rows * (np.arange(COLUMNS) + 0.5)).sum(axis=1) / rows.sum(axis=1))


def test_what_moves_is_slanted_by_the_rows_that_see_it_later() -> None:
    """A bar that runs right by v tangents a second lies v t farther in a row that begins t later.

    And by v / 2 of the time that a row sees. In tangents the scene is FIELD wide; the response's corner is at
    tan 30. Shading pulls the middle of a bar by less than 0.01 pixels, and rows of the scene stand for those
    of the sensor, which sees 0.87 of them: 6 % of the slant.
    """
    module = camera()
    still = scene(bar(slice(240, 272)))
    speed, row_time, time = 0.5, 2e-3, 0.02
    moving = replace(
        still, motion=np.broadcast_to([speed, 0.0], (ROWS, 4 * COLUMNS, 2)) * (still.weights > 0)
    )
    path = CameraPath(np.array([0.0, 1.0]), np.zeros((2, 3)))
    answer = (AtDistance(inf, module.response),)
    before = middle_of_bar(light_on_sensor(View(module, still, answer)).irradiance)
    after = middle_of_bar(
        light_on_sensor(View(module, moving, answer), Shutter(path, time, 0.01, row_time)).irradiance
    )
    per_tangent = np.hypot(ROWS, COLUMNS) / 2 / np.tan(np.radians(30))
    middle = speed * (0.01 + ROWS / 2 * row_time + time / 2) * per_tangent
    moved = after - before
    assert moved[ROWS // 2 - 2 : ROWS // 2 + 2].mean() == pytest.approx(middle, abs=0.1)
    slant = np.polyfit(np.arange(ROWS), moved, 1)[0]
    assert slant == pytest.approx(speed * row_time * per_tangent, rel=0.2)


def test_a_scene_at_rest_before_a_camera_at_rest_needs_no_shutter() -> None:
    module = camera()
    seen = View(module, scene(bar(slice(200, 300))), (AtDistance(inf, module.response),))
    path = CameraPath(np.array([0.0, 1.0]), np.zeros((2, 3)))
    shuttered = light_on_sensor(seen, Shutter(path, 0.1, 0.0, 1e-3)).irradiance
    np.testing.assert_array_equal(shuttered, light_on_sensor(seen).irradiance)


def test_a_shallow_scene_out_of_focus_is_told_where_it_lies(asked: list[list[float]]) -> None:
    """Discs of 40 pixels that differ by 0.4: not in focus, whatever else."""
    module = camera()
    near = pixels(module) / 40.0
    depth = ramp(near, pixels(module) / 39.6)
    found = [one.distance for one in view(module, scene(depth=depth), 3).responses]
    assert found == pytest.approx([near], rel=0.02)
