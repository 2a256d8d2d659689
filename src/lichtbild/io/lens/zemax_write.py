"""Lenses as Zemax files (.zmx): the inverse of `lichtbild.io.lens.zemax_read`.

Numbers are written with as many digits as lead back to the very same double.
"""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import isinf
from pathlib import Path
from typing import Any, Final, Literal

from lichtbild.core.errors import BadInput
from lichtbild.io.atomic import replacing
from lichtbild.io.lens.zemax_configuration import operand_lines
from lichtbild.io.lens.zemax_fields import FACTORS, FIELD_KINDS
from lichtbild.io.lens.zemax_notes import note_lines
from lichtbild.io.lens.zemax_number import CELSIUS, DEGREES, MICROMETRES
from lichtbild.io.lens.zemax_write_surface import (
    break_lines,
    extent_lines,
    label_lines,
    medium_lines,
    mirror_lines,
    number,
    surface_lines,
)
from lichtbild.optics.lens import Aperture, Gap, Lens
from lichtbild.optics.medium import Glass
from lichtbild.optics.surface import Pose, Surface

MOST_WAVELENGTHS: Final = 24

_VERSION: Final = "VERS 221221 730 20120530 20120530"
"""OpticStudio 2023, whose records these are."""


def write_zmx(lens: Lens, path: Path | str, encoding: Literal["utf-16", "utf-8"] = "utf-16") -> None:
    """Write a lens as a Zemax file, in mm.

    Args:
        lens: any.
        path: where it goes.
        encoding: of the text; OpticStudio's own is UTF-16.

    Raises:
        BadInput: something of the lens has no place in a Zemax file; the sentence names it.
        CannotWrite: the file cannot be written there.
    """
    data = _encoded("\r\n".join(lines_of(lens)) + "\r\n", encoding)
    with replacing(path) as draft:
        draft.write_bytes(data)


def _encoded(text: str, encoding: Literal["utf-16", "utf-8"]) -> bytes:
    if encoding == "utf-8":
        return text.encode(errors="replace")
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le", errors="replace")


def lines_of(lens: Lens) -> list[str]:
    """The lines of the file.

    Raises:
        BadInput: something of the lens has no place in a Zemax file.
    """
    rows = _Rows(lens)
    rows.add_object()
    for index in range(len(lens.surfaces)):
        rows.add(index)
    rows.add_image()
    blocks = (line for number, row in enumerate(rows.rows) for line in _block(number, row))
    return [*_system_lines(lens), *blocks, *operand_lines(lens, rows.surfaces, rows.gaps)]


def _block(number: int, row: list[str]) -> list[str]:
    """A surface's lines; one without a thickness has thickness 0."""
    ended = row if _has_thickness(row) else [*row, "DISZ 0"]
    return [f"SURF {number}", *(f"  {line}" for line in ended)]


def _has_thickness(row: Iterable[str]) -> bool:
    return any(line.startswith("DISZ ") for line in row)


@dataclass
class _Rows:
    """Blocks of the file, as they are added.

    Args:
        lens: what is written.
        rows: the blocks.
        surfaces: number in the file of each surface.
        gaps: number in the file of the block that has each gap's thickness.
    """

    lens: Lens
    rows: list[list[str]] = field(default_factory=list)
    surfaces: dict[int, int] = field(default_factory=dict)
    gaps: dict[int, int] = field(default_factory=dict)

    def add_object(self) -> None:
        """Begin with the object."""
        first = self.lens.gaps[0]
        self.gaps[0] = 0
        self.rows.append(
            ["TYPE STANDARD", 'CURV 0.0 0 0 0 0 ""', _thickness(first), *medium_lines(first.medium, "gap 0")]
        )

    def add(self, index: int) -> None:
        """Add a surface, with the coordinate breaks around it, and the gap after it."""
        lens, surface = self.lens, self.lens.surfaces[index]
        before, gap = lens.gaps[index].medium, lens.gaps[index + 1]
        extent = extent_lines(surface, self._floating(index))
        if _is_break(surface, before == gap.medium):
            self._frames(surface.turn)
            self.rows[-1] += [*label_lines(surface.label), *self._stop(index), *extent]
            self.surfaces[index] = len(self.rows) - 1
        else:
            self._frames(surface.turn)
            self._frames(surface.pose)
            self.surfaces[index] = len(self.rows)
            glass = self._glass(index, before == gap.medium)
            shape = surface_lines(surface, f"surface {index + 1}")
            self.rows.append([*self._stop(index), *shape, *glass, *extent])
            self._frames(_inverse(surface.pose))
        self._end(gap, index + 1)

    def add_image(self) -> None:
        """End with the image surface."""
        image = self.lens.image
        self._frames(image.turn)
        self._frames(image.pose)
        self.rows.append([*surface_lines(image, "the image"), *extent_lines(image, None)])

    def _end(self, gap: Gap, index: int) -> None:
        """Give the last block the thickness of a gap, or an empty break that carries it."""
        if _has_thickness(self.rows[-1]):
            self.rows.append(break_lines(Pose()))
        self.rows[-1].append(_thickness(gap))
        self.gaps[index] = len(self.rows) - 1

    def _frames(self, pose: Pose | None) -> None:
        """Add the coordinate breaks of a pose; a shift along the axis is a thickness of theirs."""
        if pose is None:
            return
        shift = pose.decentre[2]
        if shift and not pose.tilt_first:
            self.rows.append([*break_lines(Pose()), f"DISZ {number(shift)}"])
        self.rows.append(break_lines(pose))
        if shift and pose.tilt_first:
            self.rows[-1].append(f"DISZ {number(shift)}")

    def _glass(self, index: int, same: bool) -> list[str]:
        if not self.lens.surfaces[index].mirror:
            return medium_lines(self.lens.gaps[index + 1].medium, f"gap {index + 1}")
        if not same:
            raise BadInput(f"surface {index + 1} is a mirror between two media; light stays in the first one")
        return mirror_lines()

    def _stop(self, index: int) -> list[str]:
        return ["STOP"] if index == self.lens.stop else []

    def _floating(self, index: int) -> Any | None:
        aperture = self.lens.aperture
        return aperture.value if index == self.lens.stop and aperture.kind == "stop semi-aperture" else None


