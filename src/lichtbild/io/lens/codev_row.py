"""What a CODE V sequence says of one surface, and the surfaces of a lens that come of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.codev_glass import MIRROR
from lichtbild.io.lens.codev_shape import LETTERS, SPECIAL, Shape
from lichtbild.io.lens.codev_text import Command, Word, as_number, is_number
from lichtbild.io.lens.exact import from_degrees, from_radius
from lichtbild.optics.lens import Gap
from lichtbild.optics.medium import Air, Medium
from lichtbild.optics.scaled import scaled_departure
from lichtbild.optics.surface import Pose, Surface

_MOVES: Final = {"XDE": 0, "YDE": 1, "ZDE": 2}
_TILTS: Final = {"ADE": 0, "BDE": 1, "CDE": 2}
_WAYS: Final = ("DAR", "BEN", "REV")
_APERTURES: Final = ("REX", "REY", "ELX", "ELY", "ADX", "ADY", "ARO", "BUX", "BUY")
_BREAKING: Final = {
    "DIF": "a diffractive surface",
    "HOE": "a hologram",
    "GRT": "a grating",
    "GRX": "a grating",
    "GRY": "a grating",
    "XTO": "a toroid about the x axis",
    "AAS": "an anamorphic asphere",
    "SPL": "a spline",
    "RET": "a return to an earlier surface's axes",
    "GLO": "a place in global coordinates",
    "NSS": "a non-sequential range",
    "MOD": "an ideal lens",
}


@dataclass
class Row:
    """A surface's data; lengths in the file's own unit.

    Args:
        line: where it begins.
        value: radius or curvature, as the line says; None once RDY or CUY has said it better.
        glass: the words that name what follows it.
        way: DAR, BEN or REV; empty for a move that all later surfaces follow.
    """

    line: int
    value: float | None = 0.0
    curvature: float = 0.0
    thickness: float = 0.0
    glass: tuple[Word, ...] = ()
    shape: Shape = field(default_factory=Shape)
    semi_aperture: float | None = None
    edge: float | None = None
    moves: list[float] = field(default_factory=lambda: [0.0] * 3)
    tilts: list[float] = field(default_factory=lambda: [0.0] * 3)
    way: str = ""
    stop: bool = False
    label: str = ""

    @property
    def mirror(self) -> bool:
        """Whether it reflects."""
        return bool(self.glass) and self.glass[0].text.upper() in (MIRROR, "REFLECT")

    def take(self, command: Command, findings: list[str]) -> bool:
        """Take a command that is a surface's; false where it is none.

        Raises:
            BadInput: its words have no sense, or it is something that a lens here does not have.
        """
        name = command.name
        if name in _BREAKING:
            raise BadInput(f"{name}: {_BREAKING[name]} is not read")
        return self._take_shape(command) or self._take_place(command) or self._take_rest(command, findings)

    def _take_shape(self, command: Command) -> bool:
        name = command.name
        if name in ("RDY", "CUY"):
            value = command.number()
            self.value, self.curvature = None, from_radius(value) if name == "RDY" else value
        elif name in ("RDX", "CUX"):
            self.shape.across = from_radius(command.number()) if name == "RDX" else command.number()
        elif name == "K":
            self.shape.conic = command.number()
        elif name in LETTERS:
            self.shape.letters[name] = command.number()
        elif name in ("ASP", "CYL", "YTO", "SPH", "CON"):
            self.shape.kind = "" if name in ("SPH", "CON") else name
        elif name == "SPS":
            self._special(command)
        elif name == "SCO":
            _term(self.shape, command)
        elif name == "CUF":
            if command.number() != 0.0:
                raise BadInput("CUF: a Fresnel surface is not read")
        else:
            return False
        return True

    def _special(self, command: Command) -> None:
        texts = command.texts()
        if not texts or texts[0] not in SPECIAL:
            raise BadInput(f"SPS {' '.join(texts)[:40]} is not read; {', '.join(SPECIAL)} are")
        self.shape.kind = texts[0]
        if len(command.words) > 1:
            self.shape.norm_radius = as_number(command.words[1])

    def _take_place(self, command: Command) -> bool:
        name = command.name
        if name == "THI":
            self.thickness = command.number()
        elif name in _MOVES:
            self.moves[_MOVES[name]] = command.number()
        elif name in _TILTS:
            self.tilts[_TILTS[name]] = command.number(from_degrees)
        elif name in _WAYS:
            self.way = name
        else:
            return False
        return True

    def _take_rest(self, command: Command, findings: list[str]) -> bool:
        name = command.name
        if name in ("GLA", "GL1"):
            self.glass = command.words
        elif name == "RMD":
            self.glass = (Word(MIRROR),) if command.texts()[:1] in (("REFL",), ("REFLECT",)) else self.glass
        elif name == "STO":
            self.stop = True
        elif name == "SLB":
            self.label = " ".join(word.text for word in command.words)
        elif name == "CIR":
            self._circle(command, findings)
        elif name in _APERTURES:
            findings.append(
                f"line {command.line}: the aperture {name} is no circle about the axis and cuts off nothing"
            )
        else:
            return False
        return True

    def _circle(self, command: Command, findings: list[str]) -> None:
        """A circular aperture: of the light, or of the edge."""
        texts = [text for text in command.texts() if not text.startswith("L'")]
        value = next((as_number(word) for word in command.words if is_number(word)), None)
        if value is None or value < 0.0:
            raise BadInput("CIR needs a radius of 0 or more")
        if "OBS" in texts or "HOL" in texts:
            findings.append(f"line {command.line}: an obscuration or hole (CIR {texts[0]}) cuts off nothing")
        elif "EDG" in texts:
            self.edge = value
        else:
            self.semi_aperture = value

    def surface(self, unit: float) -> Surface:
        """The surface in mm, without what may turn the axis behind it.

        Raises:
            BadInput: its coefficients do not fit its type.
        """
        pose = self.pose(unit)
        return Surface(
            curvature=self.curvature / unit,
            conic=self.shape.conic,
            departure=scaled_departure(self.shape.departure(), unit),
            semi_aperture=None if self.semi_aperture is None else self.semi_aperture * unit,
            edge=None if self.edge is None else self.edge * unit,
            pose=pose if self.way == "DAR" else None,
            turn=pose if self.way in ("", "BEN") else None,
            mirror=self.mirror,
            label=self.label,
        )

    def pose(self, unit: float) -> Pose | None:
        """Moves and tilts in mm and rad; None where there are none.

        CODE V's ADE and BDE turn left-handed about x and y, its CDE right-handed about z.
        """
        if not any(self.moves) and not any(self.tilts):
            return None
        x, y, z = (value * unit for value in self.moves)
        a, b, c = self.tilts
        return Pose((x, y, z), (0.0 - a, 0.0 - b, c))

    def behind(self, unit: float) -> Pose | None:
        """How the axis turns behind the surface: back (REV), or once more, as a mirror sends it (BEN).

        Raises:
            BadInput: a bend about several axes.
        """
        pose = self.pose(unit)
        if pose is None or self.way not in ("BEN", "REV"):
            return None
        if self.way == "REV":
            (x, y, z), (a, b, c) = pose.decentre, pose.tilt
            return Pose((0.0 - x, 0.0 - y, 0.0 - z), (0.0 - a, 0.0 - b, 0.0 - c), tilt_first=True)
        if sum(angle != 0.0 for angle in pose.tilt) > 1:
            raise BadInput(
                "BEN about more than one axis is not read; give the turn behind the mirror as ADE, "
                "BDE and CDE of a plane"
            )
        return Pose(tilt=pose.tilt)


def _term(shape: Shape, command: Command) -> None:
    if len(command.words) != 2:
        raise BadInput("SCO takes the name of a coefficient and a number, such as SCO C4 0.01")
    shape.set_term(command.words[0].text.upper(), as_number(command.words[1]))


@dataclass(frozen=True)
class Built:
    """Surfaces and gaps of a lens, and where the rows of the file went.

    Args:
        surfaces: of the lens.
        gaps: before, between and after them.
        surface_of: index of a surface by its row.
        gap_of: index of the gap that a row's thickness is.
    """

    surfaces: tuple[Surface, ...]
    gaps: tuple[Gap, ...]
    surface_of: dict[int, int]
    gap_of: dict[int, int]


def built_from(
    rows: list[Row], unit: float, far: bool, glass: Callable[[tuple[Word, ...]], Medium | None]
) -> Built:
    """The surfaces and gaps of all rows, object and image among them, in mm.

    A row behind which the axis turns is followed by a plane that carries the turn.

    Raises:
        BadInput: a row's data have no sense; the sentence names its line.
    """
    medium: Medium = Air()
    surfaces: list[Surface] = []
    gaps: list[Gap] = []
    surface_of, gap_of = {}, {0: 0}
    for index, row in enumerate(rows[:-1]):
        try:
            medium = glass(row.glass) or medium
            if index:
                surface_of[index] = len(surfaces)
                surfaces.append(row.surface(unit))
                if (turn := row.behind(unit)) is not None:
                    gaps.append(Gap(0.0, medium))
                    surfaces.append(Surface(turn=turn))
        except BadInput as error:
            raise BadInput(f"line {row.line} (surface {index}): {error}") from error
        defocus = rows[-1].thickness if index == len(rows) - 2 else 0.0
        gap_of[index] = len(gaps)
        gaps.append(Gap(inf if far and not index else (row.thickness + defocus) * unit, medium))
    return Built(tuple(surfaces), tuple(gaps), surface_of, gap_of)
