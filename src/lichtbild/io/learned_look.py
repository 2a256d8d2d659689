"""Learned looks as files: pictures to learn from, and the TOML of what was learned.

The file holds the look's numbers and, in ``[lut]``, what they leave over, as every look may. Beside that it
says in a comment what it was learned from and how wrong it was on
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
from lichtbild.core import resources
from lichtbild.core.array import transformed
from lichtbild.core.errors import BadInput
from lichtbild.image.picture import ColourSpace
from lichtbild.io.picture_file import read_picture
from lichtbild.look.decode import Decode
from lichtbild.look.encode import from_rec2020
from lichtbild.look.learn.learned_look import TRUST_NODES
from lichtbild.look.look_text import with_numbers
from lichtbild.look.lut import Lut
from lichtbild.look.lut_table import to_table
from lichtbild.look.style import Style

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


def text(look: Style, name: str, told: Sequence[str], trust: Float[np.ndarray, "n n n"] | None = None) -> str:
    """The TOML of a learned look.

    Args:
        look: its numbers, and the residual as its table.
        name: what to call the look.
        told: lines on what it was learned from and how well.
        trust: CIEDE2000 by which it is expected to be wrong; None where that is not known by colour.
    """
    import tomlkit

    natural: Any = tomlkit.parse(resources.read("look", "catalogue", "natural.toml").decode("utf-8"))
    natural["name"] = name
    natural.pop("targets", None)
    lines = with_numbers(natural.as_string(), look).splitlines()
    # What natural says of itself, at its head, and why its local tone is so, is not said of this look.
    held = [line.split("#")[0].rstrip() for line in lines if not line.lstrip().startswith("#")]
    head = "".join(f"# {line}\n" for line in (f"The look {name}, learned from pictures.", *told))
    table = "" if look.lut is None else _lut_table(look.lut.lut)
    return head + "\n".join(held).rstrip() + "\n" + table + ("" if trust is None else _trust_table(trust))


def _lut_table(lut: Lut) -> str:
    table = to_table(lut)
    return f'\n[lut]\nsize = {table["size"]}\ncodes = """{table["codes"]}"""\n'


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
