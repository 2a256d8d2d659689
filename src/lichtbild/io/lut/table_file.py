"""Table files: read whole where they are not too large, and written whole or not at all."""

from pathlib import Path

from lichtbild.core.errors import BadFile
from lichtbild.io.atomic import replacing


def read_bytes(path: Path | str, most: int, kind: str) -> bytes:
    """What a file holds.

    Args:
        path: of the file.
        most: bytes that it may have.
        kind: what has so many bytes at most, in words.

    Raises:
        BadFile: it cannot be read, or is too large.
    """
    path = Path(path)
    try:
        if (size := path.stat().st_size) > most:
            raise BadFile(path, f"has {size} bytes; {kind} has at most {most}")
        return path.read_bytes()
    except OSError as error:
        raise BadFile(path, f"cannot be read ({error.strerror or error})") from error


def write_bytes(data: bytes, path: Path | str) -> None:
    """Write a file.

    Raises:
        CannotWrite: it cannot be put there.
    """
    with replacing(path) as draft:
        draft.write_bytes(data)
