"""Commands of a CODE V sequence file: lines joined, comments and quotes understood, words told apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.exact import parse
from lichtbild.io.lens.toml_table import Convert, number

SURFACES: Final = 1000
"""More surfaces than any lens has."""

_MOST_WORDS: Final = 10_000
"""Words of a command; the longest lists have some hundred."""

_WORD: Final = re.compile(r"""\s*(?:'([^']*)'|"([^"]*)"|([;&])|(![^\n]*)|([^\s;'"!&]+)|(['"]))""")
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?")
_QUALIFIER: Final = re.compile(r"(?:S(?:\d{1,4}|[OI])|[FZWG]\d{1,4})(?:\.\.\S*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Word:
    """A word of a command; in quotes it is a text, whatever it looks like."""

    text: str
    quoted: bool = False


@dataclass(frozen=True)
class Command:
    """A command, its words, and the line that it begins on.

    Args:
        line: counted from 1.
        name: in capitals, no longer than three letters, as CODE V tells commands apart.
        words: what follows it.
        first: the name as it stands in the file.
    """

    line: int
    name: str
    words: tuple[Word, ...]
    first: Word = Word("")

    def texts(self) -> tuple[str, ...]:
        """The words in capitals, texts in quotes as they are."""
        return tuple(word.text if word.quoted else word.text.upper() for word in self.words)

    def qualified(self) -> tuple[tuple[str, ...], "Command"]:
        """Leading qualifiers such as S3, F2 or Z1, and the command without them."""
        count = 0
        while count < len(self.words) and is_qualifier(self.words[count]):
            count += 1
        return self.texts()[:count], Command(self.line, self.name, self.words[count:])

    def number(self, convert: Convert = float) -> float:
        """The command's only number, in our units.

        Raises:
            BadInput: it has none or several.
        """
        if len(self.words) != 1:
            raise BadInput(f"{self.name} takes one number, not {len(self.words)}")
        return as_number(self.words[0], convert)


@dataclass(frozen=True)
class Comment:
    """What stands behind an exclamation mark, and on which line."""

    line: int
    text: str


def commands(text: str) -> Iterator[Command | Comment]:
    """The commands and comments of a file's text, in order.

    Raises:
        BadInput: a quote is not closed; the sentence names the line.
    """
    words: list[Word] = []
    begin, goes_on = 1, False
    for line, content in enumerate(text.split("\n"), start=1):
        if not goes_on:
            begin = line
        goes_on = False
        for part in _parts(line, content):
            goes_on = part == "&"
            if isinstance(part, Comment):
                yield part
            elif isinstance(part, Word):
                words.append(part)
            if part == ";":
                yield from _command(begin, words)
                words, begin = [], line
            if len(words) > _MOST_WORDS:
                raise BadInput(f"line {begin}: a command has at most {_MOST_WORDS} words")
        if not goes_on:
            yield from _command(begin, words)
            words = []
    yield from _command(begin, words)


def _parts(line: int, content: str) -> Iterator[Word | Comment | str]:
    """Words, comments and the marks ; and & of a line."""
    for found in _WORD.finditer(content):
        single, double, mark, comment, plain, stray = found.groups()
        if stray:
            raise BadInput(f"line {line}: a text in quotes does not end; close it with {stray}")
        if mark:
            yield str(mark)
        elif comment:
            yield Comment(line, comment[1:].rstrip("\r"))
        elif plain:
            yield Word(plain)
        else:
            yield Word(single or double or "", quoted=True)


def is_qualifier(word: Word) -> bool:
    """Whether a word says for which surface, field, zoom position or wavelength a command is."""
    return not word.quoted and _QUALIFIER.fullmatch(word.text) is not None


def is_number(word: Word) -> bool:
    """Whether a word is a number."""
    return not word.quoted and (
        _NUMBER.fullmatch(word.text) is not None or word.text.lower() in ("inf", "-inf")
    )


def digits(word: Word) -> str:
    """The text of a word that is a number.

    Raises:
        BadInput: it is none.
    """
    if not is_number(word):
        raise BadInput(f"'{word.text[:40]}' is not a number")
    return word.text.lower().replace("d", "e")


def as_number(word: Word, convert: Convert = float) -> float:
    """A word as a finite number, in our units.

    Raises:
        BadInput: it is none.
    """
    return number(parse(digits(word)), f"'{word.text[:40]}'", convert)


def _command(line: int, words: list[Word]) -> Iterator[Command]:
    if words:
        name = words[0].text.upper()
        yield Command(line, name if _QUALIFIER.fullmatch(name) else name[:3], tuple(words[1:]), words[0])
