import numpy as np
import pytest

from lichtbild.core.window import Extent, Window
from lichtbild.develop.highlights import (
    LOW,
    ClipHighlights,
    RebuildHighlights,
    enlarged,
    pulled_and_pushed,
    rebuilt,
    surroundings,
)
from lichtbild.develop.white_balance import WhiteBalance
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.overview import Overview

NEUTRAL = (0.5, 1.0, 0.625)
WHITE = np.float32([2.0, 1.0, 1.6])


def image_of(samples: np.ndarray) -> CameraImage:
    extent = Extent(*samples.shape[:2])
    return CameraImage(samples.astype(np.float32), Window.whole(extent), extent)


def overview_of(camera: np.ndarray, cell: int = 4) -> Overview:
    """The overview of an unbalanced camera image whose sides are multiples of a cell."""
    rows, columns = camera.shape[0] // cell, camera.shape[1] // cell

    def means(of: np.ndarray) -> np.ndarray:
        return of.reshape(rows, cell, columns, cell, -1).mean(axis=(1, 3)).astype(np.float32)

    samples = means(camera)
    full = means((camera >= 1).mean(axis=2, keepdims=True))[..., 0]
    return Overview(samples, full, np.ones_like(samples), cell, Extent(*camera.shape[:2]))


def test_a_full_sensor_becomes_neutral() -> None:
    full = Mosaic(np.ones((1, 1, 3), np.float32), Window(0, 0, 1, 1), Extent(1, 1), None)
    balanced = WhiteBalance.of((0.5, 1.0, 0.7))(full)
    assert balanced.samples.min() == 1
    clipped = ClipHighlights()(CameraImage(balanced.samples, balanced.window, balanced.extent))
    np.testing.assert_array_equal(clipped.samples, 1)


def test_what_is_darker_stays() -> None:
    samples = np.array([[[-0.2, 0.5, 0.99]]], np.float32)
    result = ClipHighlights()(CameraImage(samples, Window(0, 0, 1, 1), Extent(1, 1))).samples
    np.testing.assert_array_equal(result, samples)
    assert result.dtype == np.float32


def test_light_of_one_colour_is_rebuilt_to_the_truth() -> None:
    # A wall of one colour under light that rises: where green is full, red and blue say how bright it is.
    colour = np.array([0.5, 1.2, 0.4])
    truth = np.linspace(0.1, 1.6, 64)[None, :, None] * colour * np.ones((32, 1, 1))
    assert (truth[..., 1] > 1).mean() > 0.4 and truth[..., [0, 2]].max() < LOW
    camera = np.minimum(truth, 1)
    gains = np.float32([2.0, 1.0, 1.6])
    stage = RebuildHighlights.of(overview_of(camera), NEUTRAL)
    found = stage(image_of(camera * gains)).samples
    # Within a step of 1.5 % of white a plane counts as partly full.
    np.testing.assert_allclose(found, truth * gains, rtol=2e-2)
    # The one cell that is full in part is a little off the wall's colour, and counts a little.
    far = truth[..., 1] > 1.02
    np.testing.assert_allclose(found[far], (truth * gains)[far], rtol=2e-3)


def test_a_blown_light_is_grey_and_as_bright_as_any_plane_can_say() -> None:
    camera = np.full((32, 32, 3), 0.3)
    camera[8:24, 8:24] = 1.0
    found = RebuildHighlights.of(overview_of(camera), NEUTRAL)(image_of(camera * WHITE)).samples
    blown = found[8:24, 8:24]
    # Grey to one rounding in the difference that fades.
    np.testing.assert_allclose(blown, blown[..., :1] * np.ones(3), rtol=2e-7)
    assert blown.min() >= WHITE.max() * (1 - 1e-6)
    np.testing.assert_array_equal(found[:8], (camera * WHITE).astype(np.float32)[:8])


