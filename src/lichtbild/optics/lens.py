"""Lens: a prescription, that is surfaces, the gaps between them, and what the lens is to be used for.

::

    object | gap 0 | surface 0 | gap 1 | surface 1 | ... | surface n-1 | gap n | image

Media live in gaps, never on surfaces; n surfaces have n + 1 gaps. The first gap reaches back to the object
(infinite for a far one), the last one to the image surface.
"""

from dataclasses import dataclass, field
from math import inf
from typing import Literal, TypeAlias

from lichtbild.optics.medium import Air, Medium
from lichtbild.optics.scalar import Scalar
from lichtbild.optics.surface import STATIC, Surface


@dataclass(frozen=True)
class Gap:
    """The way from one surface to the next, along the axis.

    Args:
        thickness: mm; negative after a mirror.
        medium: what fills it.
    """

    thickness: Scalar
    medium: Medium = field(default_factory=Air)


ApertureKind: TypeAlias = Literal["f-number", "entrance pupil diameter", "stop semi-aperture", "object na"]


@dataclass(frozen=True)
class Aperture:
    """How much light the lens lets in.

    Args:
        kind: what ``value`` is: the paraxial image-space f-number at infinite conjugates (focal length over
            entrance pupil), the paraxial entrance pupil's diameter in mm, the radius of the stop in mm, or
            the object-space numerical aperture. Whatever it is, real rays fill the stop, whose radius
            follows from it by a real marginal ray (`lichtbild.optics.aim.stop_radius`).
    """

    kind: ApertureKind = field(metadata=STATIC)
    value: Scalar


FieldKind: TypeAlias = Literal["angle", "object height", "image height", "real image height"]


@dataclass(frozen=True)
class Vignetting:
    """Vignetting factors of a field point, as in Zemax: pupil decentres, compressions and angle (rad)."""

    dx: Scalar = 0.0
    dy: Scalar = 0.0
    cx: Scalar = 0.0
    cy: Scalar = 0.0
    angle: Scalar = 0.0


@dataclass(frozen=True)
class FieldPoint:
    """A point of the object.

    Args:
        x: angle in rad or height in mm, as the lens's field kind says. A positive angle's rays travel toward
            +x, +y; its tangent is the chief ray's slope in the xz and yz planes in object space.
        y: as x.
        weight: for merit functions and polychromatic sums.
        vignetting: factors that were given; None where apertures alone shall say what is cut off.
    """

    x: Scalar = 0.0
    y: Scalar = 0.0
    weight: Scalar = 1.0
    vignetting: Vignetting | None = None


@dataclass(frozen=True)
class Change:
    """One number of a configuration that differs: a dotted path such as ``gaps[7].thickness``."""

    path: str = field(metadata=STATIC)
    value: Scalar


@dataclass(frozen=True)
class Configuration:
    """A setting of the same lens: a focus position, a zoom position.

    Args:
        name: what a user calls it.
        changes: what differs from the lens as it is written.
    """

    name: str = field(metadata=STATIC)
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Lens:
    """A lens as it is written down.

    Args:
        surfaces: in the order light meets them, without object and image.
        gaps: one more than surfaces; see the module.
        stop: index of the surface that limits the light.
        aperture: how much light.
        field_kind: what the field points' numbers are: ``angle`` (rad), ``object height``, ``image height``
            (paraxial) or ``real image height`` (of the real chief ray), mm.
        fields: points of the object; the first ones are usually on the axis.
        wavelengths: mm, in air.
        weights: of the wavelengths.
        primary: index of the wavelength that first-order data are for.
        image: shape of the image surface.
        configurations: other settings.
        temperature: K, of lens and air; None takes indices as catalogued, and 20 degrees Celsius elsewhere.
        pressure: of the air, in atmospheres.
        name: what it is called.
        source: patent or book it comes from.
        notes: one or more lines of text.
    """

    surfaces: tuple[Surface, ...]
    gaps: tuple[Gap, ...]
    stop: int = field(metadata=STATIC)
    aperture: Aperture
    field_kind: FieldKind = field(default="angle", metadata=STATIC)
    fields: tuple[FieldPoint, ...] = (FieldPoint(),)
    wavelengths: tuple[Scalar, ...] = (0.00058756180,)
    weights: tuple[Scalar, ...] = (1.0,)
    primary: int = field(default=0, metadata=STATIC)
    image: Surface = field(default_factory=Surface)
    configurations: tuple[Configuration, ...] = ()
    temperature: Scalar | None = None
    pressure: Scalar = 1.0
    name: str = field(default="", metadata=STATIC)
    source: str = field(default="", metadata=STATIC)
    notes: str = field(default="", metadata=STATIC)

    @property
    def object_distance(self) -> Scalar:
        """From the object to the first surface, mm; infinite for a far object."""
        return self.gaps[0].thickness


FAR = inf
"""Thickness of the first gap for an object at infinity."""
