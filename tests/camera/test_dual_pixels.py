"""Light on dual pixels: half discs lie 8 r / (3 pi) apart, and both photodiodes count all that there is."""

from dataclasses import replace
from math import inf, pi
from typing import Any, Literal

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from lichtbild.camera import light_on_sensor as lights
from lichtbild.camera.light_on_sensor import View, dual_light, dual_views, light_on_sensor
from lichtbild.camera.module import Module
from lichtbild.core.window import Extent
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.scene import Scene
from lichtbild.image.stray_response import StrayResponse
from lichtbild.io.camera_file import catalogue_camera
from lichtbild.optics.form_layers import AtDistance
from lichtbild.optics.stray_light import StrayLight
from optics.responses import everywhere, gaussian, grey, response
from optics.simple_lenses import singlet

EXTENT, SQUARES = Extent(90, 120), 31
FINE = 16
"""Points along a square that discs are counted by."""

RADII = {500.0: 10.0, 1000.0: 0.0, 2000.0: -6.0}
"""Of discs, squares: above 0 before the focus."""

Side = Literal["whole", "left", "right"]


def disc(radius: float, side: Side) -> np.ndarray:
    """A disc or half of it, softened so that narrowing leaves nothing below 0; all of a half's light is 1.

    Light of something near has not crossed: the left photodiode's lies on the right.
    """
    if radius == 0:
        return gaussian(1.0, SQUARES)
    at = (np.arange(SQUARES * FINE) + 0.5) / FINE - SQUARES / 2
    found = (np.hypot(at[:, None], at) < abs(radius)).astype(float)
    if side != "whole":
        found *= (at > 0) == ((side == "left") == (radius > 0))
    counted = gaussian_filter(found.reshape(SQUARES, FINE, SQUARES, FINE).mean(axis=(1, 3)), 1.0)
    return counted / counted.sum()


def lens(distance: float, side: Side, share: Any = 0.5) -> AtDistance:
    whole = response(everywhere(disc(RADII[distance], side)), EXTENT)
    if side == "whole":
        return AtDistance(distance, whole)
    told = np.broadcast_to(share if side == "left" else 1 - share, (3, 3, 3))
    return AtDistance(distance, replace(whole, view=side, share=told))


def camera() -> Module:
    made = catalogue_camera("main")
    focused = singlet(0.1, -0.1, distance=1000.0, image_gap=10.0)
    return Module(made, focused, made.sensor.sized(*EXTENT), lens(1000.0, "whole").response, 2)


def points(depth: np.ndarray | float) -> Scene:
    """A grid of 3 x 4 points on the dark, 60 squares apart."""
    weights = np.zeros((180, 240))
    weights[30::60, 30::60] = 1.0
    return replace(grey(weights, EXTENT), depth=depth)


def seen(given: Scene, told: tuple[float, ...], share: Any = 0.5) -> tuple[View, View, View]:
    """As the whole, the left and the right photodiodes see it."""
    whole, left, right = (
        View(camera(), given, tuple(lens(one, side, share) for one in told))
        for side in ("whole", "left", "right")
    )
    return whole, left, right


def formed(given: Scene, told: tuple[float, ...], share: Any = 0.5) -> tuple[OpticalImage, ...]:
    whole, left, right = seen(given, told, share)
    light = light_on_sensor(whole)
    return light, *dual_light((left, right), light)


def middles(image: OpticalImage) -> np.ndarray:
    """Column of each point's light, pixels ``[4 across]`` of the middle row of points."""
    cells = image.irradiance[30:60, :, 1].astype(float).reshape(30, 4, 30).sum(axis=0)
    return np.asarray((cells * (np.arange(30) + 0.5)).sum(axis=1) / cells.sum(axis=1))


@pytest.mark.parametrize("distance", list(RADII))
def test_views_of_a_point_lie_as_far_apart_as_half_discs_do(distance: float) -> None:
    """4 r / (3 pi) is the centroid of half a disc; nearer than the focus the left view lies on the right."""
    _, left, right = formed(points(distance), (distance,))
    expected = 8 / (3 * pi) * RADII[distance] / 2  # two squares are a pixel
    assert middles(left) - middles(right) == pytest.approx(np.full(4, expected), abs=0.02)


def test_near_and_far_things_of_one_scene_move_against_each_other() -> None:
    """Three distances, formed in layers: near on the left, in focus in the middle, far on the right."""
    depth = np.broadcast_to(np.repeat([500.0, 1000.0, 1000.0, 2000.0], 60), (180, 240))
    _, left, right = formed(points(depth), tuple(RADII))
    expected = 8 / (3 * pi) * np.array([10.0, 0.0, 0.0, -6.0]) / 2
    assert middles(left) - middles(right) == pytest.approx(expected, abs=0.03)


