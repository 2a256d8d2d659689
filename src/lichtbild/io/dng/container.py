"""The directories of a TIFF or DNG file, read within bounds that the file itself sets.

Whatever a file claims, nothing is allocated before the bytes for it have been found in the file, no
directory is read twice, and every failure is a `BadFile` with one sentence.

Source: TIFF 6.0 section 2; DNG 1.7.1 chapter 2, "64-bit Format", and tag ExtraCameraProfiles.
"""

import io
import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from threading import Lock
from typing import Any, Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from lichtbild.core.errors import BadFile
from lichtbild.io.dng.tags import Tag, name

MOST_DIRECTORIES: Final = 64
MOST_ENTRIES: Final = 4096
PROFILE_MAGIC: Final = 0x4352

_ORDERS: Final[Mapping[bytes, str]] = {b"II": "<", b"MM": ">"}

_CODES: Final[Mapping[int, str]] = {
    1: "u1", 2: "S1", 3: "u2", 4: "u4", 5: "u4", 6: "i1", 7: "u1", 8: "i2", 9: "i4", 10: "i4",
    11: "f4", 12: "f8", 13: "u4", 16: "u8", 17: "i8", 18: "u8",
}  # fmt: skip
"""NumPy type of each TIFF type; a rational is two numbers."""
_RATIONALS: Final = (5, 10)
_INTEGERS: Final = (1, 3, 4, 6, 7, 8, 9, 13, 16, 17, 18)


@dataclass(frozen=True)
class Source:
    """Bytes of a file, read by place and never beyond its end.

    Attributes:
        path: the name that errors give.
        stream: what is read; a lock lets several threads share it.
        size: length in bytes.
    """

    path: Path
    stream: io.BufferedIOBase
    size: int
    _lock: Any = field(default_factory=Lock, repr=False)

    def read(self, offset: int, count: int, what: str) -> bytes:
        """The ``count`` bytes at ``offset``.

        Raises:
            BadFile: they do not all lie in the file; ``what`` names them.
        """
        if offset < 0 or count < 0 or offset + count > self.size:
            self.refuse(
                f"{what} should lie at byte {offset} with {count} bytes, but the file ends at byte "
                f"{self.size}; it is truncated or damaged, so copy it again"
            )
        with self._lock:
            self.stream.seek(offset)
            found = self.stream.read(count)
        if len(found) != count:
            self.refuse(f"{what} could not be read whole; the file has become shorter, so copy it again")
        return found

    def refuse(self, what: str) -> NoReturn:
        """Raises `BadFile` with this sentence."""
        raise BadFile(self.path, what)


@contextmanager
def opened(path: Path | str) -> Iterator[Source]:
    """The bytes of a file on disk.

    Raises:
        BadFile: there is no such file, it may not be read, or the disk fails.
    """
    try:
        with Path(path).open("rb") as stream:
            yield Source(Path(path), stream, os.fstat(stream.fileno()).st_size)
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror or error})") from error


def held(data: bytes, path: Path | str = "memory") -> Source:
    """The bytes of a file that is already in memory."""
    return Source(Path(path), io.BytesIO(data), len(data))


@dataclass(frozen=True)
class Dialect:
    """How the numbers of a directory are written.

    Attributes:
        order: "<" or ">", the order of bytes.
        big: whether offsets have 64 bits (BigTIFF).
        base: place in the file from which offsets count.
    """

    order: str
    big: bool = False
    base: int = 0


@dataclass(frozen=True)
class Entry:
    """Where the values of one tag lie: type, number and place in the file."""

    kind: int
    count: int
    offset: int

    @property
    def size(self) -> int:
        """Bytes that the values take."""
        return np.dtype(_CODES[self.kind]).itemsize * self.count * (2 if self.kind in _RATIONALS else 1)


