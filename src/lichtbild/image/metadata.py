"""Metadata: what a file says about how its picture was taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from fractions import Fraction
from typing import Any, Final

from lichtbild.figure.table import table_html

COMPOSITE: Final = ("exif", 42080)
"""Place of CompositeImage in `Metadata.exif`: 3 where a burst was merged (EXIF 2.32)."""
SOURCES: Final = ("exif", 42081)
"""Place of SourceImageNumberOfCompositeImage: frames that were taken, and that were used."""
INDEX: Final = ("exif", 41493)
"""Place of ExposureIndex: the sensitivity that an exposure was meant for, which a bracket's white is not."""
_OF_BURST: Final = 3
_MOST_ISO: Final = 65535
"""What a file can say of a sensitivity, in whole numbers."""


class Orientation(IntEnum):
    """How the stored rows and columns lie in the upright picture (EXIF 0x0112)."""

    NORMAL = 1
    MIRRORED = 2
    HALF_TURN = 3
    FLIPPED = 4
    TRANSPOSED = 5
    QUARTER_TURN = 6
    """The picture is upright after a quarter turn clockwise."""
    TRANSVERSED = 7
    THREE_QUARTER_TURN = 8


@dataclass(frozen=True)
class Metadata:
    """How a picture was taken, as far as the file says.

    Attributes:
        make: maker of the camera.
        model: model of the camera, as the file's Model tag.
        lens: model of the lens.
        iso: sensitivity.
        exposure_time_s: exposure time in seconds.
        f_number: f-number.
        focal_length_mm: focal length in mm.
        taken_at: "YYYY:MM:DD hh:mm:ss" as EXIF has it.
        orientation: how to turn the stored image upright.
        exif: tags of the main, Exif and GPS directories by (directory, tag), to be kept in what is written;
            directories are named "main", "exif" and "gps".
        dots_per_inch: of a picture that is to be printed at a certain size; None for all others.
    """

    make: str = ""
    model: str = ""
    lens: str = ""
    iso: float | None = None
    exposure_time_s: float | None = None
    f_number: float | None = None
    focal_length_mm: float | None = None
    taken_at: str = ""
    orientation: Orientation = Orientation.NORMAL
    exif: Mapping[tuple[str, int], Any] = field(default_factory=dict)
    dots_per_inch: float | None = None

    @property
    def frames(self) -> int:
        """How many frames it was merged of; 1 where nothing is said."""
        counts = self.exif.get(SOURCES)
        if self.exif.get(COMPOSITE) != _OF_BURST or not isinstance(counts, tuple):
            return 1
        return max(int(counts[-1]), 1)

    @property
    def reference_white(self) -> float | None:
        """Share of white at which the reference of a bracket is full; None: nothing says that it was merged.

        The frame is as bright as its reference, at the time and f-number of the shortest exposure: as a
        photograph by an exposure index so many times its ISO is, by which all light above is kept.
        """
        index, iso = self.exif.get(INDEX), self._told_iso
        if self.frames == 1 or not isinstance(index, int | float | Fraction) or index <= iso or not iso:
            return None
        return iso / float(index)

    @property
    def _told_iso(self) -> int:
        """Sensitivity as a file says it; 0: unknown."""
        return min(round(self.iso or 0), _MOST_ISO)

    def merged(self, taken: int, used: int) -> "Metadata":
        """That of a frame which was merged of so many that were used, of so many that were taken."""
        kept = {place: value for place, value in self.exif.items() if place != INDEX}
        return replace(self, exif={**kept, COMPOSITE: _OF_BURST, SOURCES: (taken, used)})

    def with_reference_white(self, share: float) -> "Metadata":
        """That of a bracket's frame of which the reference is full at this share of white, to five digits."""
        return replace(self, exif={**self.exif, INDEX: float(f"{self._told_iso / share:.5g}")})

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What is known, as names and values to be read by people."""
        time = self.exposure_time_s
        known = {
            "camera": f"{self.make} {self.model}".strip(),
            "lens": self.lens,
            "ISO": "" if self.iso is None else f"{self.iso:g}",
            "exposure": "" if not time else f"1/{1 / time:.3g} s" if time < 0.4 else f"{time:g} s",
            "aperture": "" if self.f_number is None else f"f/{self.f_number:g}",
            "focal length": "" if self.focal_length_mm is None else f"{self.focal_length_mm:g} mm",
            "taken": self.taken_at,
        }
        return tuple((name, value) for name, value in known.items() if value)

    def _repr_html_(self) -> str:
        """The facts as a notebook shows them."""
        return table_html("Metadata", self.facts())


def relative_exposures(frames: Sequence[Metadata]) -> tuple[float | None, ...]:
    """Time times ISO over the square of the f-number, to which the codes of frames are in proportion.

    The f-number counts where every frame states it: else one that lacks it would seem exposed otherwise.

    Returns:
        of each frame, None where its time or ISO is unknown.
    """
    by_pupil = all(frame.f_number for frame in frames)
    return tuple(
        None
        if frame.exposure_time_s is None or frame.iso is None
        else frame.exposure_time_s * frame.iso / ((frame.f_number or 1.0) ** 2 if by_pupil else 1.0)
        for frame in frames
    )
