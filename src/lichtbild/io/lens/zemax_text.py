"""The lines of a Zemax file, sorted into what is said of the system, of each surface, and after them."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.zemax_number import whole

LARGEST: Final = 16 << 20
"""Bytes of a file; a lens has some ten thousand."""

MOST_SURFACES: Final = 1000
MOST_LINES: Final = 50_000

_WORDS: Final = re.compile(r'"[^"]*"|[^ \t]+')


@dataclass(frozen=True)
class Line:
    """One line: a keyword and what follows it.

    Args:
        number: in the file, from 1.
        key: the keyword, upper case.
        text: what follows, after one space.
        indented: whether it belongs to the surface above.
    """

    number: int
    key: str
    text: str
    indented: bool

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What follows, split at spaces; quoted words lose their quotes."""
        return tuple(word.strip('"') for word in _WORDS.findall(self.text))

    def word(self, index: int, default: str | None = None) -> str:
        """One word of those that follow.

        Raises:
            BadInput: there is none and no default.
        """
        if index < len(self.words):
            return self.words[index]
        if default is None:
            raise BadInput(f"has {len(self.words)} values and needs {index + 1}")
        return default

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Whatever is refused within is said of this line."""
        try:
            yield
        except Refused:
            raise
        except BadInput as error:
            raise Refused(f"line {self.number} ({self.key}): {error}") from error


class Refused(BadInput):
    """A sentence that names its line already."""


@dataclass(frozen=True)
class Block:
    """What the file says of one surface; surface 0 is the object, the last one the image."""

    number: int
    head: Line
    lines: tuple[Line, ...]

    @cached_property
    def _by_key(self) -> dict[str, Line]:
        return {line.key: line for line in reversed(self.lines)}

    def line(self, key: str) -> Line | None:
        """The first line with a keyword."""
        return self._by_key.get(key)

    @property
    def type(self) -> str:
        """What kind of surface it is."""
        line = self.line("TYPE")
        return line.word(0, "STANDARD").upper() if line else "STANDARD"


@dataclass(frozen=True)
class Sheet:
    """A file's lines by what they are about.

    Args:
        system: before the first surface.
        blocks: one for each surface.
        merit: after the surfaces: merit function, tolerances, settings.
        configurations: after the line MNUM, with it.
    """

    system: tuple[Line, ...]
    blocks: tuple[Block, ...]
    merit: tuple[Line, ...]
    configurations: tuple[Line, ...]


def decoded(data: bytes) -> str:
    """The text of a file: UTF-16 of either order, with or without a byte-order mark, UTF-8 or Latin-1.

    Raises:
        BadInput: it is no text.
    """
    text = _decoded(data)
    if "\0" in text:
        raise BadInput("holds characters of value 0, so that it is no text; export it as .zmx again")
    return text


def _decoded(data: bytes) -> str:
    order = _utf16_order(data)
    if order:
        try:
            return data.decode(order).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise BadInput(f"is damaged: its UTF-16 text breaks off at byte {error.start}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _utf16_order(data: bytes) -> str | None:
    """Which UTF-16 it is, by its mark or by the zeros of its Latin letters."""
    if data[:2] == b"\xff\xfe":
        return "utf-16-le"
    if data[:2] == b"\xfe\xff":
        return "utf-16-be"
    start = data[:256]
    pairs = len(start) // 2
    if pairs and start[1::2].count(0) > 0.9 * pairs:
        return "utf-16-le"
    if pairs and start[0::2].count(0) > 0.9 * pairs:
        return "utf-16-be"
    return None


def sheet(text: str, system_keys: frozenset[str], surface_keys: frozenset[str]) -> Sheet:
    """The lines of a text by what they are about.

    Args:
        text: of a whole file.
        system_keys: keywords that speak of the system wherever they stand.
        surface_keys: keywords that speak of the surface above, indented or not.

    Raises:
        BadInput: there are no surfaces, too many, or they are not numbered one after the other.
    """
    sorting = _Sorting(system_keys, surface_keys)
    for line in _lines(text):
        sorting.take(line)
    if len(sorting.heads) < 3:
        raise BadInput(
            f"has {len(sorting.heads)} surfaces (lines SURF); a lens has at least an object, one surface and "
            "an image"
        )
    blocks = (
        Block(number, head, tuple(lines))
        for number, (head, lines) in enumerate(zip(sorting.heads, sorting.bodies, strict=True))
    )
    return Sheet(tuple(sorting.system), tuple(blocks), tuple(sorting.merit), tuple(sorting.configurations))


def _lines(text: str) -> Iterator[Line]:
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(rows) > MOST_LINES:
        raise BadInput(f"has {len(rows)} lines; a lens file has at most {MOST_LINES}")
    for number, row in enumerate(rows, start=1):
        bare = row.lstrip(" \t")
        if bare.strip():
            key, _, rest = bare.partition(" ")
            yield Line(number, key.strip().upper(), rest, indented=bare is not row and bare != row)


class _Sorting:
    """Lines put where they belong, one after the other."""

    def __init__(self, system_keys: frozenset[str], surface_keys: frozenset[str]) -> None:
        self.system_keys, self.surface_keys = system_keys, surface_keys
        self.system: list[Line] = []
        self.heads: list[Line] = []
        self.bodies: list[list[Line]] = []
        self.merit: list[Line] = []
        self.configurations: list[Line] = []

    def take(self, line: Line) -> None:
        """Put one line where it belongs."""
        if line.key == "SURF" and not self.configurations:
            self._begin(line)
        elif self.configurations or (line.key == "MNUM" and self.heads):
            self.configurations.append(line)
        elif not self.heads or line.key in self.system_keys:
            self.system.append(line)
        elif not self.merit and (line.indented or line.key in self.surface_keys):
            self.bodies[-1].append(line)
        else:
            self.merit.append(line)

    def _begin(self, line: Line) -> None:
        with line.blamed():
            number = whole(line.word(0), 0, MOST_SURFACES)
            if number != len(self.heads):
                raise BadInput(
                    f"is surface {number} where {len(self.heads)} should follow; number them in order"
                )
        self.merit, misplaced = [], self.merit
        self.system.extend(misplaced)
        self.heads.append(line)
        self.bodies.append([])


def named(keys: Iterable[str], most: int = 8) -> str:
    """Keywords as a list in a sentence, each once."""
    distinct = list(dict.fromkeys(keys))
    shown = ", ".join(key[:16] for key in distinct[:most])
    return shown if len(distinct) <= most else f"{shown} and {len(distinct) - most} more"
