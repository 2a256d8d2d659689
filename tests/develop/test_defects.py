"""Bad pixels are interpolated from good ones of their colour."""

import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.develop.defects import REACH, listed, repaired
from lichtbild.image.cfa import Cfa
from lichtbild.image.opcode import FixBadPixelsList

EXTENT = Extent(26, 30)
WHOLE = Window.whole(EXTENT)
XTRANS = Cfa(
    (
        (1, 1, 0, 1, 1, 2),
        (1, 1, 2, 1, 1, 0),
        (2, 0, 1, 0, 2, 1),
        (1, 1, 2, 1, 1, 0),
        (1, 1, 0, 1, 1, 2),
        (0, 2, 1, 2, 0, 1),
    )
)
QUAD = Cfa(((0, 0, 1, 1), (0, 0, 1, 1), (1, 1, 2, 2), (1, 1, 2, 2)))


@pytest.mark.parametrize("cfa", [None, XTRANS, QUAD, *map(Cfa.bayer, ("RGGB", "BGGR", "GRBG", "GBRG"))])
def test_only_good_pixels_of_the_colour_are_used(cfa):
    # Each colour is flat, at a level of its own, so any mixture shows.
    planes = np.zeros(EXTENT, int) if cfa is None else cfa.planes(EXTENT)
    truth = np.uint16([100, 2000, 30000])[planes][:, :, None]
    bad = np.random.default_rng(11).random((*EXTENT, 1)) < 0.1
    broken = np.where(bad, np.uint16(65535), truth)
    found = repaired(broken, bad, WHOLE, cfa)
    assert found.dtype == np.uint16 and np.array_equal(found, truth)


def test_a_ramp_is_continued_exactly():
    rows, columns = np.mgrid[:26, :30]
    truth = (3.0 * rows + 5.0 * columns).astype(np.float32)[:, :, None]
    bad = np.zeros(truth.shape, bool)
    bad[[8, 13, 20], [9, 14, 7]] = True
    found = repaired(np.where(bad, np.float32(0), truth), bad, WHOLE, Cfa.bayer("RGGB"))
    assert np.array_equal(found, truth)


def test_an_edge_is_followed_not_crossed():
    image = np.zeros((26, 30, 1), np.float32)
    image[:, 15:] = 1
    bad = np.zeros(image.shape, bool)
    bad[12, 14] = bad[13, 15] = True
    assert np.array_equal(repaired(np.where(bad, np.float32(9), image), bad, WHOLE, None), image)


def test_a_whole_column_is_bridged():
    columns = np.mgrid[:26, :30][1]
    truth = (columns * 4).astype(np.uint16)[:, :, None]
    bad = np.zeros(truth.shape, bool)
    bad[:, 10] = True
    assert np.array_equal(repaired(np.where(bad, 0, truth).astype(np.uint16), bad, WHOLE, None), truth)


def test_what_has_no_good_neighbour_is_left():
    bad = np.ones((9, 9, 1), bool)
    image = np.random.default_rng(12).random((9, 9, 1), np.float32)
    assert np.array_equal(repaired(image, bad, Window(0, 0, 9, 9), None), image)


def test_the_list_may_reach_outside_the_image():
    opcode = FixBadPixelsList(
        ((-1, 3), (2, 4), (99, 1), (7, 8)), (Window(-5, 20, 3, 99), Window(5, 5, 6, 9)), 0
    )
    bad = listed(opcode, WHOLE, EXTENT)
    expected = np.zeros(EXTENT, bool)
    expected[2, 4] = expected[7, 8] = True
    expected[0:3, 20:] = True
    expected[5, 5:9] = True
    assert np.array_equal(bad, expected)
    part = Window(2, 3, 8, 22)
    assert np.array_equal(listed(opcode, part, EXTENT), expected[WHOLE.slices_of(part)])


def test_no_repair_looks_farther_than_it_says():
    random = np.random.default_rng(13)
    image = random.random((40, 40, 1), np.float32)
    bad = random.random(image.shape) < 0.5
    cfa = Cfa.bayer("GRBG")
    whole = repaired(image, bad, Window(0, 0, 40, 40), cfa)
    held = Window(12 - REACH, 12 - REACH, 24 + REACH, 24 + REACH)
    cut = Window(0, 0, 40, 40).slices_of(held)
    part = repaired(image[cut], bad[cut], held, cfa)
    assert np.array_equal(part[REACH:-REACH, REACH:-REACH], whole[12:24, 12:24])
