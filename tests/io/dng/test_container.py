"""Directories that lie: about their places, their counts, one another, and the file's length."""

import struct
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from dng_files import (
    ASCII,
    FLOAT,
    LONG,
    RATIONAL,
    SHORT,
    build,
    deflated,
    linear,
    lossless_jpeg,
    mosaic,
    packed,
)
from dng_seeds import TRUTH, files
from lichtbild.core.errors import BadFile, BadInput
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.container import held, is_dng, read_container
from lichtbild.io.dng.read import read, read_source
from lichtbild.io.dng.tags import Tag

SECONDS, BYTES = 2.0, 64 << 20


def outcome(data: bytes) -> RawFrame | str:
    """The frame, or the sentence; anything else, or too long, fails."""
    begin = time.process_time()
    try:
        found: RawFrame | str = read_source(held(data))
    except BadInput as error:
        found = str(error)
        assert found
        assert "\n" not in found
    assert time.process_time() - begin < SECONDS
    return found


def bounded(data: bytes) -> RawFrame | str:
    """The outcome, which must not take much memory either."""
    tracemalloc.start()
    try:
        found = outcome(data)
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()
    return found


@pytest.fixture(autouse=True, scope="module")
def compiled() -> None:
    """The kernel is compiled before the clock counts."""
    read_source(held(FILES["jpeg"]))


FILES = dict(files())


@pytest.mark.parametrize("kind", FILES)
def test_truncated_anywhere(kind: str) -> None:
    data = FILES[kind]
    assert isinstance(outcome(data), RawFrame)
    # The directory stands at the end, so no part of the file can do without the rest.
    for length in [*range(64), *range(64, len(data) - 1, 23)]:
        assert isinstance(outcome(data[:length]), str)


@pytest.mark.parametrize("kind", FILES)
def test_flipped_bits(kind: str) -> None:
    for seed in range(60):
        rng = np.random.default_rng(seed)
        data = bytearray(FILES[kind])
        for place in rng.integers(0, len(data), rng.integers(1, 6)):
            data[place] ^= 1 << rng.integers(0, 8)
        outcome(bytes(data))


@pytest.mark.parametrize("kind", FILES)
def test_every_number_of_the_directory_made_large(kind: str) -> None:
    data = FILES[kind]
    order = "<" if data[:2] == b"II" else ">"
    (start,) = struct.unpack(order + "I", data[4:8]) if data[2:4] in (b"*\0", b"\0*") else (len(data) - 700,)
    for place in range(start, len(data) - 4, 17):
        for value in (0x7FFFFFFF, 0xFFFFFFFF):
            bad = bytearray(data)
            struct.pack_into(order + "I", bad, place, value)
            bounded(bytes(bad))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "has 0 bytes"),
        (b"II*\0", "has 4 bytes"),
        (b"This is a text file, not a photograph at all.", "does not begin with the header of a TIFF"),
        (b"II*\0\0\0\0\0" + bytes(40), "has no directory"),
        (b"II*\0\xff\xff\xff\xff", "should lie at byte 4294967295"),
        (b"MM\0+\0\x08\0\0" + b"\xff" * 8, "should lie at byte"),
        (b"II*\0\x08\0\0\0\xff\xff", "claims 65535 entries"),
        (b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0" + b"\xff" * 8, "claims 18446744073709551615 entries"),
    ],
)
def test_files_that_are_none(data: bytes, sentence: str) -> None:
    assert sentence in str(bounded(data))


def test_directories_that_form_a_loop() -> None:
    chained = bytearray(build(mosaic(16, 24), [packed(TRUTH, 16)]))
    chained[-4:] = chained[4:8]  # the directory stands at the end, and its link to the next one is its end
    assert "form a loop" in str(outcome(bytes(chained)))
    data = build(mosaic(16, 24), [packed(TRUTH, 16)], below={Tag.SubIFDs: [({}, [])]})
    (main,) = struct.unpack("<I", data[4:8])
    looped = bytearray(data)
    entry = next(main + 2 + 12 * k for k in range(40) if data[main + 2 + 12 * k :][:2] == b"\x4a\x01")
    struct.pack_into("<I", looped, entry + 8, main)
    assert "form a loop" in str(outcome(bytes(looped)))


def test_more_directories_than_any_camera_writes() -> None:
    children = [({Tag.NewSubFileType: (LONG, [1])}, [])] * 200
    assert "more than 64 directories" in str(
        outcome(build(mosaic(16, 24), [packed(TRUTH, 16)], below={Tag.SubIFDs: children}))
    )


@pytest.mark.parametrize("compression", [1, 7, 8, 34892, 52546])
def test_a_four_gigapixel_header_over_a_tiny_file(compression: int) -> None:
    ifd = mosaic(65535, 65535, Compression=(SHORT, [compression]))
    assert "at most 1073741824 (one gigapixel)" in str(bounded(build(ifd, [b"tiny"])))


