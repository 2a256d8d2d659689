"""Any file of a photograph, told apart by what is in it and not by its name."""

from contextlib import suppress
from pathlib import Path
from typing import Final

from lichtbild.core.errors import BadFile
from lichtbild.image.picture import Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io import headerless, picture_file
from lichtbild.io.dng import read as dng
from lichtbild.io.dng.container import Directory, opened, readable_directories
from lichtbild.io.dng.tags import Tag

_SENSOR_PHOTOMETRICS: Final = (32803, 34892)
"""Colour filter array and linear raw (TIFF/EP, DNG)."""

_OPEN_EXR: Final = b"\x76\x2f\x31\x01"
_RAW_BEGINNINGS: Final = (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"FOVb", b"\0MRM", b"ARRI")


def read(path: Path | str, layout: Path | str | None = None) -> RawFrame | Picture:
    """The raw frame of a camera's file, or the picture of a picture file.

    Args:
        path: DNG, any raw that LibRaw knows, a headerless dump, JPEG, PNG, TIFF, AVIF or HEIF.
        layout: for a headerless dump, the TOML that describes it; None looks for it beside the dump.

    Raises:
        BadFile: the file is missing, closed, empty, damaged, hostile or of an unknown kind.
    """
    path = Path(path)
    head = _head(path)
    if layout is not None:
        return headerless.read(path, layout)
    kind = picture_file.kind_of(head)
    if dng.is_dng(path) or (kind == "tiff" and _is_cut_dng(path)):
        return dng.read(path)
    if kind == "tiff" and _is_camera_raw(path, head):
        return _by_libraw(path)
    if kind:
        return picture_file.read_picture(path)
    if head.startswith(_RAW_BEGINNINGS) or head[4:12] == b"ftypcrx " or head[6:14] == b"HEAPCCDR":
        return _by_libraw(path)
    # A dark 8-bit dump can pass for text, so that a description beside it counts for more.
    if headerless.layout_beside(path) is not None:
        return headerless.read(path)
    if head.startswith(_OPEN_EXR):
        raise BadFile(path, "is an OpenEXR file, light of a scene and no photograph; give a TIFF of 16 bits")
    if _is_text(head):
        raise BadFile(path, "is a text file, not a photograph")
    return _last_resort(path)


def _by_libraw(path: Path) -> RawFrame:
    from lichtbild.io import libraw  # only the files that need it wait for its library

    return libraw.read(path)


def _head(path: Path) -> bytes:
    """The first bytes of a file that can be read and has any."""
    try:
        if path.is_dir():
            raise BadFile(path, "is a folder; name a file in it")
        if path.exists() and not path.is_file():
            raise BadFile(path, "is a device or a pipe; name a file")
        with path.open("rb") as file:
            head = file.read(512)
    except BadFile:
        raise
    except FileNotFoundError as error:
        raise BadFile(path, "does not exist; check the name") from error
    except PermissionError as error:
        raise BadFile(path, "may not be read; change its permissions") from error
    except (OSError, ValueError) as error:
        raise BadFile(path, f"cannot be read ({error})") from error
    if not head:
        raise BadFile(path, "is empty; copy it again")
    return head


def _is_cut_dng(path: Path) -> bool:
    """Whether a TIFF structure has lost its first directory and can only say by its name what it was."""
    if path.suffix.lower() != ".dng":
        return False
    with opened(path) as source:
        return next(readable_directories(source), None) is None


def _is_camera_raw(path: Path, head: bytes) -> bool:
    """Whether a TIFF structure holds what a sensor stored, not a picture."""
    if head[8:10] == b"CR":
        return True
    with opened(path) as source:
        return any(
            _photometric(directory) in _SENSOR_PHOTOMETRICS for directory in readable_directories(source)
        )


def _photometric(directory: Directory) -> int:
    with suppress(BadFile):
        return directory.integer(Tag.PhotometricInterpretation, 0)
    return 0


def _is_text(head: bytes) -> bool:
    """Whether these bytes are printable, and letters for the most part."""
    printable = all(32 <= byte < 127 or byte in b"\t\n\r" for byte in head)
    return printable and 2 * sum(chr(byte).isalpha() for byte in head) > len(head)


def _last_resort(path: Path) -> RawFrame:
    """What LibRaw makes of it; else a sentence that names every way out."""
    try:
        return _by_libraw(path)
    except BadFile as error:
        raise BadFile(
            path,
            "is no picture, no DNG and no raw file that LibRaw can read; "
            f"if it is a headerless dump, describe it in {path.with_suffix('.toml').name} beside it",
        ) from error
