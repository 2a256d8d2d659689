"""Tables, polynomials, deltas and scales."""

import numpy as np
import pytest

from lichtbild.core.window import Window
from lichtbild.develop.mapping import polynomial_mapped, scaled, shifted, table_mapped
from lichtbild.image.opcode import (
    Area,
    DeltaPerColumn,
    DeltaPerRow,
    MapPolynomial,
    MapTable,
    ScalePerColumn,
    ScalePerRow,
)

WHOLE = Window(0, 0, 14, 17)
AREA = Area(Window(1, 2, 12, 16), (1, 1), (3, 2))
ALL = Area(Window(0, 0, 0, 0), (0, 3), (1, 1))
SAMPLES = np.random.default_rng(8).uniform(0, 1, (14, 17, 3)).astype(np.float32)
CHANGED = np.zeros(SAMPLES.shape, bool)
CHANGED[1:12:3, 2:16:2, 1] = True


def test_a_polynomial_is_that_of_numpy():
    terms = (0.01, 0.5, 0.25, -0.125, 0.3)
    found = polynomial_mapped(MapPolynomial(AREA, terms), SAMPLES, WHOLE)
    expected = np.where(CHANGED, np.polyval(terms[::-1], SAMPLES.astype(float)), SAMPLES)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert np.array_equal(found[~CHANGED], SAMPLES[~CHANGED]) and found.dtype == np.float32


def test_a_polynomial_on_codes_keeps_its_size_to_the_eighth_power():
    codes = (SAMPLES * 65535).round()
    terms = tuple(0.1 / 65535.0 ** (power - 1) for power in range(9))
    found = polynomial_mapped(MapPolynomial(ALL, terms), codes, WHOLE, white=65535.0)
    np.testing.assert_allclose(found, np.polyval(terms[::-1], codes.astype(float)), rtol=2e-6)


def test_below_black_a_polynomial_is_odd_about_black_and_above_white_it_holds():
    opcode = MapPolynomial(ALL, (0.1, 0.5, 0.25))
    at = np.float32([-0.5, 0.5, 1.0, 2.0]).reshape(1, 4, 1)
    found = polynomial_mapped(opcode, at, Window(0, 0, 1, 4)).ravel()
    assert found[0] - np.float32(0.1) == pytest.approx(-(found[1] - np.float32(0.1)), abs=1e-7)
    assert found[2] == found[3] == pytest.approx(0.85)


def test_a_table_maps_codes_exactly():
    table = np.random.default_rng(9).integers(0, 65536, 65536).astype(np.float32)
    codes = np.random.default_rng(10).integers(0, 65536, (14, 17, 3))
    found = table_mapped(MapTable(AREA, table), codes.astype(np.float32), WHOLE, white=65535.0)
    assert np.array_equal(found, np.where(CHANGED, table[codes], codes))
    linear = table_mapped(MapTable(ALL, table), (codes / 65535).astype(np.float32), WHOLE)
    # A code in float32 is off by at most 2^-8, between neighbours up to 65535 apart.
    assert np.abs(linear - table[codes] / 65535).max() <= 2**-8


@pytest.mark.parametrize("size", [1, 2, 3])
def test_beyond_a_table_its_last_entry_holds(size):
    table = np.arange(1, size + 1, dtype=np.float32) * 65535
    found = table_mapped(MapTable(ALL, table), SAMPLES, WHOLE)
    assert (found[size / 65535 < SAMPLES] == size).all()


def test_deltas_and_scales_follow_rows_and_columns():
    rows, columns = np.float32([0.5, 0.25, 2, 3]), np.linspace(-1, 1, 7, dtype=np.float32)
    down = np.zeros(SAMPLES.shape, np.float32)
    down[1:12:3] = rows[:, None, None]
    across = np.zeros(SAMPLES.shape, np.float32)
    across[:, 2:16:2] = columns[None, :, None]
    for function, opcode, expected in (
        (shifted, DeltaPerRow(AREA, rows), SAMPLES + down),
        (shifted, DeltaPerColumn(AREA, columns), SAMPLES + across),
        (scaled, ScalePerRow(AREA, rows), SAMPLES * down),
        (scaled, ScalePerColumn(AREA, columns), SAMPLES * across),
    ):
        found = function(opcode, SAMPLES, WHOLE)
        assert np.array_equal(found, np.where(CHANGED, expected, SAMPLES))
        for window in WHOLE.tiles(5):
            cut = WHOLE.slices_of(window)
            assert np.array_equal(function(opcode, SAMPLES[cut], window), found[cut])
