"""TOML text: keys, quoted texts, arrays and tables, each in one form only."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.exact import plain

Pairs: TypeAlias = Iterator[tuple[str, str]]
"""Keys and the text of their values."""

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\f": "\\f", "\r": "\\r"}


def block(heading: str, pairs: Iterable[tuple[str, str]]) -> str:
    """A table under its heading, a key a line."""
    return "".join([f"{heading}\n", *(f"{key} = {value}\n" for key, value in pairs)])


def inline(pairs: Iterable[tuple[str, str]]) -> str:
    """A table on one line."""
    return f"{{{', '.join(f'{key} = {value}' for key, value in pairs)}}}"


def array(values: Sequence[float], write: Callable[[float], str] = plain) -> str:
    """An array of numbers on one line."""
    return f"[{', '.join(write(value) for value in values)}]"


def lines_of(values: Sequence[str]) -> str:
    """An array with a line for each value."""
    return "".join(["[\n", *(f"  {value},\n" for value in values), "]"])


def key_of(name: str) -> str:
    """A name as a key, in quotes where it needs them."""
    return name if _BARE.fullmatch(name) else _one_line(name)


def quoted(text: str) -> str:
    """A text in quotes, on several lines where it has them.

    Raises:
        BadInput: it holds half of a surrogate pair, which no file can hold.
    """
    if "\n" not in text:
        return _one_line(text)
    return '"""\n' + "\n".join(_escaped(line) for line in text.split("\n")) + '"""'


def _one_line(text: str) -> str:
    return '"' + _escaped(text).replace("\n", "\\n") + '"'


def _escaped(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInput(f"the text {text[:40]!r} holds half a character; write it anew") from error
    return "".join(_ESCAPES.get(c) or (f"\\u{ord(c):04x}" if _is_control(c) else c) for c in text)


def _is_control(character: str) -> bool:
    return (character < " " and character != "\n") or character == "\x7f"
