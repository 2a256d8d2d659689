"""Files that appear whole or not at all: written beside their place, then renamed.

What is being written is a *draft*, a hidden file that its writer holds a lock on. The system drops the lock
when the writer ends, however it ends, so that whoever comes later can tell a draft that was left behind from
one that is still being written, and clears it away.
"""

import errno
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from lichtbild.core.errors import CannotWrite, LichtbildError

if sys.platform != "win32":
    import fcntl

_DRAFT: Final = re.compile(r"\.lichtbild-[0-9a-f]{16}\.part(\.[^.]*)?")

_REMEDY = {
    errno.ENOSPC: "the disk is full; free some space or write to another disk",
    errno.EDQUOT: "your share of the disk is used up; free some space or write to another disk",
    errno.EFBIG: "the file would be larger than the file system or the user's limit allows; write elsewhere",
    errno.EACCES: "the folder may not be written to; choose another or change its permissions",
    errno.EPERM: "the folder may not be written to; choose another or change its permissions",
    errno.EROFS: "the disk is read-only; choose another",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


@contextmanager
def replacing(path: Path | str, before: Callable[[Path], None] = lambda draft: None) -> Iterator[Path]:
    """A path to write to, in the same folder; the file takes its own name when the block ends well.

    Whatever stops the block (an error, an interrupt, a full disk) removes what was written, and a file that
    was there before stays as it was. A symbolic link is followed, so that the link stays a link.

    Args:
        path: where the file shall be in the end.
        before: called with the finished draft just before it takes its name.

    Raises:
        CannotWrite: the folder is missing or closed, the disk is full, or a folder has that name.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise CannotWrite(f"{path}: a folder has this name; name a file in it")
    if not target.parent.is_dir():
        raise CannotWrite(f"{path}: there is no folder {target.parent}; make it first")
    draft = target.with_name(f".lichtbild-{secrets.token_hex(8)}.part{target.suffix[:16]}")
    try:
        with _created(draft):
            yield draft
            with _locked(draft) as file:  # an encoder may have put another file in the draft's place
                os.fsync(file)
                before(draft)
        os.replace(draft, target)
    except LichtbildError:
        raise
    except OSError as error:
        raise CannotWrite(f"{path}: {_reason(error)}") from error
    finally:
        with suppress(OSError):
            draft.unlink()


def clear_drafts(folder: Path) -> int:
    """Remove the drafts in a folder that nobody is writing any more; returns how many there were.

    Without locks nobody can tell, so that there all are left; being hidden, they are taken for no photograph.
    """
    cleared = 0
    if sys.platform == "win32":
        return cleared
    with suppress(OSError):
        for entry in list(folder.iterdir()):
            if _DRAFT.fullmatch(entry.name):
                with suppress(OSError), _locked(entry, alone=True):
                    entry.unlink()
                    cleared += 1
    return cleared


@contextmanager
def _created(draft: Path) -> Iterator[None]:
    """A new empty file with the permissions that any new file of this user gets, locked for the block."""
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    with _locked(draft):
        yield


@contextmanager
def _locked(draft: Path, *, alone: bool = False) -> Iterator[int]:
    """The file, open and locked for the block.

    Args:
        draft: which file.
        alone: whether nobody else may hold a lock; then an OSError says that somebody does. Its writer does
            not ask for that, for it comes here more than once.
    """
    file = os.open(draft, os.O_RDWR)
    try:
        _lock(file, alone)
        yield file
    finally:
        os.close(file)


def _lock(file: int, alone: bool) -> None:
    """Lock an open file; a writer goes on without where the file system knows no locks."""
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
    except OSError:
        if alone:
            raise


def _reason(error: OSError) -> str:
    if error.errno in _REMEDY:
        return f"cannot be written: {_REMEDY[error.errno]}"
    return f"cannot be written ({error.strerror or error}); try another folder"


def put_text(text: str, draft: Path) -> None:
    """Fill a draft with text, in UTF-8."""
    draft.write_text(text, encoding="utf-8")
