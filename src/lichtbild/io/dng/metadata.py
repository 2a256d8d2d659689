"""How a picture was taken, as the main, Exif and GPS directories of a DNG say.

Values keep the convention of `lichtbild.io.exif`: text, bytes, a number, or a tuple of numbers, rationals as
fractions. Maker notes are left out, because the places inside them mean nothing in another file.

Source: Exif 2.32; TIFF/EP; DNG 1.7.1 chapter 2, "Metadata".
"""

from typing import Any

from lichtbild.image.metadata import Metadata, Orientation
from lichtbild.io.dng.container import Container, Directory
from lichtbild.io.dng.tags import Tag
from lichtbild.io.exif import KEPT

_LONGEST = 65536


def read_metadata(container: Container) -> Metadata:
    """How the picture of a file was taken.

    Raises:
        BadFile: a directory or a kept value does not lie in the file.
    """
    main = container.main
    exif = container.below(Tag.ExifIFD)
    found = {"main": main, "exif": exif, "gps": container.below(Tag.GPSIFD)}
    kept = {
        (name, tag): value
        for name, directory in found.items()
        for tag in KEPT[name]
        # TIFF/EP keeps the tags of the Exif directory in the first one.
        if (value := _value(directory, tag)) is not None
        or (name == "exif" and (value := _value(main, tag)) is not None)
    }
    turned = main.integer(Tag.Orientation, 1)
    return Metadata(
        make=_text(kept.get(("main", Tag.Make))),
        model=_text(kept.get(("main", Tag.Model))) or main.text(Tag.UniqueCameraModel),
        lens=_text(kept.get(("exif", Tag.LensModel))),
        iso=_positive(kept.get(("exif", Tag.ISOSpeedRatings))),
        exposure_time_s=_positive(kept.get(("exif", Tag.ExposureTime))),
        f_number=_positive(kept.get(("exif", Tag.FNumber))),
        focal_length_mm=_positive(kept.get(("exif", Tag.FocalLength))),
        taken_at=_text(kept.get(("exif", Tag.DateTimeOriginal))),
        orientation=Orientation(turned) if turned in range(1, 9) else Orientation.NORMAL,
        exif=kept,
    )


def _value(directory: Directory, tag: int) -> Any:
    """The value of a tag; None when it is absent, unknown or long."""
    entry = directory.entries.get(tag)
    if entry is None or not 0 < entry.size <= _LONGEST:
        return None
    value = directory.exact(tag)
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _positive(value: object) -> float | None:
    if isinstance(value, tuple) and value:
        value = value[0]
    return None if value is None or isinstance(value, str | bytes) or not value > 0 else float(value)  # type: ignore[operator,arg-type]
