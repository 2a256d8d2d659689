"""Search ledger: what a search has found so far, one line of JSON for each task, beside the lens it writes.

Lines are added as tasks end, so that whatever stops a search, nothing that was found is lost. A torn last
line is passed over.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from lichtbild.core.errors import CannotWrite


def ledger_of(lens: Path) -> Path:
    """The ledger's place beside a lens."""
    return lens.with_suffix(".search.jsonl")


def read(path: Path, key: str) -> dict[str, dict[str, Any]]:
    """Results by their tasks' names; none if the ledger is of another search or is not there."""
    return {name: result for (mine, name), result in read_all(path).items() if mine == key}


def read_all(path: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Results by their searches' keys and their tasks' names; none if the ledger is not there."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        try:
            entry = json.loads(line)
            found[str(entry["key"]), str(entry["task"])] = dict(entry["result"])
        except (ValueError, TypeError, KeyError):
            continue
    return found


def append(path: Path, key: str, task: str, result: Mapping[str, Any]) -> None:
    """Add a result.

    Raises:
        CannotWrite: the ledger cannot be written.
    """
    _add(path, json.dumps({"key": key, "task": task, "result": result}).encode() + b"\n")


def check(path: Path) -> None:
    """Know before a search, not after its first task, that nothing can be noted.

    Raises:
        CannotWrite: the ledger cannot be written.
    """
    _add(path, b"")


def forget(path: Path) -> None:
    """Take a ledger away whose search has ended; one that cannot be removed does no harm."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _add(path: Path, line: bytes) -> None:
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            torn = os.fstat(file).st_size > 0 and not _ends_line(path)
            os.write(file, b"\n" + line if torn and line else line)
        finally:
            os.close(file)
    except OSError as error:
        raise CannotWrite(
            f"{path}: what was found cannot be noted ({error.strerror}); write elsewhere"
        ) from error


def _ends_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
