"""Scenes as they are asked for."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lichtbild.colour import light, observer
from lichtbild.core.errors import BadFile, BadInput
from lichtbild.core.window import Extent
from lichtbild.image.scene import Scene
from lichtbild.scene.catalogue import NIGHT_STREET, SCENES
from lichtbild.study.scene_order import SceneOrder

FIELD, EXTENT = (0.6, 0.8), Extent(60, 80)


def made(order: SceneOrder) -> Scene:
    return order.made(FIELD, EXTENT, order.loaded())


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_fills_the_field_by_its_name(name: str) -> None:
    scene = made(SceneOrder(name))
    assert scene.size == pytest.approx(FIELD)
    assert scene.weights.min() >= 0 and scene.weights.max() > 0


def test_lux_is_what_a_white_sends_times_pi() -> None:
    scene = made(SceneOrder("flat-field", "A", lux=500.0))
    radiance = scene.weights[0, 0] @ scene.spectra
    assert observer.luminance(radiance, scene.bands.edges) == pytest.approx(500 / np.pi, rel=1e-6)


def test_the_street_is_as_bright_as_it_is_asked_for() -> None:
    """All of it, by the illuminance of its road."""
    dim, bright = (made(SceneOrder(NIGHT_STREET, lux=lux)) for lux in (0.1, 10.0))
    np.testing.assert_array_equal(dim.weights, bright.weights)
    np.testing.assert_allclose(bright.spectra, 100 * dim.spectra)
    assert SceneOrder(lux=0.1).key() != SceneOrder(lux=10.0).key() != SceneOrder().key()


def test_two_lights_mix_from_left_to_right() -> None:
    """In the corners, where the star leaves a grey."""
    scene = made(SceneOrder("siemens-star", "A+D65", lux=500.0))
    left, right = (scene.weights[0, column] @ scene.spectra for column in (0, -1))
    for photons, name in ((left, "A"), (right, "D65")):
        xyz = observer.xyz_of(photons, scene.bands.edges)
        assert xyz[:2] / xyz.sum() == pytest.approx(light.named(name, scene.bands.edges).xy, abs=1e-6)


@pytest.mark.parametrize("name", ["flat-field", "point-grid"])
def test_what_shines_itself_takes_one_light(name: str) -> None:
    with pytest.raises(BadInput, match="takes one light"):
        made(SceneOrder(name, "A+D65"))


def test_a_scene_is_refused_before_any_lens_is_traced(tmp_path: Path) -> None:
    Image.fromarray(np.full((20, 80, 3), 200, np.uint8)).save(tmp_path / "wide.png")
    with pytest.raises(BadInput, match="scene without scale"):
        SceneOrder(str(tmp_path / "wide.png")).loaded()
    with pytest.raises(BadInput, match="nearest"):
        SceneOrder("slanted-edge", "D66,").loaded()
    SceneOrder(str(tmp_path / "wide.png"), luminance=10.0).loaded()


def test_a_picture_covers_the_field_both_ways(tmp_path: Path) -> None:
    Image.fromarray(np.full((20, 80, 3), 200, np.uint8)).save(tmp_path / "wide.png")
    scene = made(SceneOrder(str(tmp_path / "wide.png"), luminance=100.0))
    assert scene.size == pytest.approx((0.6, 2.4))


def test_a_scene_without_scale_is_refused(tmp_path: Path) -> None:
    Image.fromarray(np.full((20, 80, 3), 200, np.uint8)).save(tmp_path / "wide.png")
    with pytest.raises(BadInput, match="scene without scale"):
        made(SceneOrder(str(tmp_path / "wide.png")))


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (lambda: SceneOrder(lux=3.0, luminance=2.0), "both say"),
        (lambda: SceneOrder(lux=-1.0), "0 lux or more"),
        (lambda: SceneOrder(depth=0.0), "farther than 0"),
        (lambda: SceneOrder(seed=-1), "seed"),
        (lambda: SceneOrder(NIGHT_STREET, luminance=5.0), "lamps of its own"),
        (lambda: SceneOrder("nowhere"), "no scene 'nowhere'"),
        (lambda: made(SceneOrder("flat-field", "D66,")), "nearest"),
        (lambda: made(SceneOrder("flat-field", "A+D65+D50")), "two with a plus"),
        (lambda: SceneOrder("nowhere.png").key(), "cannot be read"),
    ],
)
def test_what_cannot_be_asked_for(order: object, words: str) -> None:
    with pytest.raises((BadInput, BadFile), match=words):
        order()  # type: ignore[operator]


def test_the_key_follows_the_bytes_of_a_picture(tmp_path: Path) -> None:
    place = tmp_path / "a.png"
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(place)
    first = SceneOrder(str(place), luminance=1.0).key()
    Image.fromarray(np.ones((4, 4, 3), np.uint8)).save(place)
    assert SceneOrder(str(place), luminance=1.0).key() != first
    assert SceneOrder(seed=1).key() != SceneOrder(seed=2).key()