def _is_break(surface: Surface, same: bool) -> bool:
    """Whether a surface does nothing but turn the axis."""
    plain = replace(surface, turn=None, label="")
    return surface.turn is not None and same and plain == Surface()


def _inverse(pose: Pose | None) -> Pose | None:
    """The pose that takes another back."""
    if pose is None:
        return None
    (x, y, z), (a, b, c) = pose.decentre, pose.tilt
    return Pose((-x, -y, -z), (-a, -b, -c), not pose.tilt_first)


def _thickness(gap: Gap) -> str:
    return "DISZ INFINITY" if isinf(gap.thickness) else f"DISZ {number(gap.thickness)}"


def _system_lines(lens: Lens) -> list[str]:
    """What holds for the whole lens."""
    adjusted = lens.temperature is not None
    celsius = CELSIUS.write(float(lens.temperature)) if lens.temperature is not None else "20"
    return [
        _VERSION,
        "MODE SEQ",
        f"NAME {' '.join(lens.name.split())}".rstrip(),
        *note_lines(lens.source, lens.notes),
        "UNIT MM X W X CM MR CPMM",
        _aperture_line(lens.aperture),
        f"ENVD {celsius} {number(lens.pressure)} {adjusted:d}",
        *_catalogue_lines(lens),
        "RAIM 0 2 1 1 0 0 0 0 0 1",
        *_field_lines(lens),
        *_wavelength_lines(lens),
        f"PWAV {lens.primary + 1}",
    ]


def _aperture_line(aperture: Aperture) -> str:
    match aperture.kind:
        case "f-number":
            return f"FNUM {number(aperture.value)} 0"
        case "entrance pupil diameter":
            return f"ENPD {number(aperture.value)}"
        case "object na":
            return f"OBNA {number(aperture.value)} 0"
        case "stop semi-aperture":
            return "FLOA"


def _catalogue_lines(lens: Lens) -> list[str]:
    """The catalogues of the lens's glasses."""
    makers = (gap.medium.catalogue for gap in lens.gaps if isinstance(gap.medium, Glass))
    names = dict.fromkeys(maker.upper() for maker in makers if maker and not set(maker) & set(' "\t'))
    return [f"GCAT {' '.join(names)}"] if names else []


def _field_lines(lens: Lens) -> list[str]:
    """Fields, their weights and their vignetting factors."""
    count, waves = len(lens.fields), len(lens.wavelengths)
    write = DEGREES.write if lens.field_kind == "angle" else number
    factors = {
        key: [getattr(point.vignetting, name, 0.0) for point in lens.fields] for name, key in FACTORS.items()
    }
    angles = factors.pop("VAN")
    return [
        f"FTYP {FIELD_KINDS.index(lens.field_kind)} 0 {count} {waves} 0 0 0 {count}",
        _list("XFLN", (write(float(point.x)) for point in lens.fields)),
        _list("YFLN", (write(float(point.y)) for point in lens.fields)),
        _list("FWGN", (number(point.weight) for point in lens.fields)),
        *(_list(f"{key}N", map(number, values)) for key, values in factors.items()),
        _list("VANN", (DEGREES.write(float(angle)) for angle in angles)),
    ]


def _list(key: str, texts: Iterable[str]) -> str:
    return " ".join([key, *texts])


def _wavelength_lines(lens: Lens) -> list[str]:
    if len(lens.wavelengths) > MOST_WAVELENGTHS:
        raise BadInput(
            f"{len(lens.wavelengths)} wavelengths have no place in a .zmx file; it holds {MOST_WAVELENGTHS}"
        )
    pairs = zip(lens.wavelengths, lens.weights, strict=True)
    return [
        f"WAVM {index} {MICROMETRES.write(float(length))} {number(weight)}"
        for index, (length, weight) in enumerate(pairs, start=1)
    ]
