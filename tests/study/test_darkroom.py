"""Photographs opened, developed and printed while somebody works on them."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lichtbild.camera import photograph
from lichtbild.camera.recipe import GeometryRecipe, LookRecipe, Recipe
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.develop.recipe import ExposureChoice
from lichtbild.io import sidecar
from lichtbild.study.darkroom import Darkroom, tile
from lichtbild.study.roll import roll

EXAMPLE = Path(__file__).parents[2] / "examples" / "colour_checker.dng"
SMALL = GeometryRecipe(crop=(0.3, 0.3, 0.6, 0.6))
PLAIN = replace(Recipe(), geometry=SMALL)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Darkroom:
    folder = tmp_path_factory.mktemp("roll")
    shutil.copy(EXAMPLE, folder / "chart.dng")
    return Darkroom(roll(folder))


def test_a_print_is_the_photograph_whatever_was_developed_before(room: Darkroom) -> None:
    (photo,) = room.photos.values()
    source = room.source(photo)
    first = room.scene(photo, PLAIN)
    turned = replace(PLAIN, geometry=replace(SMALL, quarter_turns=1, straighten_deg=3.0))
    second = room.scene(photo, turned)
    assert second.key != first.key
    assert second.made.light is first.made.light, "another crop needs no developing"
    for scene, recipe in ((first, PLAIN), (second, turned)):
        wanted = replace(recipe, look=LookRecipe(strength=0.5))
        whole = photograph.coded(source, wanted)
        np.testing.assert_array_equal(room.printed(scene, wanted).samples, whole.samples)
    part = Window(20, 30, 60, 90)
    seen = room.printed(first, PLAIN, part).samples
    np.testing.assert_array_equal(seen, photograph.coded(source, PLAIN).samples[20:60, 30:90])


def test_white_that_is_picked_goes_by_the_place_in_the_picture(room: Darkroom) -> None:
    (photo,) = room.photos.values()
    balance = replace(PLAIN.develop.white_balance, method="picked", place=(0.5, 0.5))
    picked = replace(PLAIN, develop=replace(PLAIN.develop, white_balance=balance))
    elsewhere = replace(picked, geometry=GeometryRecipe(crop=(0.0, 0.0, 0.3, 0.3)))
    lights = [room.scene(photo, one).made.light for one in (picked, elsewhere)]
    assert lights[0] is not lights[1]


def test_tiles_put_together_are_the_level(room: Darkroom) -> None:
    (photo,) = room.photos.values()
    scene = room.scene(photo, PLAIN)
    level = scene.made.pyramid[0]
    high, wide = level.shape[:2]
    found = np.zeros(level.shape, np.float16)
    for row in range(-(-high // 64)):
        for column in range(-(-wide // 64)):
            place = found[row * 64 : row * 64 + 64, column * 64 : column * 64 + 64]
            place[...] = np.frombuffer(tile(scene, 0, row, column, 64), "<f2").reshape(place.shape)
    np.testing.assert_array_equal(found, level)
    for wrong in ((9, 0, 0), (0, 99, 0), (0, 0, 99)):
        with pytest.raises(BadInput, match="level"):
            tile(scene, *wrong, 64)


def test_a_draft_is_given_until_the_scene_is_there(room: Darkroom) -> None:
    (photo,) = room.photos.values()
    denoise = replace(PLAIN.develop.denoise, method="best")
    wanted = replace(PLAIN, develop=replace(PLAIN.develop, denoise=denoise))
    assert room.draft(photo, PLAIN) is None, "what is quick needs none"
    rough = room.draft(photo, wanted)
    assert rough is not None and rough.made.rough
    assert room.kept_scene(rough.key) is room.known_scene(rough.key) is rough
    shares: list[float] = []
    scene = room.scene(photo, wanted, shares.append)
    assert not scene.made.rough and scene.made.extent == rough.made.extent
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert room.draft(photo, wanted) is None


def test_a_development_that_is_ended_early_can_be_begun_again(room: Darkroom) -> None:
    (photo,) = room.photos.values()
    wanted = replace(PLAIN, develop=replace(PLAIN.develop, exposure=ExposureChoice(ev=0.7)))

    def end(share: float) -> None:
        raise BadInput("no more")

    with pytest.raises(BadInput, match="no more"):
        room.scene(photo, wanted, end)
    assert room.scene(photo, wanted).made.light.samples.any()


def test_a_key_that_was_not_given_out_is_refused(room: Darkroom) -> None:
    with pytest.raises(BadInput, match="no such scene"):
        room.known_scene("0" * 32)
    with pytest.raises(BadInput, match="no such photograph"):
        room.photo("../../etc/passwd")
    assert room.kept_scene("0" * 32) is None


def test_the_saved_recipe_is_the_one_beside_the_photograph(room: Darkroom) -> None:
    (photo,) = room.photos.values()
    assert room.recipe(photo) == (Recipe(), False)
    sidecar.save(PLAIN, photo.source)
    assert room.recipe(photo) == (PLAIN, True)
    sidecar.forget(photo.source)


def test_another_look_on_the_same_light_has_the_exposure_that_it_lacks(room: Darkroom) -> None:
    """What a card shades until a scene is developed anew: light of 0 EV drawn as if it had 2."""
    (photo,) = room.photos.values()
    at = [
        replace(PLAIN, develop=replace(PLAIN.develop, exposure=replace(PLAIN.develop.exposure, ev=ev)))
        for ev in (0.0, 2.0)
    ]
    scene = room.scene(photo, at[0])
    own, brighter = (room.shadings(scene, one).numbers[-1].ev for one in at)
    assert own == pytest.approx(0.0, abs=1e-6)
    assert brighter == pytest.approx(2.0, abs=1e-6)
    assert scene.made.own is not None
    assert scene.made.zero_ev == pytest.approx(scene.made.own.ev, abs=1e-6)
