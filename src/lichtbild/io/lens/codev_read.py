"""CODE V sequence files as lenses."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Final

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.lens.codev_glass import glass_of
from lichtbild.io.lens.codev_private import Private
from lichtbild.io.lens.codev_row import Row, built_from
from lichtbild.io.lens.codev_system import System
from lichtbild.io.lens.codev_text import (
    SURFACES,
    Command,
    Comment,
    Word,
    as_number,
    commands,
    is_number,
    is_qualifier,
)
from lichtbild.io.lens.codev_zoom import Places, Zoom
from lichtbild.io.lens.content import content
from lichtbild.io.lens.exact import from_radius
from lichtbild.io.lens.reading import Reading
from lichtbild.optics.lens import Lens
from lichtbild.optics.medium import Medium

FAR: Final = 1e10
"""Objects at this distance or further are at infinity, as in CODE V; in the file's own unit."""

KEPT: Final = {"Source: ": "source", "Note: ": "notes"}
"""Comments in which we keep what CODE V has no command for."""

_OF_NO_CONSEQUENCE: Final = frozenset((
    "AC", "ADC", "BC", "BDC", "BTI", "BTX", "BTY", "CC", "CCX", "CCY", "CDC", "CMP", "COM", "CYD", "CYN",
    "DC", "DER", "DLA", "DLB", "DLF", "DLG", "DLN", "DLR", "DLS", "DLT", "DLV", "DLX", "DLY", "DLZ",
    "DOR", "DSP", "EC", "EXI", "FC", "GC", "GLB", "GLC", "GO", "HC", "HOM", "IC", "INI", "IRR", "JC",
    "KC", "LEN", "NCO", "OUT", "ROL", "SAV", "SCC", "STP", "THC", "THM", "TIR", "TRX", "TRY", "VER",
    "VIE", "XDC", "YDC", "ZDC",
))  # fmt: skip
"""Names, settings of analyses, tolerances, and codes that say which numbers may vary."""

_SOLVES: Final = frozenset({"PIM", "PIK", "UMY", "UMX", "HMY", "HMX", "UCY", "HCY", "OAL", "RED", "SOL"})


