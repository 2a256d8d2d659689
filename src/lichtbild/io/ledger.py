"""A folder's ledger: which photographs in it Lichtbild made, from what, and how to know them again.

It is a file of JSON lines to which a line is added *before* a photograph takes its name. So a photograph of
ours is always in the ledger, whenever the machine stops; a line whose photograph did not come to be speaks of
bytes that nobody finds, and is harmless. The last line about a name counts; a torn one is passed over.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from lichtbild.core.errors import CannotWrite

NAME: Final = ".lichtbild.jsonl"
"""Name of the ledger in each folder that photographs are written to."""


@dataclass(frozen=True)
class Entry:
    """What the ledger knows of one photograph.

    Attributes:
        target: its name in the folder.
        key: digest of all that it was made from.
        digest: of its own bytes.
    """

    target: str
    key: str
    digest: str


def read(folder: Path) -> dict[str, Entry]:
    """The entries of a folder's ledger by the photograph's name; none where there is no ledger."""
    try:
        text = (folder / NAME).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    entries = (_entry(line) for line in text.splitlines())
    return {entry.target: entry for entry in entries if entry is not None}


def append(folder: Path, entry: Entry) -> None:
    """Add an entry; several processes may do so at a time, for each line is written at once.

    Raises:
        CannotWrite: the ledger cannot be written.
    """
    try:
        _write(folder / NAME, json.dumps(asdict(entry)).encode() + b"\n")
    except OSError as error:
        raise CannotWrite(
            f"{folder / NAME}: what was done cannot be noted ({error.strerror}); write to another folder"
        ) from error


def mend(folder: Path) -> None:
    """End a line that was torn when a machine stopped, so that the next entry begins a line of its own."""
    path = folder / NAME
    try:
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            torn = file.read(1) != b"\n"
        if torn:
            _write(path, b"\n")
    except OSError:
        return  # no ledger yet, or an empty one; one that cannot be written is told of by `append`


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def key(parts: Iterable[str]) -> str:
    """SHA-256 of several texts in order; no two rows of texts run together."""
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()


def _entry(line: str) -> Entry | None:
    try:
        table = json.loads(line)
        entry = Entry(table["target"], table["key"], table["digest"])
    except (ValueError, TypeError, KeyError):
        return None
    return entry if all(isinstance(value, str) for value in asdict(entry).values()) else None


def _write(path: Path, data: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        os.write(file, data)
        os.fsync(file)
    finally:
        os.close(file)
