"""A look at one strength on people, and at another on the rest, from the raw frame on."""

from typing import Any

import numpy as np
import pytest

from frames import flat_frame
from lichtbild.camera.photograph import develop
from lichtbild.camera.recipe import LookRecipe, Recipe
from lichtbild.core.errors import BadInput
from lichtbild.develop import segment


def left(small: Any) -> Any:
    """Says that people are in the left half."""
    found = np.zeros((*small.shape[:2], 1), np.float32)
    found[:, : small.shape[1] // 2] = 1.0
    return found


def test_people_get_their_own_strength(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "_network", left)
    frame = flat_frame(0.5, size=(320, 640))
    looks = {
        strengths: develop(frame, Recipe(look=LookRecipe("authentic", None, 0.0, 0.0, *strengths))).samples
        for strengths in ((1.0,), (0.0,))
    }
    mixed = develop(frame, Recipe(look=LookRecipe("authentic", None, 0.0, 0.0, 0.0, None, 1.0))).samples
    np.testing.assert_allclose(mixed[:, :4], looks[(1.0,)][:, :4], atol=2e-3)
    np.testing.assert_allclose(mixed[:, -4:], looks[(0.0,)][:, -4:], atol=2e-3)
    assert abs(looks[(1.0,)] - looks[(0.0,)]).max() > 0.01


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
