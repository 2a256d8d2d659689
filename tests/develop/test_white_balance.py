import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.white_balance import WhiteBalance, as_shot, automatic, shades_of_grey
from lichtbild.image.calibration import CameraColour
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.raw_frame import RawFrame

NEUTRAL = (0.5, 1.0, 0.625)


def grey_mosaic(cfa: Cfa, light=NEUTRAL, window: Window | None = None) -> Mosaic:
    """A scene of random greys, one on each period of the pattern, in a light."""
    extent = Extent(48, 60)
    scene = np.kron(np.random.default_rng(2).uniform(0.05, 0.9, (8, 10)), np.ones((6, 6))).astype(np.float32)
    samples = scene * np.asarray(light, np.float32)[cfa.planes(extent)]
    whole = Mosaic(samples[..., None], Window.whole(extent), extent, cfa)
    return whole if window is None else whole.crop(window)


@pytest.mark.parametrize("phase", ["RGGB", "GBRG"])
@pytest.mark.parametrize("window", [None, Window(3, 5, 20, 31)])
def test_a_neutral_object_gets_equal_numbers(phase: str, window: Window | None) -> None:
    cfa = Cfa.bayer(phase)
    balanced = WhiteBalance.of(NEUTRAL)(grey_mosaic(cfa, NEUTRAL, window))
    white = grey_mosaic(cfa, (1.0, 1.0, 1.0), window)
    assert balanced.samples.dtype == np.float32
    np.testing.assert_allclose(balanced.samples, white.samples, rtol=2e-7)


def test_the_smallest_gain_is_one() -> None:
    assert WhiteBalance.of((0.25, 0.5, 0.4)).gains == pytest.approx((2.0, 1.0, 1.25))


@pytest.mark.parametrize("wrong", [(0.0, 1.0, 1.0), (1.0, float("nan"), 1.0), (1.0, -1.0, 1.0), ()])
def test_a_neutral_without_light_is_refused(wrong) -> None:
    with pytest.raises(BadInput, match="positive"):
        WhiteBalance.of(wrong)


def test_another_number_of_planes_is_refused() -> None:
    with pytest.raises(BadInput, match="4 gains"):
        WhiteBalance((1.0, 1.0, 1.0, 1.0))(grey_mosaic(Cfa.bayer("RGGB")))


def test_as_shot_prefers_the_neutral_and_may_be_unknown() -> None:
    assert as_shot(CameraColour(as_shot_neutral=(1.0, 2.0, 1.5), as_shot_white_xy=(0.3, 0.3))) == (
        0.5,
        1.0,
        0.75,
    )
    assert as_shot(CameraColour()) is None


@pytest.mark.parametrize("phase", ["RGGB", "GRBG"])
def test_shades_of_grey_find_the_light_of_a_grey_scene(phase: str) -> None:
    mosaic = grey_mosaic(Cfa.bayer(phase))
    assert shades_of_grey([mosaic]) == pytest.approx(NEUTRAL, rel=1e-6)
    tiles = [mosaic.crop(tile) for tile in mosaic.window.tiles(24)]
    assert shades_of_grey(tiles) == pytest.approx(NEUTRAL, rel=1e-6)


def test_clipped_and_dark_cells_do_not_count() -> None:
    mosaic = grey_mosaic(Cfa.bayer("RGGB"))
    mosaic.samples[:6] = 1.0
    mosaic.samples[6:12] = 0.001
    assert shades_of_grey([mosaic]) == pytest.approx(NEUTRAL, rel=1e-6)


def test_a_black_picture_says_nothing() -> None:
    black = Mosaic(np.zeros((8, 8, 1), np.float32), Window(0, 0, 8, 8), Extent(8, 8), Cfa.bayer("RGGB"))
    assert shades_of_grey([black]) == (1.0, 1.0, 1.0)


def test_the_automatic_balance_reads_a_frame() -> None:
    mosaic = grey_mosaic(Cfa.bayer("BGGR"))
    codes = np.rint(mosaic.samples * 15000 + 512).astype(np.uint16)
    frame = RawFrame(
        samples=codes,
        window=mosaic.window,
        extent=mosaic.extent,
        cfa=mosaic.cfa,
        levels=Levels(np.full((1, 1, 1), 512.0), np.array([15512.0])),
        active_area=mosaic.window,
        default_crop=(0.0, 0.0, 48.0, 60.0),
    )
    # Codes are rounded to 1/15000 of a signal of about a third.
    assert automatic(frame) == pytest.approx(NEUTRAL, abs=3e-4)
