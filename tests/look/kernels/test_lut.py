import numpy as np
import pytest

from lichtbild.look.kernels.lut import PARTS, packed, places
from lichtbild.look.lut import Lut, nodes

RNG = np.random.default_rng(0)
CODES = RNG.integers(0, 256, (4000, 3), dtype=np.uint8)


def rough(size: int, low: float = 0.0, high: float = 1.0) -> Lut:
    """A table whose neighbours differ, so that a wrong node or weight shows."""
    table = np.clip(nodes(size) ** 1.3 + RNG.normal(0, 0.1, (size, size, size, 3)), 0, 1)
    return Lut(table.astype(np.float32), (low,) * 3, (high,) * 3)


@pytest.mark.parametrize("size", [2, 3, 17, 33, 65])
def test_codes_of_8_bits_are_those_of_the_definition_but_for_ties(size: int) -> None:
    table = rough(size)
    expected = table(CODES / 255.0) * 255
    # A packed node is right to half of 1/2^13, or 255 / 2^14 of a code; the rounding adds a half.
    assert np.abs(table.render(CODES) - expected).max() <= 0.5 + 255 / (2 * PARTS) + 1e-4


def test_every_grey_code_and_the_ends() -> None:
    table = rough(33)
    steps = np.arange(33)
    table.table[steps, steps, steps] = np.linspace(0, 1, 33, dtype=np.float32)[:, None] ** np.float32(0.8)
    grey = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    found = Lut(table.table).render(grey)
    assert (np.ptp(found, axis=1) == 0).all()
    assert found[0, 0] == 0
    assert found[-1, 0] == 255


def test_the_identity_changes_no_code() -> None:
    for size in (2, 17, 33):
        assert np.array_equal(Lut.identity(size).render(CODES), CODES)
        wide = RNG.integers(0, 65536, (4000, 3), dtype=np.uint16)
        assert np.abs(Lut.identity(size).render(wide).astype(int) - wide).max() <= 1


@pytest.mark.parametrize("size", [2, 9, 33])
def test_floats_are_those_of_the_definition(size: int) -> None:
    table = rough(size, -0.5, 1.25)
    samples = RNG.uniform(-1, 2, (20, 30, 3)).astype(np.float32)
    # A place among the nodes is right to some units in the last place, and neighbours differ by at most 1.
    np.testing.assert_allclose(table.render(samples), table(samples.astype(np.float64)), atol=2e-6 * size)


def test_a_domain_holds_for_codes_too() -> None:
    table = rough(17, 0.2, 1.5)
    step = 1 / 255 / 2  # the fraction of a cell is rounded to a part of 255
    slopes = np.abs(np.diff(table.table, axis=0)).max()
    difference = np.abs(table.render(CODES) / 255 - table(CODES / 255.0)).max()
    assert difference <= 3 * step * slopes + 0.51 / 255


def test_codes_of_16_bits_are_those_of_the_definition() -> None:
    table = rough(33)
    codes = RNG.integers(0, 65536, (4000, 3), dtype=np.uint16)
    assert np.abs(table.render(codes) - table(codes / 65535.0) * 65535).max() < 1


def test_what_is_no_number_or_far_outside_is_cut() -> None:
    table = rough(5)
    samples = np.array([[np.nan, np.inf, -np.inf], [-1e30, 1e30, np.nan]], np.float32)
    expected = table(np.array([[0, 1, 0], [0, 1, 0]], np.float64))
    np.testing.assert_allclose(table.render(samples), expected, atol=1e-6)


def test_results_beyond_the_range_are_cut_for_codes_alone() -> None:
    bright = Lut(nodes(3) * 2 - np.float32(0.25))
    codes = np.arange(256, dtype=np.uint8)[:, None].repeat(3, axis=1)
    expected = np.clip(codes[:, 0] * 2.0 - 63.75, 0, 255)
    np.testing.assert_array_equal(bright.render(codes)[:, 0], np.round(expected))
    bright = Lut(nodes(3) * 2)
    assert bright.render(np.full((1, 3), 255, np.uint8)).max() == 255
    assert bright.render(np.full((1, 3), 65535, np.uint16)).max() == 65535
    np.testing.assert_allclose(bright.render(np.ones((1, 3), np.float32)), 2.0)


def test_threads_change_nothing() -> None:
    table = rough(9)
    codes = RNG.integers(0, 256, (600, 900, 3), dtype=np.uint8)
    assert np.array_equal(table.render(codes, threads=2), table.render(codes))


def test_rows_of_another_layout_are_taken() -> None:
    codes = RNG.integers(0, 256, (40, 30, 3), dtype=np.uint8)
    table = rough(9)
    assert np.array_equal(table.render(codes[::2, ::-1]), table.render(codes)[::2, ::-1])


def test_a_result_goes_where_it_is_wanted() -> None:
    codes = RNG.integers(0, 256, (40, 30, 3), dtype=np.uint8)
    table, place = rough(9), np.empty_like(codes)
    assert table.render(codes, out=place) is place
    assert np.array_equal(place, table.render(codes))
    with pytest.raises(ValueError, match="no gaps"):
        table.render(codes, out=np.empty((40, 60, 3), np.uint8)[:, ::2])


def test_other_kinds_are_refused() -> None:
    with pytest.raises(ValueError, match="float64"):
        rough(3).render(np.zeros((2, 3)))


def test_packed_nodes_hold_three_planes() -> None:
    (one,) = packed(np.array([[[[0.0, 0.5, 1.0]]]]))
    assert [int(one) >> shift & 0x1FFFFF for shift in (0, 21, 42)] == [0, PARTS // 2, PARTS]


def test_the_fraction_of_a_code_is_exact_between_black_and_white() -> None:
    first, key = places(33, (0.0,) * 3, (1.0,) * 3)
    codes = np.arange(256)
    cell = (first[2]).astype(int)
    assert np.array_equal(cell * 255 + (key[2] >> np.uint64(32)).astype(int), codes * 32)