def read_seq(path: Path | str, media: Iterable[Medium] = ()) -> Reading:
    """The lens of a CODE V sequence file, in mm, and what of the file it does not hold.

    Args:
        path: of the file.
        media: glasses that come before those that are built in.

    Raises:
        BadFile: it cannot be read, is no sequence, or holds what a lens here cannot have; the sentence names
            the line.
    """
    path = Path(path)
    data = content(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    try:
        return reading_of(text, tuple(media))
    except BadInput as error:
        raise BadFile(path, str(error)) from error


def reading_of(text: str, media: Iterable[Medium] = ()) -> Reading:
    """The lens of a sequence's text.

    Raises:
        BadInput: it is no sequence, or holds what a lens here cannot have; the sentence names the line.
    """
    listing = Listing()
    for entry in commands(text):
        if isinstance(entry, Comment):
            listing.remember(entry)
            continue
        try:
            listing.take(entry)
        except BadInput as error:
            raise BadInput(f"line {entry.line} ({entry.name[:20]}): {error}") from error
    return listing.reading(tuple(media))


@dataclass
class Listing:
    """All that the commands have said so far.

    Args:
        radius_mode: whether lines of surfaces begin with radii; None where nothing was said of it.
        unread: commands that nobody takes, with their first lines; so are ``solves``.
        kept: comments in which we have put what CODE V has no command for.
    """

    system: System = field(default_factory=System)
    rows: list[Row] = field(default_factory=list)
    private: Private = field(default_factory=Private)
    zoom: Zoom = field(default_factory=Zoom)
    radius_mode: bool | None = None
    has_image: bool = False
    unread: dict[str, int] = field(default_factory=dict)
    solves: dict[str, int] = field(default_factory=dict)
    kept: dict[str, list[str]] = field(default_factory=dict)

    def remember(self, comment: Comment) -> None:
        """Keep a comment in which we have put the lens's source or a note."""
        text = comment.text.removeprefix(" ")
        for prefix, key in KEPT.items():
            if text.startswith(prefix):
                self.kept.setdefault(key, []).append(text.removeprefix(prefix))

    def take(self, command: Command) -> None:
        """Take a command.

        Raises:
            BadInput: its words have no sense, or it is something that a lens here does not have.
        """
        if self.private.is_open or command.name == "PRV":
            self.private.take(command)
        elif command.name == "ZOO":
            self.zoom.take(command, len(self.rows), self.system.findings)
        elif command.name == "RDM":
            self.radius_mode = command.texts()[:1] not in (("N",), ("NO",))
        elif command.name == "S" or is_qualifier(Word(command.name)):
            self._begin(command)
        elif command.name in _SOLVES or (command.name == "THI" and not _is_plain(command)):
            self.solves.setdefault(command.name, command.line)
        elif command.name not in _OF_NO_CONSEQUENCE and not self.zoom.title(command):
            self._take_rest(command)

    def _take_rest(self, command: Command) -> None:
        if self.system.take(command):
            return
        qualifiers, plain = command.qualified()
        if not self._row(qualifiers).take(plain, self.system.findings):
            self.unread.setdefault(command.name, command.line)

    def _row(self, qualifiers: tuple[str, ...]) -> Row:
        """The row that a command is for: the last one, unless it names another."""
        if not qualifiers:
            return self.rows[-1] if self.rows else Row(0)
        which = qualifiers[0][1:]
        index = {"O": 0, "I": len(self.rows) - 1}.get(which, int(which) if which.isdigit() else -1)
        if qualifiers[0][0] != "S" or not 0 <= index < len(self.rows) or len(qualifiers) > 1:
            raise BadInput(f"'{' '.join(qualifiers)[:40]}' names no single surface given before")
        return self.rows[index]

    def _begin(self, command: Command) -> None:
        """Take a line of a surface: radius or curvature, thickness, glass."""
        row = self._row((command.name,)) if command.name[1:].isdigit() else Row(command.line)
        read = (_length, _length if command.name == "SO" else as_number)
        numbers = [convert(word) for convert, word in zip(read, command.words, strict=False)]
        row.value = numbers[0] if numbers else 0.0
        row.thickness = numbers[1] if len(numbers) > 1 else 0.0
        row.glass = command.words[2:]
        if command.name[1:].isdigit():
            return
        if (command.name == "SO") == bool(self.rows) or self.has_image:
            raise BadInput("surfaces begin with one SO and end with one SI")
        if len(self.rows) > SURFACES:
            raise BadInput(f"there are more than {SURFACES} surfaces")
        self.rows.append(row)
        self.has_image = command.name == "SI"

    def reading(self, media: tuple[Medium, ...]) -> Reading:
        """The lens of what was said.

        Raises:
            BadInput: something is missing, or does not fit together.
        """
        if len(self.rows) < 2 + self.has_image:
            raise BadInput("has no surface between object and image (lines S); name a CODE V sequence")
        if not self.has_image:
            self.system.findings.append("no image surface (SI) is given; a plane is taken")
            self.rows.append(Row(0))
        self._settle_curvatures()
        far = self.rows[0].thickness >= FAR
        built = built_from(
            self.rows, self.system.unit, far, lambda words: glass_of(words, self.private.glasses, media)
        )
        places = Places(
            built.surface_of,
            built.gap_of,
            self.system.unit,
            FAR,
            self.rows[-1].thickness,
            next(iter(self.system.apertures), ""),
        )
        wavelengths, weights, primary = self.system.spectrum()
        lens = Lens(
            surfaces=built.surfaces,
            gaps=built.gaps,
            stop=built.surface_of[self._stop()],
            aperture=self.system.aperture(far),
            field_kind=self.system.field_kind(),
            fields=self.system.points(),
            wavelengths=wavelengths,
            weights=weights,
            primary=primary,
            image=self.rows[-1].surface(self.system.unit),
            configurations=self.zoom.configurations(places, self.system.findings),
            temperature=self.system.temperature,
            pressure=self.system.pressure,
            name=self.system.title,
            source="\n".join(self.kept.get("source", ())),
            notes="\n".join(self.kept.get("notes", ())),
        )
        return Reading(lens, (*self.system.findings, *self._unread()))

    def _stop(self) -> int:
        """The row of the stop; CODE V takes the first surface where none is named."""
        stops = [index for index, row in enumerate(self.rows) if row.stop]
        if not stops:
            self.system.findings.append("no stop (STO) is given; the first surface is taken")
            return 1
        if len(stops) > 1 or not 0 < stops[0] < len(self.rows) - 1:
            raise BadInput(f"the stop (STO) is one surface between object and image, not {stops[:5]}")
        return stops[0]

    def _settle_curvatures(self) -> None:
        """Give each row its curvature, whether its line has said that or the radius."""
        radii = self.radius_mode
        given = [row.value for row in self.rows if row.value]
        if radii is None and given:
            radii = _are_radii(given, self.rows, self.system.apertures.get("EPD"))
            self.system.findings.append(
                "nothing says whether surfaces have radii or curvatures (RDM); "
                f"{'radii' if radii else 'curvatures'} suit the lens's size and are taken"
            )
        for row in self.rows:
            if row.value is not None:
                row.curvature = from_radius(row.value) if radii else row.value

    def _unread(self) -> list[str]:
        """Findings on commands that nobody took."""
        found = []
        for names, what in (
            (self.unread, "commands not read"),
            (self.solves, "solves and pick-ups, held at the values that surfaces have"),
        ):
            if names:
                shown = [f"{name} (line {line})" for name, line in list(names.items())[:10]]
                found.append(f"{what}: {', '.join(shown)}{' and others' if len(names) > 10 else ''}")
        return found


def _is_plain(command: Command) -> bool:
    _, rest = command.qualified()
    return all(is_number(word) for word in rest.words)


def _length(word: Word) -> float:
    """A radius or an object's distance, which may be infinite."""
    text = word.text.lower()
    if not word.quoted and text in ("inf", "-inf", "infinity"):
        return inf
    return as_number(word)


def _are_radii(values: list[float], rows: list[Row], pupil: float | None) -> bool:
    """Whether the numbers make a more sensible lens as radii than as curvatures.

    A surface that is much smaller than the light through it, or than the glass behind it, is no surface: the
    meaning counts whose most curved surface is the flatter one.
    """
    thick = [abs(row.thickness) for row in rows[1:-1] if row.glass]
    size = pupil / 2 if pupil else max(thick, default=1.0)
    sizes = [abs(value) for value in values]
    return min(sizes) / (size or 1.0) >= 1.0 / (max(sizes) * (size or 1.0))
