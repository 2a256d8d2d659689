"""Tables of other programs as looks: read by their suffix, and written as the TOML of a look."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import cielab
from lichtbild.colour.difference import ciede2000
from lichtbild.colour.transfer import SRGB
from lichtbild.core import resources
from lichtbild.core.array import transformed
from lichtbild.core.errors import BadFile
from lichtbild.image.picture import ColourSpace
from lichtbild.io.lut import cube, hald, xmp
from lichtbild.io.lut.label import FoundLut
from lichtbild.look.encode import CURVES, from_rec2020
from lichtbild.look.lut import Lut, nodes
from lichtbild.look.lut_table import resampled, to_table

NODES: Final = 33
"""Most nodes an axis that a look keeps; its file then stays below a megabyte."""

_COLOURS: Final = 50_000
_BEYOND: Final = 0.002
"""Half a code of 8 bits: what lies this far outside 0 to 1 is said."""

_READERS: Final = {
    ".cube": cube.read,
    ".png": hald.read,
    ".tif": hald.read,
    ".tiff": hald.read,
    ".xmp": xmp.read,
}


@dataclass(frozen=True)
class ImportedLook:
    """A look made of a table.

    Attributes:
        text: its TOML.
        notes: what was unusual in the file, and what was lost, a sentence each.
    """

    text: str
    notes: tuple[str, ...] = ()


def read_lut(path: Path | str) -> FoundLut:
    """The table in a file, whose suffix names the format.

    Raises:
        BadFile: it cannot be read, or holds no sound table.
    """
    path = Path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise BadFile(path, f"is of no format with a table that is read: {', '.join(_READERS)}")
    return reader(path)


def imported(found: FoundLut, name: str) -> ImportedLook:
    """The look that a table makes: the numbers of `natural`, and the table after them.

    On a finished picture it does what the table does.

    Args:
        found: the table.
        name: what to call the look.
    """
    notes = list(found.notes)
    beyond = float(np.abs(found.lut.table - np.clip(found.lut.table, 0.0, 1.0)).max())
    if beyond > _BEYOND:
        notes.append(f"its colours go {beyond:.3f} beyond 0 to 1; they were cut to it")
    lut = found.lut if found.space is ColourSpace.SRGB else _in_srgb(found, notes)
    kept = _kept(lut)
    if kept is not lut:
        mean, largest = difference(lut, kept)
        notes.append(
            f"its {lut.size} nodes an axis became {kept.size}: {mean:.2f} CIEDE2000 in the mean, "
            f"{largest:.1f} at most"
        )
    return ImportedLook(_text(kept, name), tuple(notes))


def difference(lut: Lut, other: Lut) -> tuple[float, float]:
    """Mean and largest CIEDE2000 between two tables of encoded sRGB, over colours of the whole cube."""
    spread = np.random.default_rng(1)
    colours = spread.random((_COLOURS, 3))
    apart = ciede2000(_lab(lut(colours)), _lab(other(colours)))
    return float(apart.mean()), float(apart.max())


def _lab(encoded: Float[np.ndarray, "n 3"]) -> Any:
    matrix = np.linalg.inv(from_rec2020(ColourSpace.SRGB))
    return cielab.from_rec2020(transformed(SRGB.decode(np.clip(encoded, 0.0, 1.0)), matrix))


def _kept(lut: Lut) -> Lut:
    """The table over 0 to 1 with as many nodes as a look keeps."""
    if lut.size <= NODES and lut.low == (0.0, 0.0, 0.0) and lut.high == (1.0, 1.0, 1.0):
        return lut
    return resampled(lut, min(lut.size, NODES))


def _in_srgb(found: FoundLut, notes: list[str]) -> Lut:
    """The table for encoded sRGB that does what one for another space does; what sRGB lacks is cut."""
    to_space = from_rec2020(found.space) @ np.linalg.inv(from_rec2020(ColourSpace.SRGB))
    colours = nodes(max(found.lut.size, NODES)).astype(np.float64)
    curve = CURVES[found.space]
    inside = np.clip(curve.encode(transformed(SRGB.decode(colours), to_space)), 0.0, 1.0)
    linear = transformed(curve.decode(found.lut(inside)), np.linalg.inv(to_space))
    notes.append(f"it is a table of {found.space.value}; what it makes beyond srgb was cut")
    table = np.asarray(np.clip(SRGB.encode(linear), 0.0, 1.0), np.float32)
    return replace(found.lut, table=table, low=(0.0, 0.0, 0.0), high=(1.0, 1.0, 1.0))


def _text(lut: Lut, name: str) -> str:
    """The look's TOML, with the numbers of `natural`."""
    import tomlkit

    # Unwrapped, for its comments speak of natural alone.
    natural = tomlkit.parse(resources.read("look", "catalogue", "natural.toml").decode("utf-8")).unwrap()
    held = tomlkit.dumps({key: part for key, part in natural.items() if key != "targets"} | {"name": name})
    table = to_table(lut)
    title = " ".join(lut.title.split())
    head = f"# A table of another program{f' ({title})' if title else ''}, after the numbers of natural.\n"
    return f'{head}{held.rstrip()}\n\n[lut]\nsize = {table["size"]}\ncodes = """{table["codes"]}"""\n'
