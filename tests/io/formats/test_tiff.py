"""TIFFs of several strips, read by tifffile and Pillow."""

from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import tifffile
from PIL.ExifTags import IFD, Base

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.io.formats import tiff
from lichtbild.io.formats.codes import codes
from pictures import picture


@pytest.mark.parametrize(("height", "width"), [(1, 1), (64, 3), (65, 31), (200, 17)])
@pytest.mark.parametrize("bits", [8, 16, 32])
def test_every_strip_is_kept(tmp_path: Path, height: int, width: int, bits: int) -> None:
    wanted = picture(height, width)
    tiff.write(wanted, tmp_path / "a.tif", bits)
    found = tifffile.imread(tmp_path / "a.tif")
    np.testing.assert_array_equal(found, wanted.samples if bits == 32 else codes(wanted.samples, bits))
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        assert len(file.pages) == 1
        assert file.pages[0].predictor == (3 if bits == 32 else 2)


def test_codes_of_sixteen_bits_are_written_as_they_are(tmp_path: Path) -> None:
    extent = Extent(130, 9)
    samples = np.random.default_rng(3).integers(0, 1 << 16, (*extent, 3)).astype(np.uint16)
    coded = CodedPicture(samples, Window.whole(extent), extent, 16, ColourSpace.PROPHOTO)
    tiff.write(coded, tmp_path / "a.tif", 16)
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "a.tif"), samples)


def test_linear_light_keeps_what_lies_beyond_its_ends(tmp_path: Path) -> None:
    extent = Extent(2, 1)
    samples = np.array([[[-0.5, 0.18, 7.25]], [[1e6, 0.0, 1.0]]], np.float32)
    linear = Picture(samples, Window.whole(extent), extent, ColourSpace.LINEAR_REC2020)
    tiff.write(linear, tmp_path / "a.tif", 32)
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "a.tif"), samples)


def test_pillow_finds_what_is_written_about_the_picture(tmp_path: Path) -> None:
    tiff.write(picture(), tmp_path / "a.tif", 8)
    with PIL.Image.open(tmp_path / "a.tif") as image:
        found = image.getexif()
        assert found[Base.Make] == "Maker" and found[Base.Orientation] == 1
        assert found.get_ifd(IFD.Exif)[Base.ISOSpeedRatings] == 100


def test_more_than_offsets_can_reach_is_refused(tmp_path: Path) -> None:
    extent = Extent(30_000, 30_000)
    samples = np.broadcast_to(np.zeros(3, np.uint16), (*extent, 3))
    coded = CodedPicture(samples, Window.whole(extent), extent, 16)
    with pytest.raises(BadInput, match="4227858432 bytes, not 5400000000"):
        tiff.write(coded, tmp_path / "a.tif", 16)
