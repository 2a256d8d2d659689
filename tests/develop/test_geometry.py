from math import pi, radians

import numpy as np
import pytest
from PIL import Image, ImageOps

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop.geometry import Geometry, inscribed
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.metadata import Orientation


def image_of(samples) -> LinearImage:
    extent = Extent(*samples.shape[:2])
    return LinearImage(samples, Window.whole(extent), extent)


def noise(height: int, width: int) -> LinearImage:
    return image_of(np.random.default_rng(5).random((height, width, 3), dtype=np.float32))


@pytest.mark.parametrize("orientation", list(Orientation))
def test_every_orientation_is_pillows(orientation: Orientation) -> None:
    stored = np.arange(7 * 10, dtype=np.uint8).reshape(7, 10)
    tagged = Image.fromarray(stored)
    tagged.getexif()[0x0112] = int(orientation)
    upright = np.asarray(ImageOps.exif_transpose(tagged))
    image = image_of(np.repeat(stored[..., None], 3, axis=2).astype(np.float32))
    picture = Geometry(orientation=orientation)(image)
    assert picture.extent == upright.shape
    np.testing.assert_array_equal(picture.samples[..., 0], upright)


def test_flip_then_turn() -> None:
    image = noise(5, 8)
    picture = Geometry(flip="horizontal", quarter_turns=1)(image)
    np.testing.assert_array_equal(picture.samples, np.rot90(image.samples[:, ::-1], -1))
    picture = Geometry(orientation=Orientation.QUARTER_TURN, flip="vertical", quarter_turns=2)(image)
    np.testing.assert_array_equal(picture.samples, np.rot90(np.rot90(image.samples, -1)[::-1], -2))


def test_crops_are_whole_pixels_of_the_upright_picture() -> None:
    image = noise(20, 30)
    geometry = Geometry(
        default_crop=(2.0, 3.0, 16.0, 20.0), orientation=Orientation.QUARTER_TURN, crop=(0.25, 0.1, 0.75, 0.9)
    )
    assert geometry.exact
    upright = np.rot90(image.samples[2:18, 3:23], -1)
    np.testing.assert_array_equal(geometry(image).samples, upright[2:18, 4:12])


def test_a_default_crop_beyond_the_image_is_cut() -> None:
    assert Geometry(default_crop=(2.0, 2.0, 100.0, 100.0)).extent(Extent(10, 12)) == (8, 10)
    with pytest.raises(BadInput, match="leaves nothing"):
        Geometry(default_crop=(50.0, 2.0, 10.0, 10.0)).extent(Extent(10, 12))


@pytest.mark.parametrize("angle", [0.03, -0.3, 0.7])
def test_straightening_turns_clockwise_about_the_centre(angle: float) -> None:
    rows, columns = np.mgrid[:60, :90] + 0.5
    image = image_of(np.stack([rows - 30, columns - 45, rows * 0], axis=-1).astype(np.float32))
    picture = Geometry(angle=angle)(image)
    y, x = np.mgrid[: picture.extent.height, : picture.extent.width] + 0.5
    y, x = y - picture.extent.height / 2, x - picture.extent.width / 2
    # What was at (row, column) comes to be at that place turned clockwise, seen with rows downwards.
    row, column = picture.samples[..., 0], picture.samples[..., 1]
    inner = np.s_[3:-3, 3:-3]
    np.testing.assert_allclose((column * np.sin(angle) + row * np.cos(angle))[inner], y[inner], atol=2e-5)
    np.testing.assert_allclose((column * np.cos(angle) - row * np.sin(angle))[inner], x[inner], atol=2e-5)


@pytest.mark.parametrize("extent", [Extent(300, 400), Extent(400, 300), Extent(100, 1000), Extent(50, 50)])
@pytest.mark.parametrize("degrees", [0.5, 5, 20, 45, -30])
def test_the_inscribed_rectangle_fits_and_no_larger_one_does(extent: Extent, degrees: float) -> None:
    angle = radians(degrees)
    s, c = abs(np.sin(angle)), abs(np.cos(angle))

    def fits(height, width):
        return (width * c + height * s <= extent.width + 1e-6) & (
            width * s + height * c <= extent.height + 1e-6
        )

    found = inscribed(extent, angle)
    assert fits(*found)
    heights = np.linspace(1, max(extent), 4000)
    widths = np.minimum((extent.width - heights * s) / c, (extent.height - heights * c) / s)
    best = np.max(heights * widths)
    # Whole pixels are lost at two sides.
    assert found.height * found.width >= best - found.height - found.width - 1


def test_pixels_that_are_not_square_become_so() -> None:
    rows, columns = np.mgrid[:20, :30] + 0.5
    image = image_of(np.stack([rows, columns, rows], axis=-1).astype(np.float32))
    geometry = Geometry(scale=(2.0, 1.0), orientation=Orientation.QUARTER_TURN)
    picture = geometry(image)
    assert picture.extent == (30, 40)
    np.testing.assert_allclose(
        picture.samples[6:-6, 6:-6, 1], np.broadcast_to(columns[0, 6:-6, None], (18, 28))
    )
    np.testing.assert_allclose(np.diff(picture.samples[8, 6:-6, 0]), -0.5, atol=1e-5)


def test_constants_stay_to_the_border() -> None:
    constant = image_of(np.full((40, 50, 3), 0.25, np.float32))
    np.testing.assert_allclose(Geometry(angle=0.2)(constant).samples, 0.25, rtol=1e-6)


@pytest.mark.parametrize(
    "wrong",
    [{"crop": (0.5, 0.0, 0.5, 1.0)}, {"crop": (0.0, 0.0, 1.5, 1.0)}, {"angle": pi}, {"scale": (0.0, 1.0)}],
)
def test_wrong_settings_are_refused(wrong) -> None:
    with pytest.raises(BadInput):
        Geometry(**wrong)
