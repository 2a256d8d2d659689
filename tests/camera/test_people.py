"""A look at one strength on people, and at another on the rest, from the raw frame on."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from frames import flat_frame
from lichtbild.camera.photograph import develop
from lichtbild.camera.recipe import LookRecipe, Recipe
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop import segment
from lichtbild.image.metadata import Orientation
from lichtbild.image.picture import Picture


def left(small: Any) -> Any:
    """Says that people are in the left half."""
    found = np.zeros((*small.shape[:2], 1), np.float32)
    found[:, : small.shape[1] // 2] = 1.0
    return found


def test_people_get_their_own_strength(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "_network", left)
    frame = flat_frame(0.5, size=(320, 640))

    def made(strength: float, on_people: float | None = None) -> Any:
        plain = LookRecipe("authentic", local_tone=0.0, sharpening=0.0, vignette=0.0)
        look = replace(plain, strength=strength, person_strength=on_people)
        return develop(frame, Recipe(look=look)).samples

    full, none, mixed = made(1.0), made(0.0), made(0.0, on_people=1.0)
    assert abs(full - none).max() > 0.01
    np.testing.assert_allclose(mixed[:, :4], full[:, :4], atol=2e-3)
    np.testing.assert_allclose(mixed[:, -4:], none[:, -4:], atol=2e-3)


@pytest.mark.parametrize("half", [0, 1])
def test_people_in_finished_pictures_get_their_own_strength(
    half: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment, "_network", left if half == 0 else lambda small: 1 - left(small))
    samples = np.full((240, 480, 3), (0.6, 0.4, 0.3), np.float32)
    finished = Picture(samples, Window(0, 0, 240, 480), Extent(240, 480))
    plain = Recipe(look=LookRecipe("mono", vignette=0.0, grain=0.0))
    people = replace(plain, look=replace(plain.look, person_strength=0.0))
    full, mixed = (develop(finished, recipe).samples for recipe in (plain, people))
    kept, greyed = (slice(None, 60), slice(-60, None))[:: 1 if half == 0 else -1]
    np.testing.assert_allclose(mixed[:, kept], samples[:, kept], atol=2e-3)
    np.testing.assert_allclose(mixed[:, greyed], full[:, greyed], atol=2e-3)
    assert np.ptp(full[0, 0]) < 1e-3


def test_the_same_strength_asks_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "_network", lambda small: pytest.fail("the network was asked"))
    plain, same = (
        develop(flat_frame(0.5), Recipe(look=LookRecipe("authentic", person_strength=strength))).samples
        for strength in (None, 1.0)
    )
    np.testing.assert_array_equal(plain, same)


def test_strengths_out_of_range_and_looks_without_any_are_refused() -> None:
    with pytest.raises(ValueError, match=r"person_strength is 0 to 1\.5, not 2"):
        LookRecipe(person_strength=2.0)
    with pytest.raises(BadInput, match="has no strength"):
        develop(flat_frame(0.5), Recipe(look=LookRecipe("linear", person_strength=0.5)))


@pytest.mark.parametrize(
    "orientation", [Orientation.HALF_TURN, Orientation.QUARTER_TURN, Orientation.THREE_QUARTER_TURN]
)
def test_people_are_looked_for_in_the_upright_picture(
    orientation: Orientation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stands on the left of the picture as it is held gets the strength, however it is stored."""
    monkeypatch.setattr(segment, "_network", left)
    frame = flat_frame(0.5, size=(320, 320))
    frame = replace(frame, metadata=replace(frame.metadata, orientation=orientation))
    plain = LookRecipe("sepia", local_tone=0.0, sharpening=0.0, strength=0.0)
    none, mixed = (
        develop(frame, Recipe(look=replace(plain, person_strength=strength))).samples
        for strength in (None, 1.0)
    )
    changed = abs(mixed - none).max(axis=2)
    assert changed[:, :4].min() > 0.01 and changed[:, -4:].max() < 2e-3
