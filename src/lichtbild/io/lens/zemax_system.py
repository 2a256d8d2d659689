"""What a Zemax file says of the whole system: aperture, fields, wavelengths, surroundings, names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.core.units import um
from lichtbild.io.lens.zemax_number import (
    CELSIUS,
    DEGREES,
    MICROMETRES,
    MILLIMETRES,
    PLAIN,
    UNITS,
    Scale,
    Unit,
    is_zero,
    whole,
)
from lichtbild.io.lens.zemax_text import Line, named
from lichtbild.optics.lens import Aperture, FieldKind, FieldPoint, Vignetting

FIELD_KINDS: Final[tuple[FieldKind, ...]] = ("angle", "object height", "image height", "real image height")
"""By the first number of FTYP."""

FACTORS: Final = {"dx": "VDX", "dy": "VDY", "cx": "VCX", "cy": "VCY", "angle": "VAN"}
"""Vignetting factors and the keywords that begin the file's lists of them (VDXN, or ZVDX in old files)."""

MOST_FIELDS: Final = 200
MOST_WAVELENGTHS: Final = 100
SHORTEST, LONGEST = um(0.1), um(20.0)

_APERTURES: Final = ("ENPD", "FNUM", "OBNA", "FLOA")
_LISTS: Final = [
    "XFLN",
    "YFLN",
    "FWGN",
    "XFLD",
    "YFLD",
    "FWGT",
    "VDXN",
    "VDYN",
    "VCXN",
    "VCYN",
    "VANN",
    "ZVDX",
    "ZVDY",
    "ZVCX",
    "ZVCY",
    "ZVAN",
    "WAVL",
    "WAVN",
    "WWGT",
    "WWGN",
]
_READ: Final = {"MODE", "NAME", "NOTE", "UNIT", "FTYP", "WAVM", "PWAV", "ENVD", "GCAT", "GFAC"}
_OF_NO_CONSEQUENCE: Final = frozenset(
    [
        "VERS",
        "PFIL",
        "LANG",
        "RAIM",
        "PUSH",
        "SDMA",
        "OMMA",
        "ROPD",
        "HYPR",
        "PICB",
        "POLS",
        "GLRS",
        "GSTD",
        "NSCD",
        "COFN",
        "BLNK",
        "AUTH",
        "DATE",
    ]
)
"""Settings of the program's own analyses, which say nothing of the lens."""

SYSTEM_KEYS: Final = frozenset({*_APERTURES, *_LISTS, *_READ, *_OF_NO_CONSEQUENCE} - {"BLNK"})


@dataclass(frozen=True)
class System:
    """What holds for the whole file.

    Args:
        unit: of its lengths.
        aperture: None where the size of the stop gives it.
        fields: points of the object.
        field_kind: what their numbers are.
        wavelengths: mm.
        weights: of the wavelengths.
        primary: index of a wavelength.
        temperature: K.
        pressure: atmospheres.
        adjusted: whether indices are adjusted to temperature and pressure in the file.
        catalogues: of glasses, the first one asked first.
        name: of the lens.
        notes: lines of text.
        findings: what is not kept.
    """

    unit: Unit
    aperture: Aperture | None
    fields: tuple[FieldPoint, ...]
    field_kind: FieldKind
    wavelengths: tuple[float, ...]
    weights: tuple[float, ...]
    primary: int
    temperature: float
    pressure: float
    adjusted: bool
    catalogues: tuple[str, ...]
    name: str
    notes: str
    findings: tuple[str, ...]


def system_of(lines: Iterable[Line], far: bool) -> System:
    """What the lines before the surfaces say.

    Args:
        lines: of the system.
        far: whether the object is at infinity.

    Raises:
        BadInput: a value is missing, out of its range, or stands for what a lens here cannot have.
    """
    settings = _Settings(tuple(lines))
    unit = settings.unit()
    kind, field_count, wave_count, findings = settings.counts()
    wavelengths, weights = settings.wavelengths(wave_count)
    temperature, pressure = settings.surroundings()
    return System(
        unit=unit,
        aperture=settings.aperture(unit, far),
        fields=settings.fields(kind, field_count, unit),
        field_kind=kind,
        wavelengths=wavelengths,
        weights=weights,
        primary=settings.primary(len(wavelengths)),
        temperature=temperature,
        pressure=pressure,
        adjusted=settings.adjusted(),
        catalogues=tuple(word.upper() for word in settings.words("GCAT")),
        name=settings.text("NAME"),
        notes=settings.notes(),
        findings=(*findings, *settings.findings()),
    )


