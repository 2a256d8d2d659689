"""The text files of the lens room: their bytes, or one sentence why there are none."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from lichtbild.core.errors import BadFile, BadInput

SIZE_LIMIT = 1 << 20
"""A lens is some pages of text; a file larger than this is something else."""

_DEEP_KEY: Final = re.compile(
    r"""(?<![\w-])(?:(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){32}"""
)
"""A dotted key of so many parts that the parser's memory grows with their square."""

Parsed = TypeVar("Parsed")


def content(path: Path, kind: str = "lens") -> bytes:
    """The bytes of a file of at most `SIZE_LIMIT`.

    Args:
        path: the file.
        kind: what it should be, for the sentence.

    Raises:
        BadFile: it cannot be read, or is larger.
    """
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name is none that a file can have"
        raise BadFile(path, f"cannot be read ({reason}); name an existing {kind} file") from error
    if len(data) > SIZE_LIMIT:
        raise BadFile(path, f"a {kind} has at most {SIZE_LIMIT} bytes; this is another kind of file")
    return data


def parsed(path: Path, parse: Callable[[str], Parsed], kind: str = "lens") -> Parsed:
    """What a text file in UTF-8 says.

    Args:
        path: the file.
        parse: makes of its text what is wanted, or raises `BadInput`.
        kind: as of `content`.

    Raises:
        BadFile: it cannot be read, is no text, or cannot be parsed.
    """
    try:
        return parse(content(path, kind).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadFile(path, "is no text in UTF-8; save it as such") from error
    except BadFile:
        raise
    except BadInput as error:
        raise BadFile(path, str(error)) from error


def toml_values(text: str, form: str, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """The values of a TOML text.

    Args:
        text: of a file.
        form: where its form is told, for the sentence.
        parse_float: makes of a number's text what is wanted.

    Raises:
        BadInput: it is no TOML.
    """
    if _DEEP_KEY.search(text) is not None:
        raise BadInput(f"has a dotted key of 32 parts or more; see {form} for the form")
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"is not TOML ({str(error)[:200]}); see {form} for the form") from error
