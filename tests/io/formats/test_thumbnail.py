"""A thumbnail is the picture in small."""

import io

import numpy as np
import PIL.Image
import pytest

from lichtbild.io.formats.thumbnail import SIDE, thumbnail, thumbnail_jpeg


def ramp(height: int, width: int) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    planes = [255 * columns / width, 255 * rows / height, np.full((height, width), 90.0)]
    return np.stack(planes, axis=-1).astype(np.uint8)


@pytest.mark.parametrize(
    ("height", "width", "expected"),
    [
        (3000, 4000, (120, 160)),
        (801, 533, (160, 106)),
        (161, 10, (160, 10)),
        (120, 160, (120, 160)),
        (1, 1, (1, 1)),
        (1, 5000, (1, 160)),
        (60_000, 3, (160, 1)),
    ],
)
def test_its_size_keeps_the_sides_in_proportion(height: int, width: int, expected: tuple[int, int]) -> None:
    assert thumbnail(ramp(height, width)).shape == (*expected, 3)


@pytest.mark.parametrize(("height", "width"), [(3000, 4000), (611, 777)])
def test_it_shows_the_same(height: int, width: int) -> None:
    small = thumbnail(ramp(height, width))
    # What is covered lies at most a pixel off, and codes are rounded down twice.
    assert abs(small.astype(int) - ramp(*small.shape[:2])).max() <= 255 / min(height, width) + 2


def test_a_fine_pattern_becomes_grey() -> None:
    pattern = np.indices((1200, 1600)).sum(axis=0)[..., None] % 2 * np.full(3, 255)
    assert abs(thumbnail(pattern.astype(np.uint8)).astype(int) - 128).max() <= 1


def test_it_is_a_small_jpeg() -> None:
    data = thumbnail_jpeg(np.random.default_rng(1).integers(0, 256, (900, 1300, 3)).astype(np.uint8))
    assert len(data) < 12_000
    with PIL.Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG" and max(image.size) == SIDE
