from pathlib import Path

import cv2
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Patch
from lichtbild.quality.detect.card_layout import card_layouts
from lichtbild.quality.detect.cards import find, search
from lichtbild.quality.found_chart import FoundChart
from warped_cards import drawn_card, judged, straight, warped_card

CLASSIC, PASSPORT, TRAX, SG = card_layouts()
WHOLE = {
    "calibrite-passport.png": ("x-rite-passport", 1),
    "camera-trax.png": ("camera-trax", 3),
    "classic.png": ("x-rite-classic", 3),
    "colorchecker-classic-mini.jpg": ("x-rite-passport", 1),
    "detect_color_card.png": ("x-rite-passport", 3),
    "find_color_card.jpg": ("x-rite-passport", 2),
    "multiple_color_card.jpg": ("x-rite-passport", 3),
    "source1_img.png": ("x-rite-classic", 3),
    "source2_img.png": ("x-rite-classic", 3),
    "source_img_plant.jpg": ("x-rite-passport", 2),
    "target_img.png": ("x-rite-classic", 3),
    "tilted_color_card.jpg": ("x-rite-passport", 1),
}
"""Card and quarter turns of each photograph, by eye."""


def centres(found: FoundChart) -> np.ndarray:
    patches = [target for target in found.chart.targets if isinstance(target, Patch)]
    return np.array([found.to_picture(np.array(patch.corners)).mean(axis=0) for patch in patches])


def photograph(shared: Path, name: str) -> np.ndarray:
    codes = cv2.imread(str(shared / "data/quality/colour_checker" / name))
    return np.ascontiguousarray(codes[..., ::-1], dtype=np.float32) / 255


@pytest.mark.parametrize("seed", [2, 5])
def test_a_warped_card_is_found_with_its_labels_right(seed: int) -> None:
    truth = warped_card(seed)
    assert judged(truth, [centres(found) for found in find(truth.light)]) == ["right"]


@pytest.mark.slow
def test_a_hundred_warps_are_found_and_none_is_turned() -> None:
    """The benchmark `chart_detection` asks for a thousand."""
    counts = {"right": 0, "turned": 0, "false": 0}
    for seed in range(100):
        truth = warped_card(seed)
        encoded = seed % 2 == 0
        picture = truth.codes.astype(np.float32) / 255 if encoded else truth.light
        for what in judged(truth, [centres(found) for found in find(picture, encoded=encoded)]):
            counts[what] += 1
    assert counts["turned"] == counts["false"] == 0
    assert counts["right"] >= 99


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_clutter_and_tiles_are_no_card(seed: int) -> None:
    assert find(warped_card(seed, card=False).light) == ()


def test_several_cards_in_one_picture_are_all_found() -> None:
    left = drawn_card(CLASSIC, straight(40, (60, 60), 4), (300, 330))
    right = drawn_card(TRAX, straight(34, (200, 230), 184), (300, 280))
    found = find(np.concatenate([left, right], axis=1))
    assert {(one.chart.name, one.quarter_turns) for one in found} == {
        ("x-rite-classic", 0),
        ("camera-trax", 2),
    }


@pytest.mark.parametrize(
    "degrees",
    [
        pytest.param(0, marks=pytest.mark.slow),
        90,
        pytest.param(180, marks=pytest.mark.slow),
        pytest.param(270, marks=pytest.mark.slow),
    ],
)
def test_quarter_turns_are_counted_anticlockwise(degrees: int) -> None:
    first = {0: (60, 90), 90: (230, 50), 180: (240, 210), 270: (60, 240)}[degrees]
    (found,) = find(drawn_card(PASSPORT, straight(35, first, degrees), (290, 300)))
    assert found.quarter_turns == (-degrees // 90) % 4
    assert found.rms < 0.1


def test_a_covered_card_is_refused_with_its_reason() -> None:
    light = drawn_card(CLASSIC, straight(40, (60, 60)), (270, 330))
    light[20:160, 20:150] = (0.1, 0.25, 0.05)  # a leaf over six patches and parts of three
    result = search(light)
    assert result.found == ()
    assert "covered" in result.refused[0].reason


def test_a_card_that_the_picture_cuts_is_refused_or_says_which_patches_are_outside() -> None:
    light = drawn_card(CLASSIC, straight(40, (60, 60)), (270, 330))
    (found,) = find(light[:, :245])
    outside = {verdict.target for verdict in found.verdicts if verdict.reason == "outside the picture"}
    assert outside == {"bluish green", "orange yellow", "cyan", "black 2"}
    result = search(light[:120])
    assert result.found == ()


@pytest.mark.slow
def test_part_of_an_sg_is_no_classic() -> None:
    whole = drawn_card(SG, straight(30, (40, 40)), (350, 470))
    part = whole[40:320, 120:380]
    assert all(found.chart.name != "x-rite-classic" for found in find(part))
    (found,) = find(whole)
    assert found.chart.name == "colour-checker-sg"


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (40, 64)])
def test_pictures_without_a_card_of_any_size_have_none(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).random((*size, 3)).astype(np.float32)
    assert find(noise) == ()
    assert find(np.zeros_like(noise)) == ()
    assert find(np.ones_like(noise)) == ()


def test_what_is_no_picture_is_refused_in_a_sentence() -> None:
    light = np.zeros((80, 90, 3), np.float32)
    light[3, 4, 1] = np.nan
    with pytest.raises(BadInput, match="1 pixels of the picture are not finite"):
        find(light)
    light[3, 4, 1] = np.inf
    with pytest.raises(BadInput, match="not finite"):
        find(light)


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
def test_the_photographs_with_whole_cards_are_read_right(shared: Path, name: str) -> None:
    (found,) = find(photograph(shared, name), encoded=True)
    assert (found.chart.name, found.quarter_turns) == WHOLE[name]


@pytest.mark.slow
def test_the_photograph_of_a_covered_card_is_refused(shared: Path) -> None:
    result = search(photograph(shared, "partial_card_rgb.png"), encoded=True)
    assert result.found == ()
    assert "covered" in result.refused[0].reason