@pytest.mark.parametrize("compression", [1, 7, 8, 34892, 52546])
def test_more_samples_than_the_bytes_can_give(compression: int) -> None:
    bits = 8 if compression == 34892 else 16
    ifd = mosaic(30000, 30000, bits, Compression=(SHORT, [compression]))
    found = str(bounded(build(ifd, [b"tiny"])))
    assert "it is truncated" in found or "more than its compression can give" in found


@pytest.mark.parametrize("side", [0, 0x7FFFFFFF, 1 << 15])
def test_hostile_tiles(side: int) -> None:
    ifd = mosaic(16, 24, TileWidth=(LONG, [side]), TileLength=(LONG, [side]))
    assert isinstance(bounded(build(ifd, [packed(TRUTH, 16)])), str)


def strips(count: int, number: int) -> dict[str, tuple[int, object]]:
    """Several strips that all lie at the same place."""
    return {"StripOffsets": (LONG, [8] * number), "StripByteCounts": (LONG, [count] * number)}


@pytest.mark.parametrize(
    ("sentence", "more"),
    [
        ("should lie at byte 4294967280", {"StripOffsets": (LONG, [0xFFFFFFF0])}),
        ("should lie at byte", {"StripByteCounts": (LONG, [0xFFFFFFF0])}),
        ("2 strips or tiles where its size needs 1", strips(8, 2)),
        ("2 places but 1 lengths", {"StripOffsets": (LONG, [8, 8])}),
        ("strips or tiles overlap", strips(800, 16)),
        ("tiles of 8 x 0 pixels", {"TileWidth": (LONG, [8]), "TileOffsets": (LONG, [8])}),
        ("compressed with method 6", {"Compression": (SHORT, [6])}),
        ("interleaves 0 rows", {"RowInterleaveFactor": (SHORT, [0])}),
        ("blocks of", {"SubTileBlockSize": (SHORT, [5, 5])}),
        ("samples in a pixel", {"SamplesPerPixel": (SHORT, [200])}),
    ],
)  # fmt: skip
def test_hostile_layouts(sentence: str, more: dict[str, tuple[int, object]]) -> None:
    assert sentence in str(bounded(build(mosaic(16, 24, **more), [packed(TRUTH, 16)])))


def test_an_image_without_a_place() -> None:
    assert "does not say where its pixels lie" in str(outcome(build(mosaic(16, 24), [])))


def test_a_coded_stream_of_another_size_than_its_tile() -> None:
    ifd = mosaic(16, 24, 12, Compression=(SHORT, [7]))
    assert "strip 0 claims 24 x 8 pixels" in str(outcome(build(ifd, [lossless_jpeg(TRUTH[:8], 12, 1)])))
    zeros = np.zeros((16, 4096, 1), np.uint16)
    bomb = deflated(np.tile(zeros, (1, 200, 1)), 1)
    small = mosaic(16, 24, Compression=(SHORT, [8]))
    assert isinstance(bounded(build(small, [bomb])), RawFrame)  # inflated no further than needed
    short = deflated(zeros[:1, :3], 1)
    assert "inflates to 6 bytes where 768 are wanted" in str(outcome(build(small, [short])))


def test_a_wrong_kind_of_value_in_every_tag_that_is_read() -> None:
    for tag in Tag:
        for kind, values in (
            (ASCII, "text"),
            (SHORT, [0]),
            (FLOAT, [float("nan")] * 3),
            (RATIONAL, [(1, 0)]),
        ):
            ifd = {**mosaic(16, 24), tag: (kind, values)}
            outcome(build(ifd, [packed(TRUTH, 16)]))  # fmt: skip


def test_unknown_types_of_values_are_skipped() -> None:
    data = bytearray(build(mosaic(16, 24, Artist=(SHORT, [1])), [packed(TRUTH, 16)]))
    (main,) = struct.unpack("<I", data[4:8])
    entry = next(main + 2 + 12 * k for k in range(40) if data[main + 2 + 12 * k :][:2] == b"\x3b\x01")
    struct.pack_into("<HI", data, entry + 2, 99, 0xFFFFFFFF)
    assert isinstance(outcome(bytes(data)), RawFrame)


def test_linear_raw_of_many_directories_reads_each_once() -> None:
    children = [(linear(2, 2), [bytes(24)])] * 20
    found = read_container(held(build(linear(4, 4), [bytes(96)], below={Tag.SubIFDs: children})))
    assert len(found.images) == 21


def test_files_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "text.dng"
    path.write_text("This is a text file.")
    assert not is_dng(path)
    with pytest.raises(BadFile, match="is not a DNG"):
        read(path)
    with pytest.raises(BadFile, match="cannot be read"):
        read(tmp_path / "missing.dng")
    with pytest.raises(BadFile, match="cannot be read"):
        read(tmp_path)
    assert not is_dng(tmp_path / "missing.dng")
