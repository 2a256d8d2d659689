"""Where people are: the network on photographs that are known, turned pictures, and no runtime."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.develop import segment
from lichtbild.develop.segment import people, sampled
from lichtbild.image.metadata import Orientation
from lichtbild.io.picture_file import upright

needs_runtime = pytest.mark.skipif(
    find_spec("ai_edge_litert") is None, reason="needs the runtime: pip install 'lichtbild[person]'"
)


def photograph(shared: Path, *place: str) -> Any:
    with PIL.Image.open(shared.joinpath("data", *place)) as image:
        small = image.convert("RGB")
        small.thumbnail((400, 400))
        return np.asarray(small, np.float64) / 255


@needs_runtime
@pytest.mark.shared
def test_people_are_found_and_cars_are_not(shared: Path) -> None:
    """By hand: (row, column) from 0 to 1 on a back, on a face, and on cars, mountains and sky."""
    street = people(photograph(shared, "looks", "portrait", "street_8_all-in-focus.jpg")).samples
    mountains = people(photograph(shared, "looks", "portrait", "new_11_all-in-focus.jpg")).samples
    at = lambda mask, y, x: float(mask[int(y * mask.shape[0]), int(x * mask.shape[1]), 0])  # noqa: E731
    assert (
        at(street, 0.75, 0.76) > 0.95 and at(mountains, 0.35, 0.63) > 0.95 and at(mountains, 0.8, 0.7) > 0.95
    )
    assert at(street, 0.6, 0.3) < 0.05 and at(street, 0.2, 0.5) < 0.05
    assert at(mountains, 0.1, 0.2) < 0.05 and at(mountains, 0.45, 0.4) < 0.05


@needs_runtime
@pytest.mark.shared
def test_nothing_is_said_on_the_screen(shared: Path, capfd: pytest.CaptureFixture[str]) -> None:
    people(photograph(shared, "truth", "kodak24", "kodim04.png"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("orientation", Orientation)
def test_a_turned_picture_is_seen_upright_and_its_mask_is_turned_back(
    orientation: Orientation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that says where it is red, in a picture whose red is above when it is upright."""
    seen = []

    def network(small: Any) -> Any:
        seen.append(small)
        return small[..., :1]

    monkeypatch.setattr(segment, "_network", network)
    seen_upright = np.zeros((60, 80, 3))
    seen_upright[:20, :40, 0] = 1.0
    stored = seen_upright
    for back in Orientation:
        # Of the eight turns one undoes that which turns the stored picture upright.
        stored = upright(seen_upright, back)
        if np.array_equal(upright(stored, orientation), seen_upright):
            break
    mask = people(np.ascontiguousarray(stored), orientation)
    assert seen[0][20, 20, 0] > 0.99 and seen[0][-20:].max() == 0 and seen[0][:, -20:].max() == 0
    inside = stored[..., 0] > 0.5
    assert mask.samples.shape == (*stored.shape[:2], 1)
    assert (np.abs(mask.samples[..., 0] - inside) > 0.5).mean() < 0.03


def test_doubts_are_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "_network", lambda small: np.full((256, 256, 1), 0.35))
    assert people(np.zeros((20, 30, 3))).samples.max() == 0
    monkeypatch.setattr(segment, "_network", lambda small: np.full((256, 256, 1), 0.95))
    assert people(np.zeros((20, 30, 3))).samples.min() == 1


def test_sampling_keeps_ramps() -> None:
    ramp = (np.arange(40.0) + 0.5)[:, None, None] / 40 * np.ones((1, 6, 1))
    found = sampled(ramp, 10, 3)
    np.testing.assert_allclose(found[:, 0, 0], (np.arange(10) + 0.5) / 10, atol=1e-12)


def test_without_the_runtime_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ai_edge_litert", None)
    with pytest.raises(BadInput, match=r"pip install 'lichtbild\[person\]'"):
        people(np.zeros((20, 30, 3)))