class _Settings:
    """The system's lines by their keywords."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        self.lines = lines
        self.by_key: dict[str, Line] = {line.key: line for line in reversed(lines)}
        mode = self.by_key.get("MODE")
        if mode and mode.word(0, "SEQ").upper() != "SEQ":
            with mode.blamed():
                raise BadInput(f"the system is not sequential ({mode.text[:16]}); only MODE SEQ is read")

    def words(self, *keys: str) -> tuple[str, ...]:
        """The values of the first of some keywords that is there; none where none is."""
        return next((self.by_key[key].words for key in keys if key in self.by_key), ())

    def text(self, key: str) -> str:
        """What follows a keyword, as text."""
        return self.by_key[key].text.strip() if key in self.by_key else ""

    def unit(self) -> Unit:
        """The lens unit; millimetres where none is named."""
        line = self.by_key.get("UNIT")
        if line is None:
            return MILLIMETRES
        with line.blamed():
            word = line.word(0, "MM").upper()
            if word not in UNITS:
                raise BadInput(f"{word[:16]} is no lens unit; it is one of {', '.join(UNITS)}")
            return UNITS[word]

    def counts(self) -> tuple[FieldKind, int | None, int | None, tuple[str, ...]]:
        """Kind and number of fields, number of wavelengths, and what else FTYP asks for."""
        line = self.by_key.get("FTYP")
        if line is None:
            return "angle", None, None, ()
        with line.blamed():
            kind = whole(line.word(0), 0, 99)
            if kind >= len(FIELD_KINDS):
                raise BadInput(f"fields of kind {kind} are not known; 0 to 3 are {', '.join(FIELD_KINDS)}")
            fields = whole(line.word(2), 1, MOST_FIELDS) if len(line.words) > 2 else None
            waves = whole(line.word(3), 1, MOST_WAVELENGTHS) if len(line.words) > 3 else None
            findings = []
            if whole(line.word(1, "0"), 0, 9):
                findings.append(
                    "object space is telecentric in the file (FTYP); rays are aimed at the stop here"
                )
            if whole(line.word(6, "0"), 0, 9):
                findings.append(
                    "image space is afocal in the file (FTYP); here the last gap leads to an image"
                )
            return FIELD_KINDS[kind], fields, waves, tuple(findings)

    def aperture(self, unit: Unit, far: bool) -> Aperture | None:
        """How much light; None where the stop's size gives it."""
        given = [self.by_key[key] for key in _APERTURES if key in self.by_key]
        if not given:
            raise BadInput(f"says nothing of the aperture; one line of {', '.join(_APERTURES)} does")
        line = given[0]
        if line.key == "FLOA":
            return None
        with line.blamed():
            return _aperture(line, unit, far)

    def fields(self, kind: FieldKind, count: int | None, unit: Unit) -> tuple[FieldPoint, ...]:
        """The field points."""
        xs, ys = self.words("XFLN", "XFLD"), self.words("YFLN", "YFLD")
        number = max(len(xs), len(ys), 1) if count is None else count
        if number > MOST_FIELDS:
            raise BadInput(f"has {number} fields; there are at most {MOST_FIELDS}")
        scale = DEGREES if kind == "angle" else Scale(unit.mm)
        x, y = (self._numbers(keys, number, scale, 0.0) for keys in (("XFLN", "XFLD"), ("YFLN", "YFLD")))
        weight = self._numbers(("FWGN", "FWGT"), number, PLAIN, 1.0)
        vignetting = self._vignetting(number)
        return tuple(FieldPoint(*point) for point in zip(x, y, weight, vignetting, strict=True))

    def _vignetting(self, number: int) -> list[Vignetting | None]:
        lists = (
            self._numbers((f"{key}N", f"Z{key}"), number, DEGREES if name == "angle" else PLAIN, 0.0)
            for name, key in FACTORS.items()
        )
        return [Vignetting(*factors) if any(factors) else None for factors in zip(*lists, strict=True)]

    def _numbers(self, keys: tuple[str, ...], number: int, scale: Scale, default: float) -> list[float]:
        """The first numbers of a list; a default where the file has no such list."""
        line = next((self.by_key[key] for key in keys if key in self.by_key), None)
        if line is None:
            return [default] * number
        with line.blamed():
            return [scale.read(line.word(index)) for index in range(number)]

    def wavelengths(self, count: int | None) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Wavelengths in mm, and their weights."""
        numbered = [line for line in self.lines if line.key == "WAVM"]
        if numbered:
            pairs = _numbered_wavelengths(numbered, count)
        else:
            number = len(self.words("WAVL", "WAVN")) if count is None else count
            lengths = self._numbers(("WAVL", "WAVN"), number, MICROMETRES, 0.0)
            pairs = list(zip(lengths, self._numbers(("WWGT", "WWGN"), number, PLAIN, 1.0), strict=True))
        if not pairs:
            raise BadInput("has no wavelengths; lines WAVM or WAVL give them")
        for length, _ in pairs:
            if not SHORTEST <= length <= LONGEST:
                raise BadInput(f"a wavelength of {length * 1e3:g} um lies outside of 0.1 to 20 um")
        return tuple(length for length, _ in pairs), tuple(weight for _, weight in pairs)

    def primary(self, count: int) -> int:
        """Index of the primary wavelength."""
        line = self.by_key.get("PWAV")
        if line is None:
            return 0
        with line.blamed():
            return whole(line.word(0), 1, count) - 1

    def surroundings(self) -> tuple[float, float]:
        """Temperature in K and pressure in atmospheres."""
        line = self.by_key.get("ENVD")
        if line is None:
            return 293.15, 1.0
        with line.blamed():
            temperature, pressure = CELSIUS.read(line.word(0)), PLAIN.read(line.word(1, "1"))
            if temperature <= 0.0 or pressure < 0.0:
                raise BadInput(
                    f"there is no air at {line.word(0)} degrees Celsius and {pressure:g} atmospheres"
                )
            return temperature, pressure

    def adjusted(self) -> bool:
        """Whether indices are adjusted to temperature and pressure."""
        line = self.by_key.get("ENVD")
        if line is None:
            return False
        with line.blamed():
            return whole(line.word(2, "0"), 0, 9) != 0

    def notes(self) -> str:
        """The notes: pieces of text, where NOTE 4 ends a line; without any, each piece is a line."""
        lines = [line for line in self.lines if line.key == "NOTE"]
        ends = any(line.text.strip() == "4" for line in lines)
        pieces = [
            "\n" if line.text.strip() == "4" else line.text.removeprefix("0").removeprefix(" ")
            for line in lines
        ]
        return ("" if ends else "\n").join(pieces)

    def findings(self) -> list[str]:
        """What is said of the system and not kept."""
        findings = []
        if sum(key in self.by_key for key in _APERTURES) > 1:
            given = [key for key in _APERTURES if key in self.by_key]
            findings.append(f"the aperture is given more than once ({named(given)}); {given[0]} is read")
        apodised = self.by_key.get("GFAC")
        if apodised and not all(map(is_zero, apodised.words)):
            findings.append(f"the pupil's apodisation (GFAC {apodised.text.strip()[:32]}) is not kept")
        unknown = [line.key for line in self.lines if line.key not in SYSTEM_KEYS | _OF_NO_CONSEQUENCE]
        if unknown:
            findings.append(f"lines before the surfaces that are not read: {named(unknown)}")
        return findings


def _aperture(line: Line, unit: Unit, far: bool) -> Aperture:
    value = PLAIN.read(line.word(0))
    if value <= 0.0:
        raise BadInput(f"an aperture of {value:g} lets no light in; it is more than 0")
    flag = whole(line.word(1, "0"), 0, 9)
    if line.key == "ENPD":
        return Aperture("entrance pupil diameter", unit.length(line.word(0)))
    if line.key == "OBNA":
        if flag:
            raise BadInput("the aperture is an object cone angle; give it as object-space NA and save again")
        if value >= 1.0:
            raise BadInput(f"an object-space NA of {value:g} is not less than 1")
        return Aperture("object na", value)
    if flag and not far:
        raise BadInput(
            "the aperture is a paraxial working f-number at a finite object; give it as entrance pupil "
            "diameter or as object-space NA and save again"
        )
    return Aperture("f-number", value)


def _numbered_wavelengths(lines: list[Line], count: int | None) -> list[tuple[float, float]]:
    """Wavelengths of lines ``WAVM number um weight``, of which files hold more than they use."""
    found: dict[int, tuple[float, float]] = {}
    for line in lines:
        with line.blamed():
            number = whole(line.word(0), 1, MOST_WAVELENGTHS)
            if count is None or number <= count:
                found[number] = (MICROMETRES.read(line.word(1)), PLAIN.read(line.word(2, "1")))
    number = len(found) if count is None else count
    missing = [index for index in range(1, number + 1) if index not in found]
    if missing:
        raise BadInput(f"has {number} wavelengths, but no line WAVM {missing[0]}")
    return [found[index] for index in range(1, number + 1)]


def stop_aperture(text: str, unit: Unit) -> Aperture:
    """The aperture that the stop's own size gives.

    Raises:
        BadInput: the size is no length above 0.
    """
    value = unit.length(text)
    if value <= 0.0:
        raise BadInput("the aperture floats by the stop's size, which is 0; give the stop its semi-diameter")
    return Aperture("stop semi-aperture", value)


def default_notes(source: str, notes: str) -> str:
    """Notes as a file holds them: the source first, as a line of its own."""
    return notes if not source else f"{SOURCE}{source}" + (f"\n{notes}" if notes else "")


SOURCE: Final = "Source: "
"""Begins the first line of the notes where it names the patent or book."""


def split_notes(text: str) -> tuple[str, str]:
    """Source and notes of a file's notes."""
    if not text.startswith(SOURCE):
        return "", text
    source, _, notes = text.partition("\n")
    return source.removeprefix(SOURCE), notes
