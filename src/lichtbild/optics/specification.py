"""Specification: what a lens shall be and do, before there is any, and what no lens can do.

Lengths in mm, angles in rad. Limits of manufacture are by default those that published phone lenses keep:
of 112 traced patents 98 in 100 have glass thicker than 0.2 mm and 95 in 100 gaps wider than 0.035 mm, and
nine in ten surfaces are nowhere steeper than 53 degrees.
"""

from dataclasses import dataclass, field
from math import atan, cos, degrees, radians, tan

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm, um

PLASTICS = ("APL5014CL", "K26R", "SP5590", "EP5000", "EP8000", "EP10000")
"""Mouldable plastics from low to high dispersion, as phone lenses are made of."""

FASTEST = 0.5
"""Least f-number in air: Abbe's sine condition, n sin u' = 1 / 2N, with sin u' at most 1."""

SHORTEST = 0.5
"""Least ratio of track to focal length that is searched for; the shortest published phone lens has 0.85."""

COLOURS = 2
"""Least number of materials that correct colour."""

ELEMENTS = 9
"""Most elements that a search makes lenses of."""


@dataclass(frozen=True)
class Limits:
    """What can be moulded and assembled.

    Args:
        centre: least thickness of an element on the axis, mm.
        edge: least thickness of an element anywhere in its aperture, mm.
        thickest: greatest thickness of an element anywhere, mm.
        gap: least gap of air anywhere in the aperture, mm.
        slope: steepest slope of a surface in its aperture, rad.
        margin: share of each semi-aperture, beyond the light, that these hold for.
    """

    centre: float = 0.22
    edge: float = 0.2
    thickest: float = 1.4
    gap: float = 0.04
    slope: float = radians(50)
    margin: float = 0.03


@dataclass(frozen=True)
class Specification:
    """A lens that is wanted: plastic aspheres behind a stop in front, and a plate before the sensor.

    Args:
        elements: how many.
        f_number: focal length over entrance pupil.
        image_height: of the full field, half the sensor's diagonal, mm.
        half_field: half of the field of view, rad.
        track: most, from the first vertex to the sensor, mm.
        back_focus: least, from the last element's rear vertex to the sensor through the plate, mm.
        chief_angle: steepest chief ray on the sensor, rad.
        distortion: most |distortion| beside f tan, as a share.
        illumination: least relative illumination at the full field.
        unvignetted: share of the field up to which no light is cut.
        spot: RMS radius to reach up to there, over all wavelengths about the centroid, mm.
        wavelengths: mm, all of one weight.
        plate: thickness of the plate before the sensor, mm.
        plate_medium: its glass.
        pitch: of the sensor's pixels, mm.
        materials: plastics to choose from.
        limits: of manufacture.
        name: of the lens.
    """

    elements: int
    f_number: float
    image_height: float
    half_field: float
    track: float
    back_focus: float = 0.6
    chief_angle: float = radians(35)
    distortion: float = 0.025
    illumination: float = 0.25
    unvignetted: float = 0.85
    spot: float = um(4.0)
    wavelengths: tuple[float, ...] = (nm(450), nm(500), nm(550), nm(600), nm(650))
    plate: float = 0.21
    plate_medium: str = "N-BK7"
    pitch: float = um(1.0)
    materials: tuple[str, ...] = PLASTICS
    limits: Limits = field(default_factory=Limits)
    name: str = ""

    @property
    def focal_length(self) -> float:
        """That makes the image of the full field as high as wanted, without distortion, mm."""
        return self.image_height / tan(self.half_field)

    @property
    def stop_radius(self) -> float:
        """Of a stop in front of the lens, mm."""
        return self.focal_length / self.f_number / 2

    @property
    def squeeze(self) -> float:
        """Share of the beam's height that the edge of the field keeps, so that enough light is left."""
        natural = cos(self.half_field) ** 4
        return min(max(SPARE * self.illumination / natural, LEAST_BEAM), 1.0)


SPARE = 1.15
"""By how much more light than asked for a search leaves at the edge of the field."""

