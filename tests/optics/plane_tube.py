"""A stop behind a plane aperture in air: pupils, powers and apertures with closed forms."""

from math import inf

from lichtbild.optics.lens import Aperture, FieldPoint, Gap, Lens
from lichtbild.optics.surface import Surface

STOP, FRONT, DEPTH = 0.8, 1.0, 2.0
ANGLES = (0.0, 0.2, 0.35)


def tube(front: float | None = FRONT, depth: float = DEPTH, distance: float = inf) -> Lens:
    return Lens(
        surfaces=(Surface(semi_aperture=front), Surface()),
        gaps=(Gap(distance), Gap(depth), Gap(1.0)),
        stop=1,
        aperture=Aperture("stop semi-aperture", STOP),
        fields=tuple(FieldPoint(y=angle) for angle in ANGLES),
    )
