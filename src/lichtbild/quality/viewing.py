"""Viewing: how large a picture is shown and from how far it is seen, which decides what of it counts.

The conditions of the table are this project's choice of what people do. Standards fix others (IEEE 1858 has a
print, a monitor and a phone, whose numbers were not at hand). A ``Viewing`` of one's own is as good: only the
angle that a pixel subtends enters any measure.
"""

from dataclasses import dataclass
from math import isfinite, pi

from lichtbild.core.errors import BadInput

_DEGREE = pi / 180


@dataclass(frozen=True)
class Viewing:
    """A viewing condition.

    Attributes:
        name: its key.
        title: for people.
        distance: from the eye to the picture, mm.
        height: of the whole picture as shown, mm; None where it is shown pixel by pixel.
        pitch: of a pixel as shown, mm; None where the whole picture is fitted to ``height``.

    Raises:
        BadInput: not exactly one of height and pitch, or a length that is not above 0.
    """

    name: str
    title: str
    distance: float
    height: float | None = None
    pitch: float | None = None

    def __post_init__(self) -> None:
        lengths = [length for length in (self.height, self.pitch) if length is not None]
        if len(lengths) != 1 or not all(isfinite(one) and one > 0 for one in (*lengths, self.distance)):
            raise BadInput(
                f"the viewing condition {self.name} has height {self.height} mm, pitch {self.pitch} mm and "
                f"distance {self.distance} mm; it needs a distance and one of the other two, above 0"
            )

    def pixels_per_degree(self, rows: int) -> float:
        """Pixels of the picture in a degree of the eye's view, straight ahead.

        Args:
            rows: height of the picture, px.

        Raises:
            BadInput: a picture without rows.
        """
        if rows < 1:
            raise BadInput(f"a picture of {rows} rows cannot be viewed; it needs at least 1")
        pitch = self.pitch if self.pitch is not None else (self.height or 0.0) / rows
        return self.distance * _DEGREE / pitch


PHONE = Viewing("phone", "phone in hand, 65 mm high at 30 cm", 300.0, height=65.0)
POSTCARD = Viewing("postcard", "print 15 x 10 cm at 40 cm", 400.0, height=100.0)
MONITOR = Viewing("monitor", "fitted to a monitor, 30 cm high at 60 cm", 600.0, height=300.0)
PIXELS = Viewing("pixels", "100 % on a monitor of 96 ppi at 60 cm", 600.0, pitch=25.4 / 96)
PRINT = Viewing("print", "print 40 x 30 cm at 60 cm", 600.0, height=300.0)
TELEVISION = Viewing("television", "television of 65 inches, 81 cm high, at 2.5 m", 2500.0, height=810.0)
POSTER = Viewing("poster", "print 120 x 90 cm at 1.2 m", 1200.0, height=900.0)

VIEWINGS = {one.name: one for one in (PHONE, POSTCARD, MONITOR, PIXELS, PRINT, TELEVISION, POSTER)}


def viewing_named(name: str) -> Viewing:
    """A condition of the table.

    Raises:
        BadInput: no such condition; the sentence lists them.
    """
    if name not in VIEWINGS:
        raise BadInput(f"no viewing condition is called {name!r}; there are {', '.join(VIEWINGS)}")
    return VIEWINGS[name]
