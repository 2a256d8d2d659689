"""Multi-configuration operands of Zemax files, as configurations, and back.

Each operand is a run of lines ``KEY place configuration value ...``, one for each configuration. A change is
kept where the value differs from the lens as the file writes it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import inf, isinf
from typing import Any, Final

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.zemax_fields import FACTORS
from lichtbild.io.lens.zemax_frame import Frame
from lichtbild.io.lens.zemax_number import (
    CELSIUS,
    DEGREES,
    MICROMETRES,
    MILLIMETRES,
    PLAIN,
    Scale,
    Unit,
    whole,
)
from lichtbild.io.lens.zemax_text import MOST_SURFACES, Line, named
from lichtbild.optics.lens import Change, Configuration, Lens

MOST: Final = 1000
"""Configurations of a file."""

_TITLE: Final = "LTTL"
_OFF: Final = "MOFF"
_FAR: Final = "1E+10"
"""How an operand writes that the object is at infinity; programs read no word there."""


@dataclass(frozen=True)
class Operand:
    """What a keyword changes.

    Args:
        path: of the number in the lens, with its index as ``{}``.
        scale: how the file's number becomes ours, for a lens and its file's unit.
    """

    path: str
    scale: Callable[[Lens, Unit], Scale] = lambda lens, unit: PLAIN


def _length(lens: Lens, unit: Unit) -> Scale:
    return Scale(unit.mm)


def _curvature(lens: Lens, unit: Unit) -> Scale:
    return Scale(Decimal(1) / unit.mm)


def _field(lens: Lens, unit: Unit) -> Scale:
    return DEGREES if lens.field_kind == "angle" else Scale(unit.mm)


def _aperture(lens: Lens, unit: Unit) -> Scale:
    return PLAIN if lens.aperture.kind in ("f-number", "object na") else Scale(unit.mm)


OPERANDS: Final = {
    "THIC": Operand("gaps[{}].thickness", _length),
    "CRVT": Operand("surfaces[{}].curvature", _curvature),
    "CONN": Operand("surfaces[{}].conic"),
    "SDIA": Operand("surfaces[{}].semi_aperture", _length),
    "XFIE": Operand("fields[{}].x", _field),
    "YFIE": Operand("fields[{}].y", _field),
    "FLWT": Operand("fields[{}].weight"),
    **{f"F{key}": Operand(f"fields[{{}}].vignetting.{name}") for name, key in FACTORS.items()},
    "FVAN": Operand("fields[{}].vignetting.angle", lambda lens, unit: DEGREES),
    "WAVE": Operand("wavelengths[{}]", lambda lens, unit: MICROMETRES),
    "WLWT": Operand("weights[{}]"),
    "APER": Operand("aperture.value", _aperture),
    "TEMP": Operand("temperature", lambda lens, unit: CELSIUS),
    "PRES": Operand("pressure"),
}


def moving_gaps(lines: Iterable[Line]) -> frozenset[int]:
    """Numbers of the surfaces whose thickness differs between configurations."""
    found = set()
    for line in lines:
        if line.key == "THIC":
            with line.blamed():
                found.add(whole(line.word(0), 0, MOST_SURFACES))
    return frozenset(found)


def configurations_of(
    lines: tuple[Line, ...], lens: Lens, frame: Frame, unit: Unit
) -> tuple[tuple[Configuration, ...], tuple[str, ...]]:
    """The configurations that a file's operands give, and what of them is not kept.

    Args:
        lines: from MNUM on.
        lens: as the surfaces give it.
        frame: where the file's surfaces went.
        unit: of the file.

    Raises:
        BadInput: an operand's numbers cannot be read.
    """
    if not lines:
        return (), ()
    with lines[0].blamed():
        count = whole(lines[0].word(0), 1, MOST)
    changes: list[dict[str, float]] = [{} for _ in range(count)]
    titles: dict[int, str] = {}
    unread = []
    for line in lines[1:]:
        with line.blamed():
            if line.key == _TITLE:
                titles[_configuration(line, count)] = line.word(2, "")
            elif line.key != _OFF and not _taken(line, changes, lens, frame, unit):
                unread.append(f"{line.key[:16]} {line.word(0, '')[:16]}".strip())
    findings = (f"operands of the configurations that are not kept: {named(unread)}",) if unread else ()
    if count == 1 and not changes[0] and not any(titles.values()):
        return (), findings
    named_changes = zip((titles.get(index, "") for index in range(count)), changes, strict=True)
    return tuple(
        Configuration(title or f"configuration {index}", tuple(Change(*change) for change in changed.items()))
        for index, (title, changed) in enumerate(named_changes, start=1)
    ), findings


def _configuration(line: Line, count: int) -> int:
    return whole(line.word(1), 1, count) - 1


def _taken(line: Line, changes: list[dict[str, float]], lens: Lens, frame: Frame, unit: Unit) -> bool:
    """Whether an operand's line was understood, and its change noted."""
    operand = OPERANDS.get(line.key)
    if operand is None:
        return False
    place, configuration = whole(line.word(0), 0, MOST_SURFACES), _configuration(line, len(changes))
    value = operand.scale(lens, unit).read(line.word(2))
    if line.key == "THIC" and place == 0 and PLAIN.read(line.word(2)) >= 1e10:
        value = inf
    index = _index(line.key, place, frame)
    path = "" if index is None else operand.path.format(index)
    base = number_at(lens, path) if path else None
    if base is None:
        return value == 0.0 and "vignetting" in operand.path
    if value != base:
        changes[configuration][path] = value
    return True


