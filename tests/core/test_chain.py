from dataclasses import dataclass, replace

import numpy as np
import pytest

from lichtbild.core.chain import Chain
from lichtbild.core.stage import LocalStage, ResampleStage
from lichtbild.core.window import Extent, Window
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.linear_image import LinearImage


@dataclass(frozen=True)
class Blur(LocalStage):
    """Mean over a square, edges repeated."""

    reach: int = 2

    @property
    def halo(self) -> int:
        return self.reach

    def __call__(self, image: CameraImage) -> CameraImage:
        r = self.reach
        padded = np.pad(image.samples, ((r, r), (r, r), (0, 0)), mode="edge")
        total = sum(
            padded[y : y + image.window.height, x : x + image.window.width]
            for y in range(2 * r + 1)
            for x in range(2 * r + 1)
        )
        return replace(image, samples=total / np.float32((2 * r + 1) ** 2))


@dataclass(frozen=True)
class HalfTurn(ResampleStage):
    """The image upside down."""

    def source(self, window: Window, extent: Extent) -> Window:
        return Window(
            extent.height - window.bottom,
            extent.width - window.right,
            extent.height - window.top,
            extent.width - window.left,
        )

    def render(self, image: CameraImage, window: Window) -> CameraImage:
        part = image.crop(self.source(window, image.extent))
        return replace(image, samples=part.samples[::-1, ::-1], window=window)


@dataclass(frozen=True)
class Colours(LocalStage):
    """Camera planes taken for RGB."""

    def __call__(self, image: CameraImage) -> LinearImage:
        return LinearImage(image.samples, image.window, image.extent)


def picture(height: int = 53, width: int = 71) -> CameraImage:
    samples = np.random.default_rng(1).random((height, width, 3), np.float32)
    return CameraImage(samples, Window(0, 0, height, width), Extent(height, width))


CHAIN = Chain((("blur", Blur()), ("turn", HalfTurn()), ("again", Blur(3)), ("colours", Colours())))


@pytest.mark.parametrize(("tile", "threads"), [(7, 1), (16, 3), (64, 1), (500, 2)])
def test_tiles_show_no_seam(tile: int, threads: int) -> None:
    image = picture()
    np.testing.assert_array_equal(
        CHAIN.gather(image, tile=tile, threads=threads).samples, CHAIN(image).samples
    )


def test_a_window_needs_no_more_than_its_source() -> None:
    image = picture()
    asked: list[Window] = []

    @dataclass(frozen=True)
    class Spy(LocalStage):
        def __call__(self, image: CameraImage) -> CameraImage:
            asked.append(image.window)
            return image

    Chain((("spy", Spy()), *CHAIN.stages)).render(image, Window(0, 0, 5, 5))
    # Five pixels, a halo of three, turned, a halo of two and the alignment to twelve pixels.
    assert asked[0].height <= 5 + 3 + 2 + 12 and asked[0].bottom == 53


def test_progress_is_told_and_ends_at_one() -> None:
    shares: list[float] = []
    CHAIN.gather(picture(), tile=20, progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) == 12


def test_until_ends_after_a_named_stage() -> None:
    assert CHAIN.until("turn").names == ("blur", "turn")
    with pytest.raises(ValueError, match=r"no stage 'sharpen'; the stages are blur, turn, again, colours"):
        CHAIN.until("sharpen")


def test_neighbours_must_agree_and_names_differ() -> None:
    with pytest.raises(
        TypeError, match="stage 'blur' takes CameraImage, but 'colours' before it gives LinearImage"
    ):
        Chain((("colours", Colours()), ("blur", Blur())))
    with pytest.raises(ValueError, match="same name"):
        Chain((("blur", Blur()), ("blur", Blur())))
    with pytest.raises(ValueError, match="at least one"):
        Chain(())


def test_an_error_in_a_tile_reaches_the_caller() -> None:
    @dataclass(frozen=True)
    class Broken(LocalStage):
        def __call__(self, image: CameraImage) -> CameraImage:
            raise ValueError("no light")

    with pytest.raises(ValueError, match="no light"):
        Chain((("broken", Broken()),)).gather(picture(), tile=10, threads=2)
