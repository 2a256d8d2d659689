"""Fields and wavelengths of Zemax files."""

from dataclasses import dataclass
from typing import Final

from lichtbild.core.errors import BadInput
from lichtbild.core.units import um
from lichtbild.io.lens.zemax_number import DEGREES, MICROMETRES, PLAIN, Scale, Unit, whole
from lichtbild.io.lens.zemax_settings import Settings
from lichtbild.io.lens.zemax_text import Line
from lichtbild.optics.lens import FieldKind, FieldPoint, Vignetting

FIELD_KINDS: Final[tuple[FieldKind, ...]] = ("angle", "object height", "image height", "real image height")
"""By the first number of FTYP."""

FACTORS: Final = {"dx": "VDX", "dy": "VDY", "cx": "VCX", "cy": "VCY", "angle": "VAN"}
"""Vignetting factors and the keywords that begin the file's lists of them (VDXN, or ZVDX in old files)."""

MOST_FIELDS: Final = 200
MOST_WAVELENGTHS: Final = 100
SHORTEST, LONGEST = um(0.1), um(20.0)


@dataclass(frozen=True)
class Counts:
    """What FTYP says.

    Args:
        kind: of the fields' numbers.
        fields: how many of the file's fields are used; None for all.
        wavelengths: how many of the file's wavelengths are used; None for all.
        findings: what else it asks for.
    """

    kind: FieldKind = "angle"
    fields: int | None = None
    wavelengths: int | None = None
    findings: tuple[str, ...] = ()


def counts_of(settings: Settings) -> Counts:
    """Kind and number of fields, number of wavelengths.

    Raises:
        BadInput: the kind is not known, or a number out of its range.
    """
    line = settings.line("FTYP")
    if line is None:
        return Counts()
    with line.blamed():
        kind = whole(line.word(0), 0, 99)
        if kind >= len(FIELD_KINDS):
            raise BadInput(f"fields of kind {kind} are not known; 0 to 3 are {', '.join(FIELD_KINDS)}")
        fields = whole(line.word(2), 1, MOST_FIELDS) if len(line.words) > 2 else None
        waves = whole(line.word(3), 1, MOST_WAVELENGTHS) if len(line.words) > 3 else None
        findings = []
        if whole(line.word(1, "0"), 0, 9):
            findings.append("object space is telecentric in the file (FTYP); rays are aimed at the stop here")
        if whole(line.word(6, "0"), 0, 9):
            findings.append("image space is afocal in the file (FTYP); here the last gap leads to an image")
        return Counts(FIELD_KINDS[kind], fields, waves, tuple(findings))


def fields_of(settings: Settings, counts: Counts, unit: Unit) -> tuple[FieldPoint, ...]:
    """The field points.

    Raises:
        BadInput: there are too many, or a list is shorter than their number.
    """
    xs, ys = settings.words("XFLN", "XFLD"), settings.words("YFLN", "YFLD")
    number = max(len(xs), len(ys), 1) if counts.fields is None else counts.fields
    if number > MOST_FIELDS:
        raise BadInput(f"has {number} fields; there are at most {MOST_FIELDS}")
    scale = DEGREES if counts.kind == "angle" else Scale(unit.mm)
    x, y = (settings.numbers(keys, number, scale, 0.0) for keys in (("XFLN", "XFLD"), ("YFLN", "YFLD")))
    weight = settings.numbers(("FWGN", "FWGT"), number, PLAIN, 1.0)
    vignetting = _vignetting(settings, number)
    return tuple(FieldPoint(*point) for point in zip(x, y, weight, vignetting, strict=True))


def _vignetting(settings: Settings, number: int) -> list[Vignetting | None]:
    lists = (
        settings.numbers((f"{key}N", f"Z{key}"), number, DEGREES if name == "angle" else PLAIN, 0.0)
        for name, key in FACTORS.items()
    )
    return [Vignetting(*factors) if any(factors) else None for factors in zip(*lists, strict=True)]


def wavelengths_of(settings: Settings, count: int | None) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Wavelengths in mm, and their weights.

    Raises:
        BadInput: there are none, one is missing, or one lies outside of 0.1 to 20 um.
    """
    numbered = [line for line in settings.lines if line.key == "WAVM"]
    if numbered:
        pairs = _numbered_wavelengths(numbered, count)
    else:
        number = len(settings.words("WAVL", "WAVN")) if count is None else count
        lengths = settings.numbers(("WAVL", "WAVN"), number, MICROMETRES, 0.0)
        pairs = list(zip(lengths, settings.numbers(("WWGT", "WWGN"), number, PLAIN, 1.0), strict=True))
    if not pairs:
        raise BadInput("has no wavelengths; lines WAVM or WAVL give them")
    for length, _ in pairs:
        if not SHORTEST <= length <= LONGEST:
            raise BadInput(f"a wavelength of {length * 1e3:g} um lies outside of 0.1 to 20 um")
    return tuple(length for length, _ in pairs), tuple(weight for _, weight in pairs)


def primary_of(settings: Settings, count: int) -> int:
    """Index of the primary wavelength.

    Raises:
        BadInput: it is none of so many.
    """
    line = settings.line("PWAV")
    if line is None:
        return 0
    with line.blamed():
        return whole(line.word(0), 1, count) - 1


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
