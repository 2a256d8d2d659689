import sys
from pathlib import Path

import numpy as np
import pytest

from lichtbild.colour.temperature import temperature_and_tint, xy_of
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.colour_matrix import neutral as from_xy
from lichtbild.develop.colour_matrix import white_xy
from lichtbild.develop.linearise import Linearise
from lichtbild.develop.overview import overview
from lichtbild.develop.white_balance import (
    LIGHTS,
    WhiteBalance,
    as_shot,
    automatic,
    from_temperature,
    picked,
    shades_of_grey,
)
from lichtbild.image.calibration import CameraColour
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.overview import Overview
from lichtbild.io.reader import read

sys.path.insert(0, str(Path(__file__).parents[1]))
from frames import bayer_frame

NEUTRAL = (0.5, 1.0, 0.625)


def grey_mosaic(cfa: Cfa, light=NEUTRAL, window: Window | None = None) -> Mosaic:
    """A scene of random greys, one on each period of the pattern, in a light."""
    extent = Extent(48, 60)
    scene = np.kron(np.random.default_rng(2).uniform(0.05, 0.9, (8, 10)), np.ones((6, 6))).astype(np.float32)
    samples = scene * np.asarray(light, np.float32)[cfa.planes(extent)]
    whole = Mosaic(samples[..., None], Window.whole(extent), extent, cfa)
    return whole if window is None else whole.crop(window)


@pytest.mark.parametrize("phase", ["RGGB", "GBRG"])
@pytest.mark.parametrize("window", [None, Window(3, 5, 20, 31)])
def test_a_neutral_object_gets_equal_numbers(phase: str, window: Window | None) -> None:
    cfa = Cfa.bayer(phase)
    balanced = WhiteBalance.of(NEUTRAL)(grey_mosaic(cfa, NEUTRAL, window))
    white = grey_mosaic(cfa, (1.0, 1.0, 1.0), window)
    assert balanced.samples.dtype == np.float32
    np.testing.assert_allclose(balanced.samples, white.samples, rtol=2e-7)


def test_the_smallest_gain_is_one() -> None:
    assert WhiteBalance.of((0.25, 0.5, 0.4)).gains == pytest.approx((2.0, 1.0, 1.25))


@pytest.mark.parametrize("wrong", [(0.0, 1.0, 1.0), (1.0, float("nan"), 1.0), (1.0, -1.0, 1.0), ()])
def test_a_neutral_without_light_is_refused(wrong) -> None:
    with pytest.raises(BadInput, match="positive"):
        WhiteBalance.of(wrong)


def test_another_number_of_planes_is_refused() -> None:
    with pytest.raises(BadInput, match="4 gains"):
        WhiteBalance((1.0, 1.0, 1.0, 1.0))(grey_mosaic(Cfa.bayer("RGGB")))


def test_as_shot_prefers_the_neutral_and_may_be_unknown() -> None:
    assert as_shot(CameraColour(as_shot_neutral=(1.0, 2.0, 1.5), as_shot_white_xy=(0.3, 0.3))) == (
        0.5,
        1.0,
        0.75,
    )
    assert as_shot(CameraColour()) is None


def overview_of(samples: np.ndarray, full: np.ndarray | None = None) -> Overview:
    """An overview with these means in its cells of 16 pixels."""
    shape = samples.shape[:2]
    full = np.zeros(shape) if full is None else full
    extent = Extent(16 * shape[0], 16 * shape[1])
    light = samples.astype(np.float32)
    return Overview(light, full.astype(np.float32), np.ones_like(light), 16, extent)


def greys(light=NEUTRAL) -> np.ndarray:
    """Cells of random greys in a light."""
    return np.random.default_rng(2).uniform(0.05, 0.9, (6, 8, 1)) * light


def test_shades_of_grey_find_the_light_of_a_grey_scene() -> None:
    assert shades_of_grey(overview_of(greys())) == pytest.approx(NEUTRAL, rel=1e-6)


def test_full_and_dark_cells_do_not_count() -> None:
    cells, full = greys(), np.zeros((6, 8))
    cells[0] = (1.0, 1.0, 1.0)
    cells[1], full[1] = (0.7, 0.7, 0.7), 0.1
    cells[2] = (0.001, 0.002, 0.001)
    assert shades_of_grey(overview_of(cells, full)) == pytest.approx(NEUTRAL, rel=1e-6)


def test_a_black_picture_says_nothing() -> None:
    assert shades_of_grey(overview_of(np.zeros((2, 3, 3)))) == (1.0, 1.0, 1.0)


def calibrated() -> CameraColour:
    """The camera of the synthetic frames, with one calibration under D65."""
    return bayer_frame(np.full((6, 6, 3), 0.5)).colour


