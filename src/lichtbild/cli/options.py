"""Options that several commands have, and how any of them is written."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

FILES: Final = "Input and output"
DEVELOP: Final = "Development"
LOOK: Final = "Look"
PORTRAIT: Final = "Portrait"
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
PortraitOn = Annotated[
    bool,
    option(PORTRAIT, "--portrait", "", "Blur all but the subject as a lens would; any below do too."),
]
PortraitLens = Annotated[
    str | None,
    option(PORTRAIT, "--lens", "NAME", "Of the catalogue, such as swirly-50.", "double-gauss-50"),
]
PortraitFNumber = Annotated[
    float | None, option(PORTRAIT, "--f-number", "N", "To stop the lens down to.", "its own")
]
PortraitFocus = Annotated[
    str | None,
    option(PORTRAIT, "--focus", "MM|X,Y", "Distance, or place, 0 to 1.", "the subject"),
]
PortraitBlur = Annotated[
    float | None, option(PORTRAIT, "--blur", "STRENGTH", "Factor of all blur, 0 to 2.", "1")
]
PortraitBlades = Annotated[
    int | None, option(PORTRAIT, "--blades", "COUNT", "Of the diaphragm, 5 to 15; 0: round.", "0")
]
PortraitDepth = Annotated[
    Path | None, option(PORTRAIT, "--depth", "FILE", "Distances: PNG, TIFF or EXR.", "estimated")
]
PortraitDepthRange = Annotated[
    str | None,
    option(PORTRAIT, "--depth-range", "NEAR,FAR", "Its ends in mm; inf is far.", "600,inf"),
]
PortraitDepthKind = Annotated[
    str | None,
    option(PORTRAIT, "--depth-kind", "KIND", "inverse (lighter is nearer) or distance.", "inverse"),
]
SubjectMask = Annotated[
    Path | None, option(PORTRAIT, "--subject-mask", "FILE", "White where the subject is.", "people")
]
