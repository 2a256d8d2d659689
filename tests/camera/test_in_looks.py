from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from frames import bayer_frame, flat_frame, smooth_frame
from lichtbild.camera import photograph
from lichtbild.camera.in_looks import in_looks, smaller
from lichtbild.camera.recipe import LookRecipe, OutputRecipe, Recipe
from lichtbild.core import resources
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.develop import segment
from lichtbild.image.opcode import Area, GainMap, OpcodeLists
from pictures import picture

LOOKS = (LookRecipe("natural"), LookRecipe("authentic"))


def test_a_raw_frame_is_rendered_by_each_look_as_if_it_were_developed_by_it() -> None:
    """The scene is made small before the look and not after, which a smooth one hardly shows."""
    frame = smooth_frame((240, 360))
    made = in_looks(frame, LOOKS, 120)
    for look, small in zip(LOOKS, made, strict=True):
        whole = photograph.develop(frame, Recipe(look=look, output=OutputRecipe(long_edge=120)))
        assert small.extent == whole.extent
        inner = np.abs(small.samples - whole.samples)[6:-6, 6:-6]
        assert np.median(inner) < 0.01 and np.quantile(inner, 0.95) < 0.03
    assert np.abs(made[0].samples - made[1].samples).mean() > 0.005


def test_a_finished_picture_is_given_the_looks_as_filters() -> None:
    source = picture(80, 120)
    plain, natural, other = in_looks(source, (LookRecipe("linear"), *LOOKS), 60)
    assert max(plain.extent) == 60
    # Two roundings of light near 1, through the steepest part of sRGB's curve.
    np.testing.assert_allclose(plain.samples, smaller(source, 60).samples, atol=2 * 12.92 * 2.0**-23)
    np.testing.assert_allclose(natural.samples, plain.samples, atol=0.002)  # natural's filter changes nothing
    assert np.abs(other.samples - plain.samples).mean() > 0.005


def test_small_pictures_stay_as_they_are() -> None:
    assert smaller(picture(24, 40), 480).extent == (24, 40)


def test_looks_that_do_not_fit_are_refused() -> None:
    with pytest.raises(BadInput, match="renders scenes"):
        in_looks(picture(), (LookRecipe("aces2"),), 40)
    with pytest.raises(BadInput, match="leave it out"):
        in_looks(smooth_frame((60, 72)), (LookRecipe("profile"),), 40)


@pytest.mark.parametrize("name", ["profile", "aces2", "deblur"])
def test_a_look_of_ones_own_is_itself_whatever_it_is_called(name: str) -> None:
    text = resources.read("look", "catalogue", "authentic.toml").decode()
    for source in (smooth_frame((60, 72)), picture(60, 72)):
        own, named = in_looks(source, (LookRecipe(name, text=text), LookRecipe("authentic")), 40)
        np.testing.assert_array_equal(own.samples, named.samples)


def test_what_the_look_leaves_of_the_lens_is_as_wide_on_a_small_picture() -> None:
    """A lens that loses a stop along the edges of a grey frame, of which the look leaves four tenths."""
    fall = np.exp2(-(np.linspace(-1, 1, 17)[:, None] ** 4 + np.linspace(-1, 1, 17) ** 4) / 2)
    everywhere = Area(Window(0, 0, 0, 0), (0, 1), (1, 1))
    shading = GainMap(everywhere, (1 / fall)[..., None].astype(np.float32), (1 / 16, 1 / 16), (0.0, 0.0))
    frame = flat_frame(0.1, size=(240, 360))
    frame = replace(
        frame,
        samples=np.round(64 + (frame.samples - 64.0) * 0.5).astype(frame.samples.dtype),
        opcodes=OpcodeLists(on_linear=(shading,)),
    )
    look = LookRecipe("authentic", local_tone=0.0, sharpening=0.0)
    (small,) = in_looks(frame, (look,), 60)
    whole = photograph.develop(frame, Recipe(look=look, output=OutputRecipe(long_edge=60)))
    even = photograph.develop(
        frame, Recipe(look=replace(look, vignette=0.0), output=OutputRecipe(long_edge=60))
    )
    assert np.abs(whole.samples - even.samples).max() > 0.03
    np.testing.assert_allclose(small.samples, whole.samples, atol=5e-3)


def test_people_are_where_they_are_on_a_small_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    def left(small: Any) -> Any:
        return (
            np.where(np.arange(small.shape[1]) < small.shape[1] // 2, 1.0, 0.0)[None, :, None]
            + 0 * small[..., :1]
        )

    monkeypatch.setattr(segment, "_network", left)
    look = LookRecipe("sepia", sharpening=0.0, strength=0.0, person_strength=1.0)
    frame = flat_frame(0.3, size=(320, 640))
    (small,) = in_looks(frame, (look,), 80)
    whole = photograph.develop(frame, Recipe(look=look, output=OutputRecipe(long_edge=80)))
    np.testing.assert_allclose(small.samples, whole.samples, atol=5e-3)


@pytest.mark.parametrize("on_people", [None, 0.5])
def test_local_tone_is_where_it_is_on_a_small_picture(
    on_people: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frame whose left third is dark, which only local tone opens there; so too within a mask."""
    monkeypatch.setattr(segment, "_network", lambda small: np.ones((*small.shape[:2], 1), np.float32))
    light = np.where(np.arange(640)[:, None] < 213, 0.02, 0.3) * np.ones((320, 640, 3))
    look = LookRecipe("vibrant", local_tone=2.0, sharpening=0.0, person_strength=on_people)
    frame = bayer_frame(light)
    (small,) = in_looks(frame, (look,), 80)
    whole, flat = (
        photograph.develop(frame, Recipe(look=one, output=OutputRecipe(long_edge=80)))
        for one in (look, replace(look, local_tone=0.0))
    )
    off_the_edge = np.r_[0:22, 32:80]
    apart = np.abs(small.samples - whole.samples)[:, off_the_edge]
    assert np.abs(whole.samples - flat.samples)[:, off_the_edge].max() > 0.02
    assert apart.max() < 5e-3
