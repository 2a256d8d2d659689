"""Enlarged images: where their pixels lie, what they keep, and which opcodes follow them."""

import numpy as np
import pytest

from lichtbild.core.chain import Chain
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.correction import linear_stages
from lichtbild.develop.enlarge import Enlarge, finer, shading_of
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.cfa import Cfa
from lichtbild.image.fine_detail import FineDetail
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.opcode import (
    Area,
    DeltaPerRow,
    FixBadPixelsList,
    FixVignetteRadial,
    GainMap,
    MapPolynomial,
    TrimBounds,
)

EXTENT = Extent(60, 72)
WHOLE = Window.whole(EXTENT)
RGGB = Cfa.bayer("RGGB")


def image(samples: np.ndarray) -> CameraImage:
    extent = Extent(*samples.shape[:2])
    return CameraImage(samples.astype(np.float32), Window.whole(extent), extent)


def area(pitch: tuple[int, int] = (1, 1), window: Window = WHOLE, planes: int = 1) -> Area:
    return Area(window, (0, planes), pitch)


def gains(pitch: tuple[int, int], window: Window = WHOLE) -> GainMap:
    values = 1 + np.linspace(0, 1, 5)[:, None, None] + np.linspace(0, 0.5, 4)[None, :, None]
    return GainMap(area(pitch, window), values, (1 / 4, 1 / 3), (0.0, 0.0))


@pytest.mark.parametrize("scale", [1.5, 2.0])
def test_pixels_lie_where_they_should(scale: float) -> None:
    """A plane of slopes: centres of finer pixels are at (n + 1/2) / scale - 1/2."""
    y, x = np.meshgrid(np.arange(60.0), np.arange(72.0), indexing="ij")
    made = Enlarge(scale)(image(np.stack([y, x, y + x], -1)))
    assert made.extent == Extent(round(60 * scale), round(72 * scale))
    rows, columns = ((np.arange(round(n * scale)) + 0.5) / scale - 0.5 for n in EXTENT)
    inner = slice(8, -8)
    # Lanczos's weights, made to sum to 1, keep slopes to some hundredths of a pixel.
    assert np.abs(made.samples[inner, inner, 0] - rows[inner, None]).max() < 0.02
    assert np.abs(made.samples[inner, inner, 1] - columns[None, inner]).max() < 0.02


@pytest.mark.parametrize("scale", [1.5, 2.0])
def test_a_window_is_the_same_as_its_part_of_the_whole(scale: float) -> None:
    rng = np.random.default_rng(0)
    size = Enlarge(scale).extent(EXTENT)
    detail = FineDetail(rng.integers(-99, 99, (3, *size)).astype(np.int16), 1e-4, scale)
    shading = linear_stages((gains((1, 1)),))
    stage = Enlarge(scale, detail, (2.0, 1.0, 1.6), shading, RGGB)
    source = image(rng.uniform(0, 1, (*EXTENT, 3)))
    whole = stage(source).samples
    for window in (Window(0, 0, 24, 36), Window(36, 60, 72, 96), Window(17, 31, 18, 90)):
        part = stage.render(source.crop(stage.source(window, EXTENT)), window)
        assert part.extent == size and part.window == window
        rows, columns = Window.whole(size).slices_of(window)
        np.testing.assert_allclose(part.samples, whole[rows, columns], atol=1e-6)


def test_detail_has_the_gains_that_the_image_had() -> None:
    """White balance, and a lens shading that differs from colour to colour."""
    only_red = gains((2, 2), Window(0, 0, 60, 72))
    rng = np.random.default_rng(0)
    samples = rng.integers(-999, 999, (3, 120, 144)).astype(np.int16)
    detail = FineDetail(samples, 1e-4, 2.0)
    stages = linear_stages(shading_of((only_red,)))
    made = Enlarge(2.0, detail, (2.0, 1.0, 1.6), stages, RGGB)(image(np.zeros((*EXTENT, 3)))).samples
    ones = Chain(stages)(Mosaic(np.ones((*EXTENT, 1), np.float32), WHOLE, EXTENT, RGGB)).samples[::2, ::2, 0]
    red = np.repeat(np.repeat(ones, 4, 0), 4, 1) * 2.0
    for plane, gain in ((0, red), (1, 1.0), (2, 1.6)):
        np.testing.assert_allclose(made[..., plane], samples[plane] * 1e-4 * gain, rtol=1e-4, atol=1e-7)
    assert ones.max() > 2


def test_white_noise_keeps_what_the_filter_keeps() -> None:
    """A quarter of a pixel beside: the sum of the squared taps, down and right."""
    noise = np.random.default_rng(0).normal(0, 1, (300, 300, 1))
    made = Enlarge(2.0)(image(noise)).samples[8:-8, 8:-8]
    at = np.arange(-3, 4) + 0.25
    taps = np.sinc(at) * np.sinc(at / 3) * (np.abs(at) < 3)
    share = (taps**2).sum() / taps.sum() ** 2
    assert made.var() == pytest.approx(share**2, rel=0.02)


def test_an_odd_row_and_column_are_left_out() -> None:
    assert Enlarge(1.5).extent(Extent(61, 73)) == Extent(90, 108)
    made = Enlarge(1.5)(image(np.full((61, 73, 3), 0.5)))
    np.testing.assert_allclose(made.samples, 0.5, atol=1e-6)


def test_opcodes_that_are_told_relative_to_the_image_stay() -> None:
    vignette = FixVignetteRadial((0.1, 0, 0, 0, 0), (0.5, 0.5))
    assert finer(vignette, 2.0) is vignette
    assert finer(TrimBounds(Window(2, 4, 50, 60)), 1.5) == TrimBounds(Window(3, 6, 75, 90))
    scaled = finer(gains((1, 1), Window(10, 20, 40, 60)), 2.0)
    assert isinstance(scaled, GainMap) and scaled.area.window == Window(20, 40, 80, 120)


@pytest.mark.parametrize(
    "opcode",
    [FixBadPixelsList(((1, 1),), (), 0), DeltaPerRow(area(), np.zeros(60)), gains((2, 2))],
)
def test_opcodes_of_single_pixels_are_refused(opcode: object) -> None:
    with pytest.raises(BadInput, match="--scale"):
        finer(opcode, 2.0)  # type: ignore[arg-type]


def test_only_gains_can_be_given_to_detail() -> None:
    repair = FixBadPixelsList(((1, 1),), (), 0)
    assert shading_of((repair, gains((2, 2)))) != (repair,)
    with pytest.raises(BadInput, match="MapPolynomial"):
        shading_of((MapPolynomial(area(), (0.0, 0.5)),))
