"""Crosstalk: what part of a pixel's electrons ends in its neighbours."""

from dataclasses import dataclass
from typing import Any

from lichtbild.core.errors import BadInput
from lichtbild.sensor.scalar import Scalar, check, library


@dataclass(frozen=True)
class Crosstalk:
    """Shares that go to each of the four neighbours.

    Light that slants into the next pixel has passed this pixel's filter, and electrons that wander have been
    freed behind it, so that both are counted in electrons.

    Attributes:
        optical: share at a chief angle of 0.
        growth: by how much of itself the optical share rises with the square of the chief angle, rad^-2.
        electrical: share that diffuses, at any angle.
    """

    optical: Scalar = 0.0
    growth: Scalar = 0.0
    electrical: Scalar = 0.0

    def __post_init__(self) -> None:
        check("optical crosstalk to a neighbour", self.optical, 0.0, 0.2)
        check("growth of crosstalk", self.growth, 0.0, 100.0, "rad^-2")
        check("electrical crosstalk to a neighbour", self.electrical, 0.0, 0.2)

    def share(self, angles: Any) -> Any:
        """Share to each neighbour of light at chief angles in rad; never more than a quarter."""
        xp = library(angles, self.optical, self.growth, self.electrical)
        return xp.minimum(self.electrical + self.optical * (1 + self.growth * angles**2), 0.25)


def spread(electrons: Any, share: Any) -> Any:
    """Electrons ``[row, column]`` after each pixel gave ``share`` to each neighbour; none is lost.

    What would leave the sensor at its border stays in the border's pixels.
    """
    if electrons.ndim != 2:
        raise BadInput(f"electrons are [row, column], not of {electrons.ndim} axes")
    xp = library(electrons, share)
    given = electrons * share
    padded = xp.pad(given, 1, mode="edge")
    gained = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    return electrons - 4 * given + gained
