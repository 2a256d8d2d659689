"""One surface of a Zemax file: its shape, its edges, and the medium behind it."""

from dataclasses import dataclass
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.zemax_glass import MIRROR, Called, medium_of
from lichtbild.io.lens.zemax_number import DEGREES, PLAIN, Unit, is_zero, whole
from lichtbild.io.lens.zemax_shape import BREAK, conic_of, departure_of, ignores_conic
from lichtbild.io.lens.zemax_text import Block, Line, named
from lichtbild.optics.medium import Air, Medium
from lichtbild.optics.surface import Pose, Surface

LONGEST: Final = 1e12
"""Lengths beyond this, in mm, are no lens's."""

_READ: Final = "TYPE CURV CONI DISZ GLAS STOP DIAM MEMA CLAP FLAP OBDC COMM COAT PARM XDAT"

_CLIPPERS: Final = {
    "SQAP": "rectangular aperture",
    "ELAP": "elliptical aperture",
    "USAP": "user aperture",
    "UDAD": "user aperture",
    "OBSC": "circular obscuration",
    "SQOB": "rectangular obscuration",
    "ELOB": "elliptical obscuration",
    "SPID": "spider",
}
"""What cuts light off in other forms than a centred circle."""

_IDLE: Final = (
    "FIMP HIDE MIRR SLAB POPS COLR SDRW OEMA MAZH VPAR PPAR VCON PCON VXDA PXDA VDSZ PDSZ PZUP PKUP VGLA "
    "EDGE TCOM TOLE TCED CCED"
)
"""Drawing, and solves and pick-ups, whose results the file holds as values."""

SURFACE_KEYS: Final = frozenset({*_READ.split(), *_CLIPPERS, *_IDLE.split()})


@dataclass(frozen=True)
class Row:
    """A surface of the file and the gap after it.

    Args:
        number: of the surface in the file.
        surface: as read; a coordinate break is a plane that carries its turn.
        broken: whether it is a coordinate break.
        thickness: of the gap after it, mm.
        medium: in that gap; None where it goes on as before.
    """

    number: int
    surface: Surface
    broken: bool
    thickness: float
    medium: Medium | None


def row_of(block: Block, unit: Unit, called: Called) -> Row:
    """A surface between object and image.

    Raises:
        BadInput: its type, its glass or one of its numbers cannot be read.
    """
    thickness = thickness_of(block, unit)
    if abs(thickness) > LONGEST:
        raise BadInput(f"surface {block.number}: its thickness is infinite; only the object may be so far")
    if block.type == BREAK:
        surface = Surface(turn=_turn(block, unit), label=_label(block))
        return Row(block.number, surface, True, thickness, medium_of(block, called, None))
    surface = surface_of(block, unit)
    return Row(
        block.number, surface, False, thickness, None if surface.mirror else medium_of(block, called, Air())
    )


def surface_of(block: Block, unit: Unit) -> Surface:
    """A surface as the file gives it, without a medium.

    Raises:
        BadInput: its type or one of its numbers cannot be read.
    """
    glass = block.line("GLAS")
    return Surface(
        curvature=_curvature(block, unit),
        conic=conic_of(block),
        departure=departure_of(block, unit),
        semi_aperture=_semi_aperture(block, unit),
        edge=_fixed(block, "MEMA", unit),
        mirror=glass is not None and glass.word(0, "").upper() == MIRROR,
        label=_label(block),
    )


def thickness_of(block: Block, unit: Unit) -> float:
    """Thickness of the gap after a surface, mm; infinite as the file says, or beyond 1e10 lens units.

    Raises:
        BadInput: it is no number.
    """
    line = block.line("DISZ")
    if line is None:
        return 0.0
    with line.blamed():
        word = line.word(0, "0")
        if word.upper() == "INFINITY" or PLAIN.read(word) >= 1e10:
            return float("inf")
        return unit.length(word)


def object_medium(block: Block, called: Called) -> Medium:
    """What fills the object's space."""
    return medium_of(block, called, None) or Air()


def _curvature(block: Block, unit: Unit) -> float:
    line = block.line("CURV")
    if line is None:
        return 0.0
    with line.blamed():
        return unit.curvature(line.word(0))


def _label(block: Block) -> str:
    line = block.line("COMM")
    return line.text.strip() if line else ""


def _turn(block: Block, unit: Unit) -> Pose:
    """Frame of a coordinate break: decentres, tilts in degrees, order."""
    words = {}
    for line in block.lines:
        if line.key == "PARM":
            with line.blamed():
                words[whole(line.word(0), 0, 20)] = (line, line.word(1))

    def value(index: int) -> float:
        if index not in words:
            return 0.0
        line, word = words[index]
        with line.blamed():
            return unit.length(word) if index < 3 else DEGREES.read(word) if index < 6 else PLAIN.read(word)

    return Pose(
        (value(1), value(2), 0.0),
        (value(3), value(4), value(5)),
        tilt_first=value(6) != 0.0,
    )


def _semi_aperture(block: Block, unit: Unit) -> float | None:
    """Radius that cuts light off: a circular aperture, or a semi-diameter that somebody fixed.

    What the program computed by itself, to let all its rays pass, is no aperture.
    """
    if _decentred(block):
        return _fixed(block, "DIAM", unit)
    for key in ("CLAP", "FLAP"):
        if line := block.line(key):
            with line.blamed():
                return _positive(line, 1, unit)
    return _fixed(block, "DIAM", unit)


def _fixed(block: Block, key: str, unit: Unit) -> float | None:
    """A radius ``KEY value flag``, unless its flag says that it was computed."""
    line = block.line(key)
    if line is None:
        return None
    with line.blamed():
        return _positive(line, 0, unit) if whole(line.word(1, "0"), 0, 99) else None


def _positive(line: Line, index: int, unit: Unit) -> float | None:
    value = unit.length(line.word(index))
    if value < 0.0:
        raise BadInput(f"a radius of {value:g} mm is negative")
    return value or None


def _decentred(block: Block) -> bool:
    line = block.line("OBDC")
    if line is None:
        return False
    with line.blamed():
        return any(PLAIN.read(word) for word in line.words[:2])


def findings_of(block: Block) -> list[str]:
    """What is said of a surface and not kept."""
    place = f"surface {block.number}"
    found = [
        f"{place}: its {_CLIPPERS[line.key]} ({line.key} {line.text.strip()[:40]}) is not kept"
        for line in block.lines
        if line.key in _CLIPPERS
    ]
    circle = block.line("CLAP") or block.line("FLAP")
    if circle and _decentred(block):
        found.append(f"{place}: its aperture is decentred (OBDC), and is not kept")
    if circle and not is_zero(circle.word(0, "0")):
        found.append(f"{place}: the hole in its aperture, of radius {circle.word(0)[:24]}, is not kept")
    if (conic := block.line("CONI")) and ignores_conic(block) and not is_zero(conic.word(0, "0")):
        found.append(f"{place}: a Qbfs asphere has no conic constant; its {conic.word(0)[:24]} is not kept")
    if coating := block.line("COAT"):
        found.append(
            f"{place}: its coating {coating.text.strip()[:32]} is only named in the file; it counts as bare"
        )
    if (glass := block.line("GLAS")) and not all(map(is_zero, glass.words[9:11])):
        found.append(f"{place}: the offset of its glass ({' '.join(glass.words[9:11])[:48]}) is not kept")
    unknown = [line.key for line in block.lines if line.key not in SURFACE_KEYS]
    if unknown:
        found.append(f"{place}: lines that are not read: {named(unknown)}")
    return found
