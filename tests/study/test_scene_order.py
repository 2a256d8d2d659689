"""Scenes as they are asked for."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lichtbild.colour import observer
from lichtbild.core.errors import BadFile, BadInput
from lichtbild.core.window import Extent
from lichtbild.scene.catalogue import NIGHT_STREET, SCENES
from lichtbild.study.scene_order import SceneOrder

FIELD, EXTENT = (0.6, 0.8), Extent(60, 80)


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_fills_the_field_by_its_name(name: str) -> None:
    scene = SceneOrder(name).made(FIELD, EXTENT)
    assert scene.size == pytest.approx(FIELD)
    assert scene.weights.min() >= 0 and scene.weights.max() > 0


def test_lux_is_what_a_white_sends_times_pi() -> None:
    scene = SceneOrder("flat-field", "A", lux=500.0).made(FIELD, EXTENT)
    radiance = scene.weights[0, 0] @ scene.spectra
    assert observer.luminance(radiance, scene.bands.edges) == pytest.approx(500 / np.pi, rel=1e-6)


def test_two_lights_mix_from_left_to_right() -> None:
    scene = SceneOrder("flat-field", "A", luminance=100.0).made(FIELD, EXTENT)
    mixed = SceneOrder("siemens-star", "A+D65", lux=500.0).made(FIELD, EXTENT)
    assert mixed.weights.shape[2] == 2 * scene.weights.shape[2]


def test_a_picture_covers_the_field_both_ways(tmp_path: Path) -> None:
    Image.fromarray(np.full((20, 80, 3), 200, np.uint8)).save(tmp_path / "wide.png")
    scene = SceneOrder(str(tmp_path / "wide.png"), luminance=100.0).made(FIELD, EXTENT)
    assert scene.size == pytest.approx((0.6, 2.4))


def test_a_scene_without_scale_is_refused(tmp_path: Path) -> None:
    Image.fromarray(np.full((20, 80, 3), 200, np.uint8)).save(tmp_path / "wide.png")
    with pytest.raises(BadInput, match="scene without scale"):
        SceneOrder(str(tmp_path / "wide.png")).made(FIELD, EXTENT)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (lambda: SceneOrder(lux=3.0, luminance=2.0), "both say"),
        (lambda: SceneOrder(lux=-1.0), "0 lux or more"),
        (lambda: SceneOrder(depth=0.0), "farther than 0"),
        (lambda: SceneOrder(seed=-1), "seed"),
        (lambda: SceneOrder(NIGHT_STREET, lux=5.0), "lamps of its own"),
        (lambda: SceneOrder("nowhere"), "no scene 'nowhere'"),
        (lambda: SceneOrder("flat-field", "D66,").made(FIELD, EXTENT), "nearest"),
        (lambda: SceneOrder("flat-field", "A+D65+D50").made(FIELD, EXTENT), "two with a plus"),
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
