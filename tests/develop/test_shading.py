"""Lens shading: gains on a grid, and gains along the radius."""

import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.develop.shading import gain_mapped, vignette_fixed
from lichtbild.image.opcode import Area, FixVignetteRadial, GainMap

EXTENT = Extent(24, 36)
WHOLE = Window.whole(EXTENT)
EVERYWHERE = Area(WHOLE, (0, 1), (1, 1))
ONES = np.ones((24, 36, 1), np.float32)


def naive_gain(opcode, row, column, plane):
    """Bilinear interpolation at one pixel in double precision."""
    total = 0.0
    places = []
    for pixel, size, axis in ((row, EXTENT.height, 0), (column, EXTENT.width, 1)):
        at = ((pixel + 0.5) / size - opcode.origin[axis]) / opcode.spacing[axis]
        at = min(max(at, 0.0), opcode.gains.shape[axis] - 1.0)
        before = int(at)
        after = min(before + 1, opcode.gains.shape[axis] - 1)
        places.append(((before, 1 - (at - before)), (after, at - before)))
    for r, share in places[0]:
        for c, other in places[1]:
            total += share * other * opcode.gains[r, c, min(plane, opcode.gains.shape[2] - 1)]
    return total


def test_a_bilinear_ramp_is_reproduced():
    # Points on the image's corners; the gain is 1 + 2 x + 3 y over relative coordinates.
    y, x = np.mgrid[0:1:5j, 0:1:7j]
    opcode = GainMap(EVERYWHERE, (1 + 2 * x + 3 * y).astype(np.float32)[..., None], (1 / 4, 1 / 6), (0, 0))
    found = gain_mapped(opcode, ONES, WHOLE, EXTENT)[:, :, 0]
    rows, columns = np.mgrid[:24, :36] + 0.5
    # A float32 lerp of gains below 6: a few units of 2^-22.
    np.testing.assert_allclose(found, 1 + 2 * columns / 36 + 3 * rows / 24, atol=2e-6)


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 4, 1), (5, 1, 2), (3, 4, 2)])
def test_it_is_bilinear_interpolation_with_edges_that_go_on(shape):
    random = np.random.default_rng(6)
    gains = random.uniform(1, 3, shape).astype(np.float32)
    area = Area(Window(2, 3, 21, 34), (1, 2), (2, 3))
    opcode = GainMap(area, gains, (0.2, 0.25), (0.1, 0.15))
    samples = random.uniform(-0.1, 1, (24, 36, 3)).astype(np.float32)
    found = gain_mapped(opcode, samples, WHOLE, EXTENT)
    for r, c, p in np.ndindex(24, 36, 3):
        changed = 2 <= r < 21 and 3 <= c < 34 and p >= 1 and (r - 2) % 2 == 0 and (c - 3) % 3 == 0
        gain = naive_gain(opcode, r, c, p) if changed else 1.0
        assert found[r, c, p] == pytest.approx(samples[r, c, p] * gain, rel=1e-6)


def test_four_maps_at_a_pitch_of_two_make_one_for_each_colour():
    samples = ONES
    for index, corner in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        area = Area(Window(*corner, 24, 36), (0, 1), (2, 2))
        opcode = GainMap(area, np.full((1, 1, 1), index + 2, np.float32), (1, 1), (0, 0))
        samples = gain_mapped(opcode, samples, WHOLE, EXTENT)
    assert np.array_equal(samples[:, :, 0], np.tile([[2, 3], [4, 5]], (12, 18)))


@pytest.mark.parametrize("tile", [5, 8, 24])
def test_tiles_of_a_gain_map_are_the_whole(tile):
    random = np.random.default_rng(7)
    opcode = GainMap(
        Area(Window(1, 1, 23, 35), (0, 1), (2, 3)), random.random((4, 5, 1), np.float32), (0.25, 0.2), (0, 0)
    )
    samples = random.random((24, 36, 1), np.float32)
    whole = gain_mapped(opcode, samples, WHOLE, EXTENT)
    for window in WHOLE.tiles(tile):
        cut = WHOLE.slices_of(window)
        assert np.array_equal(gain_mapped(opcode, samples[cut], window, EXTENT), whole[cut])


def test_the_vignette_is_one_at_the_centre_and_all_terms_in_the_corner():
    extent = Extent(25, 35)
    opcode = FixVignetteRadial((0.1, 0.2, 0.3, 0.4, 0.5), (0.5, 0.5))
    found = vignette_fixed(opcode, np.ones((25, 35, 1), np.float32), Window.whole(extent), extent)
    assert found.dtype == np.float32 and found[12, 17, 0] == 1
    assert found[[0, 0, 24, 24], [0, 34, 0, 34], 0] == pytest.approx([2.5] * 4, rel=1e-6)


def test_the_vignette_follows_its_polynomial():
    opcode = FixVignetteRadial((0.3, -0.2, 0.1, 0.05, -0.01), (0.25, 0.75))
    found = vignette_fixed(opcode, ONES, WHOLE, EXTENT, pixel_aspect=2.0)[:, :, 0]
    rows, columns = np.mgrid[:24, :36]
    down, across = (rows - 0.75 * 23) / 2, columns - 0.25 * 35
    squared = (down**2 + across**2) / ((0.75 * 23 / 2) ** 2 + (0.75 * 35) ** 2)
    expected = np.polyval((-0.01, 0.05, 0.1, -0.2, 0.3, 1), squared)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    part = Window(3, 4, 20, 30)
    cut = WHOLE.slices_of(part)
    assert np.array_equal(
        vignette_fixed(opcode, ONES[cut], part, EXTENT, pixel_aspect=2.0)[:, :, 0], found[cut]
    )
