"""Zemax lens files (.zmx) as lenses.

Source: the records as OpticStudio and Zemax write them, of versions from 2003 to 2023; `docs/optics.md` says
what is read, what is reported as not kept, and what is refused.
"""

from collections.abc import Iterable
from dataclasses import replace
from math import isinf
from pathlib import Path

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.lens.reading import Reading
from lichtbild.io.lens.zemax_configuration import configurations_of, moving_gaps
from lichtbild.io.lens.zemax_frame import framed
from lichtbild.io.lens.zemax_glass import Called, names, renamed
from lichtbild.io.lens.zemax_number import MILLIMETRES, Unit
from lichtbild.io.lens.zemax_surface import (
    LONGEST,
    SURFACE_KEYS,
    findings_of,
    object_medium,
    row_of,
    surface_of,
    thickness_of,
)
from lichtbild.io.lens.zemax_system import SYSTEM_KEYS, stop_aperture, system_of
from lichtbild.io.lens.zemax_text import LARGEST, Block, Sheet, decoded, named, sheet
from lichtbild.optics.lens import Aperture, Gap, Lens
from lichtbild.optics.medium import Medium
from lichtbild.optics.surface import Surface


def read_zmx(path: Path | str, media: Iterable[Medium] = ()) -> Reading:
    """The lens of a Zemax file, in mm, and what of the file it does not hold.

    Args:
        path: of the file; UTF-16, UTF-8 or Latin-1.
        media: glasses that come before those that are built in.

    Raises:
        BadFile: it cannot be read, is no Zemax file, or holds what a lens here cannot have; the sentence
            names the line or the surface.
    """
    path = Path(path)
    try:
        return reading_of(_content(path), tuple(media))
    except BadFile:
        raise
    except BadInput as error:
        raise BadFile(path, str(error)) from error


def _content(path: Path) -> bytes:
    """The bytes of a file that is not too large; those with long merit functions have some megabytes."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = error.strerror if isinstance(error, OSError) else "no file can have this name"
        raise BadFile(path, f"cannot be read ({reason}); name an existing file") from error
    if len(data) > LARGEST:
        raise BadFile(path, f"a lens file has at most {LARGEST >> 20} MB; this is another kind of file")
    return data


def reading_of(data: bytes, media: Iterable[Medium] = ()) -> Reading:
    """The lens of a Zemax file's bytes.

    Raises:
        BadInput: as `read_zmx`.
    """
    page = sheet(decoded(data), SYSTEM_KEYS, SURFACE_KEYS)
    first, last = page.blocks[0], page.blocks[-1]
    system = system_of(page.system, isinf(thickness_of(first, MILLIMETRES)))
    unit = system.unit
    called = names(media, system.catalogues)
    rows = [row_of(block, unit, called) for block in page.blocks[1:-1]]
    stop = _stop(page)
    frame = framed(rows, object_medium(first, called), moving_gaps(page.configurations), stop.number)
    lens = Lens(
        surfaces=frame.surfaces,
        gaps=(Gap(_object_distance(first, unit), object_medium(first, called)), *frame.gaps),
        stop=frame.surface_of[stop.number],
        aperture=system.aperture or _floating(stop, unit),
        field_kind=system.field_kind,
        fields=system.fields,
        wavelengths=system.wavelengths,
        weights=system.weights,
        primary=system.primary,
        image=_image(last, unit),
        temperature=system.temperature if system.adjusted or _warms(page) else None,
        pressure=system.pressure,
        name=system.name,
        source=system.source,
        notes=system.notes,
    )
    if system.aperture is None and stop.line("CLAP") is None:
        lens = _without_semi_aperture(lens)
    if lens.field_kind == "object height" and isinf(lens.object_distance):
        raise BadInput("fields are object heights of an object at infinity; give angles and save again")
    configurations, unread = configurations_of(page.configurations, lens, frame, unit)
    findings = (
        *system.findings,
        *_findings(page, called, unit),
        *unread,
    )
    return Reading(replace(lens, configurations=configurations), findings)


def _warms(page: Sheet) -> bool:
    """Whether configurations differ in temperature, so that each must have one."""
    return any(line.key == "TEMP" for line in page.configurations)


def _object_distance(block: Block, unit: Unit) -> float:
    distance = thickness_of(block, unit)
    if not isinf(distance) and abs(distance) > LONGEST:
        raise BadInput(f"the object is {distance:g} mm away; write INFINITY for a far one")
    return distance


def _image(block: Block, unit: Unit) -> Surface:
    image = surface_of(block, unit)
    if image.mirror:
        raise BadInput(
            f"surface {block.number}, the image, is a mirror; add a surface after it and save again"
        )
    return image


def _stop(page: Sheet) -> Block:
    """The surface that is the stop."""
    stops = [block for block in page.blocks if block.line("STOP")]
    if len(stops) != 1:
        found = "none" if not stops else ", ".join(str(block.number) for block in stops[:8])
        raise BadInput(f"one surface is the stop (line STOP); found: {found}")
    if not 0 < stops[0].number < len(page.blocks) - 1:
        raise BadInput(
            f"surface {stops[0].number} is the stop; it lies between 1 and {len(page.blocks) - 2}, "
            "for neither object nor image can be"
        )
    return stops[0]


def _floating(stop: Block, unit: Unit) -> Aperture:
    """The aperture that the stop's semi-diameter is."""
    line = stop.line("DIAM")
    if line is None:
        raise BadInput(f"the aperture is the stop's size (FLOA), but surface {stop.number} has no line DIAM")
    with line.blamed():
        return stop_aperture(line.word(0), unit)


def _without_semi_aperture(lens: Lens) -> Lens:
    """The lens whose stop is as large as its aperture says, and cuts off nothing else."""
    surfaces = list(lens.surfaces)
    surfaces[lens.stop] = replace(surfaces[lens.stop], semi_aperture=None)
    return replace(lens, surfaces=tuple(surfaces))


def _findings(page: Sheet, called: Called, unit: Unit) -> list[str]:
    """What the file says of surfaces and after them, and is not kept as it is."""
    found = [note for block in page.blocks for note in (*findings_of(block), *renamed(block, called))]
    if surface_of(page.blocks[0], unit).curvature:
        found.append("surface 0: the object is curved, which is not kept")
    if page.merit:
        keys = named(line.key for line in page.merit)
        found.append(f"merit function, tolerances and settings are not read ({keys})")
    return found
