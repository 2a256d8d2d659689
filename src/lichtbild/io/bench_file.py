"""Files for the laboratory's bench: what is in them, and the digest that its numbers cite."""

import hashlib
from pathlib import Path
from typing import Final

from lichtbild.image.picture import Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.io import ledger
from lichtbild.io.reader import read

_LOSSY: Final = (b"\xff\xd8\xff",)
"""How the files begin that were compressed with loss."""
_LOSSY_BRANDS: Final = (b"heic", b"heix", b"mif1", b"avif", b"msf1")
"""Of ISO base media files: HEIF and AVIF."""


def read_for_bench(path: Path, layout: Path | None = None) -> tuple[RawFrame | Picture, str, bool]:
    """What a file holds, the SHA-256 of its bytes, and whether it was compressed with loss.

    Args:
        path: any photograph.
        layout: for a headerless dump, the TOML that describes it; None looks for it beside the dump.

    Raises:
        BadFile: it cannot be read.
    """
    source = read(path, layout)
    with path.open("rb") as file:
        head = file.read(12)
    lossy = head.startswith(_LOSSY) or (head[4:8] == b"ftyp" and head[8:12] in _LOSSY_BRANDS)
    return source, ledger.digest(path), lossy


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes; of nothing where it cannot be read, which reading it will say better."""
    nothing = hashlib.sha256().hexdigest()
    try:
        return ledger.digest(path) if path.is_file() else nothing
    except OSError:
        return nothing
