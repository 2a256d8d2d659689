"""What a CODE V sequence says of the lens as a whole: aperture, wavelengths, fields, air and title."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.codev_text import Command, as_number, digits
from lichtbild.io.lens.exact import from_celsius, from_degrees, from_nm, from_torr, middle, parse
from lichtbild.io.lens.toml_table import Convert
from lichtbild.optics.lens import Aperture, FieldKind, FieldPoint, Vignetting

UNITS: Final = {"M": 1.0, "C": 10.0, "I": 25.4}
"""Lengths of a file in mm."""

FIELDS: Final[dict[str, FieldKind]] = {
    "AN": "angle",
    "OB": "object height",
    "IM": "image height",
    "RI": "real image height",
}
"""Kinds of field by the end of their commands' names, such as XAN and YAN."""

_MOST: Final = 1000
_APERTURES: Final = ("EPD", "FNO", "NA", "NAO")
_VIGNETTING: Final = ("VUX", "VLX", "VUY", "VLY")


@dataclass
class System:
    """What the commands have said so far; lengths in the file's own unit.

    Args:
        unit: of lengths, mm.
        findings: sentences on what the lens does not hold.
    """

    unit: float = 1.0
    title: str = ""
    apertures: dict[str, float] = field(default_factory=dict)
    wavelengths: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()
    reference: int | None = None
    fields: dict[str, tuple[float, ...]] = field(default_factory=dict)
    field_weights: tuple[float, ...] = ()
    vignetting: dict[str, tuple[Decimal | float, ...]] = field(default_factory=dict)
    temperature: float | None = None
    pressure: float = 1.0
    findings: list[str] = field(default_factory=list)

    def take(self, command: Command) -> bool:
        """Take a command that is the system's; false where it is none.

        Raises:
            BadInput: its words have no sense.
        """
        name = command.name
        if name == "TIT":
            self.title = " ".join(word.text for word in command.words)
        elif name == "DIM":
            self.unit = _unit(command)
        elif name in _APERTURES:
            self.apertures = {name: command.number()}
        elif name == "REF":
            self.reference = round(command.number())
        else:
            return self._take_air(command) or self._take_list(command)
        return True

    def _take_air(self, command: Command) -> bool:
        if command.name == "TEM":
            (self.temperature,) = _values(command, from_celsius, 1)
        elif command.name == "PRE":
            (self.pressure,) = _values(command, from_torr, 1)
        else:
            return False
        return True

    def _take_list(self, command: Command) -> bool:
        name = command.name
        if name == "WL":
            self.wavelengths = _values(command, from_nm)
        elif name == "WTW":
            self.weights = _values(command)
        elif name == "WTF":
            self.field_weights = _values(command)
        elif name in _VIGNETTING:
            self.vignetting[name] = tuple(
                parse(digits(word)) for word, _ in zip(command.words, _values(command), strict=True)
            )
        elif name[:1] in ("X", "Y") and name[1:] in FIELDS:
            self.fields[name] = _values(command, from_degrees if name[1:] == "AN" else float)
        else:
            return False
        return True

    def aperture(self, far: bool) -> Aperture:
        """The aperture, in mm.

        Args:
            far: whether the object is at infinity.

        Raises:
            BadInput: none is given, it is not positive, or it depends on a finite object's place.
        """
        if not self.apertures:
            raise BadInput("says nothing of the aperture; give EPD, FNO, NA or NAO")
        ((name, value),) = self.apertures.items()
        if value <= 0.0:
            raise BadInput(f"{name} is {value:g}; an aperture is larger than 0")
        if name == "EPD":
            return Aperture("entrance pupil diameter", value * self.unit)
        if name == "NAO":
            return Aperture("object na", value)
        if not far:
            raise BadInput(f"{name} with an object at a finite distance is not read; give EPD or NAO")
        return Aperture("f-number", value if name == "FNO" else 0.5 / value)

    def field_kind(self) -> FieldKind:
        """What the field points' numbers are.

        Raises:
            BadInput: they are of several kinds.
        """
        kinds = {name[1:] for name in self.fields}
        if len(kinds) > 1:
            raise BadInput(f"gives fields by {' and '.join(sorted(self.fields))}; one kind can be")
        return FIELDS[kinds.pop()] if kinds else "angle"

    def points(self) -> tuple[FieldPoint, ...]:
        """The field points, in mm or rad."""
        kind = self.field_kind()
        unit = 1.0 if kind == "angle" else self.unit
        suffix = next(end for end, of in FIELDS.items() if of == kind)
        x, y = (self.fields.get(axis + suffix, ()) for axis in "XY")
        count = max(len(x), len(y), 1)
        x, y = _padded(x, count, 0.0), _padded(y, count, 0.0)
        weights = _padded(self.field_weights, count, 1.0)
        return tuple(
            FieldPoint(x[i] * unit, y[i] * unit, weights[i], self._vignetting(i)) for i in range(count)
        )

    def spectrum(self) -> tuple[tuple[float, ...], tuple[float, ...], int]:
        """Wavelengths in mm, their weights, and which one is the reference.

        Raises:
            BadInput: there are none, or the reference is none of them.
        """
        count = len(self.wavelengths)
        if not count:
            raise BadInput("gives no wavelengths; add a line such as WL 656.3 587.6 486.1")
        if any(wavelength <= 0.0 for wavelength in self.wavelengths):
            raise BadInput("has a wavelength that is not larger than 0; WL takes nm")
        reference = self.reference
        if reference is None:
            reference = (count + 1) // 2
            if count > 1:
                self.findings.append(f"no reference wavelength (REF) is given; number {reference} is taken")
        if not 1 <= reference <= count:
            raise BadInput(f"REF {reference} is none of the {count} wavelengths")
        return self.wavelengths, _padded(self.weights, count, 1.0), reference - 1

    def _vignetting(self, index: int) -> Vignetting | None:
        """CODE V's factors cut the four ends of the pupil; ours move it and press it together."""
        if not self.vignetting:
            return None
        ux, lx, uy, ly = (
            values[index] if index < len(values) else 0.0
            for values in (self.vignetting.get(name, ()) for name in _VIGNETTING)
        )
        (cx, dx), (cy, dy) = middle(ux, lx), middle(uy, ly)
        return Vignetting(dx, dy, cx, cy)


def _values(command: Command, convert: Convert = float, count: int | None = None) -> tuple[float, ...]:
    """The command's numbers in our units."""
    if len(command.words) > _MOST or (count is not None and len(command.words) != count):
        raise BadInput(
            f"{command.name} takes {count or f'at most {_MOST}'} numbers, not {len(command.words)}"
        )
    return tuple(as_number(word, convert) for word in command.words)


def _padded(values: tuple[float, ...], count: int, rest: float) -> tuple[float, ...]:
    return (*values[:count], *(rest,) * (count - len(values)))


def _unit(command: Command) -> float:
    texts = command.texts()
    if len(texts) != 1 or texts[0][:1] not in UNITS:
        raise BadInput("DIM is M for mm, C for cm or I for inches")
    return UNITS[texts[0][:1]]
