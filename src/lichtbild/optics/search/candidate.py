"""Candidate: a lens on its way, as plain numbers that are kept, sent between processes and read back."""

from dataclasses import dataclass

Row = tuple[float, ...]


@dataclass(frozen=True)
class Candidate:
    """A lens of a search: its elements' surfaces in order, without stop, plate and sensor.

    Args:
        glasses: of each element.
        curvature: of each surface, 1 / mm.
        even: coefficients of r^4, r^6 ... of each surface.
        thickness: from the stop on, behind each surface, to the sensor, mm.
        widths: semi-apertures of all surfaces from the stop on, mm.
        merit: the weighted sum of its faults; at full aperture and field comparable within a search.
        radii: RMS spot radii over the fields that the last merit looked at, mm.
        steps: of least squares that it took, its ancestors' too.
        origin: how it came to be, in a word or two.
    """

    glasses: tuple[str, ...]
    curvature: Row
    even: tuple[Row, ...]
    thickness: Row
    widths: Row
    merit: float
    radii: Row
    steps: int
    origin: str


@dataclass(frozen=True)
class Failed:
    """A start that came to nothing: how far it got, as a share of aperture and field."""

    share: float
    steps: int
