"""Cube files: lookup tables as lines of three numbers, which nearly every program reads.

The red input changes fastest. Many files in circulation were written with blue fastest instead; read as they
should be they would exchange red and blue. Such a file shows itself: of the matrix that fits the table best,
red after red and blue after blue are then smaller than red after blue and blue after red.

Source: Adobe, "Cube LUT Specification", version 1.0 (2013); the keys with a range are those of a grading
program that writes many of the files in circulation.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NoReturn

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.lut.label import FoundLut, Label
from lichtbild.io.lut.table_file import read_bytes, write_bytes
from lichtbild.look.lut import SIZES, Lut, nodes

MOST_BYTES: Final = 1 << 28
"""The largest table has 3 million lines; 90 bytes for each are more than enough."""

_MOST_HEAD: Final = 1000
"""Lines before the first colour; a header has ten."""

_LARGEST: Final = 1e30
"""Numbers from here on count as not finite."""

_CROSSED: Final = 0.1
"""By how much the crossed entries of the fitted matrix must exceed the straight ones; where chroma is almost
gone, the order cannot be told and does not matter."""


def encode(lut: Lut, label: Label) -> bytes:
    """The bytes of a cube file, red fastest, with seven decimals."""
    title = " ".join(label.title.replace('"', "'").split())
    head = [f'TITLE "{title}"', f"LUT_3D_SIZE {lut.size}"]
    head[:0] = [f"# {label.line}"] if label.line else []
    # Some programs refuse a domain, even the usual one.
    if lut.low != (0.0, 0.0, 0.0) or lut.high != (1.0, 1.0, 1.0):
        head += [
            f"{key} {_numbers(values)}" for key, values in (("DOMAIN_MIN", lut.low), ("DOMAIN_MAX", lut.high))
        ]
    colours = lut.table.transpose(2, 1, 0, 3).reshape(-1, 3).astype(np.float64) + 0.0  # no negative zeros
    lines = [f"{red:.7f} {green:.7f} {blue:.7f}" for red, green, blue in colours.tolist()]
    return ("\n".join([*head, *lines]) + "\n").encode()


def _numbers(values: tuple[float, ...]) -> str:
    return " ".join(f"{value:.9g}" for value in values)


def write(lut: Lut, path: Path | str, label: Label) -> None:
    """Write a cube file.

    Raises:
        CannotWrite: the file cannot be put there.
    """
    write_bytes(encode(lut, label), path)


def read(path: Path | str) -> FoundLut:
    """The table in a cube file.

    Raises:
        BadFile: it cannot be read, is too large, or holds no sound table; the sentence names the line.
    """
    return decode(read_bytes(path, MOST_BYTES, f"a cube file of {SIZES[1]} nodes"), path)


def decode(data: bytes, path: Path | str = "memory") -> FoundLut:
    """The table in the bytes of a cube file, its order set right.

    Args:
        data: the whole file.
        path: the name that errors give.

    Raises:
        BadFile: it holds no sound table; the sentence names the line.
    """
    text = _Text(Path(path), _lines(data, Path(path)))
    head = _head(text)
    if not all(low < high for low, high in zip(head.low, head.high, strict=True)):
        text.refuse(
            head.domain, f"ends a domain from {head.low} to {head.high}; each goes from low up to high"
        )
    colours = _colours(text, head)
    table = np.ascontiguousarray(colours.reshape(head.size, head.size, head.size, 3).transpose(2, 1, 0, 3))
    notes = list(head.notes)
    if _is_crossed(table):
        table = np.ascontiguousarray(table.transpose(2, 1, 0, 3))
        notes.append("its colours stand with blue fastest instead of red; they were read in that order")
    try:
        return FoundLut(Lut(table, head.low, head.high, head.title), notes=tuple(notes))
    except BadInput as error:
        raise BadFile(path, str(error)) from error


@dataclass(frozen=True)
class _Text:
    """The lines of a file that say something: number and words."""

    path: Path
    lines: list[tuple[int, str]]

    def refuse(self, number: int, what: str) -> NoReturn:
        raise BadFile(self.path, f"line {number} {what}")


@dataclass(frozen=True)
class _Head:
    """What stands before the colours."""

    size: int = 0
    title: str = ""
    low: tuple[float, float, float] = (0.0, 0.0, 0.0)
    high: tuple[float, float, float] = (1.0, 1.0, 1.0)
    lines: int = 0
    domain: int = 0
    notes: tuple[str, ...] = field(default=())


def _lines(data: bytes, path: Path) -> list[tuple[int, str]]:
    if b"\0" in data[:4096]:
        raise BadFile(path, "line 1 is no text, so that this is no cube file; export the table again")
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    stripped = ((number, line.strip()) for number, line in enumerate(text.split("\n"), 1))
    return [(number, line) for number, line in stripped if line and not line.startswith("#")]


def _head(text: _Text) -> _Head:
    """The keys, up to the first line that begins with a number."""
    head = _Head()
    for count, (number, line) in enumerate(text.lines[:_MOST_HEAD]):
        key, _, rest = line.partition(" ") if " " in line else line.partition("\t")
        if _begins_as_number(key):
            head = replace(head, lines=count)
            break
        head = _with_key(head, text, number, key.upper(), rest.strip())
    else:
        last = text.lines[-1][0] if text.lines else 1
        text.refuse(
            min(last, _MOST_HEAD), "comes before any colour; a cube file holds lines of three numbers"
        )
    if not head.size:
        text.refuse(
            text.lines[head.lines][0], "holds a colour, but no line before it says LUT_3D_SIZE; add its nodes"
        )
    return head


def _begins_as_number(word: str) -> bool:
    return word[0] in "+-.0123456789" or word.lower() in ("nan", "inf", "infinity")


def _with_key(head: _Head, text: _Text, number: int, key: str, rest: str) -> _Head:
    match key:
        case "TITLE":
            return replace(head, title=rest.strip('"')[:200])
        case "LUT_3D_SIZE":
            return replace(head, size=_size(text, number, rest))
        case "DOMAIN_MIN":
            return replace(head, low=_three(text, number, rest), domain=number)
        case "DOMAIN_MAX":
            return replace(head, high=_three(text, number, rest), domain=number)
        case "LUT_3D_INPUT_RANGE":
            low, high = _parsed(text, number, rest, 2)
            return replace(head, low=(low,) * 3, high=(high,) * 3, domain=number)
        case "LUT_1D_SIZE":
            text.refuse(
                number,
                "asks for curves (LUT_1D_SIZE); tables of three dimensions are read, so export LUT_3D_SIZE",
            )
    if not key.replace("_", "").isalnum():
        text.refuse(number, f"is neither a key nor a colour: '{key[:30]}'; export the table again")
    return replace(
        head, notes=(*head.notes[:9], f"its line {number}, {key[:30]}, is not known and was passed over")
    )


def _size(text: _Text, number: int, words: str) -> int:
    if not (words.isascii() and words.isdigit()) or not SIZES[0] <= int(words[:9]) <= SIZES[1]:
        text.refuse(
            number, f"asks for '{words[:20]}' nodes an axis; {SIZES[0]} to {SIZES[1]} are read, 33 is usual"
        )
    return int(words)


def _three(text: _Text, number: int, words: str) -> tuple[float, float, float]:
    first, second, third = _parsed(text, number, words, 3)
    return first, second, third


def _parsed(text: _Text, number: int, words: str, count: int) -> list[float]:
    """The finite numbers of a line."""
    parts = words.split()
    try:
        found = [float(part) for part in parts]
        if len(found) == count and all(abs(value) < _LARGEST for value in found):
            return found
    except ValueError:
        found = []
    if "," in words:
        text.refuse(number, f"has a comma in '{words[:40]}'; numbers take a decimal point, and spaces apart")
    if len(parts) != count:
        text.refuse(number, f"holds {len(parts)} words, '{words[:40]}', but {count} numbers were expected")
    if not found:
        text.refuse(number, f"holds '{words[:40]}', which is not {count} numbers; export the table again")
    text.refuse(
        number, f"holds '{words[:40]}', a number that is not finite or beyond {_LARGEST:g}; export without"
    )


def _colours(text: _Text, head: _Head) -> Float[np.ndarray, "colours 3"]:
    """The colours in the order of the file."""
    lines = text.lines[head.lines :]
    count = head.size**3
    if len(lines) > count:
        text.refuse(
            lines[count][0],
            f"is one colour too many: {head.size} nodes an axis need {count}, and the file has {len(lines)}; "
            "set LUT_3D_SIZE to what it holds",
        )
    if len(lines) < count:
        text.refuse(
            lines[-1][0],
            f"is the last colour, number {len(lines)}, but {head.size} nodes an axis need {count}; "
            "the file is cut off, so copy it again",
        )
    numbers = (_parsed(text, number, line, 3) for number, line in lines)
    return np.fromiter((value for three in numbers for value in three), np.float32, 3 * count).reshape(-1, 3)


def _is_crossed(table: Float[np.ndarray, "nodes nodes nodes 3"]) -> bool:
    """Whether red follows blue and blue follows red, by the matrix that fits the table best."""
    size = len(table)
    centred = nodes(size).reshape(-1, 3).astype(np.float64) - 0.5
    # The axes of a full grid are at right angles, so that the best fit is a product of sums.
    fitted = centred.T @ table.reshape(-1, 3) / (centred**2).sum(axis=0)[:, None]
    return bool(fitted[0, 2] + fitted[2, 0] - fitted[0, 0] - fitted[2, 2] > _CROSSED)
