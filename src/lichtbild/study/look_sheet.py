"""Every look on one photograph: as a contact sheet, or as a page to look at them one by one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from lichtbild.camera.in_looks import in_looks
from lichtbild.camera.recipe import LookRecipe
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.figure.contact_sheet import Tile, contact_sheet
from lichtbild.figure.gallery import gallery
from lichtbild.image.picture import Picture
from lichtbild.io.atomic import put_text, replacing
from lichtbild.io.export import save
from lichtbild.io.formats import jpeg
from lichtbild.io.reader import read
from lichtbild.look.recipe import LOOKS

SHEET, PAGE = 480, 1080
"""Pixels of a picture's longer side on a sheet, and on a page."""

PAGES: Final = (".html", ".htm")
ORIGINAL: Final = "original"
_QUALITY: Final = 88
_UNCHANGED: Final = LookRecipe("linear")
_WORDS: Final = "Click a picture to enlarge it; hold the pointer down on it to see the first one there."


def every_look(strength: float = 1.0) -> tuple[LookRecipe, ...]:
    """The looks of the package that have numbers, in their order."""
    return tuple(LookRecipe(look.name, strength=strength) for look in LOOKS.values() if look.has_style)


def refuse_source(source: Path, target: Path) -> None:
    """Refuse to write a sheet over its own photograph.

    Raises:
        BadInput: both are the same file.
    """
    if target.exists() and source.exists() and target.samefile(source):
        raise BadInput(f"{target}: the sheet would replace its own photograph; name another file with -o")


def write_sheet(
    source: Path,
    target: Path,
    chosen: Sequence[LookRecipe],
    *,
    long_edge: int | None = None,
    threads: int = 1,
) -> int:
    """Write all looks of a photograph; returns how many pictures there are.

    A finished picture comes first as it is, and is not shown in the look `natural`, which leaves it so.

    Args:
        source: a finished picture or a raw file.
        target: a picture file, or a page.
        chosen: the looks.
        long_edge: pixels of each picture's longer side; None is `SHEET` or `PAGE`.
        threads: tiles computed at a time.

    Raises:
        BadFile: the source cannot be read.
        BadInput: a look does not fit it, or the target is the source or has a suffix that is not written.
        CannotWrite: the file cannot be put there.
    """
    refuse_source(source, target)
    photograph = read(source)
    is_page = target.suffix.lower() in PAGES
    names = [look.name for look in chosen]
    if isinstance(photograph, Picture):
        others = [look for look in chosen if not look.look.changes_nothing]
        names, chosen = [ORIGINAL, *(look.name for look in others)], (_UNCHANGED, *others)
    size = long_edge or (PAGE if is_page else SHEET)
    pictures = in_looks(photograph, chosen, size, threads=threads)
    if is_page:
        shown = [(name, jpeg.encoded(each, _QUALITY)) for name, each in zip(names, pictures, strict=True)]
        with replacing(target) as draft:
            put_text(gallery(source.name, _WORDS, shown), draft)
        return len(pictures)
    tiles = [Tile(name, np.asarray(each.samples)) for name, each in zip(names, pictures, strict=True)]
    sheet = contact_sheet(tiles)
    extent = Extent(*sheet.shape[:2])
    save(Picture(sheet, Window.whole(extent), extent), target, quality=_QUALITY)
    return len(pictures)