@dataclass(frozen=True)
class Directory:
    """One image file directory: tags and where their values lie; values are read when asked for.

    Attributes:
        source: the file.
        dialect: how its numbers are written.
        entries: entry of each tag.
    """

    source: Source
    dialect: Dialect
    entries: Mapping[int, Entry]

    def __contains__(self, tag: int) -> bool:
        return tag in self.entries

    def blob(self, tag: int) -> bytes:
        """The bytes of a tag as they lie in the file; empty when it is absent."""
        entry = self.entries.get(tag)
        return self.source.read(entry.offset, entry.size, name(tag)) if entry else b""

    def integers(self, tag: int, default: tuple[int, ...] = ()) -> tuple[int, ...]:
        """The whole numbers of a tag.

        Raises:
            BadFile: the tag holds numbers of another kind.
        """
        if tag not in self.entries:
            return default
        return tuple(int(value) for value in self.array(tag))

    def array(self, tag: int) -> NDArray[np.int64]:
        """The whole numbers of a tag that is there, as an array.

        Raises:
            BadFile: the tag holds numbers of another kind, or one beyond 63 bits.
        """
        entry = self.entries[tag]
        if entry.kind not in _INTEGERS:
            self.source.refuse(f"{name(tag)} has type {entry.kind}, but whole numbers were expected")
        values = np.frombuffer(self.blob(tag), self.dialect.order + _CODES[entry.kind])
        if values.size and int(values.max()) >= 1 << 62:
            self.source.refuse(f"{name(tag)} holds {int(values.max())}, which no file of this size needs")
        return values.astype(np.int64)

    def integer(self, tag: int, default: int) -> int:
        """The single whole number of a tag."""
        values = self.integers(tag, (default,))
        if len(values) != 1:
            self.source.refuse(f"{name(tag)} holds {len(values)} numbers, but one was expected")
        return values[0]

    def reals(self, tag: int, *counts: int) -> NDArray[np.float64] | None:
        """The numbers of a tag, whatever their type; None when it is absent.

        Args:
            tag: which tag.
            counts: how many numbers it may hold; any number when none is given.

        Raises:
            BadFile: the count is another, or a number is not finite.
        """
        if (entry := self.entries.get(tag)) is None:
            return None
        if counts and entry.count not in counts:
            wanted = " or ".join(str(count) for count in counts)
            self.source.refuse(f"{name(tag)} holds {entry.count} numbers, but {wanted} were expected")
        if entry.kind == 2:
            self.source.refuse(f"{name(tag)} holds text, but numbers were expected")
        with np.errstate(invalid="ignore"):  # what is no number is refused below
            values = np.frombuffer(self.blob(tag), self.dialect.order + _CODES[entry.kind]).astype(np.float64)
        if entry.kind in _RATIONALS:
            with np.errstate(divide="ignore"):
                # 0/0 is found in real files and means nothing more than 0.
                values = values[::2] / np.where(values[::2] == 0, 1.0, values[1::2])
        if not np.isfinite(values).all():
            self.source.refuse(f"{name(tag)} holds a number that is not finite; the file is damaged")
        return values

    def text(self, tag: int) -> str:
        """The text of a tag up to its first null; empty when it is absent."""
        return self.blob(tag).split(b"\0")[0].decode("utf-8", "replace").strip()

    def exact(self, tag: int) -> str | bytes | tuple[int | float | Fraction, ...] | None:
        """The value of a tag as EXIF means it: text, bytes, or numbers; None where one is unknown (x/0)."""
        entry, blob = self.entries[tag], self.blob(tag)
        if entry.kind == 2:
            return blob.split(b"\0")[0].decode("utf-8", "replace").strip()
        if entry.kind == 7:
            return blob
        values = np.frombuffer(blob, self.dialect.order + _CODES[entry.kind]).tolist()
        if entry.kind not in _RATIONALS:
            return tuple(values)
        pairs = list(zip(values[::2], values[1::2], strict=True))
        return tuple(Fraction(top, bottom) for top, bottom in pairs) if all(b for _, b in pairs) else None


@dataclass(frozen=True)
class Container:
    """All directories of a file.

    Attributes:
        source: the file.
        main: the first directory.
        images: every directory that may hold an image: the main chain, then its SubIFDs.
    """

    source: Source
    main: Directory
    images: tuple[Directory, ...]

    def below(self, tag: int) -> Directory:
        """The Exif or GPS directory; empty when there is none.

        Raises:
            BadFile: it cannot be read.
        """
        if (offset := self.main.integer(tag, 0)) == 0:
            return Directory(self.source, self.main.dialect, {})
        return directory_at(self.source, self.main.dialect, offset)[0]

    def extra_profiles(self) -> Iterator[Directory]:
        """The directories of the embedded camera profiles.

        Raises:
            BadFile: there are too many, or one cannot be read.
        """
        offsets = self.main.integers(Tag.ExtraCameraProfiles)
        if len(offsets) > MOST_DIRECTORIES:
            self.source.refuse(f"has {len(offsets)} embedded profiles; at most {MOST_DIRECTORIES} are read")
        for offset in offsets:
            head = self.source.read(offset, 8, "an embedded camera profile")
            order = self._profile_order(head)
            dialect = Dialect(order, base=offset)
            yield directory_at(self.source, dialect, struct.unpack(order + "I", head[4:])[0])[0]

    def _profile_order(self, head: bytes) -> str:
        order = _ORDERS.get(head[:2], "")
        if not order or struct.unpack(order + "H", head[2:4])[0] != PROFILE_MAGIC:
            self.source.refuse("an embedded camera profile does not begin as one; the file is damaged")
        return order


