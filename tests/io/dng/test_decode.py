"""Every way in which a DNG may store its samples gives them back, right to the last bit."""

import zlib

import imagecodecs
import numpy as np
import pytest

from dng_files import (
    LONG,
    RATIONAL,
    SHORT,
    build,
    deflated,
    float24,
    linear,
    lossless_jpeg,
    mosaic,
    packed,
)  # fmt: skip
from lichtbild.core.errors import BadFile
from lichtbild.io.dng.container import held
from lichtbild.io.dng.read import read_source

RNG = np.random.default_rng(7)


def samples_of(data: bytes) -> np.ndarray:
    return read_source(held(data)).samples


def codes(height: int, width: int, planes: int, bits: int) -> np.ndarray:
    """Random codes of all magnitudes, the smallest and the largest among them."""
    found = RNG.integers(0, 1 << bits, (height, width, planes), dtype=np.uint64)
    found >>= RNG.integers(0, bits, found.shape, dtype=np.uint64)
    found.flat[:2] = 0, (1 << bits) - 1
    return found.astype(np.uint8 if bits <= 8 else np.uint16 if bits <= 16 else np.uint32)


@pytest.mark.parametrize("bits", range(8, 33))
@pytest.mark.parametrize("order", "<>")
def test_uncompressed_whole_numbers_of_every_depth(bits: int, order: str) -> None:
    truth = codes(5, 7, 3, bits)
    found = samples_of(build(linear(5, 7, 3, bits), [packed(truth, bits, order)], order=order))
    assert found.dtype == truth.dtype
    np.testing.assert_array_equal(found, truth)


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", ["f2", "f4"])
def test_uncompressed_floating_point(kind: str, order: str, big: bool) -> None:
    truth = RNG.normal(0, 100, (5, 7, 3)).astype(kind)
    ifd = linear(5, 7, 3, 8 * truth.dtype.itemsize, SampleFormat=(SHORT, [3, 3, 3]))
    found = samples_of(build(ifd, [truth.astype(order + kind).tobytes()], order=order, big=big))
    assert found.dtype == truth.dtype
    np.testing.assert_array_equal(found, truth)


@pytest.mark.parametrize("order", "<>")
def test_24_bit_floating_point_has_its_highest_byte_first(order: str) -> None:
    # All values have at most 16 bits of mantissa; the last ones are denormal in 24 bits.
    truth = np.float32([0, 1, -1, 0.5, 65537, 2.0**-62, 3 * 2.0**-64, 2.0**-78, 1.5 * 2.0**63, -(2.0**60)])
    ifd = linear(2, 5, 1, 24, SampleFormat=(SHORT, [3]))
    found = samples_of(build(ifd, [float24(truth)], order=order))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found.ravel(), truth)


def test_strips_and_tiles_cover_the_image_and_the_last_ones_are_cut() -> None:
    truth = codes(11, 9, 1, 16)
    strips = [packed(truth[top : top + 4], 16) for top in (0, 4, 8)]
    np.testing.assert_array_equal(samples_of(build(mosaic(11, 9, RowsPerStrip=(LONG, [4])), strips)), truth)
    whole = np.pad(truth, ((0, 5), (0, 7), (0, 0)))
    tiles = [packed(whole[y : y + 8, x : x + 8], 16) for y in (0, 8) for x in (0, 8)]
    ifd = mosaic(11, 9, TileWidth=(LONG, [8]), TileLength=(LONG, [8]))
    np.testing.assert_array_equal(samples_of(build(ifd, tiles)), truth)


def test_a_large_strip_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lichtbild.io.dng.decode._CHUNK", 100)
    truth = codes(11, 9, 3, 12)
    np.testing.assert_array_equal(samples_of(build(linear(11, 9, 3, 12), [packed(truth, 12)])), truth)


def test_planes_stored_one_after_the_other() -> None:
    truth = codes(6, 5, 3, 16)
    ifd = linear(6, 5, 3, PlanarConfiguration=(SHORT, [2]))
    found = samples_of(build(ifd, [packed(truth[:, :, k], 16) for k in range(3)]))
    np.testing.assert_array_equal(found, truth)


def test_pixels_sorted_into_blocks_within_a_tile() -> None:
    truth = codes(4, 8, 1, 16)
    blocks = [truth[y : y + 2, x : x + 4] for y in (0, 2) for x in (0, 4)]
    ifd = mosaic(4, 8, SubTileBlockSize=(SHORT, [2, 4]))
    data = build(ifd, [b"".join(packed(block, 16) for block in blocks)])
    np.testing.assert_array_equal(samples_of(data), truth)


