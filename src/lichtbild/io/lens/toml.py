"""Lenses as TOML, to be read and written by hand; docs/optics.md shows the keys.

What Lichtbild wrote it reads and writes again to the same bytes.
"""

from collections.abc import Iterable
from pathlib import Path

from lichtbild.io.atomic import replacing
from lichtbild.io.lens.content import parsed, toml_values
from lichtbild.io.lens.exact import parse
from lichtbild.io.lens.reading import Reading
from lichtbild.io.lens.toml_read import lens_of
from lichtbild.io.lens.toml_write import text_of
from lichtbild.optics.lens import Lens
from lichtbild.optics.medium import Medium


def read_toml(path: Path | str, media: Iterable[Medium] = ()) -> Reading:
    """The lens in a TOML file.

    Args:
        path: the file.
        media: what names may stand for before the built-in media.

    Raises:
        BadFile: the file cannot be read, is no TOML, is of a later schema, or has a key or value that a
            lens does not have.
    """
    return Reading(parsed(Path(path), lambda text: loads(text, media)))


def loads(text: str, media: Iterable[Medium] = ()) -> Lens:
    """The lens in a TOML text.

    Raises:
        BadInput: it is no TOML, or has a key or value that a lens does not have.
    """
    return lens_of(toml_values(text, "docs/optics.md", parse), tuple(media))


def dumps(lens: Lens) -> str:
    """The lens as TOML text, with every bit of every number.

    Raises:
        BadInput: something of the lens has no place in such a file.
    """
    return text_of(lens)


def write_toml(lens: Lens, path: Path | str) -> None:
    """Write a lens as TOML.

    Raises:
        CannotWrite: the file cannot be written there.
        BadInput: something of the lens has no place in such a file.
    """
    text = dumps(lens)
    with replacing(Path(path)) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")
