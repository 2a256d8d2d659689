"""The text files of the lens room: their bytes, or one sentence why there are none."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from lichtbild.core.errors import BadFile, BadInput

SIZE_LIMIT = 1 << 20
"""A lens is some pages of text; a file larger than this is something else."""

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
