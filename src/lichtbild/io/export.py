"""Pictures as files: the suffix names the format, and each file is written whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lichtbild.core.errors import BadInput, CannotWrite
from lichtbild.core.window import Window
from lichtbild.image.coded_picture import CodedPicture
from lichtbild.image.picture import HDR_SPACES, ColourSpace, Picture
from lichtbild.io.atomic import replacing
from lichtbild.io.formats import avif, exr, heif, jpeg, png, tiff, ultra_hdr

BITS: Final = {
    ".jpg": (8,),
    ".jpeg": (8,),
    ".png": (8, 16),
    ".tif": (16, 8, 32),
    ".tiff": (16, 8, 32),
    ".avif": (10, 8, 12),
    ".heic": (8,),
    ".heif": (8,),
    ".exr": (16, 32),
}
"""Bits of a sample by suffix, the usual first; 32, and all of EXR, are floats."""

LOSSY: Final = (".jpg", ".jpeg", ".avif", ".heic", ".heif")
"""Formats whose size a quality decides."""

_HDR: Final = (".png", ".avif")
_HDR_BITS: Final = 10
"""Least bits of a sample in Rec.2100 (BT.2100 table 9)."""
_JPEG: Final = (".jpg", ".jpeg")
_TIFF: Final = (".tif", ".tiff")


def save(
    picture: Picture | CodedPicture,
    path: Path | str,
    *,
    quality: int = 92,
    bits: int | None = None,
    max_bytes: int | None = None,
    hdr: Picture | None = None,
) -> None:
    """Write a whole picture in the format that the path's suffix names.

    Args:
        picture: the picture; its EXIF says "upright", for its pixels are.
        path: ends in .jpg, .jpeg, .png, .tif, .tiff, .avif, .heic, .heif or .exr.
        quality: of JPEG, AVIF and HEIF, 1 to 100.
        bits: of a sample; None takes those of a picture that is coded already, where the format has them,
            else the format's usual, the first in `BITS`.
        max_bytes: of JPEG, AVIF and HEIF: the quality goes down to where the file has no more bytes.
        hdr: the same picture as a display with headroom shows it, in linear Rec.2020 where 1 is the white of
            a common one; the JPEG then holds both (Ultra HDR).

    Raises:
        BadInput: the suffix, the bits or the quality is none we can write, samples are not finite, the file
            cannot be made small enough, or the two renditions do not fit one another.
        CannotWrite: the file cannot be put there.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if bits is None and isinstance(picture, CodedPicture) and picture.bits in BITS.get(suffix, ()):
        bits = picture.bits
    chosen = check(suffix, picture.space, quality, bits, max_bytes, hdr=hdr is not None)
    with _named(path):
        _check_whole(picture)
        if suffix in _TIFF or suffix == ".exr":
            with replacing(path) as draft:
                _write(picture, draft, suffix, chosen)
            return
        data = (
            _encoded(picture, suffix, chosen, quality, max_bytes)
            if hdr is None
            else ultra_hdr.encoded(picture, hdr, quality, max_bytes)
        )
        with replacing(path) as draft:
            draft.write_bytes(data)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Errors inside name the file."""
    try:
        yield
    except (BadInput, CannotWrite) as error:
        if str(error).startswith(str(path)):
            raise
        raise type(error)(f"{path}: {error}") from error


def _check_whole(picture: Picture | CodedPicture) -> None:
    if picture.window != Window.whole(picture.extent):
        raise BadInput("only a part of the picture was given; a file takes the whole")
    if not all(picture.extent):
        raise BadInput("the picture has no pixels; a file takes at least one")


def _write(picture: Picture | CodedPicture, draft: Path, suffix: str, bits: int) -> None:
    """Write a file that is made part by part."""
    if suffix == ".exr":
        assert isinstance(picture, Picture)  # `check` refused what is not linear
        exr.write(picture, draft, bits)
    else:
        tiff.write(picture, draft, bits)


def _encoded(
    picture: Picture | CodedPicture, suffix: str, bits: int, quality: int, max_bytes: int | None
) -> bytes:
    """Bytes of a file that is made in memory."""
    match suffix:
        case ".png":
            return png.encoded(picture, bits)
        case ".avif":
            return avif.encoded(picture, bits, quality, max_bytes)
        case ".heic" | ".heif":
            return heif.encoded(picture, quality, max_bytes)
        case _:
            return jpeg.encoded(picture, quality, max_bytes)


def check(
    suffix: str,
    space: ColourSpace,
    quality: int = 92,
    bits: int | None = None,
    max_bytes: int | None = None,
    *,
    hdr: bool = False,
) -> int:
    """The bits of a sample, for a file of this suffix; asked before long work, it spares a late refusal.

    Args:
        suffix: of the file.
        space: of the picture.
        quality: as for `save`, like the next two.
        bits: of a sample.
        max_bytes: of the file.
        hdr: whether the file is to hold a second rendition.

    Raises:
        BadInput: this cannot be written.
    """
    suffix = suffix.lower()
    if suffix not in BITS:
        raise BadInput(f"'{suffix}' is no format we write; choose one of {', '.join(BITS)}")
    _check_hdr_space(suffix, space)
    choices = tuple(count for count in BITS[suffix] if count >= _HDR_BITS or space not in HDR_SPACES)
    chosen = choices[0] if bits is None else bits
    if chosen not in choices:
        kind = suffix if space not in HDR_SPACES else f"{suffix} in {space.value}"
        raise BadInput(f"{kind} takes {' or '.join(map(str, choices))} bits, not {chosen}")
    if not 1 <= quality <= 100:
        raise BadInput(f"quality is 1 to 100, not {quality}")
    _check_space(suffix, space, chosen)
    if hdr and suffix not in _JPEG:
        raise BadInput(f"two renditions in one file can be had as {' or '.join(_JPEG)}, not as {suffix}")
    if max_bytes is not None and (suffix not in LOSSY or max_bytes < 1):
        raise BadInput(
            f"a file of at most {max_bytes} bytes can be had as {', '.join(LOSSY)}, from 1 byte on, "
            f"not as {suffix}"
        )
    if suffix == ".exr":
        exr.library()
    if suffix in (".heic", ".heif"):
        heif.encoder()
    return chosen


def _check_hdr_space(suffix: str, space: ColourSpace) -> None:
    """Refuse formats with too few bits for Rec.2100, or without a place to say that it is that."""
    if space in HDR_SPACES and suffix not in _HDR:
        raise BadInput(
            f"{space.value} needs 10 bits and a file that says so: write {' or '.join(_HDR)}, not {suffix}"
        )


def _check_space(suffix: str, space: ColourSpace, bits: int) -> None:
    linear = space is ColourSpace.LINEAR_REC2020
    if linear and suffix != ".exr" and bits != 32:
        raise BadInput(
            f"a linear picture has no limits, so it needs floats: write EXR or 32-bit TIFF, not {suffix}"
        )
    if suffix == ".exr" and not linear:
        raise BadInput(f"EXR holds linear light: give the picture in linear-rec2020, not {space.value}")
