"""What a Zemax file says of the whole system: aperture, fields, wavelengths, surroundings, names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.io.lens.zemax_fields import Counts, counts_of, fields_of, primary_of, wavelengths_of
from lichtbild.io.lens.zemax_notes import notes_of
from lichtbild.io.lens.zemax_number import CELSIUS, MILLIMETRES, PLAIN, UNITS, Unit, is_zero, whole
from lichtbild.io.lens.zemax_settings import Settings
from lichtbild.io.lens.zemax_text import Line, named
from lichtbild.optics.lens import Aperture, FieldKind, FieldPoint

_APERTURES: Final = ("ENPD", "FNUM", "OBNA", "FLOA")
_LISTS: Final = (
    "XFLN YFLN FWGN XFLD YFLD FWGT VDXN VDYN VCXN VCYN VANN ZVDX ZVDY ZVCX ZVCY ZVAN WAVL WAVN WWGT WWGN"
)
_OTHERS: Final = "MODE NAME NOTE UNIT FTYP WAVM PWAV ENVD GCAT GFAC"
_IDLE: Final = "VERS PFIL LANG RAIM PUSH SDMA OMMA ROPD HYPR PICB POLS GLRS GSTD NSCD COFN AUTH DATE"
"""Settings of the program's own analyses, which say nothing of the lens."""

SYSTEM_KEYS: Final = frozenset({*_APERTURES, *_LISTS.split(), *_OTHERS.split(), *_IDLE.split()})


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
        source: patent or book.
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
    source: str
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
    settings = Settings(tuple(lines))
    _check_mode(settings)
    unit, counts = _unit(settings), counts_of(settings)
    wavelengths, weights = wavelengths_of(settings, counts.wavelengths)
    temperature, pressure, adjusted = _surroundings(settings)
    source, notes = notes_of(settings.lines)
    return System(
        unit=unit,
        aperture=_aperture(settings, unit, far),
        fields=fields_of(settings, counts, unit),
        field_kind=counts.kind,
        wavelengths=wavelengths,
        weights=weights,
        primary=primary_of(settings, len(wavelengths)),
        temperature=temperature,
        pressure=pressure,
        adjusted=adjusted,
        catalogues=tuple(word.upper() for word in settings.words("GCAT")),
        name=settings.text("NAME"),
        source=source,
        notes=notes,
        findings=_findings(settings, counts),
    )


def _check_mode(settings: Settings) -> None:
    mode = settings.line("MODE")
    if mode and mode.word(0, "SEQ").upper() != "SEQ":
        with mode.blamed():
            raise BadInput(f"the system is not sequential ({mode.text[:16]}); only MODE SEQ is read")


def _unit(settings: Settings) -> Unit:
    """The lens unit; millimetres where none is named."""
    line = settings.line("UNIT")
    if line is None:
        return MILLIMETRES
    with line.blamed():
        word = line.word(0, "MM").upper()
        if word not in UNITS:
            raise BadInput(f"{word[:16]} is no lens unit; it is one of {', '.join(UNITS)}")
        return UNITS[word]


def _aperture(settings: Settings, unit: Unit, far: bool) -> Aperture | None:
    """How much light; None where the stop's size gives it."""
    given = [settings.by_key[key] for key in _APERTURES if key in settings.by_key]
    if not given:
        raise BadInput(f"says nothing of the aperture; one line of {', '.join(_APERTURES)} does")
    line = given[0]
    if line.key == "FLOA":
        return None
    with line.blamed():
        return _aperture_of(line, unit, far)


def _surroundings(settings: Settings) -> tuple[float, float, bool]:
    """Temperature in K, pressure in atmospheres, and whether indices are adjusted to them."""
    line = settings.line("ENVD")
    if line is None:
        return 293.15, 1.0, False
    with line.blamed():
        temperature, pressure = CELSIUS.read(line.word(0)), PLAIN.read(line.word(1, "1"))
        if temperature <= 0.0 or pressure < 0.0:
            raise BadInput(f"there is no air at {line.word(0)} degrees Celsius and {pressure:g} atmospheres")
        return temperature, pressure, whole(line.word(2, "0"), 0, 9) != 0


def _findings(settings: Settings, counts: Counts) -> tuple[str, ...]:
    """What is said of the system and not kept."""
    findings = [*counts.findings]
    if sum(key in settings.by_key for key in _APERTURES) > 1:
        given = [key for key in _APERTURES if key in settings.by_key]
        findings.append(f"the aperture is given more than once ({named(given)}); {given[0]} is read")
    apodised = settings.line("GFAC")
    if apodised and not all(map(is_zero, apodised.words)):
        findings.append(f"the pupil's apodisation (GFAC {apodised.text.strip()[:32]}) is not kept")
    unknown = [line.key for line in settings.lines if line.key not in {*SYSTEM_KEYS, "BLNK"}]
    if unknown:
        findings.append(f"lines before the surfaces that are not read: {named(unknown)}")
    return tuple(findings)


def _aperture_of(line: Line, unit: Unit, far: bool) -> Aperture:
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


def stop_aperture(text: str, unit: Unit) -> Aperture:
    """The aperture that the stop's own size gives.

    Raises:
        BadInput: the size is no length above 0.
    """
    value = unit.length(text)
    if value <= 0.0:
        raise BadInput("the aperture floats by the stop's size, which is 0; give the stop its semi-diameter")
    return Aperture("stop semi-aperture", value)
