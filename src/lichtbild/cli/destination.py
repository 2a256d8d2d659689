"""Where a command writes its files: nothing is replaced unasked, and one missing folder is made."""

from pathlib import Path
from typing import Annotated

from lichtbild.cli.options import option
from lichtbild.core.errors import BadInput

PANEL = "Options"
"""Of the help, for commands whose options need no other."""

Overwrite = Annotated[bool, option(PANEL, "--overwrite", "", "Replace files that are there.")]


def refuse_existing(path: Path, overwrite: bool) -> None:
    """Refuse, before long work, to replace a file; a folder of this name is refused when it is written.

    Raises:
        BadInput: a file is there, and nobody asked for it to be replaced.
    """
    if path.is_file() and not overwrite:
        raise BadInput(f"{path} is there already; name another file, or add --overwrite")


def make_parent(path: Path) -> None:
    """Make the folder that a file goes into; the one above it must be there.

    Raises:
        CannotWrite: it cannot be made.
    """
    from lichtbild.io.files import make_folder

    make_folder(path.parent)