@pytest.mark.parametrize(("rows", "columns"), [(2, 1), (1, 2), (2, 2), (3, 2)])
def test_interleaved_rows_and_columns_of_odd_sizes(rows: int, columns: int) -> None:
    truth = codes(11, 9, 1, 16)
    stored = np.concatenate([truth[k::rows] for k in range(rows)])
    stored = np.concatenate([stored[:, k::columns] for k in range(columns)], axis=1)
    stored = np.pad(stored, ((0, 1), (0, 3), (0, 0)))
    tiles = [packed(stored[y : y + 4, x : x + 4], 16) for y in (0, 4, 8) for x in (0, 4, 8)]
    ifd = mosaic(
        11, 9, RowInterleaveFactor=(SHORT, [rows]), ColumnInterleaveFactor=(SHORT, [columns]),
        TileWidth=(LONG, [4]), TileLength=(LONG, [4]),
    )  # fmt: skip
    np.testing.assert_array_equal(samples_of(build(ifd, tiles)), truth)


@pytest.mark.parametrize("predictor", range(1, 8))
@pytest.mark.parametrize(("planes", "bits"), [(1, 16), (2, 14), (3, 12), (4, 8)])
def test_lossless_jpeg_with_every_predictor(predictor: int, planes: int, bits: int) -> None:
    truth = codes(9, 11, planes, bits)
    ifd = linear(9, 11, planes, bits, Compression=(SHORT, [7]))
    np.testing.assert_array_equal(samples_of(build(ifd, [lossless_jpeg(truth, bits, predictor)])), truth)


@pytest.mark.parametrize("predictor", [1, 6])
def test_lossless_jpeg_of_a_mosaic_in_other_rows_than_its_own(predictor: int) -> None:
    truth = codes(8, 12, 1, 14)
    ifd = mosaic(8, 12, 14, Compression=(SHORT, [7]))
    for shape in ((8, 6, 2), (4, 12, 2), (4, 24, 1), (4, 6, 4), (16, 6, 1)):
        data = build(ifd, [lossless_jpeg(truth.reshape(shape), 14, predictor)])
        np.testing.assert_array_equal(samples_of(data), truth)


@pytest.mark.parametrize("rows", [1, 2, 4])
def test_lossless_jpeg_with_restarts(rows: int) -> None:
    truth = codes(11, 8, 2, 12)
    ifd = linear(11, 8, 2, 12, Compression=(SHORT, [7]))
    np.testing.assert_array_equal(
        samples_of(build(ifd, [lossless_jpeg(truth, 12, 4, restart_rows=rows)])), truth
    )


def test_lossless_jpeg_with_dropped_bits() -> None:
    truth = codes(6, 5, 1, 14) >> 2 << 2
    data = build(mosaic(6, 5, 14, Compression=(SHORT, [7])), [lossless_jpeg(truth, 14, 1, shift=2)])
    np.testing.assert_array_equal(samples_of(data), truth)


@pytest.mark.parametrize("old", [False, True])
def test_a_difference_of_16_bits_has_bits_behind_it_only_in_the_first_files(old: bool) -> None:
    truth = np.uint16([[0, 32768, 0, 32768], [5, 32773, 0, 1]])[:, :, None]
    ifd = mosaic(2, 4, Compression=(SHORT, [7]), DNGVersion=(1, [1, 0 if old else 1, 0, 0]))
    np.testing.assert_array_equal(samples_of(build(ifd, [lossless_jpeg(truth, 16, 1, extra=old)])), truth)


def test_a_padded_last_strip_of_lossless_jpeg() -> None:
    truth = codes(6, 5, 1, 12)
    strips = [lossless_jpeg(np.pad(truth, ((0, 2), (0, 0), (0, 0)))[top : top + 4], 12, 1) for top in (0, 4)]
    ifd = mosaic(6, 5, 12, Compression=(SHORT, [7]), RowsPerStrip=(LONG, [4]))
    np.testing.assert_array_equal(samples_of(build(ifd, strips)), truth)


@pytest.mark.parametrize("compression", [7, 34892])
@pytest.mark.parametrize("coded_as", ["gray", "ycbcr", "rgb"])
def test_baseline_jpeg(compression: int, coded_as: str) -> None:
    y, x = np.mgrid[:16, :24]
    planes = 1 if coded_as == "gray" else 3
    truth = np.stack([8 * x + 16, 8 * y + 32, 100 + x - y], -1)[:, :, :planes].astype(np.uint8)
    coded = imagecodecs.jpeg8_encode(
        truth.squeeze(), level=100, subsampling="444",
        colorspace="gray" if planes == 1 else "rgb", outcolorspace=coded_as,
    )  # fmt: skip
    found = samples_of(build(linear(16, 24, planes, 8, Compression=(SHORT, [compression])), [coded]))
    # Quality 100 has quantisers of 1: each coefficient is off by half a code at most, which adds up to about
    # one in a sample; blue is Y + 1.772 Cb, which makes three of it.
    assert np.abs(found.astype(int) - truth).max() <= (3 if coded_as == "ycbcr" else 1)


