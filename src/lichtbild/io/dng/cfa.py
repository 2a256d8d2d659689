"""The colour filter array as a DNG says it.

Source: DNG 1.7.1 chapter 4, tags CFAPlaneColor and CFALayout; TIFF/EP (ISO 12234-2), tags
CFARepeatPatternDim and CFAPattern.
"""

from typing import Final

from lichtbild.image.cfa import Cfa
from lichtbild.io.dng.container import Directory
from lichtbild.io.dng.tags import Photometric, Tag

COLOURS: Final = ("red", "green", "blue", "cyan", "magenta", "yellow", "white")
"""Names of the colour codes of CFAPattern and CFAPlaneColor (TIFF/EP)."""
_MOST_PERIOD: Final = 16


def read_cfa(raw: Directory, planes: int) -> tuple[Cfa | None, int]:
    """The colour filter array, and the number of colour planes; linear raw and monochrome have none.

    Args:
        raw: directory of the raw image.
        planes: samples of a pixel.

    Raises:
        BadFile: the pattern is missing, contradicts itself, or is not laid out on a square grid.
    """
    if raw.integer(Tag.PhotometricInterpretation, 0) == Photometric.LINEAR_RAW:
        return None, planes
    if planes != 1:
        raw.source.refuse(f"has a colour filter array over {planes} planes; a mosaic has one")
    if (kind := raw.integer(Tag.CFALayout, 1)) != 1:
        raw.source.refuse(
            f"has staggered pixels (CFALayout {kind}); only pixels on a rectangular grid are read"
        )
    rows, columns = _period(raw)
    codes, names = raw.integers(Tag.CFAPattern), raw.integers(Tag.CFAPlaneColor, (0, 1, 2))
    if len(codes) != rows * columns or not set(codes) <= set(names) or len(set(names)) != len(names):
        raw.source.refuse(
            f"its CFAPattern {codes[:16]} does not fit {rows} x {columns} pixels of colours {names[:8]}"
        )
    if not 1 <= len(names) <= 4 or max(names) >= len(COLOURS):
        raw.source.refuse(f"its CFAPlaneColor is {names[:8]}; one to four colours from 0 to 6 are read")
    pattern = tuple(
        tuple(names.index(code) for code in codes[row * columns : (row + 1) * columns]) for row in range(rows)
    )
    return Cfa(pattern, tuple(COLOURS[code] for code in names)), len(names)


def _period(raw: Directory) -> tuple[int, int]:
    """Rows and columns after which the pattern repeats."""
    dims = raw.integers(Tag.CFARepeatPatternDim, (2, 2))
    if len(dims) != 2 or not all(1 <= size <= _MOST_PERIOD for size in dims):
        raw.source.refuse(
            f"its CFARepeatPatternDim is {dims[:4]}; two numbers from 1 to {_MOST_PERIOD} are needed"
        )
    return dims[0], dims[1]
