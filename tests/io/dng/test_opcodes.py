"""Opcode lists: what is written is read again, and what is hostile is refused in one sentence."""

import struct
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from lichtbild.core.errors import BadFile
from lichtbild.core.window import Window
from lichtbild.image.opcode import (
    Area,
    DeltaPerColumn,
    DeltaPerRow,
    FixBadPixelsConstant,
    FixBadPixelsList,
    FixVignetteRadial,
    GainMap,
    MapPolynomial,
    MapTable,
    ScalePerColumn,
    ScalePerRow,
    TrimBounds,
    WarpFisheye,
    WarpRectilinear,
)
from lichtbild.io.dng.opcodes import encode, parse

AREA = Area(Window(1, 2, 20, 31), (0, 1), (2, 3))
ROWS = np.linspace(-1, 1, 10, dtype=np.float32)
EVERY = (
    WarpRectilinear(np.array([[1.0, 0.01, -0.02, 0.003]]), np.array([[1e-3, -2e-3]]), (0.5, 0.25)),
    WarpFisheye(np.array([[1.0, 0.1, 0.2, 0.3]] * 3), (0.5, 0.5)),
    FixVignetteRadial((0.1, 0.2, 0.3, 0.4, 0.5), (0.0, 1.0)),
    FixBadPixelsConstant(7, 2),
    FixBadPixelsList(((1, 2), (30, 4)), (Window(3, 4, 5, 6),), 1),
    TrimBounds(Window(1, 2, 30, 40)),
    MapTable(AREA, np.array([0, 5, 65535], np.float32)),
    MapPolynomial(AREA, (0.1, 0.9, -0.25)),
    GainMap(AREA, np.arange(12, dtype=np.float32).reshape(2, 3, 2), (0.5, 0.25), (0.1, 0.2)),
    DeltaPerRow(AREA, ROWS),
    DeltaPerColumn(AREA, ROWS),
    ScalePerRow(AREA, ROWS),
    ScalePerColumn(AREA, ROWS),
    WarpRectilinear(
        np.arange(30.0).reshape(2, 15), np.zeros((2, 2)), (0.5, 0.5), np.array([[0.0, 1.0], [0.1, 0.9]]), True
    ),
)


def same(first: object, second: object) -> bool:
    if type(first) is not type(second):
        return False
    if isinstance(first, np.ndarray):
        return first.dtype == second.dtype and np.array_equal(first, second)
    if is_dataclass(first):
        return all(same(getattr(first, f.name), getattr(second, f.name)) for f in fields(first))
    return first == second


def listed(code: int, body: bytes, *, version: int = 0x01030000, flags: int = 0) -> bytes:
    return struct.pack(">5I", 1, code, version, flags, len(body)) + body


@pytest.mark.parametrize("opcode", EVERY, ids=lambda opcode: type(opcode).__name__)
def test_parse_undoes_encode(opcode):
    (found,) = parse(encode((opcode,)), "a.dng")
    assert same(found, opcode)


def test_a_whole_list_keeps_its_order():
    assert all(same(*pair) for pair in zip(parse(encode(EVERY), "a.dng"), EVERY, strict=True))
    assert encode(parse(encode(EVERY), "a.dng")) == encode(EVERY)


def test_a_known_list_byte_by_byte():
    # MapPolynomial of degree 1 over rows 1-3 and columns 2-4 of plane 0, written by hand.
    body = struct.pack(">4i4II2d", 1, 2, 3, 4, 0, 1, 1, 1, 1, 0.5, 2.0)
    (found,) = parse(listed(8, body), "a.dng")
    assert found == MapPolynomial(Area(Window(1, 2, 3, 4), (0, 1), (1, 1)), (0.5, 2.0))


@pytest.mark.parametrize("length", range(0, len(encode(EVERY)), 7))
def test_a_truncated_list_is_refused(length):
    with pytest.raises(BadFile, match=r"a\.dng: .*(cut short|parameters)"):
        parse(encode(EVERY)[:length], "a.dng")


def test_counts_are_not_believed():
    with pytest.raises(BadFile, match="cut short"):
        parse(b"\xff\xff\xff\xff" + bytes(64), "a.dng")
    huge = struct.pack(">3I", 0, 0xFFFFFFFF, 0)
    with pytest.raises(BadFile, match="cut short"):
        parse(listed(5, huge), "a.dng")
    area = struct.pack(">4i4I", 0, 0, 9, 9, 0, 1, 1, 1)
    grid = struct.pack(">2I4dI", 65535, 65535, 0.1, 0.1, 0, 0, 65535)
    with pytest.raises(BadFile, match="cut short"):
        parse(listed(9, area + grid), "a.dng")


@pytest.mark.parametrize("flags, version", [(0, 0x01030000), (2, 0x01030000), (0, 0x01080000)])
def test_what_is_needed_and_unknown_is_refused(flags, version):
    code = 3 if version > 0x01070100 else 99
    with pytest.raises(BadFile, match="needed"):
        parse(listed(code, bytes(56), version=version, flags=flags), "a.dng")


def test_what_is_optional_and_unknown_is_left_out():
    assert parse(listed(99, b"1234", flags=1), "a.dng") == ()
    assert parse(listed(3, bytes(3), version=0x01080000, flags=3), "a.dng") == ()


@pytest.mark.parametrize("flags, left", [(1, 1), (0, 2)])
def test_the_substitute_of_an_optional_warp_is_skipped(flags, left):
    data = bytearray(encode((EVERY[-1], EVERY[0])))
    struct.pack_into(">I", data, 12, flags)
    assert len(parse(bytes(data), "a.dng")) == left


@pytest.mark.parametrize(
    "code, body",
    [
        (3, struct.pack(">7d", 0, 0, 0, 0, float("nan"), 0.5, 0.5)),
        (3, struct.pack(">7d", 0, 0, 0, 0, 0, 0.5, 1.5)),
        (1, struct.pack(">I", 5) + bytes(8 * 32)),
        (6, struct.pack(">4i", 5, 5, 5, 9)),
        (6, struct.pack(">4i", 5, 5, 4, 9)),
        (8, struct.pack(">4i4II10d", 0, 0, 9, 9, 0, 1, 1, 1, 9, *range(10))),
        (8, struct.pack(">4i4II1d", 0, 0, 9, 9, 0, 1, 0, 1, 0, 1.0)),
        (10, struct.pack(">4i4II1f", 0, 0, 9, 9, 0, 1, 1, 1, 1, 1.0)),
        (4, bytes(9)),
    ],
)
def test_nonsense_is_refused(code, body):
    with pytest.raises(BadFile, match=r"^a\.dng: opcode "):
        parse(listed(code, body), "a.dng")
