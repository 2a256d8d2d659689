"""Measured lens: what pictures tell of a lens whose prescription nobody knows.

Heights are distances from the axis in half diagonals of the sensor. The axis meets the sensor's middle.
"""

from dataclasses import dataclass
from math import pi
from typing import Final

import numpy as np
from jaxtyping import Float

SPREAD_TERMS: Final = (
    *("size", "right", "up", "square", "fourth"),
    *("turn_square", "turn_fourth", "shape", "shape_square"),
)
"""Of a spread field, in order."""
LEAST_POWER: Final = 0.6
"""Below which a point spread has no core; 2 is a Gaussian."""
_AXIS: Final = 1e-6


@dataclass(frozen=True)
class SpreadField:
    """Point spreads of one colour over the field.

    A point's image is a stable law, elliptical with axes along and across the radius: its transfer function
    is ``exp(-(2 pi^2 (w_r^2 f_r^2 + w_t^2 f_t^2))^(p / 2))``, a Gaussian of the standard deviations w for
    p = 2 and one with wider tails for less; it is nowhere negative for any p up to 2. The logarithm of the
    geometric mean of both widths in mm is ``size + right x + up y + square r^2 + fourth r^4``, that of
    their ratio, across by along, ``-(turn_square r^2 + turn_fourth r^4)``, and p lies between `LEAST_POWER`
    and 2 by the logistic function of ``shape + shape_square r^2``.

    Attributes:
        terms: in the order of `SPREAD_TERMS`.

    Source: V. M. Zolotarev, One-dimensional Stable Distributions (1986), section 1.1, of two dimensions.
    """

    terms: tuple[float, ...]

    def transfer(
        self,
        place: tuple[Float[np.ndarray, "*#any"], Float[np.ndarray, "*#any"]],
        frequency: tuple[Float[np.ndarray, "*#any"], Float[np.ndarray, "*#any"]],
    ) -> Float[np.ndarray, "..."]:
        """What of a wave's contrast is left.

        Args:
            place: x to the right and y up, in half diagonals.
            frequency: along x and y, cycles / mm.
        """
        return spread_transfer(np.asarray(self.terms), place, frequency)


def spread_transfer(
    terms: Float[np.ndarray, " 9"],
    place: tuple[Float[np.ndarray, "*#any"], Float[np.ndarray, "*#any"]],
    frequency: tuple[Float[np.ndarray, "*#any"], Float[np.ndarray, "*#any"]],
) -> Float[np.ndarray, "..."]:
    """As `SpreadField.transfer`, of any terms."""
    (x, y), (u, v) = place, frequency
    x = np.where(x * x + y * y < _AXIS**2, _AXIS, x)  # there all directions are alike
    square = x * x + y * y
    far = np.sqrt(square)
    along, across = (u * x + v * y) / far, (v * x - u * y) / far
    size = terms[0] + terms[1] * x + terms[2] * y + (terms[3] + terms[4] * square) * square
    turn = (terms[5] + terms[6] * square) * square / 2
    power = LEAST_POWER + (2 - LEAST_POWER) / (1 + np.exp(-(terms[7] + terms[8] * square)))
    waves = 2 * pi**2 * (np.exp(2 * (size + turn)) * along**2 + np.exp(2 * (size - turn)) * across**2)
    return np.asarray(np.exp(-(np.maximum(waves, 1e-30) ** (power / 2))))


@dataclass(frozen=True, eq=False)
class MeasuredLens:
    """A lens as its pictures show it.

    Attributes:
        name: what it is called.
        focal_length: mm, as the camera states it.
        f_number: likewise.
        heights: at which fall-off is told, half diagonals, rising from 0.
        fall: light there, of red, green and blue, by that on the axis; what microlenses lose is in it.
        distortion: factors of r^2, r^4, ... by which green lies farther out than its ideal place, r being
            that of the ideal place.
        lateral: factors of r^0, r^2, r^4, r^6 of how much farther out red and blue lie than green, as a
            share, r being green's height.
        spreads: of red, green and blue; what colour filters' neighbours share is in them, pixels are not.
    """

    name: str
    focal_length: float
    f_number: float
    heights: Float[np.ndarray, " n"]
    fall: Float[np.ndarray, "3 n"]
    distortion: tuple[float, ...]
    lateral: Float[np.ndarray, "2 4"]
    spreads: tuple[SpreadField, SpreadField, SpreadField]
