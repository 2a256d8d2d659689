"""Common LUT Format (CLF) version 3, of the Academy and the ASC: a lookup table as XML.

Blue changes fastest, and the file itself says that tetrahedra are to be taken between the nodes.

Source: Academy S-2014-006, "Common LUT Format (CLF)", version 3.0 (2020), clauses 5.3 and 6.4.
"""

import hashlib
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from lichtbild.image.picture import ColourSpace
from lichtbild.io.lut.label import Label
from lichtbild.io.lut.table_file import write_bytes
from lichtbild.look.lut import Lut
from lichtbild.look.lut_table import resampled

_NAMES = {ColourSpace.SRGB: "sRGB", ColourSpace.DISPLAY_P3: "Display P3"}


def encode(lut: Lut, label: Label) -> bytes:
    """The bytes of a CLF file; a table over another domain than 0 to 1 is resampled."""
    if lut.low != (0.0, 0.0, 0.0) or lut.high != (1.0, 1.0, 1.0):
        lut = resampled(lut, lut.size)
    space = _NAMES.get(label.space, label.space.value)
    colours = (lut.table.reshape(-1, 3) + 0.0).tolist()
    lines = "\n".join(f"{red:.7f} {green:.7f} {blue:.7f}" for red, green, blue in colours)
    identity = hashlib.sha256((label.line + lines).encode()).hexdigest()[:32]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<ProcessList id="lichtbild-{identity}" name={quoteattr(label.title)} compCLFversion="3.0">\n'
        f"    <Description>{escape(label.line)}</Description>\n"
        f"    <InputDescriptor>{space}, encoded</InputDescriptor>\n"
        f"    <OutputDescriptor>{space}, encoded</OutputDescriptor>\n"
        f'    <LUT3D id="look" inBitDepth="32f" outBitDepth="32f" interpolation="tetrahedral">\n'
        f'        <Array dim="{lut.size} {lut.size} {lut.size} 3">\n{lines}\n        </Array>\n'
        "    </LUT3D>\n</ProcessList>\n"
    ).encode()


def write(lut: Lut, path: Path | str, label: Label) -> None:
    """Write a CLF file.

    Raises:
        CannotWrite: the file cannot be put there.
    """
    write_bytes(encode(lut, label), path)
