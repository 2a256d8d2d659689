"""Blur field: how a lens spreads the light of points at all distances and heights.

A ray is known by the point of the stop that it passes. Where it comes to the image plane, how steeply, and
with how much power are smooth functions of that point, told here as polynomials for some distances and
heights. Focusing moves the plane along the rays, stopping down leaves out the outer part of the stop: both
need no other rays, and so the same field holds for any focus, f-number and diaphragm.

Lengths are mm, reciprocal distances (vergences) mm^-1, places in the stop its radii at full aperture. In the
image y points away from the axis, whatever the height; the chief ray of the middle band is at 0.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import pi
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput

BANDS: Final = (610e-6, 540e-6, 460e-6)
"""Wavelengths that stand for red, green and blue, mm."""
POINTS: Final = 8192
"""Rays of a point's light, usually."""
_DEGREE: Final = 6
"""Of the polynomial that tells the image plane by the vergence; it errs by less than 1e-6 mm."""
_TURNS: Final = 20
"""Halvings of the search for a rim."""
_LEAST_BLADES, _MOST_BLADES = 5, 15


@dataclass(frozen=True, eq=False)
class BlurField:
    """Rays of a lens.

    Attributes:
        focal_length: mm.
        f_number: at full aperture.
        half_diagonal: of the format, mm.
        vergence: of the object, ascending from 0, ``[d]``.
        plane: by how much the image plane lies farther when the lens is focused there, mm, ``[d]``.
        height: of the image as a share of the half diagonal, ascending from 0, ``[f]``.
        table: coefficients of products of Chebyshev polynomials in the place in the stop within its box, for
            x, y, their slopes along the axis, and power by stop area: ``[d, f, band, 5, i, j]``.
        box: of the places: middle along x and y, half widths along both, ``[d, f, band, 4]``.
        centre: within the pupil, from where its rim is counted, ``[d, f, band, 2]``.
        rim: distance of the rim from there at evenly spaced azimuths from 0 on, ``[d, f, band, azimuth]``.
    """

    focal_length: float
    f_number: float
    half_diagonal: float
    vergence: Float[np.ndarray, " d"]
    plane: Float[np.ndarray, " d"]
    height: Float[np.ndarray, " f"]
    table: Float[np.ndarray, "d f band 5 i j"]
    box: Float[np.ndarray, "d f band 4"]
    centre: Float[np.ndarray, "d f band 2"]
    rim: Float[np.ndarray, "d f band azimuth"]

    def focused(
        self,
        distance: float,
        f_number: float | None = None,
        blades: int = 0,
        *,
        strength: float = 1.0,
        within: tuple[float, float] | None = None,
        count: int = POINTS,
    ) -> "FocusedBlur":
        """The blur of the lens focused on a distance.

        Args:
            distance: mm; infinite for far.
            f_number: at least the lens's own, which None takes.
            blades: of the diaphragm, 5 to 15, which shapes the light once the lens is stopped down; 0 for a
                round one.
            strength: factor of all blur.
            within: least and largest vergence that will be asked for; None for all.
            count: rays of a point.

        Raises:
            BadInput: the f-number is below the lens's own, the distance nearer than the lens is known for, or
                the number of blades is none that a diaphragm has.
        """
        nearest = 1 / float(self.vergence[-1])
        if not distance >= nearest:
            raise BadInput(f"the lens focuses from {nearest:.0f} mm on, not on {distance:g} mm")
        wanted = self.f_number if f_number is None else f_number
        if not wanted >= self.f_number * (1 - 1e-6):
            raise BadInput(f"the lens opens to f/{self.f_number:.3g} and not to f/{wanted:g}; give more")
        if blades and not _LEAST_BLADES <= blades <= _MOST_BLADES:
            raise BadInput(
                f"a diaphragm has {_LEAST_BLADES} to {_MOST_BLADES} blades, or 0: round; not {blades}"
            )
        opening = min(self.f_number / wanted, 1.0)
        focus = 1 / distance
        shift = self.plane_at(focus)
        known = self._between(*(within or (0.0, float(self.vergence[-1]))))
        x, y, weight = known._arrivals(shift, opening, blades if opening < 1 else 0, count)
        return FocusedBlur(
            focus, self.half_diagonal, known.vergence, self.height, x * strength, y * strength, weight
        )

    def plane_at(self, vergence: float) -> float:
        """By how much the image plane lies farther when the lens is focused there, mm.

        Args:
            vergence: of the focus, mm^-1.
        """
        degree = min(_DEGREE, len(self.vergence) - 1)
        return float(np.polynomial.Polynomial.fit(self.vergence, self.plane, degree)(vergence))

    def _between(self, low: float, high: float) -> "BlurField":
        """The field of fewer distances."""
        first = max(int(np.searchsorted(self.vergence, low, "right")) - 1, 0)
        last = min(int(np.searchsorted(self.vergence, high)), len(self.vergence) - 1)
        first = min(first, len(self.vergence) - 2)
        part = slice(first, max(last, first + 1) + 1)
        names = ("vergence", "plane", "table", "box", "centre", "rim")
        return replace(self, **{name: getattr(self, name)[part] for name in names})

    def _arrivals(self, shift: float, opening: float, blades: int, count: int) -> tuple[Any, Any, Any]:
        """x, y and power of rays on a plane that lies so much farther, each ``[d, f, band, ray]``."""
        sunflower = np.arange(count) + 0.5
        radius, azimuth = np.sqrt(sunflower / count), sunflower * pi * (3 - 5**0.5) % (2 * pi)
        found = np.empty((3, *self.box.shape[:3], count), np.float32)
        for at in np.ndindex(*self.box.shape[:3]):
            centre, rim = self._pupil(at, azimuth, opening, blades)
            place = centre[:, None] + rim * radius * np.stack([np.cos(azimuth), np.sin(azimuth)])
            x, y, power = self._values(at, place, shift)
            found[0][at], found[1][at], found[2][at] = x, y, power * rim**2 * (pi / count)
        for at in np.ndindex(*self.box.shape[:2]):
            x, y, _ = self._values((*at, 1), np.zeros((2, 1)), shift)
            found[0][at] -= x
            found[1][at] -= y
        return found[0], found[1], np.maximum(found[2], 0)

    def _values(self, at: tuple[int, ...], place: Any, shift: float) -> Any:
        """Place on a plane that lies so much farther, and power, of rays through the stop, ``[3, point]``."""
        middle, half = self.box[at][:2], self.box[at][2:]
        x, y, along_x, along_y, power = self.table[at]
        table = np.stack([x + shift * along_x, y + shift * along_y, power]).astype(np.float32)
        places = ((place - middle[:, None]) / half[:, None]).astype(np.float32)
        columns, rows = (np.polynomial.chebyshev.chebvander(v, table.shape[1] - 1) for v in places)
        return np.stack([((columns @ one) * rows).sum(axis=1) for one in table])

    def _pupil(self, at: tuple[int, ...], azimuth: Any, opening: float, blades: int) -> tuple[Any, Any]:
        """A centre within what the diaphragm leaves of the pupil, and its rim from there at azimuths."""
        centre = self.centre[at]
        far = float(np.hypot(*centre))
        if opening == 1 and not blades:
            return centre, self._full_rim(at, azimuth)
        start = centre * min(1.0, 0.5 * opening / far) if far > 0 else centre
        toward = np.stack([np.cos(azimuth), np.sin(azimuth)])
        low, high = np.zeros_like(azimuth), np.full_like(azimuth, 2.5)
        for _ in range(_TURNS):
            middle = (low + high) / 2
            inside = self._passes(at, start[:, None] + middle * toward, opening, blades)
            low, high = np.where(inside, middle, low), np.where(inside, high, middle)
        return start, low

    def _passes(self, at: tuple[int, ...], place: Any, opening: float, blades: int) -> Any:
        """Whether rays through places in the stop pass its diaphragm and all rims."""
        x, y = place - self.centre[at][:, None]
        within = np.hypot(x, y) <= self._full_rim(at, np.arctan2(y, x) % (2 * pi))
        return within & (np.hypot(*place) <= opening * polygon(np.arctan2(place[1], place[0]), blades))

    def _full_rim(self, at: tuple[int, ...], azimuth: Any) -> Any:
        rim = self.rim[at]
        step = np.arange(len(rim) + 1) * (2 * pi / len(rim))
        return np.interp(azimuth, step, np.append(rim, rim[0]))