LEAST_BEAM = 0.6
"""Least share of a beam's height that a search cuts down to."""


def field_of(image_height: float, focal_length: float) -> float:
    """Half of the field of view without distortion, rad."""
    return atan(image_height / focal_length)


def check_specification(wanted: Specification) -> None:
    """Refuse a lens that cannot be.

    Raises:
        BadInput: the number that cannot be, the bound, and what to do.
    """
    _check_numbers(wanted)
    _check_light(wanted)
    _check_lengths(wanted)


def _check_numbers(wanted: Specification) -> None:
    if not 2 <= wanted.elements <= ELEMENTS:
        raise BadInput(
            f"a lens of {wanted.elements} elements cannot be searched for; ask for 2 to {ELEMENTS} elements"
        )
    for name in ("f_number", "image_height", "track", "spot", "plate", "pitch", "distortion", "chief_angle"):
        if not getattr(wanted, name) > 0:
            raise BadInput(f"{name.replace('_', ' ')} is {getattr(wanted, name):g}; give a number above 0")
    if not 0 < wanted.half_field < radians(60):
        raise BadInput(
            f"the field of view is {2 * degrees(wanted.half_field):g} degrees; lenses with their stop "
            "in front are searched for between 0 and 120"
        )
    if not wanted.wavelengths or min(wanted.wavelengths) < nm(400) or max(wanted.wavelengths) > nm(1000):
        raise BadInput("wavelengths shall lie between 400 and 1000 nm, where the plastics' indices are known")
    if len(wanted.materials) < COLOURS:
        raise BadInput("fewer than two materials were named; colour can be corrected with two or more")
    if not 0 < wanted.unvignetted <= 1:
        raise BadInput(f"the unvignetted field is {wanted.unvignetted:g}; give a share above 0, at most 1")


def _check_light(wanted: Specification) -> None:
    if wanted.f_number < FASTEST:
        raise BadInput(
            f"f/{wanted.f_number:g} is more light than etendue allows: in air no lens is faster than "
            f"f/{FASTEST:g} (sine condition); ask for a greater f-number"
        )
    natural = cos(wanted.half_field) ** 4 / (1 - min(wanted.distortion, 0.5)) ** 3
    if not 0 <= wanted.illumination <= natural:
        raise BadInput(
            f"a relative illumination of {wanted.illumination:g} at {degrees(wanted.half_field):.1f} degrees "
            f"is more than etendue allows behind a stop in front: at most {natural:.2f} (cos^4, and the "
            "distortion); "
            "ask for less, or for a smaller field"
        )


def _check_lengths(wanted: Specification) -> None:
    if wanted.back_focus < wanted.plate:
        raise BadInput(
            f"a back focus of {wanted.back_focus:g} mm leaves no room for the plate of {wanted.plate:g} mm "
            "before the sensor; ask for more than its thickness"
        )
    limits, count = wanted.limits, wanted.elements
    stack = count * limits.centre + (count - 1) * limits.gap + wanted.back_focus
    if wanted.track < stack:
        raise BadInput(
            f"a track of {wanted.track:g} mm is too short: {count} elements of {limits.centre:g} mm, gaps of "
            f"{limits.gap:g} mm and the back focus of {wanted.back_focus:g} mm need {stack:.3g} mm; ask for "
            "a longer track, or fewer elements"
        )
    if wanted.track < SHORTEST * wanted.focal_length:
        raise BadInput(
            f"a track of {wanted.track:g} mm is too short for the focal length {wanted.focal_length:.4g} mm: "
            f"nothing shorter than {SHORTEST:g} of it is searched for; lengthen the track or widen the field"
        )
    opening = 2 * wanted.stop_radius
    # A cone of f/N that starts as wide as the pupil needs this length at the least, if it fills no more.
    if opening > 2 * wanted.track:
        raise BadInput(
            f"f/{wanted.f_number:g} at a focal length of {wanted.focal_length:.4g} mm is a pupil of "
            f"{opening:.4g} mm, too wide for a track of {wanted.track:g} mm: at most twice the track; ask "
            "for a greater f-number"
        )
