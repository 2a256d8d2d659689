"""A lens file's bytes, or one sentence why there are none."""

from pathlib import Path

from lichtbild.core.errors import BadFile

SIZE_LIMIT = 1 << 20
"""A lens is some pages of text; a file larger than this is something else."""


def content(path: Path) -> bytes:
    """The bytes of a file of at most `SIZE_LIMIT`.

    Raises:
        BadFile: it cannot be read, or is larger.
    """
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name is none that a file can have"
        raise BadFile(path, f"cannot be read ({reason}); name an existing lens file") from error
    if len(data) > SIZE_LIMIT:
        raise BadFile(path, f"a lens has at most {SIZE_LIMIT} bytes; this is another kind of file")
    return data
