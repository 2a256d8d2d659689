import numpy as np
import pytest

from lichtbild.quality.detect.card_layout import card_layouts
from lichtbild.quality.detect.card_match import Match
from lichtbild.quality.detect.card_verdict import verdicts
from warped_cards import drawn_card, straight

CLASSIC = card_layouts()[0]
MATRIX = straight(40, (60, 60))


def told(light: np.ndarray, index: int, off: float = 0.0, matrix: np.ndarray = MATRIX) -> tuple[bool, str]:
    offs = np.zeros(24)
    offs[index] = off
    match = Match(CLASSIC, 0, matrix, 0.0, 1.0, np.ones(24, bool), offs, 24, 0.0)
    verdict = verdicts(light, match, matrix, CLASSIC.patch)[index]
    return verdict.usable, verdict.reason.split(":")[0]


@pytest.fixture
def light() -> np.ndarray:
    return drawn_card(CLASSIC, MATRIX, (260, 320))


def test_even_patches_are_usable_without_a_word(light: np.ndarray) -> None:
    assert told(light, 7) == (True, "")


def test_noise_is_no_unevenness(light: np.ndarray) -> None:
    noisy = light + 0.05 * np.random.default_rng(0).normal(size=light.shape).astype(np.float32)
    assert told(noisy, 20) == (True, "")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("clip", (False, "clipped")),
        ("spot", (False, "glare")),
        ("shadow", (False, "uneven")),
        ("slope", (True, "shaded")),
    ],
)
def test_what_is_wrong_with_a_patch_is_said(
    light: np.ndarray, change: str, expected: tuple[bool, str]
) -> None:
    patch = light[85:116, 125:156]  # about patch 8, whose centre is at (140, 100)
    if change == "clip":
        patch[:] = 1.0
    elif change == "spot":
        patch[4:12, 6:14] += 0.5
    elif change == "shadow":
        patch[:, 8:22] *= 0.6
    else:
        patch *= np.linspace(0.8, 1.2, 31, dtype=np.float32)[None, :, None]
    assert told(light, 8) == expected


def test_covered_small_and_outside_are_said(light: np.ndarray) -> None:
    assert told(light, 3, off=0.4) == (False, "covered")
    assert told(light, 3, matrix=straight(4, (60, 60))) == (False, "too few pixels")
    assert told(light, 5, matrix=straight(60, (60, 60))) == (False, "outside the picture")
