"""A gain map is the ratio of two renditions, in the bytes of its standard."""

import struct
from fractions import Fraction

import numpy as np
import pytest

from lichtbild.colour import spaces, transfer
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.io.formats.gain_map import OFFSET, GainMap

TO_P3 = np.linalg.solve(spaces.P3_TO_XYZ, spaces.REC2020_TO_XYZ)


def bright(samples: np.ndarray, space: ColourSpace = ColourSpace.LINEAR_REC2020) -> Picture:
    extent = Extent(*samples.shape[:2])
    return Picture(samples.astype(np.float32), Window.whole(extent), extent, space)


def renditions(height: int, width: int) -> tuple[np.ndarray, Picture]:
    """8-bit codes in Display P3, and the same rendered up to four times as bright."""
    v, u = np.meshgrid(np.linspace(0, 1, height), np.linspace(0, 1, width), indexing="ij")
    p3 = np.stack([0.02 + 4 * u**2, 0.03 + 3 * v, 0.05 + 2 * u * v], axis=-1)
    shown = transfer.SRGB.encode((1.2 * p3 / (1 + p3)).clip(0, 1))
    return (shown * 255 + 0.5).astype(np.uint8), bright(p3 @ np.linalg.inv(TO_P3).T)


@pytest.mark.parametrize(("height", "width"), [(80, 61), (1, 1), (2, 3), (301, 7)])
@pytest.mark.parametrize("side", [1, 2, 4])
def test_its_codes_are_the_logarithm_of_the_ratio(height: int, width: int, side: int) -> None:
    codes, hdr = renditions(height, width)
    found = GainMap.between(codes, ColourSpace.DISPLAY_P3, hdr, side)
    assert found.codes.shape == (-(-height // side), -(-width // side), 3)
    y, x = np.meshgrid(*(np.arange(size) for size in found.codes.shape[:2]), indexing="ij")
    at = [np.clip(k * side + np.arange(side)[:, None, None], 0, n - 1) for k, n in ((y, height), (x, width))]

    def mean(samples: np.ndarray) -> np.ndarray:
        return np.mean([samples[rows, columns] for rows in at[0] for columns in at[1]], axis=0)

    low = mean(transfer.SRGB.decode(codes / 255))
    high = mean(hdr.samples.astype(float) @ TO_P3.T)
    gain = np.log2((high + OFFSET) / (low + OFFSET))
    decoded = found.least + found.codes / 255 * (found.most - found.least)
    # Half a code, and a 65536th for the ends of the range.
    assert abs(decoded - gain).max() <= (found.most - found.least) / 510 + 2e-5
    assert found.headroom_ev == pytest.approx(np.log2(max(2 ** (1 / 16), high.max())), abs=1e-4)


def test_what_is_the_same_has_no_gain() -> None:
    codes = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, 2)
    linear = transfer.SRGB.decode(codes / 255)
    found = GainMap.between(
        codes, ColourSpace.SRGB, bright(linear @ np.linalg.solve(spaces.REC2020_TO_XYZ, spaces.SRGB_TO_XYZ).T)
    )
    decoded = found.least + found.codes / 255 * (found.most - found.least)
    assert abs(decoded).max() < 1e-3
    assert found.headroom_ev == 1 / 16


def test_its_bytes_are_those_of_the_standard() -> None:
    found = GainMap(np.zeros((1, 1, 3), np.uint8), -0.5, 2.25, 3.0)
    minimum, writer, flags, *numbers = struct.unpack(">HHB4I2iIiIiI", swapped(found.iso()))
    assert (minimum, writer, flags) == (0, 0, 0x40)  # one range for all planes, in the picture's primaries
    base, _, alternate, denominator = numbers[:4]
    assert base == 0 and Fraction(alternate, denominator) == 3
    assert len(found.iso()) == 5 + 14 * 4


def swapped(data: bytes) -> bytes:
    """The first part of the fields, as far as headrooms and the range of gains."""
    least, below, most, under = struct.unpack_from(">iIiI", data, 5 + 16)
    assert Fraction(least, below) == Fraction(-1, 2) and Fraction(most, under) == Fraction(9, 4)
    gamma, one, sdr, under_sdr, hdr, under_hdr = struct.unpack_from(">IIiIiI", data, 5 + 32)
    assert gamma == one
    assert Fraction(sdr, under_sdr) == Fraction(hdr, under_hdr) == Fraction(1, 64)
    return data[: struct.calcsize(">HHB4I2iIiIiI")]


@pytest.mark.parametrize(
    ("space", "hdr", "words"),
    [
        (ColourSpace.PROPHOTO, bright(np.ones((4, 4, 3))), "not in prophoto"),
        (ColourSpace.SRGB, bright(np.ones((4, 4, 3)), ColourSpace.SRGB), "linear-rec2020"),
        (ColourSpace.SRGB, bright(np.ones((4, 5, 3))), "4 x 5 pixels, but the picture 4 x 4"),
        (ColourSpace.SRGB, bright(np.full((4, 4, 3), np.inf)), "no finite numbers"),
    ],
)
def test_what_does_not_fit_is_refused(space: ColourSpace, hdr: Picture, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        GainMap.between(np.zeros((4, 4, 3), np.uint8), space, hdr)
