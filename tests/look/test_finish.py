import numpy as np
import pytest

from lichtbild.core.chain import Chain
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace
from lichtbild.look.encode import Encode
from lichtbild.look.finish import Finish
from lichtbild.look.quantise import Quantise
from lichtbild.look.sharpen import Sharpen

STAGES = [
    Finish(Sharpen(), Encode(), Quantise(8)),
    Finish(Sharpen(), Encode(ColourSpace.DISPLAY_P3), Quantise(16)),
    Finish(None, Encode(ColourSpace.REC2020, "clip"), Quantise(10)),
]


def image(height: int, width: int) -> LinearImage:
    """Light that is mostly inside the gamut, with a part that is not."""
    rng = np.random.default_rng(0)
    samples = rng.random((height, width, 1)) + rng.normal(0, 0.1, (height, width, 3))
    extent = Extent(height, width)
    return LinearImage(samples.astype(np.float32), Window.whole(extent), extent)


@pytest.mark.parametrize("stage", STAGES, ids=["8 bits", "16 bits", "clip"])
def test_the_kernel_gives_what_the_three_stages_give(stage: Finish) -> None:
    held = image(90, 111)
    fused, apart = stage(held), stage.definition(held)
    assert (fused.samples.dtype, fused.bits, fused.space) == (apart.samples.dtype, apart.bits, apart.space)
    away = np.abs(fused.samples.astype(int) - apart.samples)
    assert away.max() <= 1
    # A code differs where rounding falls apart: both texts are right to about 4e-6 near white.
    assert (away > 0).mean() < 8e-6 * ((1 << stage.quantise.bits) - 1)


@pytest.mark.parametrize("stage", STAGES, ids=["8 bits", "16 bits", "clip"])
@pytest.mark.parametrize("tile", [7, 24, 40])
def test_tile_by_tile_equals_whole(stage: Finish, tile: int) -> None:
    held, chain = image(53, 61), Chain((("finish", stage),))
    whole = chain(held)
    for part in chain.run(held, tile=tile):
        np.testing.assert_array_equal(part.samples, whole.crop(part.window).samples)


def test_small_pictures_have_their_own_border() -> None:
    for height, width in ((1, 1), (1, 9), (3, 2), (2, 5)):
        held, stage = image(height, width), STAGES[0]
        np.testing.assert_allclose(stage(held).samples.astype(int), stage.definition(held).samples, atol=1)


def test_white_and_black_have_the_ends_of_the_codes() -> None:
    extent = Extent(4, 6)
    samples = np.repeat(np.array([0, 0, 0, 1, 1, 1], np.float32)[None, :, None], 4, axis=0).repeat(3, axis=2)
    found = STAGES[1](LinearImage(samples, Window.whole(extent), extent)).samples
    np.testing.assert_array_equal(found[:, :3], 0)
    np.testing.assert_array_equal(found[:, 3:], 65535)
