"""Our PNG against Pillow's reading of it."""

import io

import numpy as np
import PIL.Image
import pytest

from lichtbild.figure.png import block_means, cicp_chunk, icc_chunk, png_bytes


@pytest.mark.parametrize("planes", [1, 3])
def test_every_code_comes_back(planes: int) -> None:
    codes = np.arange(7 * 11 * planes).reshape(7, 11, planes) % 256
    data = png_bytes((codes / 255).astype(np.float32))
    read = np.asarray(PIL.Image.open(io.BytesIO(data)))
    np.testing.assert_array_equal(read.reshape(7, 11, planes), codes)


def test_a_wide_picture_is_made_of_block_means() -> None:
    samples = np.random.default_rng(1).random((9, 21, 3), np.float32)
    small = block_means(samples, 3)
    assert small.shape == (3, 7, 3)
    np.testing.assert_allclose(small[1, 2], samples[3:6, 6:9].mean(axis=(0, 1)), rtol=1e-6)
    assert PIL.Image.open(io.BytesIO(png_bytes(samples, width_limit=10))).size == (7, 3)


def test_out_of_range_and_nan_are_shown_as_black_and_white() -> None:
    samples = np.array([[[-1.0], [2.0], [np.nan]]], np.float32)
    read = np.asarray(PIL.Image.open(io.BytesIO(png_bytes(samples))))
    assert read.tolist() == [[0, 255, 0]]


def test_a_profile_is_embedded() -> None:
    data = png_bytes(np.zeros((1, 1, 3), np.float32), meaning=icc_chunk(b"profile"))
    assert PIL.Image.open(io.BytesIO(data)).info["icc_profile"] == b"profile"


@pytest.mark.parametrize("shape", [(2, 2, 4), (0, 2, 3)])
def test_other_shapes_are_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="one or three planes"):
        png_bytes(np.zeros(shape, np.float32))


def test_a_picture_narrower_than_a_block_keeps_a_pixel() -> None:
    assert block_means(np.ones((1, 40, 3), np.float32), 4).shape == (1, 10, 3)


def test_colour_codes_are_a_chunk_of_their_own() -> None:
    data = png_bytes(np.zeros((1, 1, 3), np.float32), meaning=cicp_chunk(9, 16))
    place = data.index(b"cICP")
    assert data[place - 4 : place + 8] == b"\0\0\0\x04cICP" + bytes((9, 16, 0, 1)) and b"iCCP" not in data
    PIL.Image.open(io.BytesIO(data)).verify()  # the checksum
