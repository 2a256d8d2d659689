"""Zoom positions of a CODE V sequence as configurations of a lens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.codev_system import FIELDS
from lichtbild.io.lens.codev_text import Command, as_number, is_number
from lichtbild.io.lens.exact import from_degrees, from_radius
from lichtbild.optics.lens import Change, Configuration

_MOST: Final = 100
_APERTURES: Final = ("EPD", "FNO", "NAO")
_OF_SURFACES: Final = ("THI", "CUY", "RDY", "K")


@dataclass(frozen=True)
class Places:
    """Where the numbers of a file went.

    Args:
        surface_of: index of a surface by its row.
        gap_of: index of the gap that a row's thickness is.
        unit: of lengths, mm.
        far: thickness from which an object is at infinity, in the file's unit.
        defocus: of the image, in the file's unit; part of the last gap.
        aperture: the command that gave the aperture.
    """

    surface_of: Mapping[int, int]
    gap_of: Mapping[int, int]
    unit: float
    far: float
    defocus: float
    aperture: str


@dataclass(frozen=True)
class _Zoomed:
    """A command, what it is for, and its number in each zoom position."""

    line: int
    name: str
    index: int
    values: tuple[float, ...]


@dataclass
class Zoom:
    """What the ZOO commands have said so far."""

    count: int = 0
    titles: dict[int, str] = field(default_factory=dict)
    zoomed: list[_Zoomed] = field(default_factory=list)

    def take(self, command: Command, surfaces: int, findings: list[str]) -> None:
        """Take a ZOO command.

        Args:
            command: ZOO and what follows it.
            surfaces: rows so far; the last one is SI.
            findings: gets a sentence where the command is not held.

        Raises:
            BadInput: it has not one number for each position.
        """
        texts = command.texts()
        if len(texts) == 1 and is_number(command.words[0]):
            self.count = round(as_number(command.words[0]))
            if not 0 <= self.count <= _MOST:
                raise BadInput(f"has {self.count} zoom positions; at most {_MOST} are read")
            return
        if (
            not texts
            or texts[0][:3] == "TIT"
            or (texts[0][-1:] == "C" and len(texts[0]) <= 3 and texts[0] != "C")
        ):
            return
        name = texts[0][:3]
        inner = Command(command.line, name, command.words[1:])
        qualifiers, rest = inner.qualified()
        if not self._is_held(name, qualifiers):
            findings.append(
                f"line {command.line}: zoomed {name} is not held; its value is that of the file's other lines"
            )
            return
        index = _index(qualifiers, surfaces) if qualifiers else 0
        convert = from_degrees if name[1:] == "AN" else float
        values = tuple(as_number(word, convert) for word in rest.words)
        if len(values) != self.count:
            raise BadInput(f"has {len(values)} numbers for {self.count} zoom positions")
        self.zoomed.append(_Zoomed(command.line, name, index, values))

    def title(self, command: Command) -> bool:
        """Take the title of a zoom position; false where the title is the lens's."""
        qualifiers, rest = command.qualified()
        if command.name != "TIT" or not qualifiers or not qualifiers[0].startswith("Z"):
            return False
        self.titles[int(qualifiers[0][1:])] = " ".join(word.text for word in rest.words)
        return True

    def configurations(self, places: Places, findings: list[str]) -> tuple[Configuration, ...]:
        """The zoom positions as settings of the lens, in mm and rad."""
        changes: list[list[Change]] = [[] for _ in range(self.count)]
        for entry in self.zoomed:
            path = _path(entry, places)
            if path is None:
                findings.append(
                    f"line {entry.line}: zoomed {entry.name} is not held; nothing of the lens is at its place"
                )
                continue
            for position, value in enumerate(entry.values):
                changes[position].append(Change(path, _converted(entry, value, places)))
        return tuple(
            Configuration(self.titles.get(position + 1, f"Z{position + 1}"), tuple(changed))
            for position, changed in enumerate(changes)
        )

    @staticmethod
    def _is_held(name: str, qualifiers: tuple[str, ...]) -> bool:
        kind = qualifiers[0][:1] if len(qualifiers) == 1 else ""
        if name in _OF_SURFACES:
            return kind == "S"
        if name[:1] in ("X", "Y") and name[1:] in FIELDS:
            return kind == "F"
        return name in _APERTURES and not qualifiers


def _index(qualifiers: tuple[str, ...], surfaces: int) -> int:
    """The row or field that a qualifier names, counted from 0."""
    kind, which = qualifiers[0][0], qualifiers[0][1:]
    if kind == "S" and which in ("O", "I"):
        return 0 if which == "O" else surfaces - 1
    if not which.isdigit():
        raise BadInput(f"'{qualifiers[0][:20]}' names no single one")
    return int(which) - (kind == "F")


def _path(entry: _Zoomed, places: Places) -> str | None:
    """The path of the number in a lens; None where the file has no such surface."""
    if entry.name == "THI":
        gap = places.gap_of.get(entry.index)
        return None if gap is None else f"gaps[{gap}].thickness"
    if entry.name in _OF_SURFACES:
        surface = places.surface_of.get(entry.index)
        key = "conic" if entry.name == "K" else "curvature"
        return None if surface is None else f"surfaces[{surface}].{key}"
    if entry.name in _APERTURES:
        return "aperture.value" if entry.name == places.aperture else None
    return f"fields[{entry.index}].{entry.name[0].lower()}"


def _converted(entry: _Zoomed, value: float, places: Places) -> float:
    match entry.name:
        case "THI" if entry.index == 0 and value >= places.far:
            return inf
        case "THI" if places.gap_of.get(entry.index) == max(places.gap_of.values()):
            return (value + places.defocus) * places.unit
        case "THI" | "EPD" | "XOB" | "YOB" | "XIM" | "YIM" | "XRI" | "YRI":
            return value * places.unit
        case "CUY" | "RDY":
            return (value if entry.name == "CUY" else from_radius(value)) / places.unit
        case _:
            return value
