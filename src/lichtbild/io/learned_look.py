"""Learned looks as files: pictures to learn from, and the TOML of what was learned.

Beside what every look has, the file says in a comment what it was learned from and how wrong it was on
pictures that it was not learned from, and holds the trust map: in ``[trust]``, tenths of CIEDE2000 by which
colours after the look are expected to be wrong, at the nodes of a cube of encoded sRGB, blue changing
fastest.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.transfer import SRGB
from lichtbild.core.array import transformed
from lichtbild.core.errors import BadInput
from lichtbild.image.picture import ColourSpace
from lichtbild.io.lut.as_look import imported
from lichtbild.io.lut.label import FoundLut
from lichtbild.io.picture_file import read_picture
from lichtbild.look.decode import Decode
from lichtbild.look.encode import from_rec2020
from lichtbild.look.learn.learned_look import TRUST_NODES
from lichtbild.look.lut import Lut

PICTURES: Final = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".avif", ".heic", ".heif")
_TENTHS: Final = 10
_MOST: Final = 255


def read_srgb(path: Path | str) -> Float[np.ndarray, "h w 3"]:
    """A picture's samples in encoded sRGB; what sRGB lacks is cut.

    Raises:
        BadFile: it cannot be read.
    """
    picture = read_picture(path)
    samples = np.asarray(picture.samples)
    if picture.space is not ColourSpace.SRGB:
        light = Decode(picture.space)(picture).samples
        samples = np.asarray(SRGB.encode(np.clip(transformed(light, from_rec2020(ColourSpace.SRGB)), 0, 1)))
    return np.ascontiguousarray(np.broadcast_to(samples, (*samples.shape[:2], 3)), np.float32)


def matched(before: Path, after: Path) -> list[tuple[Path, Path]]:
    """The pictures of two folders that have the same name but for the suffix, in order.

    Raises:
        BadInput: one is no folder, or no names are the same.
    """
    for folder in (before, after):
        if not folder.is_dir():
            raise BadInput(f"{folder}: is no folder; --pairs takes a folder of pictures before and one after")
    first, second = _by_name(before), _by_name(after)
    common = sorted(first.keys() & second.keys())
    if not common:
        raise BadInput(f"{before} and {after} have no picture of the same name; name both of a pair alike")
    return [(first[name], second[name]) for name in common]


def _by_name(folder: Path) -> dict[str, Path]:
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
    return {path.stem: path for path in paths if not path.name.startswith(".")}


def text(lut: Lut, name: str, told: Sequence[str], trust: Float[np.ndarray, "n n n"] | None = None) -> str:
    """The TOML of a learned look.

    Args:
        lut: what was learned, encoded sRGB for encoded sRGB.
        name: what to call the look.
        told: lines on what it was learned from and how well.
        trust: CIEDE2000 by which it is expected to be wrong; None where that is not known by colour.
    """
    made = imported(FoundLut(lut), name).text
    head = "".join(f"# {line}\n" for line in (f"The look {name}, learned from pictures.", *told))
    body = made.split("\n", 1)[1] if made.startswith("#") else made
    return head + body + ("" if trust is None else _trust_table(trust))


def trust_of(table: dict[str, Any]) -> Float[np.ndarray, "n n n"] | None:
    """The trust map in a look's TOML, CIEDE2000; None where there is none."""
    held = table.get("trust")
    if held is None:
        return None
    size = int(held["size"])
    return np.array(held["tenths"], np.float64).reshape(size, size, size) / _TENTHS


def _trust_table(trust: Float[np.ndarray, "n n n"]) -> str:
    codes = np.minimum(np.round(trust * _TENTHS), _MOST).astype(int).reshape(-1, TRUST_NODES)
    rows = ",\n  ".join(", ".join(map(str, row)) for row in codes.tolist())
    return f"\n[trust]\nsize = {len(trust)}\ntenths = [\n  {rows},\n]\n"
