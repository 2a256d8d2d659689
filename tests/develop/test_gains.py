"""Gain maps and white balance in one pass: the same numbers as one after the other."""

import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.develop.exposure import Exposure
from lichtbild.develop.gains import Gains
from lichtbild.develop.opcode_stages import CorrectLinear
from lichtbild.develop.white_balance import WhiteBalance
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.opcode import Area, DeltaPerRow, GainMap

EXTENT = Extent(60, 84)
RANDOM = np.random.default_rng(21)
GRBG = Cfa.bayer("GRBG")
BALANCE = WhiteBalance((1.9, 1.0, 1.4))


def gain_map(window: Window, pitch: tuple[int, int], points: tuple[int, int]) -> GainMap:
    gains = RANDOM.uniform(1, 2, (*points, 1)).astype(np.float32)
    return GainMap(Area(window, (0, 1), pitch), gains, (0.23, 0.31), (0.05, -0.1))


BAYER = tuple(gain_map(Window(y, x, 60, 84), (2, 2), (5, 4)) for y in (0, 1) for x in (0, 1))
ODD = (
    gain_map(Window(0, 0, 0, 0), (1, 1), (1, 1)),
    gain_map(Window(7, 11, 45, 60), (3, 2), (2, 7)),
    gain_map(Window(0, 5, 60, 6), (1, 1), (6, 1)),
    GainMap(Area(Window(0, 0, 60, 84), (1, 1), (1, 1)), np.full((1, 1, 1), 9, np.float32), (1, 1), (0, 0)),
)


def mosaic(cfa: Cfa | None = GRBG, planes: int = 1) -> Mosaic:
    samples = RANDOM.uniform(-0.1, 1.2, (*EXTENT, planes)).astype(np.float32)
    return Mosaic(samples, Window.whole(EXTENT), EXTENT, cfa)


@pytest.mark.parametrize("balance", [BALANCE, None], ids=["balanced", "not balanced"])
@pytest.mark.parametrize("maps", [BAYER, BAYER[:1], ()], ids=["four maps", "one map", "no map"])
@pytest.mark.parametrize("window", [Window.whole(EXTENT), Window(13, 8, 37, 51)], ids=["whole", "tile"])
def test_one_pass_gives_the_same_bytes(
    maps: tuple[GainMap, ...], balance: WhiteBalance | None, window: Window
) -> None:
    stage, image = Gains(maps, balance), mosaic().crop(window)
    np.testing.assert_array_equal(stage(image).samples, stage.definition(image).samples)


def test_maps_that_overlap_or_leave_pixels_alone_are_multiplied() -> None:
    stage, image = Gains(ODD, BALANCE), mosaic()
    # Gains are multiplied with one another first: three roundings of 2^-24.
    np.testing.assert_allclose(stage(image).samples, stage.definition(image).samples, rtol=2e-7)
    assert (stage(image).samples != BALANCE(image).samples).any()


def test_other_nouns_take_the_usual_way() -> None:
    image = mosaic(None, 3)
    stage = Gains(BAYER, BALANCE)
    np.testing.assert_array_equal(stage(image).samples, stage.definition(image).samples)
    grey = mosaic(None, 1)
    one = Gains(BAYER, WhiteBalance((1.5,)))
    np.testing.assert_array_equal(one(grey).samples, one.definition(grey).samples)
    double = Mosaic(grey.samples.astype(np.float64), grey.window, EXTENT, None)
    assert one(double).samples.dtype == np.float64


def test_neighbours_become_one_only_where_all_multiply() -> None:
    corrections = [CorrectLinear(one) for one in BAYER]
    found = Gains.of([*corrections, BALANCE])
    assert found is not None and found.maps == BAYER and found.balance is BALANCE
    found = Gains.of(corrections[:2])
    assert found is not None and found.maps == BAYER[:2] and found.balance is None
    delta = DeltaPerRow(Area(Window(0, 0, 0, 0), (0, 1), (1, 1)), np.zeros(60))
    assert Gains.of([CorrectLinear(delta), BALANCE]) is None
    assert Gains.of([BALANCE, corrections[0]]) is None
    assert Gains.of([Exposure(1.0)]) is None
