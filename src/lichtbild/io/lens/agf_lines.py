"""The lines of an AGF file, sorted by the glass that they belong to."""

import codecs
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from lichtbild.core.errors import BadFile

SIZE_LIMIT: Final = 8 << 20
"""Bytes of a file; the largest catalogues of makers have 1.3 million."""

LINE_LIMIT: Final = 4096
"""Characters of a line; makers write up to about 300."""

GLASS_LIMIT: Final = 20_000
"""Glasses of a file; makers have up to about 400."""

FIELD_LIMIT: Final = 100
"""Fields of a line that goes on in the next ones; a formula has up to ten."""

ENTRY_LIMIT: Final = 1000
"""Lines of a glass that count; makers write up to about 50."""

_KEPT: Final = frozenset({"NM", "ED", "CD", "TD", "LD", "IT"})
_MAY_BREAK: Final = frozenset({"CD", "TD"})
_NUMBER: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,5})?", re.ASCII)
_UNKNOWN: Final = frozenset({"_", "-"})
"""What SCHOTT writes for a value that it does not tell."""


@dataclass(frozen=True)
class Line:
    """One line: its tag and the fields that follow.

    Args:
        path: of the file.
        number: in the file, from 1; of the first line where a maker broke it.
        tag: two letters.
        fields: what follows.
    """

    path: Path
    number: int
    tag: str
    fields: tuple[str, ...]

    def bad(self, what: str) -> BadFile:
        """The error that says what is wrong with this line."""
        return BadFile(self.path, f"line {self.number} ({self.tag}): {what}")

    def numbers(self, *powers: int) -> tuple[float, ...]:
        """The first fields' numbers, each times its power of ten without rounding in between.

        Raises:
            BadFile: a field is missing or is no number that a double can hold.
        """
        exact = self.decimals(len(powers))
        return tuple([float(number.scaleb(power)) for number, power in zip(exact, powers, strict=True)])

    def decimals(self, count: int) -> tuple[Decimal, ...]:
        """The first fields' numbers with all their digits.

        Raises:
            BadFile: a field is missing or is no number that a double can hold.
        """
        if count > len(self.fields):
            raise self.bad(f"has {len(self.fields)} values and needs {count}; complete or remove the line")
        for text in self.fields[:count]:
            if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
                raise self.bad(f"{text[:40]!r} is not a number in the range of doubles; correct it")
        return tuple([Decimal(text) for text in self.fields[:count]])

    def known(self, count: int) -> bool:
        """Whether there are so many fields and each tells something."""
        return count <= len(self.fields) and _UNKNOWN.isdisjoint(self.fields[:count])


def entries(path: Path) -> Iterator[list[Line]]:
    """The lines of one glass after the other, each beginning with NM; other tags are left out.

    Raises:
        BadFile: the file cannot be read, or is no text of a size and form that a catalogue has.
    """
    entry: list[Line] = []
    count, breaks = 0, False
    for number, text in enumerate(_lines(path), 1):
        if not (fields := text.split()):
            continue
        tag = fields[0]
        if breaks and _NUMBER.fullmatch(tag):
            whole = entry[-1]
            entry[-1] = Line(path, whole.number, whole.tag, (*whole.fields, *fields))
            if len(entry[-1].fields) > FIELD_LIMIT:
                raise whole.bad(f"goes on for more than {FIELD_LIMIT} values, as no line does; correct it")
            continue
        breaks = bool(entry) and tag in _MAY_BREAK
        if tag == "NM":
            if entry:
                yield entry
            entry, count = [], count + 1
        if tag == "NM" or (entry and tag in _KEPT):
            entry.append(Line(path, number, tag, tuple(fields[1:])))
        if count > GLASS_LIMIT or len(entry) > ENTRY_LIMIT:
            raise BadFile(
                path,
                f"line {number}: a catalogue has at most {GLASS_LIMIT} glasses of {ENTRY_LIMIT} lines each; "
                "split it",
            )
    if entry:
        yield entry


def _lines(path: Path) -> Iterator[str]:
    # str.splitlines would also part lines at U+0085, which is a letter's half in comments of HOYA.
    for number, text in enumerate(_text(path).replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if len(text) > LINE_LIMIT:
            raise BadFile(
                path,
                f"line {number} has {len(text)} characters, and a catalogue's at most {LINE_LIMIT}; break it",
            )
        yield text


def _text(path: Path) -> str:
    """The text of a file in UTF-16 (with or without a mark), UTF-8 or else Latin-1."""
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror}); name an existing AGF file") from error
    if len(data) > SIZE_LIMIT:
        raise BadFile(path, f"has more than {SIZE_LIMIT} bytes, too many for a glass catalogue; split it")
    try:
        return _decoded(data)
    except UnicodeDecodeError as error:
        raise BadFile(
            path, "is neither UTF-16, UTF-8 nor Latin-1 text; save it as text in one of them"
        ) from error


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    if data[1:2] == b"\0":
        return data.decode("utf-16-le")
    if data[:1] == b"\0":
        return data.decode("utf-16-be")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
