"""Codes are the rounded samples, whichever way and in however many blocks they are made."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import Picture
from lichtbild.io.formats.codes import ROWS, coded, coded_rows, codes, float_rows

EXTENT = Extent(2 * ROWS + 5, 7)


def floats() -> Picture:
    samples = np.random.default_rng(2).uniform(-0.2, 1.2, (*EXTENT, 3)).astype(np.float32)
    return Picture(samples, Window.whole(EXTENT), EXTENT)


def whole_numbers(bits: int) -> CodedPicture:
    dtype = np.uint8 if bits == 8 else np.uint16
    samples = np.random.default_rng(3).integers(0, 1 << bits, (*EXTENT, 3)).astype(dtype)
    return CodedPicture(samples, Window.whole(EXTENT), EXTENT, bits)


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_blocks_are_the_whole(bits: int) -> None:
    wanted = codes(floats().samples, bits)
    np.testing.assert_array_equal(coded(floats(), bits), wanted)
    blocks = list(coded_rows(floats(), bits))
    assert [len(block) for block in blocks] == [ROWS, ROWS, 5]
    np.testing.assert_array_equal(np.concatenate(blocks), wanted)


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
@pytest.mark.parametrize("stored", [8, 10, 16])
def test_codes_of_other_bits_are_the_nearest(stored: int, bits: int) -> None:
    picture = whole_numbers(stored)
    found = coded(picture, bits)
    exact = picture.samples.astype(float) * ((1 << bits) - 1) / picture.top
    assert abs(found - exact).max() <= 0.5
    assert found.dtype == (np.uint8 if bits == 8 else np.uint16)


def test_a_picture_that_has_the_codes_is_not_copied() -> None:
    picture = whole_numbers(8)
    assert np.shares_memory(coded(picture, 8), picture.samples)


def test_floats_of_codes() -> None:
    picture = whole_numbers(10)
    np.testing.assert_array_equal(
        np.concatenate(list(float_rows(picture))), picture.samples.astype(np.float32) / np.float32(1023)
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused_wherever_it_lies(value: float) -> None:
    samples = floats().samples.copy()
    samples[-1, -1, 2] = value
    broken = replace(floats(), samples=samples)
    for make in (lambda: coded(broken, 8), lambda: list(float_rows(broken))):
        with pytest.raises(BadInput, match="no finite numbers"):
            make()
