"""Our lossless JPEG against others' decoders, and against streams that lie."""

import imagecodecs
import numpy as np
import pytest

from dng_files import lossless_jpeg as coded_by_loops
from lichtbild.io.dng import lossless_jpeg, lossless_jpeg_encode

RNG = np.random.default_rng(3)


def field(bits: int, planes: int) -> np.ndarray:
    """A smooth field with noise and a few extreme samples."""
    smooth = np.cumsum(RNG.normal(0, 2.0 ** (bits - 8), (40, 37, planes)), axis=1) + 2 ** (bits - 1)
    found = smooth.clip(0, 2**bits - 1).astype(np.uint16)
    found[RNG.random(found.shape) < 0.01] = 2**bits - 1
    found[RNG.random(found.shape) < 0.01] = 0
    return found


@pytest.mark.parametrize("predictor", range(1, 8))
@pytest.mark.parametrize(("bits", "planes"), [(8, 1), (8, 3), (12, 1), (14, 2), (16, 1), (16, 4)])
def test_what_is_encoded_is_decoded(bits: int, planes: int, predictor: int) -> None:
    truth = field(bits, planes)
    data = lossless_jpeg_encode.encode(truth, bits=bits, predictor=predictor)
    np.testing.assert_array_equal(lossless_jpeg.decode(data, most=truth.size), truth)


@pytest.mark.parametrize("predictor", range(1, 8))
def test_libjpeg_turbo_reads_what_is_encoded(predictor: int) -> None:
    for truth in (field(8, 1), field(8, 3)):
        data = lossless_jpeg_encode.encode(truth, bits=8, predictor=predictor)
        other = np.asarray(
            imagecodecs.jpeg8_decode(data, colorspace="gray" if truth.shape[2] == 1 else "rgb")
        )
        np.testing.assert_array_equal(other.reshape(truth.shape), truth)


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_what_another_encoder_writes_is_decoded(bits: int) -> None:
    truth = field(bits, 1)
    data = imagecodecs.ljpeg_encode(truth[:, :, 0], bitspersample=bits)
    np.testing.assert_array_equal(lossless_jpeg.decode(data, most=truth.size), truth)


def test_a_flat_field_and_a_single_sample() -> None:
    for truth in (np.full((5, 4, 2), 77, np.uint16), np.full((1, 1, 1), 3, np.uint16)):
        data = lossless_jpeg_encode.encode(truth, bits=12)
        np.testing.assert_array_equal(lossless_jpeg.decode(data, most=truth.size), truth)


def test_every_truncation_is_noticed() -> None:
    truth = field(12, 1)
    data = coded_by_loops(truth, 12, 1)
    for length in [*range(200), *range(200, len(data) - 3, 17)]:
        with pytest.raises(ValueError, match=r"\w"):
            lossless_jpeg.decode(data[:length], most=truth.size)


def test_flipped_bits_give_samples_or_a_value_error() -> None:
    truth = field(12, 2)
    data = lossless_jpeg_encode.encode(truth, bits=12)
    for _ in range(2000):
        bad = bytearray(data)
        for _ in range(RNG.integers(1, 4)):
            bad[RNG.integers(0, len(bad) if RNG.random() < 0.3 else 80)] ^= 1 << RNG.integers(0, 8)
        try:
            found = lossless_jpeg.decode(bytes(bad), most=truth.size)
        except ValueError:
            continue
        assert found.size <= truth.size


@pytest.mark.parametrize(
    ("sentence", "change"),
    [
        ("samples where", {b"\x00\x28\x00\x25": b"\xff\xff\xff\xff"}),
        ("predictor 8", {b"\x08\x01\x00\x00\x01": b"\x08\x01\x00\x00\x08"}),
        ("components of", {b"\x0c\x00\x28": b"\x11\x00\x28"}),
        ("subsampled", {b"\x00\x11\x00": b"\x00\x22\x00"}),
        ("does not begin", {b"\xff\xd8": b"\xff\xd9"}),
    ],
)
def test_a_header_that_lies_is_refused(sentence: str, change: dict[bytes, bytes]) -> None:
    data = lossless_jpeg_encode.encode(field(12, 1), bits=12)
    for old, new in change.items():
        assert old in data
        data = data.replace(old, new, 1)
    with pytest.raises(ValueError, match=sentence):
        lossless_jpeg.decode(data, most=40 * 37)


def test_more_samples_than_bits_are_refused_before_anything_is_made() -> None:
    data = lossless_jpeg_encode.encode(np.full((2, 2, 1), 5, np.uint16), bits=12)
    huge = data.replace(b"\x00\x02\x00\x02", b"\xff\xff\xff\xff", 1)
    with pytest.raises(ValueError, match="claims 4294836225 samples but has only"):
        lossless_jpeg.decode(huge, most=1 << 40)
