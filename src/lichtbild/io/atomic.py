"""Files that appear whole or not at all: written beside their place, then renamed."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lichtbild.core.errors import CannotWrite, LichtbildError

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
def replacing(path: Path | str) -> Iterator[Path]:
    """A path to write to, in the same folder; the file takes its own name when the block ends well.

    Whatever stops the block (an error, an interrupt, a full disk) removes what was written, and a file that
    was there before stays as it was. A symbolic link is followed, so that the link stays a link.

    Args:
        path: where the file shall be in the end.

    Raises:
        CannotWrite: the folder is missing or closed, the disk is full, or a folder has that name.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise CannotWrite(f"{path}: a folder has this name; name a file in it")
    if not target.parent.is_dir():
        raise CannotWrite(f"{path}: there is no folder {target.parent}; make it first")
    draft = target.with_name(f".{secrets.token_hex(8)}.part{target.suffix[:16]}")
    try:
        _create(draft)
        yield draft
        _flush(draft)
        os.replace(draft, target)
    except LichtbildError:
        raise
    except OSError as error:
        raise CannotWrite(f"{path}: {_reason(error)}") from error
    finally:
        with suppress(OSError):
            draft.unlink()


def _create(draft: Path) -> None:
    """An empty file with the permissions that any new file of this user gets."""
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))


def _flush(draft: Path) -> None:
    """Wait until the bytes are on the disk, so that a power cut cannot leave a renamed but empty file."""
    with draft.open("r+b") as file:
        os.fsync(file.fileno())


def _reason(error: OSError) -> str:
    if error.errno in _REMEDY:
        return f"cannot be written: {_REMEDY[error.errno]}"
    return f"cannot be written ({error.strerror or error}); try another folder"
