"""Resizing against closed forms, a naive sum in doubles, and Pillow."""

import numpy as np
import PIL.Image
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.resize import LOBES, Resize, Taps
from lichtbild.image.linear_image import LinearImage


def image_of(samples: np.ndarray) -> LinearImage:
    extent = Extent(*samples.shape[:2])
    return LinearImage(samples.astype(np.float32), Window.whole(extent), extent)


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(5).uniform(-0.1, 3.0, (height, width, 3))


def naive(samples: np.ndarray, size: int, axis: int) -> np.ndarray:
    """One side resampled by the definition, a pixel at a time, in doubles."""
    before = samples.shape[axis]
    scale = max(1.0, before / size)
    lines = []
    for pixel in range(size):
        centre = (pixel + 0.5) * before / size
        x = (np.arange(before) + 0.5 - centre) / scale
        weight = np.where(abs(x) < LOBES, np.sinc(x) * np.sinc(x / LOBES), 0.0)
        lines.append(np.tensordot(weight / weight.sum(), samples, (0, axis)))
    return np.stack(lines, axis)


@pytest.mark.parametrize("long_edge", [1, 2, 7, 19, 40, 63, 97])
def test_it_is_the_sum_of_its_definition(long_edge: int) -> None:
    samples = noise(43, 64)
    result = Resize(long_edge, enlarge=True)(image_of(samples))
    expected = naive(naive(samples, result.extent.height, 0), result.extent.width, 1)
    # Some 20 taps a side of magnitude 3: each sum rounds to a few parts of 2^24.
    np.testing.assert_allclose(result.samples, expected, rtol=0, atol=40 * 3 * 2**-24)


@pytest.mark.parametrize("long_edge", [15, 48, 150])
def test_it_agrees_with_pillow(long_edge: int) -> None:
    samples = noise(70, 100)
    result = Resize(long_edge, enlarge=True)(image_of(samples))
    size = result.extent.width, result.extent.height
    for plane in range(3):
        grey = PIL.Image.fromarray(samples[..., plane].astype(np.float32))
        expected = np.asarray(grey.resize(size, PIL.Image.Resampling.LANCZOS))
        np.testing.assert_allclose(result.samples[..., plane], expected, rtol=0, atol=40 * 3 * 2**-24)


@pytest.mark.parametrize(
    ("extent", "long_edge", "enlarge", "expected"),
    [
        (Extent(3000, 4000), 2048, False, Extent(1536, 2048)),
        (Extent(4000, 3000), 2048, False, Extent(2048, 1536)),
        (Extent(300, 400), 2048, False, Extent(300, 400)),
        (Extent(300, 400), 2048, True, Extent(1536, 2048)),
        (Extent(1, 4000), 100, False, Extent(1, 100)),
        (Extent(7, 7), 7, True, Extent(7, 7)),
        (Extent(1, 1), 1, False, Extent(1, 1)),
    ],
)
def test_the_longer_side_is_what_was_asked_for(
    extent: Extent, long_edge: int, enlarge: bool, expected: Extent
) -> None:
    assert Resize(long_edge, enlarge).extent(extent) == expected


def test_a_picture_that_is_small_enough_stays_the_same() -> None:
    image = image_of(noise(9, 12))
    np.testing.assert_array_equal(Resize(12)(image).samples, image.samples)
    np.testing.assert_array_equal(Resize(100)(image).samples, image.samples)


@pytest.mark.parametrize("long_edge", [3, 30, 77, 400])
def test_an_even_picture_stays_even(long_edge: int) -> None:
    result = Resize(long_edge, enlarge=True)(image_of(np.full((50, 90, 3), 0.18)))
    np.testing.assert_allclose(result.samples, np.float32(0.18), rtol=4 * 2**-23)


def test_light_is_kept() -> None:
    """Away from the borders a picture gives each of its pixels the same total weight."""
    taps = Taps.of(0, 100, 400, 100)
    share = np.zeros(400)
    for first, count, weight in zip(taps.first, taps.count, taps.weight, strict=True):
        share[first : first + count] += weight[:count]
    # Lanczos's filter of three lobes lets its sum ripple by 1 %.
    np.testing.assert_allclose(share[24:-24], 0.25, rtol=0.012)
    assert share[24:-24].mean() == pytest.approx(0.25, rel=1e-3)


def test_detail_too_fine_for_the_pixels_becomes_grey_and_no_false_pattern() -> None:
    """A zone plate, whose frequency grows with the radius, shrunk three times."""
    size = 600
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    plate = 0.5 + 0.5 * np.cos(np.pi * (x**2 + y**2) / size)  # radius r has r / size cycles a pixel
    small = Resize(200)(image_of(np.repeat(plate[..., None], 3, 2))).samples[..., 0]
    along = abs(np.mgrid[:200, :200] - 99.5) * 3 / size
    frequency = along.max(axis=0)  # of the side along which it is finer: the filter works side by side
    beyond, within = (frequency > 0.23) & (frequency < 0.45), frequency < 0.1
    # New pixels hold 1/6 cycle an old pixel; the filter passes half there, and at most 2.6 % from 0.23 on.
    assert abs(small[beyond] - 0.5).max() < 0.5 * 0.026
    assert small[within].std() > 0.33  # a full cosine has 0.354
    every_third = plate[1::3, 1::3]
    assert abs(every_third[beyond] - 0.5).max() > 0.49


@pytest.mark.parametrize("long_edge", [0, -5, 65536])
def test_sizes_that_cannot_be_had(long_edge: int) -> None:
    with pytest.raises(BadInput, match="1 to 65535 pixels"):
        Resize(long_edge)