def _index(key: str, place: int, frame: Frame) -> int | None:
    """Index that an operand's place means; None where the lens has nothing there."""
    if key == "THIC":
        return frame.gap_of.get(place)
    if key in ("CRVT", "CONN", "SDIA"):
        return frame.surface_of.get(place)
    return max(place - 1, 0)


def number_at(lens: Lens, path: str) -> float | None:
    """The number at a dotted path such as ``gaps[7].thickness``; None where there is none."""
    found: Any = lens
    for name, index in re.findall(r"(\w+)(?:\[(\d+)\])?", path):
        found = getattr(found, name, None)
        if index:
            found = found[int(index)] if isinstance(found, tuple) and int(index) < len(found) else None
    return found if found is None else float(found)


def operand_lines(lens: Lens, surfaces: Mapping[int, int], gaps: Mapping[int, int]) -> list[str]:
    """The lines of a file that give a lens's configurations.

    Args:
        lens: with plain numbers.
        surfaces: number in the file of each surface.
        gaps: number of the surface in the file that has each gap's thickness.

    Raises:
        BadInput: a change is of a number that no operand changes.
    """
    count = max(len(lens.configurations), 1)
    lines = [f"MNUM {count} 1"]
    for number, configuration in enumerate(lens.configurations, start=1):
        title = " ".join(configuration.name.replace('"', "'").split())
        lines.append(f'{_TITLE} 0 {number} "{title}" 0 0 0 1 1 0 0.0 "" 0')
    paths = dict.fromkeys(change.path for each in lens.configurations for change in each.changes)
    for path in paths:
        lines += _run(lens, path, surfaces, gaps)
    return lines


def _run(lens: Lens, path: str, surfaces: Mapping[int, int], gaps: Mapping[int, int]) -> list[str]:
    """The lines of one operand, for every configuration."""
    index = re.search(r"\[(\d+)\]", path)
    general = re.sub(r"\[\d+\]", "[{}]", path, count=1)
    key = next((key for key, operand in OPERANDS.items() if operand.path == general), None)
    base = number_at(lens, path)
    if key is None or base is None:
        raise BadInput(
            f"configurations that change {path} have no place in a .zmx file; write the lens as TOML, or "
            "without them"
        )
    own = int(index[1]) if index else -1
    place = gaps[own] if key == "THIC" else surfaces[own] if key in ("CRVT", "CONN", "SDIA") else own + 1
    scale = OPERANDS[key].scale(lens, MILLIMETRES)
    lines = []
    for number, configuration in enumerate(lens.configurations, start=1):
        value = next((float(change.value) for change in configuration.changes if change.path == path), base)
        text = _FAR if isinf(value) else scale.write(value)
        lines.append(f'{key} {place} {number} {text} 0 0 0 1 1 1 0 0 "" 0')
    return lines
