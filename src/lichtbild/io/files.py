"""The user's folders: which files a name stands for, and a place for what is made."""

import glob
from pathlib import Path

from lichtbild.core.errors import CannotWrite

RAW_SUFFIXES = (
    *(".3fr", ".arw", ".bay", ".cap", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".fff", ".iiq"),
    *(".kdc", ".mef", ".mos", ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl"),
    *(".sr2", ".srf", ".srw", ".x3f"),
)
"""Suffixes of raw files; in a folder only these are developed, and a camera's own JPEGs are left alone."""


def expand(name: str) -> list[Path]:
    """The files that a name stands for: itself, the raw files of a folder, or those that match a pattern."""
    path = Path(name)
    if path.is_dir():
        return sorted(
            entry for entry in path.iterdir() if entry.suffix.lower() in RAW_SUFFIXES and entry.is_file()
        )
    if path.exists() or not glob.has_magic(name):
        return [path]
    return sorted(Path(found) for found in glob.glob(name, recursive=True) if Path(found).is_file())


def make_folder(path: Path) -> None:
    """Make a folder where there is none; the one above it must be there, lest a slip of the pen make many.

    Raises:
        CannotWrite: it cannot be made there.
    """
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise CannotWrite(
            f"{path}: the folder cannot be made ({error.strerror}); name another with -o"
        ) from error