@pytest.mark.parametrize("seed", range(5))
def test_more_light_is_never_less_light(seed: int) -> None:
    """The scene's brightness rises at one pixel: so does the mean of the planes, and no plane falls."""
    rng = np.random.default_rng(seed)
    ratios = np.exp(rng.uniform(-1, 1, 3))
    ratios /= np.prod(ratios) ** (1 / 3)
    light = np.linspace(0.01, 12, 4001)[:, None] * ratios
    x = np.minimum(light, WHITE)[None]
    found = rebuilt(x, np.broadcast_to(ratios, x.shape), np.broadcast_to(WHITE.astype(float), x.shape))[0]
    assert (found.mean(axis=1) >= np.minimum(light, WHITE).mean(axis=1) - 1e-9).all()
    assert np.diff(found.mean(axis=1)).min() > -1e-9
    np.testing.assert_allclose(found[-1], found[-1, 0])  # all are full in the end, at 12 times the ratios


def test_nothing_changes_below_white() -> None:
    rng = np.random.default_rng(3)
    x = (rng.uniform(-0.1, LOW, (20, 30, 3)) * WHITE).astype(np.float32)
    ratios = np.exp(rng.normal(size=(5, 8, 3))).astype(np.float32)
    stage = RebuildHighlights(ratios, np.broadcast_to(WHITE, ratios.shape).copy(), 4.0)
    np.testing.assert_array_equal(stage(image_of(x)).samples, x)


def test_shading_lifts_white_and_with_it_what_is_full() -> None:
    samples = np.full((4, 4, 3), [1.2, 1.5, 1.8], np.float32)
    for white, same in ((1.0, False), (2.0, True)):
        maps = np.ones((1, 1, 3), np.float32), np.full((1, 1, 3), white, np.float32) * [1, 1, 2]
        stage = RebuildHighlights(maps[0], maps[1].astype(np.float32), 4.0)
        assert np.array_equal(stage(image_of(samples)).samples, samples) is same


def test_one_plane_has_no_other_to_learn_from() -> None:
    one = np.ones((1, 1, 1), np.float32)
    image = image_of(np.ones((3, 3, 1)))
    assert RebuildHighlights(one, one, 4.0)(image) is image


def test_surroundings_flow_into_blown_cells_from_near() -> None:
    camera = np.full((64, 64, 3), 0.0)
    camera[:, :32] = (0.6, 0.3, 0.3)
    camera[:, 32:] = (0.3, 0.3, 0.6)
    camera[16:48, 8:16] = 1.0
    camera[16:48, 48:56] = 1.0
    ratios = surroundings(overview_of(camera), np.ones(3, np.float32))
    np.testing.assert_allclose(np.prod(ratios, axis=2), 1, rtol=1e-5)
    assert ratios[8, 2, 0] > 1.4 and ratios[8, 2, 2] < 0.85
    assert ratios[8, 12, 2] > 1.4 and ratios[8, 12, 0] < 0.85


def test_known_cells_keep_their_values_and_even_ones_fill_everything() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(9, 13, 2)).astype(np.float32)
    np.testing.assert_array_equal(pulled_and_pushed(values, np.ones((9, 13), np.float32)), values)
    weights = np.zeros((9, 13), np.float32)
    weights[4, 6] = 1
    even = np.broadcast_to(values[4, 6], values.shape)
    np.testing.assert_allclose(pulled_and_pushed(values, weights), even, rtol=1e-5)


def test_a_map_is_interpolated_between_the_centres_of_its_cells() -> None:
    v, u = np.meshgrid(np.arange(5.0), np.arange(7.0), indexing="ij")
    cells = np.stack([u, v], axis=-1).astype(np.float32)
    window = Window(3, 5, 70, 100)
    found = enlarged(cells, 16.0, window)
    rows, columns = np.mgrid[3:70, 5:100]
    np.testing.assert_allclose(found[..., 0], np.clip((columns + 0.5) / 16 - 0.5, 0, 6), atol=1e-6)
    np.testing.assert_allclose(found[..., 1], np.clip((rows + 0.5) / 16 - 0.5, 0, 4), atol=1e-6)
