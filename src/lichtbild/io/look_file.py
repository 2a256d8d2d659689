"""Looks of the user's own: one TOML each, read whole, so that recipes can carry it."""

import re
from pathlib import Path
from typing import Final

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.atomic import replacing
from lichtbild.look.look_text import with_numbers
from lichtbild.look.recipe import look_named
from lichtbild.look.style import Style

SIZE_LIMIT: Final = 1 << 20
"""Most bytes of a look; its numbers are a page, and a table of 33 nodes a quarter of this."""

_SUFFIX: Final = ".toml"


def is_file(look: str) -> bool:
    """Whether a look is asked for by its file, and not by its name."""
    return Path(look).suffix.lower() == _SUFFIX


def load_look(path: Path | str) -> tuple[str, str]:
    """What a look's file is called, and its text.

    Raises:
        BadFile: it cannot be read, or does not describe a look.
    """
    path = Path(path)
    try:
        text = read_bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadFile(path, f"is no text ({error.reason}); a look is a TOML file in UTF-8") from error
    name = re.sub(r"[^\w.-]+", "-", path.stem) or "look"
    try:
        look_named(name, text)
    except BadInput as error:
        raise BadFile(path, str(error)) from error
    return name, text


def read_bytes(path: Path | str) -> bytes:
    """What a look's file holds.

    Raises:
        BadFile: it cannot be read, or is too large for a look.
    """
    path = Path(path)
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise BadFile(path, f"a look has at most {SIZE_LIMIT} bytes; this is another kind of file")
        return path.read_bytes()
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror}); name an existing look file") from error


def write_solved(path: Path | str, text: str, style: Style) -> None:
    """Write a look's text with the numbers of a style in it; whole or not at all.

    Args:
        path: of the file.
        text: valid TOML; its comments, order and targets stay.
        style: whose numbers are written.

    Raises:
        CannotWrite: the file cannot be written there.
    """
    with replacing(Path(path)) as beside:
        beside.write_text(with_numbers(text, style), encoding="utf-8")