def test_both_photodiodes_count_what_the_whole_pixel_does() -> None:
    """In every pixel, to the rounding of single precision, also where a view's own point spread is wider."""
    rng = np.random.default_rng(5)
    given = replace(grey(rng.uniform(size=(180, 240)), EXTENT), depth=1000.0)
    whole, left, right = seen(given, (1000.0,))
    wide = response(everywhere(gaussian(2.0, SQUARES)), EXTENT)
    half = np.full((3, 3, 3), 0.5)
    light = light_on_sensor(whole)
    parts = dual_light(
        (
            replace(left, responses=(AtDistance(1000.0, replace(wide, view="left", share=half)),)),
            replace(right, responses=(AtDistance(1000.0, replace(wide, view="right", share=half)),)),
        ),
        light,
    )
    assert parts[0].irradiance + parts[1].irradiance == pytest.approx(light.irradiance, rel=1e-6)
    assert parts[0].irradiance == pytest.approx(light.irradiance / 2, rel=1e-5)


@pytest.mark.parametrize("depth", [500.0, "ramp"])
def test_an_even_scene_is_parted_as_the_pupil_is(depth: float | str) -> None:
    """A share that changes over the field in straight lines."""
    depths = np.linspace(400, 3000, 180 * 240).reshape(180, 240) if depth == "ramp" else depth
    share = np.linspace(0.35, 0.65, 3)[:, None] * np.ones((3, 3, 3))
    told = tuple(RADII) if depth == "ramp" else (500.0,)
    given = replace(grey(np.ones((180, 240)), EXTENT), depth=depths)
    whole, left, right = formed(given, told, share)
    across = np.interp(np.arange(120) + 0.5, [0, 60, 120], [0.35, 0.5, 0.65])
    expected = np.broadcast_to(across[:, None], (90, 120, 3))
    assert left.irradiance / whole.irradiance == pytest.approx(expected, abs=1e-4)
    assert right.irradiance / whole.irradiance == pytest.approx(1 - expected, abs=1e-4)


def test_light_gone_astray_is_shared_like_other_light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a dark scene there is nothing but stray light, in cells of 10 pixels."""
    cells = np.random.default_rng(2).uniform(1, 2, (9, 12, 3)).astype(np.float32)
    astray = StrayLight(cells, 10, EXTENT, np.ones(3))
    monkeypatch.setattr(lights, "stray_light", lambda *_: astray)
    share = np.linspace(0.35, 0.65, 3)[:, None] * np.ones((3, 3, 3))
    dark = replace(grey(np.zeros((180, 240)), EXTENT), depth=1000.0)
    views = [
        replace(one, module=replace(one.module, stray=StrayResponse.__new__(StrayResponse)))
        for one in seen(dark, (1000.0,), share)
    ]
    whole = light_on_sensor(views[0])
    left, right = dual_light((views[1], views[2]), whole)
    assert whole.irradiance == pytest.approx(astray.rows(0, 90))
    assert left.irradiance + right.irradiance == pytest.approx(whole.irradiance, rel=1e-6)
    middle = np.arange(12) * 10 + 5
    at_cells = np.interp(middle, [0, 60, 120], [0.35, 0.5, 0.65])
    ratio = left.irradiance[:, 15:105].mean(axis=(0, 2)) / whole.irradiance[:, 15:105].mean(axis=(0, 2))
    assert ratio == pytest.approx(np.interp(np.arange(15, 105) + 0.5, middle, at_cells), abs=0.01)


def test_the_same_bytes_for_any_number_of_threads() -> None:
    depth = np.linspace(400, 3000, 180 * 240).reshape(180, 240)
    given = replace(grey(np.random.default_rng(1).uniform(size=(180, 240)), EXTENT), depth=depth)
    whole, left, right = seen(given, tuple(RADII))
    light = light_on_sensor(whole)
    pairs = [dual_light((left, right), light, threads=n) for n in (1, 3)]
    for one, other in zip(*pairs, strict=True):
        assert one.irradiance.tobytes() == other.irradiance.tobytes()


def test_views_ask_the_lens_for_both_halves_at_the_distances_of_the_scene(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A flat scene in focus asks at the focus; one of many distances where the whole's view does."""
    asked: list[list[float]] = []

    def responded(*given: Any, views: tuple[Side, ...]) -> tuple[tuple[float, OpticalResponse], ...]:
        asked.append(list(given[4]))
        found = {side: lens(1000.0, side).response for side in views}
        return tuple((distance, found[side]) for distance in given[4] for side in views)

    monkeypatch.setattr(lights, "respond_through", responded)
    left, right = dual_views(camera(), points(1000.0))
    assert asked == [[1000.0]]
    assert [one.responses[0].response.view for one in (left, right)] == ["left", "right"]
    deep = points(np.linspace(200.0, 1e9, 180 * 240).reshape(180, 240))
    left, right = dual_views(camera(), deep, 2)
    whole = lights.view(camera(), deep, 2)
    assert asked[1] == asked[2] == [one.distance for one in whole.responses]
    assert [one.distance for one in left.responses] == [one.distance for one in right.responses] == asked[1]
    assert {one.response.view for one in right.responses} == {"right"}
    assert asked[1][0] == pytest.approx(200.0) and asked[1][1] != inf
