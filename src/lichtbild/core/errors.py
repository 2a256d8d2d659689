"""The errors that a user can act on.

::

    LichtbildError
    ├── BadInput          what was given cannot be used               exit code 2
    │   └── BadFile       a file that cannot be read, with its place
    └── CannotWrite       the result cannot be put where it was asked  exit code 3

Each message is one sentence that names what was found, the limit and the remedy. Anything else that
escapes is a defect of Lichtbild itself.
"""

from pathlib import Path


class LichtbildError(Exception):
    """Something a user can act on; its text is one sentence."""

    exit_code = 3


class BadInput(LichtbildError, ValueError):
    """An argument, option or setting that cannot be used."""

    exit_code = 2


class BadFile(BadInput):
    """A file that cannot be read: truncated, damaged, hostile or of an unknown kind."""

    def __init__(self, path: Path | str, what: str) -> None:
        super().__init__(f"{path}: {what}")
        self.path = Path(path)
        self.what = what

    def __reduce__(self) -> tuple[type["BadFile"], tuple[Path, str]]:
        return BadFile, (self.path, self.what)


class CannotWrite(LichtbildError, OSError):
    """A result that could not be written; nothing half-written is left behind."""

    exit_code = 3