def read_container(source: Source) -> Container:
    """Every directory of a TIFF or DNG file.

    Raises:
        BadFile: this is no TIFF structure, or a directory cannot be read.
    """
    dialect, offset = _header(source)
    seen: set[int] = set()
    chain = list(_chain(source, dialect, offset, seen))
    images, waiting = list(chain), list(chain)
    while waiting:
        for offset in waiting.pop(0).integers(Tag.SubIFDs):
            # A SubIFD has no chain of its own: DNG 1.7.1 chapter 2, "SubIFD Trees".
            _visit(source, offset, seen)
            images.append(directory_at(source, dialect, offset)[0])
            waiting.append(images[-1])
    return Container(source, chain[0], tuple(images))


def is_dng(path: Path | str) -> bool:
    """Whether a file is a DNG: a TIFF structure whose first directory has a DNGVersion."""
    try:
        with opened(path) as source:
            return Tag.DNGVersion in directory_at(source, *_header(source))[0]
    except BadFile:
        return False


def readable_directories(source: Source) -> Iterator[Directory]:
    """Every directory of a TIFF structure, of any maker's magic number, that can be read, each once.

    What is damaged is passed over: for metadata, something is better than nothing.
    """
    head = source.read(0, 8, "the header") if source.size >= 8 else b""
    order = _ORDERS.get(head[:2], "")
    waiting = [struct.unpack(order + "I", head[4:])[0]] if order else []
    seen: set[int] = set()
    while waiting and len(seen) < MOST_DIRECTORIES:
        offset = waiting.pop(0)
        if offset == 0 or offset in seen:
            continue
        seen.add(offset)
        with suppress(BadFile):
            directory, following = directory_at(source, Dialect(order), offset)
            yield directory
            waiting.append(following)
            waiting += directory.integers(Tag.SubIFDs)[:MOST_DIRECTORIES]


def _header(source: Source) -> tuple[Dialect, int]:
    """How the file writes its numbers, and where its first directory lies."""
    if source.size < 8:
        source.refuse(f"has {source.size} bytes, too few for a DNG; copy it again")
    head = source.read(0, 8, "the header")
    order = _ORDERS.get(head[:2], "")
    magic = struct.unpack(order + "H", head[2:4])[0] if order else 0
    if magic == 42:
        return Dialect(order), struct.unpack(order + "I", head[4:])[0]
    if magic == 43 and struct.unpack(order + "HH", head[4:]) == (8, 0):
        return Dialect(order, big=True), struct.unpack(order + "Q", source.read(8, 8, "the header"))[0]
    source.refuse("is not a DNG: it does not begin with the header of a TIFF structure")


def _chain(source: Source, dialect: Dialect, offset: int, seen: set[int]) -> Iterator[Directory]:
    """The directories that follow one another from ``offset``."""
    if offset == 0:
        source.refuse("has no directory; the file is damaged")
    while offset:
        _visit(source, offset, seen)
        directory, offset = directory_at(source, dialect, offset)
        yield directory


def _visit(source: Source, offset: int, seen: set[int]) -> None:
    if offset in seen:
        source.refuse(f"its directories form a loop at byte {offset}; the file is damaged")
    if len(seen) >= MOST_DIRECTORIES:
        source.refuse(f"has more than {MOST_DIRECTORIES} directories, which no camera writes")
    seen.add(offset)


def directory_at(source: Source, dialect: Dialect, offset: int) -> tuple[Directory, int]:
    """The directory at ``offset``, counted from the dialect's base, and where the next one begins.

    Raises:
        BadFile: it has too many entries, or it or a value of it does not lie in the file.
    """
    order, place = dialect.order, dialect.base + offset
    head, row, link = ("Q", "HHQQ", "Q") if dialect.big else ("H", "HHII", "I")
    head, row, link = order + head, order + row, order + link
    width, inline = struct.calcsize(row), struct.calcsize(link)
    (count,) = struct.unpack(head, source.read(place, struct.calcsize(head), "a directory"))
    if count > MOST_ENTRIES:
        source.refuse(f"a directory claims {count} entries; at most {MOST_ENTRIES} are read")
    table = source.read(place + struct.calcsize(head), count * width + inline, "a directory")
    entries: dict[int, Entry] = {}
    for index in range(count):
        tag, kind, number, value = struct.unpack_from(row, table, index * width)
        if kind not in _CODES:
            continue  # "readers should skip over fields containing an unexpected field type": TIFF 6.0, p. 16
        at = place + struct.calcsize(head) + (index + 1) * width - inline
        entry = Entry(kind, number, at)
        if entry.size > inline:
            entry = Entry(kind, number, dialect.base + value)
        entries.setdefault(tag, entry)
    return Directory(source, dialect, entries), struct.unpack_from(link, table, count * width)[0]
