"""A ball of glass with its stop in the middle: whatever the field, the chief ray goes straight on."""

from math import inf, radians
from typing import Any

from lichtbild.core.units import nm
from lichtbild.optics.lens import Aperture, FieldPoint, Gap, Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.surface import Surface

RADIUS = 3.0
INDEX = 1.5
FOCAL = INDEX * RADIUS / (2 * (INDEX - 1))
"""From the centre to the focus, on a sphere about it."""
ANGLES = (0.0, 12.0, 30.0)


def ball_lens(stop: float = 0.01, image: Surface | None = None, **settings: Any) -> Lens:
    """The lens with its image surface where the axis has its focus."""
    glass = ModelGlass(INDEX, 0.0)
    surfaces = (
        Surface(1 / RADIUS, semi_aperture=2.9),
        Surface(semi_aperture=2.9),
        Surface(-1 / RADIUS, semi_aperture=2.9),
    )
    gaps = (Gap(inf), Gap(RADIUS, glass), Gap(RADIUS, glass), Gap(FOCAL - RADIUS))
    settings.setdefault("fields", tuple(FieldPoint(y=radians(angle)) for angle in ANGLES))
    return Lens(
        surfaces,
        gaps,
        1,
        Aperture("stop semi-aperture", stop),
        wavelengths=(nm(486.1), nm(587.6), nm(656.3)),
        weights=(1.0, 2.0, 1.0),
        primary=1,
        image=image or Surface(),
        **settings,
    )
