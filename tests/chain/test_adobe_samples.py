"""Adobe's own sample files, rendered by their profiles, beside what Adobe's DNG SDK makes of them.

The reference holds 6 x 8 block means of the SDK's final sRGB renders, written by
``benchmarks/adobe_samples.py --reference``; that script compares pixel by pixel.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import colour
import numpy as np
import pytest
from jaxtyping import Float

import lichtbild
from lichtbild.image.profile import CameraProfile
from lichtbild.io.recipe import changed

MEANS = {
    name[:2]: (name, np.array(means))
    for name, means in json.loads((Path(__file__).parent / "adobe_sdk_means.json").read_text()).items()
}
LARGE = {"01", "02", "03"}
LIMIT = dict.fromkeys(MEANS, 0.02) | {"02": 0.1, "03": 0.05}
"""CIEDE2000 of block means: the SDK mattes 02 by a mask that we do not use, and warps 03 by another cubic."""

AS_SDK = lichtbild.load_recipe(Path(__file__).parent / "adobe_sdk.toml")

NUMBERS = [pytest.param(number, marks=[pytest.mark.slow] * (number in LARGE)) for number in MEANS]


def frame_of(number: str, folder: Path) -> lichtbild.RawFrame:
    frame = lichtbild.read(folder / MEANS[number][0])
    assert isinstance(frame, lichtbild.RawFrame)
    return frame


def means_of(frame: lichtbild.RawFrame, **choices: object) -> Float[np.ndarray, "6 8 3"]:
    samples = lichtbild.develop(frame, recipe=changed(AS_SDK, choices), threads=2).samples
    rows, columns = (np.arange(n) * size // n for n, size in ((6, samples.shape[0]), (8, samples.shape[1])))
    heights, widths = np.diff([*rows, samples.shape[0]]), np.diff([*columns, samples.shape[1]])
    sums = np.add.reduceat(np.add.reduceat(samples, rows, axis=0, dtype=float), columns, axis=1)
    return sums / (heights[:, None] * widths)[..., None]


def difference(number: str, means: Float[np.ndarray, "6 8 3"]) -> float:
    ours, sdk = (colour.XYZ_to_Lab(colour.sRGB_to_XYZ(rgb)) for rgb in (means, MEANS[number][1]))
    return float(colour.delta_E(ours, sdk).mean())


@pytest.mark.parametrize("number", NUMBERS)
def test_a_profile_renders_as_adobe_does(number: str, adobe_samples: Path) -> None:
    frame = frame_of(number, adobe_samples)
    assert difference(number, means_of(frame)) < LIMIT[number]


def test_the_sample_that_others_turn_pink_is_not(adobe_samples: Path) -> None:
    lab = colour.XYZ_to_Lab(colour.sRGB_to_XYZ(means_of(frame_of("12", adobe_samples))))
    sdk = colour.XYZ_to_Lab(colour.sRGB_to_XYZ(MEANS["12"][1]))
    assert abs(lab[..., 1].mean() - sdk[..., 1].mean()) < 0.1


def without(**parts: object) -> Callable[[lichtbild.RawFrame], lichtbild.RawFrame]:
    """A frame whose first profile lacks some parts."""

    def strip(frame: lichtbild.RawFrame) -> lichtbild.RawFrame:
        return replace(frame, profiles=(replace(frame.profiles[0], **parts), *frame.profiles[1:]))

    return strip


@pytest.mark.parametrize(
    ("number", "strip"),
    [
        pytest.param("12", without(hue_sat_maps=()), id="HueSatMap"),
        pytest.param("12", without(look_table=None), id="LookTable"),
        pytest.param("04", without(tone_curve=None), id="ProfileToneCurve"),
        pytest.param("14", without(tone_curve=None), id="ProfileToneCurve of 64 knots"),
        pytest.param("05", without(gain_table_map=None), id="ProfileGainTableMap"),
        pytest.param("12", lambda frame: replace(frame, baseline_exposure_ev=0.0), id="BaselineExposure"),
        pytest.param("14", without(baseline_exposure_offset=0.0), id="BaselineExposureOffset"),
        pytest.param("14", without(black_render=CameraProfile().black_render), id="DefaultBlackRender"),
    ],
)
def test_the_means_see_each_part_of_a_profile(
    number: str, strip: Callable[[lichtbild.RawFrame], lichtbild.RawFrame], adobe_samples: Path
) -> None:
    stripped = means_of(strip(frame_of(number, adobe_samples)))
    assert difference(number, stripped) > 10 * LIMIT[number]


def test_the_means_see_the_polynomials_of_opcode_list_2(adobe_samples: Path) -> None:
    bare = means_of(frame_of("12", adobe_samples), **{"develop.corrections.linear": False})
    assert difference("12", bare) > 10 * LIMIT["12"]
