"""Lens files: what a name or a path stands for, read and written by its suffix."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.lens.agf import read_agf
from lichtbild.io.lens.catalogue import catalogue, catalogue_lens, catalogue_names
from lichtbild.io.lens.codev_read import read_seq
from lichtbild.io.lens.codev_write import write_seq
from lichtbild.io.lens.optiland import read_optiland
from lichtbild.io.lens.reading import Reading
from lichtbild.io.lens.toml import read_toml, write_toml
from lichtbild.io.lens.zemax_read import read_zmx
from lichtbild.io.lens.zemax_write import write_zmx
from lichtbild.io.nearest import nearest
from lichtbild.optics.lens import Lens
from lichtbild.optics.medium import Medium

__all__ = ["Reading", "catalogue", "catalogue_lens", "catalogue_names", "read_lens", "write_lens"]

_READERS: Final[dict[str, Callable[[Path, tuple[Medium, ...]], Reading]]] = {
    ".toml": read_toml,
    ".zmx": read_zmx,
    ".seq": read_seq,
    ".json": read_optiland,
}

_WRITERS: Final[dict[str, Callable[[Lens, Path], object]]] = {
    ".toml": write_toml,
    ".zmx": write_zmx,
    ".seq": write_seq,
}

_KINDS: Final = ".toml, .zmx (Zemax) and .seq (CODE V)"


def read_lens(name: Path | str, glasses: Iterable[Path | str] = ()) -> Reading:
    """The lens of a file, told by its suffix, or of the catalogue, told by a bare name such as ``tessar``.

    Args:
        name: a path, or a name of the catalogue.
        glasses: AGF files whose media go before the built-in ones.

    Raises:
        BadFile: a file that cannot be read; the sentence says what and where.
        BadInput: no such lens, or a kind of file that is not read.
    """
    path = Path(name)
    suffix = path.suffix.lower()
    media = tuple(medium for file in glasses for medium in read_agf(file))
    if suffix in _READERS:
        return _READERS[suffix](path, media)
    if str(name).lower() in catalogue_names():
        return Reading(catalogue_lens(str(name).lower()))
    if _exists(path):
        raise BadFile(path, f"is of a kind that is not read; lenses come as {_KINDS}, and Optiland's .json")
    raise BadInput(
        f"there is neither a file nor a lens of the catalogue called '{str(name)[:200]}'; "
        f"{nearest(str(name), catalogue_names())}"
    )


def write_lens(lens: Lens, path: Path | str) -> None:
    """Write a lens in the form that the path's suffix names.

    Raises:
        BadInput: another suffix, or something of the lens that such a file cannot hold.
        CannotWrite: the file cannot be written there.
    """
    path = Path(path)
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise BadInput(f"{path}: a lens is written as {_KINDS}, not as '{path.suffix}'; change the suffix")
    writer(lens, path)


def _exists(path: Path) -> bool:
    """Whether there is such a file; a name that none can have is no error."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