def test_the_automatic_balance_is_a_light_that_there_is() -> None:
    colour = calibrated()
    daylight = overview_of(greys(from_temperature(colour, 5500, 12)))
    assert automatic(daylight, colour) == pytest.approx(from_temperature(colour, 5500, 12), rel=1e-5)
    leaves = overview_of(greys(from_temperature(colour, 5000, 140)))
    assert automatic(leaves, colour) == pytest.approx(from_temperature(colour, 5000, LIGHTS[1][1]), rel=1e-5)
    unknown = automatic(leaves, CameraColour())
    assert unknown == pytest.approx(from_temperature(colour, 5000, 140), rel=1e-5)


def test_at_night_a_sodium_lamp_is_a_light() -> None:
    colour = calibrated()
    sodium = from_xy(colour, xy_of(1966.0, 2.7))
    street = overview_of(greys(sodium))
    assert automatic(street, colour, 0.1) == pytest.approx(sodium, rel=1e-5)
    assert automatic(street, colour, 100.0) == automatic(street, colour) != pytest.approx(sodium, rel=0.1)
    signs_alone = overview_of(np.tile((0.9, 0.03, 0.01), (6, 8, 1)))
    assert automatic(signs_alone, colour, 0.1) == automatic(signs_alone, colour)


def test_a_temperature_is_that_of_the_neutral_that_it_gives() -> None:
    colour = calibrated()
    for kelvin in (2800, 3200, 6504, 20000):
        for tint in (-60, 0, 40):
            found = white_xy(colour, from_temperature(colour, kelvin, tint))
            assert temperature_and_tint(found) == (pytest.approx(kelvin), pytest.approx(tint, abs=1e-6))
    assert from_temperature(colour, 6504, 9.8) == pytest.approx(NEUTRAL, abs=2e-3)  # D65
    green, pink = from_temperature(colour, 5000, 50), from_temperature(colour, 5000, -50)
    assert green[0] / green[1] < pink[0] / pink[1]


@pytest.mark.parametrize(("kelvin", "tint", "what"), [(1500, 0, "temperature"), (5000, 200, "tint")])
def test_a_light_out_of_range_is_refused(kelvin, tint, what) -> None:
    with pytest.raises(BadInput, match=what):
        from_temperature(calibrated(), kelvin, tint)


def test_a_temperature_needs_a_calibration() -> None:
    with pytest.raises(BadInput, match="calibrated"):
        from_temperature(CameraColour(), 5000)


def test_what_is_picked_is_the_mean_around_it() -> None:
    cells = np.tile((0.1, 0.1, 0.3), (6, 8, 1))
    cells[2:5, 4:7] = np.array(NEUTRAL) * 0.4
    full = np.zeros((6, 8))
    cells[3, 6], full[3, 6] = 1.0, 1.0
    overview = overview_of(cells, full)
    assert picked(overview, (5.5 / 8, 3.5 / 6)) == pytest.approx(NEUTRAL, rel=1e-6)
    assert picked(overview, (0.0, 0.0)) == pytest.approx((1 / 3, 1 / 3, 1.0), rel=1e-6)
    assert picked(overview, (0.0, 1.0)) == pytest.approx((1 / 3, 1 / 3, 1.0), rel=1e-6)
    with pytest.raises(BadInput, match="overexposed"):
        picked(overview, (6.5 / 8, 3.5 / 6))
    with pytest.raises(BadInput, match="inside"):
        picked(overview, (1.2, 0.5))
    with pytest.raises(BadInput, match="black"):
        picked(overview_of(np.zeros((3, 3, 3))), (0.5, 0.5))


@pytest.mark.shared
@pytest.mark.parametrize(("name", "limit"), [("iisp_Indoor1", 2.5), ("iisp_Outdoor1", 5.0)])
def test_the_light_of_a_colour_checker_is_found(shared, name, limit) -> None:
    """Angle to the mean of the chart's light greys; the corners' places are in the benchmark."""
    frame = read(shared / "data" / "raw" / "colour_checker_frames" / f"{name}.raw")
    cells = overview(frame, (("linearise", Linearise.of(frame)),))
    right, left = {
        "iisp_Indoor1": ((1441.0, 1061.4), (1430.8, 634.9)),
        "iisp_Outdoor1": ((783.7, 1814.4), (777.5, 1643.8)),
    }[name]
    places = [np.array(left) * (1 - u) + np.array(right) * u for u in (0.0, 0.2, 0.4, 0.6)]
    truth = np.sum([cells.samples[int(row // 16), int(column // 16)] for row, column in places], axis=0)
    found = np.array(automatic(cells, frame.colour))
    cosine = found @ truth / np.linalg.norm(found) / np.linalg.norm(truth)
    assert np.degrees(np.arccos(cosine)) < limit
