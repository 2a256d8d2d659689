"""Microlens: how a pixel's sensitivity falls where light does not come from where its lens looks."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.image.optical_image import ChiefAngles
from lichtbild.sensor.scalar import Scalar, check, library

STRAIGHT = ChiefAngles(np.array([0.0]), np.array([0.0]))


@dataclass(frozen=True, eq=False)
class Microlens:
    """Lenses on the pixels, moved towards the axis so that they look at the exit pupil.

    Sensitivity is ``2 ** -(d / acceptance) ** 2``, where d is the difference between the light's chief angle
    and the design's: smooth, 1 at its best and one half where d is the acceptance. A colour's own acceptance
    shades the picture's colour.

    Attributes:
        design: chief angles that the microlenses are shifted for, by the distance from the axis.
        acceptance: rad, of each colour or one for all; none for a sensor that takes all light alike.
    """

    design: ChiefAngles = field(default_factory=lambda: STRAIGHT)
    acceptance: tuple[Scalar, ...] = ()

    def __post_init__(self) -> None:
        for value in self.acceptance:
            check("the microlens's acceptance", value, 0.01, 3.0, "rad")
        heights = self.design.height
        if len(heights) == 0 or len(heights) != len(self.design.angle) or not (np.diff(heights) > 0).all():
            raise BadInput(
                f"the microlens's design has {len(heights)} heights for {len(self.design.angle)} angles; "
                "give an angle for each of some increasing heights"
            )

    def of_colour(self, colour: int) -> Scalar | None:
        """Acceptance of a colour, rad; None where nothing is lost."""
        if not self.acceptance:
            return None
        return self.acceptance[0 if len(self.acceptance) == 1 else colour]

    def mismatch(self, heights: np.ndarray, light: ChiefAngles) -> np.ndarray:
        """Angle between the light and where the microlens looks, rad, at distances from the axis in mm."""
        return np.asarray(light.at(heights) - self.design.at(heights))

    def sensitivity(self, heights: np.ndarray, light: ChiefAngles, colours: int) -> Any:
        """Relative sensitivity ``[colour, *heights]``, 0 to 1."""
        widths = [self.of_colour(colour) for colour in range(colours)]
        xp = library(heights, *(width for width in widths if width is not None))
        d = self.mismatch(heights, light)
        return xp.stack([xp.ones(d.shape) if w is None else 2.0 ** -((d / w) ** 2) for w in widths])
