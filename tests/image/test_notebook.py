"""Nouns as a notebook shows them."""

import io

import numpy as np
import PIL.Image
import pytest

from lichtbild.colour import icc
from lichtbild.core.window import Extent, Window
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.cfa import Cfa
from lichtbild.image.levels import Levels
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.metadata import Metadata
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.image.profile import CameraProfile
from lichtbild.image.raw_frame import RawFrame

EXTENT = Extent(4, 6)
WHOLE = Window.whole(EXTENT)


def grey(value: float) -> np.ndarray:
    return np.full((4, 6, 3), value, np.float32)


def opened(data: bytes) -> PIL.Image.Image:
    return PIL.Image.open(io.BytesIO(data))


def test_a_picture_shows_its_codes_and_says_its_space() -> None:
    image = opened(Picture(grey(0.5), WHOLE, EXTENT, ColourSpace.DISPLAY_P3)._repr_png_())
    assert image.info["icc_profile"] == icc.profile("display-p3")
    assert set(np.asarray(image).ravel()) == {128}


@pytest.mark.parametrize("noun", [LinearImage, Picture])
def test_linear_light_is_encoded_for_srgb(noun: type) -> None:
    """Mid-grey 0.18 is the sRGB code 117.7 / 255, by IEC 61966-2-1: 1.055 * 0.18^(1/2.4) - 0.055 = 0.4614."""
    more = (ColourSpace.LINEAR_REC2020,) if noun is Picture else ()
    assert set(np.asarray(opened(noun(grey(0.18), WHOLE, EXTENT, *more)._repr_png_())).ravel()) == {118}


def test_sensor_samples_are_shown_as_they_are() -> None:
    planes = np.broadcast_to(np.float32([0.18, 0.5, -0.1, 0.9]), (4, 6, 4)).copy()
    image = opened(CameraImage(planes, WHOLE, EXTENT)._repr_png_())
    # The sRGB codes of 0.18 and 0.5 are 117.7 and 187.5; noise below black is black.
    assert image.getpixel((0, 0)) == (118, 188, 0)
    mosaic = opened(
        Mosaic(np.full((4, 6, 1), 0.18, np.float32), WHOLE, EXTENT, Cfa.bayer("RGGB"))._repr_png_()
    )
    assert mosaic.mode == "L" and mosaic.getpixel((5, 3)) == 118


def test_a_large_image_is_shown_small() -> None:
    extent = Extent(10, 3000)
    assert (
        opened(
            LinearImage(np.zeros((10, 3000, 3), np.float32), Window.whole(extent), extent)._repr_png_()
        ).width
        == 1000
    )


def test_a_raw_frame_shows_its_facts_as_text() -> None:
    levels = Levels(np.full((1, 1, 1), 64.0), np.array([1023.0]))
    metadata = Metadata(make="<b>Maker", iso=100.0, exposure_time_s=1 / 250, f_number=1.8)
    codes = np.full((4, 6, 1), 500, np.uint16)
    frame = RawFrame(
        codes,
        WHOLE,
        EXTENT,
        Cfa.bayer("RGGB"),
        levels,
        WHOLE,
        (0.0, 0.0, 4.0, 6.0),
        metadata=metadata,
        notes=("why",),
    )
    html = frame._repr_html_()
    assert (
        "6 x 4" in html
        and "Bayer" in html
        and "1/250 s" in html
        and "why" in html
        and "data:image/png" in html
    )
    assert "<b>" not in html


def test_small_nouns_are_tables() -> None:
    assert "f/2" in Metadata(f_number=2.0)._repr_html_()
    assert "Profile Warm" in CameraProfile("Warm")._repr_html_()
