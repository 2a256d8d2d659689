"""Resampling by cubic convolution."""

import numpy as np

from lichtbild.core.window import Extent, Window
from lichtbild.numerics.warp import needed, resample


def naive(image, row, column):
    """Keys' kernel with a = -1/2, one sample at a time, in double precision."""

    def weight(x):
        x = abs(x)
        if x < 1:
            return 1.5 * x**3 - 2.5 * x**2 + 1
        return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0

    height, width = image.shape
    row, column = np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)
    return sum(
        weight(row - r) * weight(column - c) * image[np.clip(r, 0, height - 1), np.clip(c, 0, width - 1)]
        for r in range(int(row) - 1, int(row) + 3)
        for c in range(int(column) - 1, int(column) + 3)
    )


def test_it_is_the_sum_over_sixteen_neighbours():
    random = np.random.default_rng(1)
    image = random.random((9, 11, 2), np.float32)
    places = random.uniform(-3, 14, (2, 2, 6, 5))
    found = resample(image, Window(0, 0, 9, 11), Extent(9, 11), places[0], places[1])
    for plane, r, c in np.ndindex(2, 6, 5):
        expected = naive(image[:, :, plane].astype(float), places[0, plane, r, c], places[1, plane, r, c])
        # 16 products of float32 weights of sum below 2: a few units of 2^-23.
        assert abs(found[r, c, plane] - expected) < 2e-6


def test_pixels_at_their_own_place_are_kept_exactly():
    image = np.random.default_rng(2).random((7, 8, 3), np.float32)
    rows, columns = np.mgrid[:7, :8].astype(float)
    found = resample(image, Window(0, 0, 7, 8), Extent(7, 8), rows[None], columns[None])
    assert np.array_equal(found, image)


def test_a_parabola_is_reproduced():
    rows, columns = np.mgrid[:20, :20].astype(np.float32)
    image = (rows**2 - 0.5 * rows * columns + columns)[:, :, None]
    r, c = np.random.default_rng(3).uniform(3, 16, (2, 1, 10, 10))
    found = resample(image, Window(0, 0, 20, 20), Extent(20, 20), r, c)
    np.testing.assert_allclose(found[:, :, 0], (r**2 - 0.5 * r * c + c)[0], atol=1e-4)


def test_what_is_needed_is_enough():
    random = np.random.default_rng(4)
    image = random.random((40, 50, 1), np.float32)
    extent = Extent(40, 50)
    for corner in random.uniform(-5, 50, (20, 2)):
        rows, columns = (corner[:, None, None, None] + random.uniform(0, 4, (2, 1, 5, 5))).reshape(2, 1, 5, 5)
        held = needed(rows, columns, extent)
        part = image[Window(0, 0, 40, 50).slices_of(held)]
        whole = resample(image, Window(0, 0, 40, 50), extent, rows, columns)
        assert np.array_equal(resample(part, held, extent, rows, columns), whole)
