"""A developed image as a linear DNG: our own reader, LibRaw and Adobe's SDK see what was developed."""

from dataclasses import replace
from math import log2
from pathlib import Path

import numpy as np
import pytest
import rawpy

from frames import NEUTRAL, smooth_frame
from lichtbild.core.chain import Chain
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.colour_matrix import ColourMatrix
from lichtbild.develop.linearise import Linearise
from lichtbild.develop.white_balance import WhiteBalance
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.metadata import Metadata, Orientation
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.opcode import OpcodeLists, TrimBounds
from lichtbild.image.profile import CameraProfile
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io.dng.linear import linear_frame, save_linear_dng
from lichtbild.io.dng.read import read

SIZE = (520, 530)


def developed(low: float = 0.0, high: float = 1.0) -> CameraImage:
    """A balanced image with values from ``low`` to ``high``, smooth but for its corners."""
    extent = Extent(*SIZE)
    v, u = np.meshgrid(np.linspace(0, 1, SIZE[0]), np.linspace(0, 1, SIZE[1]), indexing="ij")
    samples = np.stack([0.1 + 0.6 * u, 0.2 + 0.5 * v, 0.4 + 0.3 * np.sin(3 * u + 2 * v)], axis=-1)
    samples[0, 0], samples[-1, -1] = low, high
    return CameraImage(samples.astype(np.float32), Window.whole(extent), extent)


def source() -> RawFrame:
    """The frame that the image could have been developed from."""
    frame = smooth_frame(SIZE)
    return replace(
        frame,
        profiles=(CameraProfile("Own"),),
        opcodes=OpcodeLists(on_linear=(TrimBounds(Window(0, 0, 9, 9)),)),
        baseline_exposure_ev=0.5,
        metadata=Metadata(model="Camera", orientation=Orientation.QUARTER_TURN),
        default_crop=(4.0, 6.0, 500.0, 510.0),
    )


def balanced(frame: RawFrame) -> np.ndarray:
    """The frame's linear, balanced samples."""
    neutral = frame.colour.as_shot_neutral
    assert neutral is not None
    stages = (("linearise", Linearise.of(frame)), ("white_balance", WhiteBalance.of(neutral)))
    return Chain(stages)(frame).samples


def test_the_size_of_pixels_is_told_while_they_are_the_sensors() -> None:
    pitch = {("exif", 41486): 2817.0, ("exif", 41488): 3}
    frame = replace(source(), metadata=Metadata(exif={**pitch, ("main", 315): "Photographer"}))
    assert linear_frame(developed(), frame, NEUTRAL).metadata.exif == frame.metadata.exif
    extent = Extent(SIZE[0] // 2, SIZE[1] // 2)
    binned = CameraImage(developed().samples[::2, ::2], Window.whole(extent), extent)
    assert linear_frame(binned, frame, NEUTRAL).metadata.exif == {("main", 315): "Photographer"}


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-0.01, 0.7), (-0.004, 3.25)])
def test_it_holds_the_image_with_all_below_black_and_beyond_white(
    tmp_path: Path, low: float, high: float
) -> None:
    image = developed(low, high)
    save_linear_dng(image, source(), NEUTRAL, tmp_path / "a.dng")
    frame = read(tmp_path / "a.dng")
    bright = max(1.0, high)
    # A step of the codes, undone by the smallest plane's gain; as much again for the neutral's own rounding.
    np.testing.assert_allclose(
        balanced(frame) * bright, image.samples, rtol=1e-5, atol=1.1 * bright / 65535 / min(NEUTRAL)
    )
    assert frame.baseline_exposure_ev == pytest.approx(0.5 + log2(bright), abs=1e-6)
    assert frame.shadow_scale == pytest.approx(1 / bright)


