"""Pictures as they are shown to observers: their pixels as they are, and nothing that names them.

JPEG and PNG keep their coded pixels, colours and orientation byte for byte; what else they say (EXIF, places,
dates, comments, previews) is left out, for an observer shall not learn how a picture was made. Other kinds
become PNG of 8 bits.

Sources: ITU-T T.81, annex B (markers); PNG Specification, third edition, section 5 (chunks); ICC.1:2022,
annex B.4; TIFF 6.0 and EXIF 2.32 (orientation).
"""

import hashlib
import io
import json
import os
import struct
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import PIL.Image

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.image.picture import ColourSpace
from lichtbild.io.atomic import put_text, replacing
from lichtbild.io.formats import png
from lichtbild.io.picture_file import kind_of, read_picture

_INDEX: Final = "pictures.json"
_KEPT_CHUNKS: Final = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP", b"sBIT")
)
_STANDALONE: Final = frozenset((0x01, *range(0xD0, 0xD8)))
_TELLING: Final = frozenset((0xFE, *range(0xE1, 0xEE), 0xEF))
"""Comments, and application segments but for JFIF and Adobe's, which say how the colours are coded."""
_ORIENTATION: Final = 274


@dataclass(frozen=True)
class ShownPicture:
    """A picture ready to be shown.

    Attributes:
        digest: SHA-256 of its bytes, by which it is stored.
        suffix: of its kind, ".jpg" or ".png".
        width: pixels of a row as it is looked at.
        height: rows.
    """

    digest: str
    suffix: str
    width: int
    height: int

    @property
    def media_type(self) -> str:
        """As HTTP names its kind."""
        return "image/jpeg" if self.suffix == ".jpg" else "image/png"


class PictureStore:
    """A folder of pictures, each under the digest of its bytes; what did not change is not read twice."""

    def __init__(self, folder: Path) -> None:
        """Open the folder, or make it.

        Raises:
            BadInput: it cannot be made.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            known = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
            self._known = {name: ShownPicture(**entry) for name, entry in known.items()}
        except FileNotFoundError:
            self._known = {}
        except (ValueError, TypeError, AttributeError):
            self._known = {}  # written by another version; it is made anew
        except OSError as error:
            raise BadInput(
                f"{folder}: cannot hold the pictures ({error.strerror}); name another folder"
            ) from error
        self.folder = folder

    def add(self, path: Path) -> ShownPicture:
        """Store a picture file.

        Raises:
            BadFile: it cannot be read as a picture.
            CannotWrite: the store cannot be written.
        """
        name = _name(path)
        known = self._known.get(name)
        if known is None or not self.place(known).is_file():
            known = self._stored(path)
            self._known[name] = known
        return known

    def keep(self) -> None:
        """Remember what was added."""
        with replacing(self.folder / _INDEX) as draft:
            put_text(json.dumps({name: asdict(each) for name, each in self._known.items()}), draft)

    def place(self, picture: ShownPicture) -> Path:
        """Where a picture's bytes are."""
        return self.folder / f"{picture.digest}{picture.suffix}"

    def read(self, picture: ShownPicture) -> bytes:
        """A picture's bytes.

        Raises:
            BadFile: they are gone.
        """
        try:
            return self.place(picture).read_bytes()
        except OSError as error:
            raise BadFile(
                self.place(picture), f"is gone ({error.strerror}); start the server again"
            ) from error

    def _stored(self, path: Path) -> ShownPicture:
        data, suffix = _shown(path)
        width, height = _checked(path, data)
        picture = ShownPicture(hashlib.sha256(data).hexdigest(), suffix, width, height)
        with replacing(self.place(picture)) as draft:
            draft.write_bytes(data)
        return picture


def _name(path: Path) -> str:
    """What changes when a file does."""
    try:
        state = path.stat()
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror}); check the experiment's pictures") from error
    return f"{os.path.realpath(path)}|{state.st_size}|{state.st_mtime_ns}"


def _shown(path: Path) -> tuple[bytes, str]:
    """Bytes of a picture without what names it, and their kind's suffix."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror}); check the experiment's pictures") from error
    kind = kind_of(data[:32])
    try:
        if kind == "jpeg":
            return b"".join(_jpeg(data)), ".jpg"
        if kind == "png" and b"eXIf" not in data[: data.find(b"IDAT")]:
            return b"".join(_png(data)), ".png"
    except (struct.error, IndexError, ValueError) as error:
        raise BadFile(path, f"is damaged: its {kind.upper()} data end too soon; copy it again") from error
    return _converted(path), ".png"


def _converted(path: Path) -> bytes:
    picture = read_picture(path)
    if picture.space is ColourSpace.LINEAR_REC2020:
        raise BadFile(path, "holds linear light; develop it to a picture first")
    return png.encoded(picture, 8)


def _checked(path: Path, data: bytes) -> tuple[int, int]:
    """Width and height of a picture as it is looked at, once all its pixels have been decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with PIL.Image.open(io.BytesIO(data)) as image:
                turned = image.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8)
                image.load()
                width, height = image.size
    except Exception as error:  # decoders raise whatever they like on damaged bytes
        raise BadFile(path, f"is damaged: its pixels cannot be decoded ({error}); copy it again") from error
    return (height, width) if turned else (width, height)


def _jpeg(data: bytes) -> Iterator[bytes]:
    """A JPEG's parts but for those that tell of its making."""
    yield data[:2]
    at = 2
    while True:
        while data[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = data[at + 1]
        if data[at] != 0xFF:
            raise ValueError("no marker where one must be")
        if marker == 0xD9:
            yield data[at : at + 2]
            return
        if marker in _STANDALONE:
            yield data[at : at + 2]
            at += 2
            continue
        end = at + 2 + int(struct.unpack_from(">H", data, at + 2)[0])
        yield from _segment(marker, data[at:end])
        at = end
        if marker == 0xDA:
            at = _scan_end(data, end)
            yield data[end:at]


def _segment(marker: int, segment: bytes) -> Iterator[bytes]:
    body = segment[4:]
    if marker == 0xE1 and body.startswith(b"Exif\0\0"):
        yield from _orientation(body)
    elif marker not in _TELLING or (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0")):
        yield segment


def _orientation(body: bytes) -> Iterator[bytes]:
    """EXIF that tells the orientation alone, if it is not upright."""
    exif: Any = PIL.Image.Exif()
    try:
        exif.load(body)
        turn = int(exif.get(_ORIENTATION, 1))
    except Exception:  # an EXIF that cannot be read turns nothing, in a browser neither
        return
    if turn in range(2, 9):
        entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, turn, 0)
        block = b"Exif\0\0" + b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
        yield b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block


def _scan_end(data: bytes, at: int) -> int:
    """Where the coded pixels of a scan end: at the next marker that is none of theirs."""
    while True:
        at = data.index(b"\xff", at)
        if data[at + 1] not in (0x00, 0xFF, *range(0xD0, 0xD8)):
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def _png(data: bytes) -> Iterator[bytes]:
    """A PNG's parts but for those that tell of its making."""
    yield data[:8]
    at, name = 8, b""
    while name != b"IEND":
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        if at + 12 + length > len(data):
            raise ValueError("a chunk leaves the file")
        if name in _KEPT_CHUNKS:
            yield data[at : at + 12 + length]
        at += 12 + length