def test_a_baseline_jpeg_stream_that_ends_too_early_is_not_filled_with_grey() -> None:
    coded = imagecodecs.jpeg8_encode(codes(64, 64, 1, 8).squeeze(), level=100)
    ifd = linear(64, 64, 1, 8, Compression=(SHORT, [34892]))
    with pytest.raises(BadFile, match="strip 0 is damaged: it ends too early"):
        samples_of(build(ifd, [coded[: len(coded) // 2]]))


@pytest.mark.parametrize("predictor", [1, 2, 34892, 34893])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32])
@pytest.mark.parametrize("compression", [8, 32946])
def test_deflate_of_whole_numbers(predictor: int, kind: type, compression: int) -> None:
    bits = 8 * np.dtype(kind).itemsize
    truth = codes(6, 9, 3, bits)
    for order in "<>":
        ifd = linear(6, 9, 3, bits, Compression=(SHORT, [compression]), Predictor=(SHORT, [predictor]))
        data = build(ifd, [deflated(truth, predictor, order)], order=order)
        np.testing.assert_array_equal(samples_of(data), truth)


@pytest.mark.parametrize("predictor", [1, 3, 34894, 34895])
@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_deflate_of_floating_point_numbers(predictor: int, kind: type) -> None:
    truth = RNG.normal(0, 10, (6, 9, 1)).astype(kind)
    for order in "<>":
        ifd = linear(
            6, 9, 1, 8 * truth.dtype.itemsize,
            Compression=(SHORT, [8]), Predictor=(SHORT, [predictor]), SampleFormat=(SHORT, [3]),
        )  # fmt: skip
        data = build(ifd, [deflated(truth, predictor, order)], order=order)
        np.testing.assert_array_equal(samples_of(data), truth)


def test_deflate_of_24_bit_floating_point_numbers() -> None:
    truth = np.float32([[1, 2, -3, 0.25], [1024, 0, 7, 9]])
    planes = np.frombuffer(float24(truth), np.uint8).reshape(2, 4, 3).transpose(0, 2, 1).reshape(2, 12)
    coded = planes.copy()
    coded[:, 1:] -= planes[:, :-1]
    ifd = linear(2, 4, 1, 24, Compression=(SHORT, [8]), Predictor=(SHORT, [3]), SampleFormat=(SHORT, [3]))
    np.testing.assert_array_equal(samples_of(build(ifd, [zlib.compress(coded.tobytes())])).squeeze(), truth)


@pytest.mark.parametrize(("kind", "planes"), [("u1", 1), ("u1", 3), ("u2", 1), ("u2", 3), ("f2", 3)])
def test_jpeg_xl(kind: str, planes: int) -> None:
    truth = (
        RNG.normal(500, 100, (12, 20, planes)).astype("u2").astype(kind)
        if kind != "u1"
        else codes(12, 20, planes, 8)
    )
    coded = imagecodecs.jpegxl_encode(truth.squeeze(), lossless=True)
    ifd = linear(12, 20, planes, 8 * truth.dtype.itemsize, Compression=(SHORT, [52546]))
    if kind == "f2":
        ifd |= {339: (SHORT, [3] * planes)}
    np.testing.assert_array_equal(samples_of(build(ifd, [coded])), truth)


@pytest.mark.parametrize(("stream", "image"), [(12, 16), (10, 16), (8, 16), (12, 12), (10, 12), (16, 16)])
def test_jpeg_xl_of_fewer_bits_fills_the_range_of_the_image(stream: int, image: int) -> None:
    stored = codes(64, 80, 1, stream)
    coded = imagecodecs.jpegxl_encode(stored.squeeze(), lossless=True, bitspersample=stream)
    found = samples_of(build(linear(64, 80, 1, image, Compression=(SHORT, [52546])), [coded]))
    # The largest code of either is white: ISO/IEC 18181-1 means integer samples as shares of it.
    np.testing.assert_array_equal(found, np.rint(stored * (((1 << image) - 1) / ((1 << stream) - 1))))


def test_jpeg_xl_of_a_mosaic_as_four_planes() -> None:
    truth = codes(12, 20, 1, 14)
    stored = np.concatenate([truth[0::2], truth[1::2]])
    stored = np.concatenate([stored[:, 0::2], stored[:, 1::2]], axis=1)
    coded = imagecodecs.jpegxl_encode(stored.squeeze(), lossless=True)
    ifd = mosaic(
        12, 20, 16, Compression=(SHORT, [52546]),
        RowInterleaveFactor=(SHORT, [2]), ColumnInterleaveFactor=(SHORT, [2]),
    )  # fmt: skip
    np.testing.assert_array_equal(samples_of(build(ifd, [coded])), truth)


def test_samples_that_are_not_numbers_are_refused() -> None:
    truth = np.float32([[1, np.nan], [3, 4]])
    ifd = linear(2, 2, 1, 32, SampleFormat=(SHORT, [3]), DefaultScale=(RATIONAL, [(1, 1), (1, 1)]))
    with pytest.raises(BadFile, match="strip 0 holds samples that are not finite"):
        samples_of(build(ifd, [truth.tobytes()]))
