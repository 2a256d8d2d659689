"""Subject: a lens made ready for its report, with the field points that curves are drawn for."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lichtbild.optics.aim import Sights
from lichtbild.optics.bundle import Bundle
from lichtbild.optics.lens import Lens
from lichtbild.optics.paraxial import FirstOrder, first_order
from lichtbild.optics.pencil import Pencil, of_bundle
from lichtbild.optics.psf import SAMPLES, PointSpread, fft, sample_positions, usual_pitch
from lichtbild.optics.pupil_function import PupilFunction, pupil_function
from lichtbild.optics.report import shared_rays

CURVE = 41
"""Field points of a curve, from the axis to the outermost one."""

PIXELS, MOST_PIXELS = 64, 256
"""Samples along a point's image, at least and at most: a sampled pupil repeats its image soon after."""


@dataclass(frozen=True, eq=False)
class Subject:
    """What a report is about.

    Args:
        lens: every surface with a semi-aperture.
        first_order: at the primary wavelength.
        fields: the lens's field points, ``[field, 2]``, rad or mm.
        curve: field points from the axis to the outermost, ``[point, 2]``.
        doubts: sentences about what is doubtful.
        settings: what the user chose, such as a sensor's pixel pitch.
    """

    lens: Lens
    first_order: FirstOrder
    fields: np.ndarray
    curve: np.ndarray
    doubts: tuple[str, ...]
    settings: "Settings"

    def rays(self, part: str) -> Bundle:
        """The rays that fill the pupils of all field points, over one of the discs of `shared_rays`."""
        return shared_rays.part_of(self._of_fields, part)

    @cached_property
    def pencils(self) -> Pencil:
        """The pencils of all field points."""
        return of_bundle(self.lens, self.rays("pencil"))

    @cached_property
    def pupils(self) -> PupilFunction:
        """The smooth pupils of all field points."""
        found: PupilFunction = pupil_function(self.pencils)
        return found

    @cached_property
    def spreads(self) -> PointSpread:
        """Images of all field points by diffraction, on a square that holds most rays."""
        pitch = usual_pitch(self.pencils)
        farthest = np.abs(np.asarray(self.pencils.displacement)).max()
        pixels = PIXELS
        while pixels < MOST_PIXELS and pixels / 2 * float(pitch) < farthest:
            pixels *= 2
        values = fft(self.pupils, SAMPLES, sample_positions(pixels, pitch))
        return PointSpread(values, pitch, self.pencils.centre)

    @cached_property
    def over_field(self) -> tuple[Sights, Bundle]:
        """The pencils' rays along the curve, and what they were aimed at."""
        return shared_rays.over_field(self.lens, self.curve)

    @cached_property
    def _of_fields(self) -> Bundle:
        return shared_rays.of_fields(self.lens)

    @property
    def wavelengths(self) -> np.ndarray:
        """The lens's wavelengths, mm."""
        return np.asarray(self.lens.wavelengths, float)

    @property
    def by_angle(self) -> bool:
        """Whether fields are angles."""
        return self.lens.field_kind == "angle"

    @property
    def field_unit(self) -> str:
        """Unit in which fields are shown."""
        return "°" if self.by_angle else "mm"

    def shown(self, fields: Any) -> np.ndarray:
        """Field numbers as people read them: degrees instead of radians."""
        return np.asarray(fields, float) * (180 / np.pi if self.by_angle else 1.0)

    @property
    def field_names(self) -> tuple[str, ...]:
        """A name for each field point."""
        unit = "°" if self.by_angle else " mm"
        return tuple(
            f"{y:.4g}{unit}" if x == 0 else f"({x:.3g}, {y:.3g}){unit}"
            for x, y in self.shown(self.fields).tolist()
        )

    @property
    def wave_names(self) -> tuple[str, ...]:
        """A name for each wavelength."""
        return tuple(f"{wave * 1e6:.4g} nm" for wave in self.wavelengths.tolist())

    @property
    def curve_axis(self) -> np.ndarray:
        """Distance of the curve's field points from the axis, as people read it, ``[point]``."""
        x, y = self.shown(self.curve).T
        distance: np.ndarray = np.sqrt(x * x + y * y)
        return distance


@dataclass(frozen=True)
class Settings:
    """What a user may choose about a report.

    Args:
        frequencies: spatial frequencies that curves over the field are drawn for, cycles / mm.
        pitch: of the sensor's pixels, mm; for the depth of field and the Nyquist frequency.
        reflectance: of the sensor, 0 to 1, for ghosts.
        temperatures: K, for the thermal focus shift.
        chief_limit: the steepest chief ray that the sensor bears, rad.
        date: of the drawings, as the user writes it.
    """

    frequencies: tuple[float, ...] = (55.0, 110.0, 220.0)
    pitch: float = 1e-3
    reflectance: float = 0.1
    temperatures: tuple[float, ...] = (263.15, 273.15, 283.15, 293.15, 303.15, 313.15, 323.15)
    chief_limit: float | None = None
    date: str = ""


def subject(lens: Lens, doubts: tuple[str, ...] = (), settings: Settings | None = None) -> Subject:
    """A lens made ready for its report.

    Args:
        lens: checked, every surface with a semi-aperture.
        doubts: what checking it found.
        settings: by default the usual ones.
    """
    fields = np.array([(float(point.x), float(point.y)) for point in lens.fields])
    outermost = fields[np.argmax(np.hypot(*fields.T))]
    curve = np.linspace(0, 1, CURVE)[:, None] * outermost
    return Subject(lens, first_order(lens), fields, curve, doubts, settings or Settings())
