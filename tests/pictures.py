"""Pictures and damage for tests of files."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from lichtbild.core.errors import BadFile
from lichtbild.core.window import Extent, Window
from lichtbild.image.metadata import Metadata
from lichtbild.image.picture import ColourSpace, Picture


def picture(height: int = 24, width: int = 40, space: ColourSpace = ColourSpace.SRGB) -> Picture:
    """A smooth picture with all three planes different."""
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    planes = [columns / width, rows / height, 1 - columns / width * rows / height]
    extent = Extent(height, width)
    samples = np.stack(planes, axis=-1).astype(np.float32)
    taken = Metadata(
        make="Maker", model="Model", iso=100.0, exposure_time_s=0.01, taken_at="2026:01:02 03:04:05"
    )
    return Picture(samples, Window.whole(extent), extent, space, taken)


def damaged(data: bytes, flips: int = 200, cuts: int = 20) -> Iterator[bytes]:
    """The bytes cut short at evenly spaced lengths, then with one bit flipped at seeded places."""
    for cut in range(cuts):
        yield data[: len(data) * cut // cuts]
    places = random.Random(7)
    for flip in range(flips):
        broken = bytearray(data)
        # Half of the flips hit the first kilobyte, where the headers are.
        limit = min(1024, len(data)) if flip % 2 else len(data)
        broken[places.randrange(limit)] ^= 1 << places.randrange(8)
        yield bytes(broken)


def survives(read: Callable[[Path], object], data: bytes, path: Path, flips: int = 200) -> int:
    """How many damaged versions were refused; any other error than BadFile fails the test."""
    refused = 0
    for broken in damaged(data, flips):
        path.write_bytes(broken)
        try:
            read(path)
        except BadFile as error:
            refused += 1
            assert "\n" not in str(error) and len(str(error)) < 600, str(error)
    return refused
