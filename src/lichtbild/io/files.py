"""The user's folders: which files a name stands for, and a place for what is made."""

import glob
from collections.abc import Iterable, Sequence
from pathlib import Path

from lichtbild.core.errors import CannotWrite

RAW_SUFFIXES = (
    *(".3fr", ".arw", ".bay", ".cap", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".fff", ".iiq"),
    *(".kdc", ".mef", ".mos", ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl"),
    *(".sr2", ".srf", ".srw", ".x3f"),
)
"""Suffixes of raw files; in a folder only these are developed, and a camera's own JPEGs are left alone."""


PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".avif", ".heic", ".heif")
"""Suffixes of finished pictures."""


def expand(name: str, suffixes: Sequence[str] = RAW_SUFFIXES) -> list[Path]:
    """The files that a name stands for: itself, those of a folder, or those that match a pattern.

    Hidden files (drafts, and the shadows that macOS leaves on other disks) are in no folder's list.

    Args:
        name: of a file or folder, or a pattern.
        suffixes: of the files that are wanted of a folder; raw files.
    """
    path = Path(name)
    if path.is_dir():
        return _listed(path.iterdir(), suffixes)
    if path.exists() or not glob.has_magic(name):
        return [path]
    return sorted(Path(found) for found in glob.glob(name, recursive=True) if Path(found).is_file())


def expand_deep(name: str, suffixes: Sequence[str] = RAW_SUFFIXES) -> list[Path]:
    """As `expand`, and for a folder also the files of all folders below it."""
    path = Path(name)
    if not path.is_dir():
        return expand(name, suffixes)
    below = (entry for entry in path.rglob("*") if not _is_hidden(entry.relative_to(path)))
    return _listed(below, suffixes)


def _listed(entries: Iterable[Path], suffixes: Sequence[str]) -> list[Path]:
    return sorted(
        entry
        for entry in entries
        if entry.suffix.lower() in suffixes and not entry.name.startswith(".") and entry.is_file()
    )


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


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


def size(path: Path) -> int:
    """Bytes of a file; 0 where there is none to be found, which reading it will say better."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
