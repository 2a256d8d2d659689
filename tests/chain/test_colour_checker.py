"""From the DNG that the repository carries to the colours of the chart that it shows."""

import hashlib
from pathlib import Path

import colour
import numpy as np
import pytest

import lichtbild
from lichtbild.colour.spaces import D50_XY, XYZ_D50_TO_REC2020
from lichtbild.io.recipe import changed

ROWS, COLUMNS = (80, 320, 572, 820), (100, 354, 614, 868, 1112, 1338)
"""Rows and columns of pixels near the middle of each patch."""


@pytest.fixture(scope="module")
def example(root: Path) -> "lichtbild.RawFrame":
    frame = lichtbild.read(root / "examples" / "colour_checker.dng")
    assert isinstance(frame, lichtbild.RawFrame)
    return frame


def patches(samples: np.ndarray) -> np.ndarray:
    return np.array(
        [samples[y - 40 : y + 40, x - 40 : x + 40].mean(axis=(0, 1)) for y in ROWS for x in COLUMNS]
    )


def test_the_look_linear_shows_the_charts_own_colours(example: "lichtbild.RawFrame") -> None:
    recipe = changed(lichtbild.Recipe(), {"look.name": "linear", "output.space": "linear-rec2020"})
    rgb = patches(lichtbild.develop(example, recipe=recipe).samples)
    reference = colour.CCS_COLOURCHECKERS["ColorChecker24 - After November 2014"].data.values()
    truth = np.array([colour.xyY_to_XYZ(xyY) for xyY in reference])
    found = rgb @ np.linalg.inv(XYZ_D50_TO_REC2020).T
    error = colour.delta_E(colour.XYZ_to_Lab(found, D50_XY), colour.XYZ_to_Lab(truth, D50_XY))
    # The calibration that the file carries was fitted to this chart: 2.0 on average, 4.4 at most over the
    # 23 patches other than black, whose reflectance the veiling glare of the shot hides.
    assert error[:23].mean() < 2.2 and error[:23].max() < 5.0


def test_the_file_says_what_it_corrects(example: "lichtbild.RawFrame") -> None:
    names = lichtbild.chain(example, lichtbild.Recipe()).names
    maps = tuple(name for name in names if "gain_map" in name)
    assert maps == ("linear_gain_map", "linear_gain_map_2", "linear_gain_map_3", "linear_gain_map_4")
    assert names.index("denoise") < names.index(maps[0]) and names.index(maps[-1]) < names.index("demosaic")
    corrected = lichtbild.intermediate(example, lichtbild.Recipe(), "demosaic").samples
    plain = lichtbild.intermediate(
        example, changed(lichtbild.Recipe(), {"develop.corrections.linear": False}), "demosaic"
    ).samples
    corner, centre = np.s_[:60, :60], np.s_[454:514, 682:742]
    brighter = corrected[corner].mean() / plain[corner].mean()
    assert brighter > 1.3 and abs(corrected[centre].mean() / plain[centre].mean() - 1) < 0.03


def test_greys_are_neutral_in_every_look(example: "lichtbild.RawFrame") -> None:
    for look in ("linear", "profile", "natural"):
        greys = patches(lichtbild.develop(example, look=look).samples)[18:23]
        lab = colour.XYZ_to_Lab(colour.sRGB_to_XYZ(greys))
        assert np.hypot(lab[:, 1], lab[:, 2]).max() < 3.5, look
        assert (np.diff(lab[:, 0]) < -3).all(), look


def test_the_same_file_gives_the_same_bytes(example: "lichtbild.RawFrame") -> None:
    digests = {hashlib.sha256(lichtbild.develop(example, threads=n).samples).hexdigest() for n in (1, 2)}
    assert len(digests) == 1