def polygon(azimuth: Any, blades: int) -> Any:
    """Radius of a diaphragm of straight blades whose area is that of the unit circle; 1 if it is round."""
    if not blades:
        return np.ones_like(azimuth)
    part = 2 * pi / blades
    across = np.sqrt(pi / (blades * np.tan(part / 2)))
    return across / np.cos((azimuth + part / 2) % part - part / 2)


@dataclass(frozen=True, eq=False)
class FocusedBlur:
    """The blur of a lens that is focused and stopped down.

    Attributes:
        focus_vergence: reciprocal of the distance that is in focus, mm^-1.
        half_diagonal: of the format, mm.
        vergence: of the object, ascending, ``[d]``.
        height: of the image as a share of the half diagonal, ``[f]``.
        x: where rays arrive, mm, ``[d, f, band, ray]``.
        y: the same, away from the axis.
        weight: their power.
    """

    focus_vergence: float
    half_diagonal: float
    vergence: Float[np.ndarray, " d"]
    height: Float[np.ndarray, " f"]
    x: Float[np.ndarray, "d f band ray"]
    y: Float[np.ndarray, "d f band ray"]
    weight: Float[np.ndarray, "d f band ray"]

    def arrivals(self, vergence: float) -> Float[np.ndarray, "3 f band ray"]:
        """x, y and power of the rays of points at a distance, for all heights and bands.

        Rays of the same point of the pupil move smoothly with the distance, so they are interpolated one by
        one: a blur changes its form, and never is two forms in one.
        """
        place = float(np.interp(vergence, self.vergence, np.arange(len(self.vergence))))
        first = min(int(place), len(self.vergence) - 2)
        part = np.float32(place - first)
        planes = (self.x, self.y, self.weight)
        return np.stack([(1 - part) * plane[first] + part * plane[first + 1] for plane in planes])

    @cached_property
    def transmission(self) -> Float[np.ndarray, "d f"]:
        """Power of the middle band at each distance and height, of that on the axis."""
        power = self.weight[:, :, 1].sum(axis=-1)
        return np.asarray(power / power[:, :1])
