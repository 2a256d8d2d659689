"""Capture: what a raw file says of how it was taken, without its samples.

A thousandth of a second tells which files of a folder belong together.

Source: EXIF 2.32 (JEITA CP-3451E), tags DateTimeOriginal, SubSecTimeOriginal and OffsetTimeOriginal.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from lichtbild.core.errors import BadFile
from lichtbild.core.window import Extent, Window
from lichtbild.image.cfa import Cfa
from lichtbild.image.metadata import Metadata
from lichtbild.io.dng.cfa import read_cfa
from lichtbild.io.dng.container import opened
from lichtbild.io.dng.directories import read_directories
from lichtbild.io.dng.levels import read_active_area
from lichtbild.io.dng.metadata import read_metadata
from lichtbild.io.dng.tags import Tag

SUB_SECOND: Final = ("exif", 37521)
"""Place of SubSecTimeOriginal in `Metadata.exif`: the digits after the whole second."""

_OFFSET: Final = ("exif", 36881)
_HOURS_AND_MINUTES: Final = re.compile(r"([+-])(\d\d):(\d\d)")


@dataclass(frozen=True)
class Capture:
    """How a raw file was taken, and the size of what it holds.

    Attributes:
        extent: of all that is stored.
        active_area: the part that saw light.
        cfa: colour of each pixel, as of `RawFrame`.
        metadata: as the whole file would give them.
    """

    extent: Extent
    active_area: Window
    cfa: Cfa | None
    metadata: Metadata

    @property
    def begun_s(self) -> float | None:
        """When the exposure began, s since 1970; None if unknown.

        In the zone that the file names, else as if it were UTC; to a second where it says no more.
        """
        return begun_s(self.metadata)


def capture(path: Path) -> Capture | None:
    """How a DNG was taken; None for another kind of file, and for one that is damaged."""
    if not path.is_file():
        return None
    try:
        with opened(path) as source:
            container, _, raw = read_directories(source)
            extent = Extent(raw.integer(Tag.ImageLength, 0), raw.integer(Tag.ImageWidth, 0))
            cfa, _ = read_cfa(raw, raw.integer(Tag.SamplesPerPixel, 1))
            return Capture(extent, read_active_area(raw, extent), cfa, read_metadata(container))
    except BadFile:
        return None


def begun_s(metadata: Metadata) -> float | None:
    """When an exposure began, s since 1970, as `Capture.begun_s`."""
    try:
        taken = datetime.strptime(metadata.taken_at, "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    digits = str(metadata.exif.get(SUB_SECOND, "")).strip()
    part = float(f"0.{digits}") if digits.isdecimal() and digits.isascii() else 0.0
    zone = _HOURS_AND_MINUTES.fullmatch(str(metadata.exif.get(_OFFSET, "")).strip())
    ahead = 0 if zone is None else int(f"{zone[1]}1") * (3600 * int(zone[2]) + 60 * int(zone[3]))
    return taken.timestamp() + part - ahead
