"""Options that several commands have, and how any of them is written."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

FILES: Final = "Input and output"
DEVELOP: Final = "Development"
LOOK: Final = "Look"
PICTURE: Final = "Picture"
RUN: Final = "Run"
"""Panels of the help."""


def option(panel: str, names: str, value: str, words: str, usual: str = "") -> Any:
    """An option in a panel of the help.

    Args:
        panel: where it stands.
        names: how it is written.
        value: what follows it, in capitals; empty for a switch.
        words: what it does.
        usual: what holds without it.
    """
    words += rf" \[default: {usual}]" if usual else ""
    return typer.Option(*names.split(), help=words, metavar=value, show_default=False, rich_help_panel=panel)


Place = Annotated[
    Path | None, option(FILES, "-o --output", "PLACE", "File or folder to write.", "beside each input")
]
Deep = Annotated[bool, option(FILES, "-r --recursive", "", "Folders below the given ones too.")]
Overwrite = Annotated[
    bool, option(FILES, "--overwrite", "", "Replace what is there, even what was not made here.")
]
PersonStrength = Annotated[
    float | None, option(LOOK, "--person-strength", "PERCENT", "The same on people alone.", "as of all")
]
Vignette = Annotated[
    str | None, option(LOOK, "--vignette", "STRENGTH", "off, or 0 to 1.5.", "the look's own, 1")
]
Grain = Annotated[str | None, option(LOOK, "--grain", "STRENGTH", "off, or 0 to 2.", "the look's own, 1")]
Jobs = Annotated[int, option(RUN, "-j --jobs", "COUNT", "Files, or tiles of one, at a time.", "every core")]
DryRun = Annotated[bool, option(RUN, "--dry-run", "", "Say what would become what, and do nothing.")]
AsJson = Annotated[bool, option(RUN, "--json", "", "One JSON object a file on stdout.")]
Quiet = Annotated[bool, option(RUN, "-q --quiet", "", "Only errors.")]
