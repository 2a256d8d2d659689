"""Which directories a DNG has, which of them holds the raw image, and whether its version is known here.

Source: DNG 1.7.1.
"""

from typing import Final

from lichtbild.io.dng.container import Container, Directory, Source, read_container
from lichtbild.io.dng.tags import Photometric, Tag

NEWEST: Final = (1, 7, 1, 0)
"""The version of the standard that is known here."""


def read_directories(source: Source) -> tuple[Container, tuple[int, ...], Directory]:
    """All directories of a DNG, the version of the standard that it follows, and the raw image's directory.

    Raises:
        BadFile: this is no DNG, it needs a reader of a later version, or it holds no raw image.
    """
    container = read_container(source)
    return container, _check_version(container), _raw_directory(container)


def _check_version(container: Container) -> tuple[int, ...]:
    """The version of the standard that the file follows.

    Raises:
        BadFile: it has none, or needs a reader of a later one.
    """
    version = container.main.integers(Tag.DNGVersion)
    if len(version) != 4:
        container.source.refuse("is not a DNG: its first directory has no DNGVersion")
    needed = container.main.integers(Tag.DNGBackwardVersion, (*version[:2], 0, 0))
    if needed > NEWEST:
        container.source.refuse(
            f"needs a reader of DNG {'.'.join(map(str, needed))}; this one knows "
            f"{'.'.join(map(str, NEWEST))}, so convert the file to an older version"
        )
    return version


def _raw_directory(container: Container) -> Directory:
    """The directory of the raw image: the largest mosaic or linear one that is no preview, mask or depth."""
    raw = [
        directory
        for directory in container.images
        if directory.integer(Tag.NewSubFileType, 0) == 0
        and directory.integer(Tag.PhotometricInterpretation, 0) in set(Photometric)
    ]
    if not raw:
        container.source.refuse("holds no raw image (a mosaic or linear raw); open it as a picture")
    return max(raw, key=lambda d: d.integer(Tag.ImageWidth, 0) * d.integer(Tag.ImageLength, 0))
