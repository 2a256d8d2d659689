"""Arrivals: where the light of every direction arrives on a sensor, and how much of it.

Chief rays are sought for evenly spaced heights in the image and for the radii of nodes; cones of rays follow
them. All of it is NumPy around the one compiled function of a `lichtbild.optics.scope`.
"""

from dataclasses import dataclass, replace
from math import inf, isinf

import numpy as np
from scipy.interpolate import PchipInterpolator

from lichtbild.core.errors import BadInput
from lichtbild.image.bands import Bands
from lichtbild.optics.focusing import with_thicknesses
from lichtbild.optics.lens import Lens
from lichtbild.optics.light_cone import Chiefs, Cones, chiefs, cones, points_of
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.scope import Scope, scope

DEGREE = 16
"""Of the polynomials of a cone's eikonal and amplitude."""

HEIGHTS = 24
"""Distances from the axis at which distortion and illumination are told."""

TRIED = 4 * HEIGHTS
"""Tangents among which those of the heights are sought."""

POLISHINGS = 3
"""Corrections of each of these."""

BEYOND = 1.06
"""How far beyond the corner these reach, for light that comes from outside the picture."""

TERMS = 8
"""Of the polynomial of the squared height that tangents by heights follow."""


@dataclass(frozen=True)
class Through:
    """A lens to be looked through, at the middles of bands and last at its primary wavelength."""

    lens: Lens
    scope: Scope
    pupil: float
    focal_length: float
    f_number: float

    def at(self, distance: float) -> "Through":
        """The same before an object at another distance."""
        placed = with_thicknesses(self.lens, {0: float(distance)})
        working = float(first_order(placed).working_f_number)
        return replace(self, lens=placed, scope=self.scope.at_distance(distance), f_number=working)


@dataclass(frozen=True, eq=False)
class Area:
    """What light is counted on.

    Args:
        size: height and width, mm.
        pitch: of squares, mm.
        bands: of wavelength.
    """

    size: tuple[float, float]
    pitch: float
    bands: Bands


def through(lens: Lens, bands: Bands) -> Through:
    """A lens to be looked through.

    Raises:
        BadInput: it is not one of revolution.
    """
    for number, surface in enumerate((*lens.surfaces, lens.image)):
        if surface.pose is not None or surface.turn is not None:
            raise BadInput(
                f"surface {number} is out of its place; pictures are formed by lenses of revolution"
            )
    plain = replace(lens, configurations=())
    data = first_order(plain)
    numbers = (data.entrance_pupil, data.focal_length, data.working_f_number)
    seen = scope(plain, [*bands.middles, float(lens.wavelengths[lens.primary])])
    return Through(plain, seen, *map(float, numbers))


@dataclass(frozen=True, eq=False)
class Arrivals:
    """What was traced: first the fields of heights, then those of radii.

    Args:
        height: in the image, mm.
        tangents: of all fields.
        middle: chief rays of all fields in all bands.
        light: cones of the same.
    """

    height: np.ndarray
    tangents: np.ndarray
    middle: Chiefs
    light: Cones


def arrivals(ready: Through, sensor: Area, radii: np.ndarray) -> Arrivals:
    """What arrives at `HEIGHTS` distances from the axis and at radii, mm.

    Raises:
        BadInput: the image does not reach the corner, or light of a band is lost on its way.
    """
    found = _followed(ready, sensor, radii, inf)
    # Apertures may end the light just beyond the corner, within what is told for light from outside.
    if not found.light.found[:HEIGHTS].all() and found.light.found[HEIGHTS:].all():
        found = _followed(ready, sensor, radii, float(np.hypot(*sensor.size)) / 2)
    if not found.light.found.all():
        field, band = np.argwhere(~found.light.found)[0]
        raise BadInput(
            f"light of {sensor.bands.middles[band] * 1e6:.0f} nm is lost on its way to "
            f"{np.concatenate([found.height, radii])[field]:.3g} mm from the axis; take a smaller sensor, or "
            "a lens whose semi-apertures let light through to there"
        )
    return found


def _followed(ready: Through, sensor: Area, radii: np.ndarray, most: float) -> Arrivals:
    """The light that arrives at heights up to a largest one, and at radii, whether found or not."""
    height, tangents = _imaged(ready, sensor, radii, most)
    points = points_of(ready.scope, tangents, ready.pupil)
    bands = ready.scope.some(slice(0, -1))
    middle = chiefs(bands, points)
    return Arrivals(height, tangents, middle, cones(bands, middle, points, arms=2 * DEGREE + 2))


def _imaged(ready: Through, sensor: Area, radii: np.ndarray, most: float) -> tuple[np.ndarray, np.ndarray]:
    """Heights in the image from 0 to beyond the corner, and the tangents imaged there and at radii.

    Args:
        ready: the lens.
        sensor: that it looks at.
        radii: mm.
        most: largest height, mm, if it is less than `BEYOND` the corner.

    Raises:
        BadInput: chief rays do not reach the corner.
    """
    corner = float(np.hypot(*sensor.size)) / 2
    last = len(ready.scope.wavelength) - 1

    def seen(tangents: np.ndarray) -> Chiefs:
        return chiefs(ready.scope, points_of(ready.scope, tangents, ready.pupil), [last])

    tried = np.linspace(0.0, 1.5 * BEYOND * corner / abs(ready.focal_length), TRIED)
    found = seen(tried)
    reached = np.abs(found.height[:, 0])
    whole = found.found[:, 0] & (np.r_[1.0, np.diff(reached)] > 0)
    count = int(np.argmin(whole)) if not whole.all() else len(whole)
    end = float(reached[count - 1])
    if end < corner:
        raise BadInput(
            f"the sensor's corner lies {corner:.3g} mm from the axis, and the lens images no farther than "
            f"{end:.3g} mm; take a smaller sensor, or a lens {1.01 * corner / end:.2f} times as large"
        )
    height = np.linspace(0.0, min(BEYOND * corner, end, most), HEIGHTS)
    wanted = np.concatenate([height, radii])
    curve = PchipInterpolator(reached[:count], tried[:count])
    tangents, slope = curve(wanted), curve.derivative()(wanted)
    for _ in range(POLISHINGS):
        tangents = np.maximum(tangents + (wanted - np.abs(seen(tangents).height[:, 0])) * slope, 0.0)
    return height, tangents


def looked_at(ready: Through, height: np.ndarray, tangent: np.ndarray) -> np.ndarray:
    """What of the object an element of the image sees, by its area: solid angle; area, if it is near.

    Times the cross-section of the beam (or the cosine-weighted solid angle in which a near point sends it)
    this is irradiance by radiance; no light is lost between object and image.
    """
    share = (height / height[-1]) ** 2
    ratio = np.polynomial.Polynomial.fit(share[1:], tangent[1:] / height[1:], TERMS, w=height[1:])
    # With t = h r(u) and u = (h / H)^2, t dt / (h dh) = r (r + 2 u dr/du).
    element = ratio(share) * (ratio(share) + 2 * share * ratio.deriv()(share))
    if isinf(ready.scope.distance):
        return np.asarray(element / (1 + tangent**2) ** 1.5)
    return np.asarray(element * (ready.scope.distance + ready.pupil) ** 2)
