"""Images as cells of four channels: nothing is lost on the way there and back, and grey is luma alone."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.cells import BLOCK, Cells, Frame, channels_of, woven
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.noise_profile import NoiseProfile

NOISE = NoiseProfile((1e-3,), (1e-5,))
NEUTRAL = (0.5, 1.0, 0.65)
EXTENT = Extent(40, 50)
WHOLE = Window.whole(EXTENT)


def image(planes: int, cfa: Cfa | None, window: Window = WHOLE) -> Mosaic:
    samples = np.random.default_rng(0).uniform(0, 1, (*EXTENT, planes)).astype(np.float32)
    return Mosaic(samples, WHOLE, EXTENT, cfa).crop(window)


IMAGES = [image(1, Cfa.bayer("GBRG")), image(1, None), image(3, None)]


def cells_of(mosaic: Mosaic, noise: NoiseProfile = NOISE) -> Cells:
    cells = Cells.of(mosaic, noise, NEUTRAL)
    assert cells is not None
    return cells


@pytest.mark.parametrize("mosaic", IMAGES, ids=["bayer", "monochrome", "planes"])
def test_samples_come_back(mosaic: Mosaic) -> None:
    cells = cells_of(mosaic)
    channels = cells.mosaic(mosaic.samples)
    np.testing.assert_array_equal(cells.image(channels), mosaic.samples)
    np.testing.assert_array_equal(woven(channels_of(channels)), channels)
    frame = Frame.around(mosaic, cells, mosaic.window)
    framed = frame.framed(channels)
    assert framed.shape[0] % BLOCK == framed.shape[1] % BLOCK == 0
    np.testing.assert_array_equal(frame.within(framed[BLOCK:, BLOCK:]), channels)
    restored = cells.restored(cells.stabilised(framed), 0.0)
    np.testing.assert_allclose(restored, framed, atol=1e-6)


@pytest.mark.parametrize("mosaic", IMAGES, ids=["bayer", "monochrome", "planes"])
def test_the_change_of_colours_keeps_noise_as_it_is(mosaic: Mosaic) -> None:
    colours = cells_of(mosaic).colours
    np.testing.assert_allclose(colours @ colours.T, np.eye(4), atol=1e-14)


@pytest.mark.parametrize("phase", ["RGGB", "BGGR", "GRBG", "GBRG"])
def test_contrast_in_grey_is_luma(phase: str) -> None:
    """Two greys near the level where the weights are chosen differ in luma alone."""
    mosaic = image(1, Cfa.bayer(phase))
    cells = cells_of(mosaic)
    neutral = np.array(NEUTRAL)[list(sum(mosaic.cfa.pattern, ()))]
    dark, bright = (cells.stabilised(woven((level * neutral)[None, None])) for level in (0.099, 0.101))
    luma, *chroma = cells.colours @ (bright - dark)[0, 0]
    assert luma > 0
    np.testing.assert_allclose(chroma, 0, atol=1e-3 * luma)


def test_mirrors_keep_the_phase() -> None:
    mosaic = image(1, Cfa.bayer("RGGB"), Window(13, 6, 40, 39))
    frame = Frame.around(mosaic, cells_of(mosaic), mosaic.window)
    for index, first, own in ((frame.rows, frame.top, 27), (frame.columns, frame.left, 33)):
        before = BLOCK + first
        np.testing.assert_array_equal(index[before : before + own], np.arange(own))
        assert ((index - (np.arange(len(index)) - before)) % 2 == 0).all()
    assert (frame.place, frame.top, frame.left) == ((0, -4), 5, 6)
    assert frame.cells == (20, 25)


def test_what_cannot_be_read_passes_or_is_named() -> None:
    quad = Cfa(((0, 0, 1, 1), (0, 0, 1, 1), (1, 1, 2, 2), (1, 1, 2, 2)))
    assert Cells.of(image(1, quad), NOISE, NEUTRAL) is None
    assert Cells.of(image(1, None), NoiseProfile((0.0,), (0.0,)), NEUTRAL) is None
    with pytest.raises(BadInput, match="2 planes where the image has 3"):
        Cells.of(image(3, None), NoiseProfile((1e-3,) * 2, (0.0,) * 2), NEUTRAL)