def test_what_the_frame_says_is_kept_and_what_was_done_is_gone(tmp_path: Path) -> None:
    before = source()
    noise = NoiseProfile((1e-4, 2e-4, 3e-4), (1e-6, 2e-6, 3e-6))
    save_linear_dng(developed(high=2.0), before, (0.25, 0.5, 0.4), tmp_path / "a.dng", noise=noise)
    frame = read(tmp_path / "a.dng")
    assert frame.cfa is None and frame.samples.shape == (*SIZE, 3) and frame.samples.dtype == np.uint16
    assert frame.opcodes == OpcodeLists() and frame.masked_areas == ()
    assert frame.default_crop == before.default_crop
    assert frame.metadata.orientation == before.metadata.orientation
    assert [profile.name for profile in frame.profiles] == ["Own"]
    np.testing.assert_allclose(
        frame.colour.calibrations[0].colour_matrix, before.colour.calibrations[0].colour_matrix, atol=1e-6
    )
    assert frame.colour.as_shot_neutral == pytest.approx((0.5, 1.0, 0.8))
    assert frame.noise is not None
    np.testing.assert_allclose(frame.noise.scale, np.array(noise.scale) / 2)
    np.testing.assert_allclose(frame.noise.offset, np.array(noise.offset) / 4)


def test_noise_that_is_not_known_is_not_claimed() -> None:
    before = replace(source(), noise=NoiseProfile((1e-4,) * 3, (1e-6,) * 3))
    assert linear_frame(developed(), before, NEUTRAL).noise is None


def test_a_binned_image_is_cropped_where_its_frame_is() -> None:
    image = developed().crop(Window(0, 0, 260, 265))
    image = replace(image, extent=Extent(260, 265))
    assert linear_frame(image, source(), NEUTRAL).default_crop == (2.0, 3.0, 250.0, 255.0)


def test_libraw_sees_the_same_colours(tmp_path: Path) -> None:
    image = developed()
    frame = source()
    save_linear_dng(image, frame, NEUTRAL, tmp_path / "a.dng")
    with rawpy.imread(str(tmp_path / "a.dng")) as raw:
        found = raw.postprocess(
            use_camera_wb=True,
            no_auto_bright=True,
            output_color=rawpy.ColorSpace.XYZ,
            gamma=(1, 1),
            output_bps=16,
            user_flip=0,
        )
    # LibRaw's XYZ is that of D50; luminance of white is 1 in either.
    matrix = ColourMatrix.of(frame.colour, NEUTRAL)
    ours = matrix(image).samples @ np.array([0.262700, 0.677998, 0.059302], np.float32)
    shown = np.s_[20:-20, 20:-20]
    np.testing.assert_allclose(found[..., 1][shown] / 65535, ours[shown], rtol=0.02, atol=0.003)


def test_adobe_sdk_opens_it(tmp_path: Path) -> None:
    dngpy = pytest.importorskip("dngpy", reason="Adobe's DNG SDK (package dngpy) is not installed")
    save_linear_dng(developed(-0.01, 2.0), source(), NEUTRAL, tmp_path / "a.dng")
    opened = dngpy.Dng(str(tmp_path / "a.dng"))
    np.testing.assert_array_equal(opened.raw_pixels, read(tmp_path / "a.dng").samples)
    assert opened.get_baseline_exposure() == pytest.approx(1.5, abs=0.01)
    np.testing.assert_allclose(opened.get_white_balance(), NEUTRAL, atol=1e-5)


@pytest.mark.parametrize(
    ("image", "balance", "words"),
    [
        (developed().crop(Window(0, 0, 5, 5)), NEUTRAL, "only a part"),
        (developed(), (1.0,), "3 planes, but its balance 1"),
        (developed(low=np.nan), NEUTRAL, "no finite numbers"),
    ],
)
def test_what_cannot_be_written(
    tmp_path: Path, image: CameraImage, balance: tuple[float, ...], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        save_linear_dng(image, source(), balance, tmp_path / "a.dng")
    assert not list(tmp_path.iterdir())
