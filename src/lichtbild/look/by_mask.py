"""By mask: two renderings of a scene, one where a mask is, the other elsewhere.

The mask comes from a small picture, a pixel for each cell. A guided filter makes it a linear function of the
logarithms of the picture's own planes, so that in the large picture its border lies where the light jumps.

Source: He and Sun, "Fast guided filter" (2015).
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from lichtbild.core.stage import LocalStage, NamedStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.mask import Mask
from lichtbild.look.local_tone import places
from lichtbild.look.view import GREY
from lichtbild.numerics.guided_filter import coefficients

DARKEST_EV = -8.0
BRIGHTEST_EV = 6.0
"""Planes beyond these, in EV around mid-grey, count as these."""
RADIUS = 1 / 60
"""Radius of the squares, as a share of the picture's long side."""
TEXTURE_EV = 0.3
"""Standard deviation of light that the mask's border follows by half."""


@dataclass(frozen=True, eq=False)
class ByMask(LocalStage):
    """A scene rendered by one look where a mask is, by another elsewhere, mixed in display light.

    Attributes:
        inside: stages where the mask is 1; each looks at a pixel alone.
        outside: stages where it is 0.
        coefficients: factors of the three planes' EV, and a summand, ``[4, row, column]``, for the mask.
        cell: side of a cell in pixels of the picture.
    """

    inside: tuple[NamedStage, ...]
    outside: tuple[NamedStage, ...]
    coefficients: Float[np.ndarray, "4 rows columns"]
    cell: float

    @staticmethod
    def of(
        inside: tuple[NamedStage, ...],
        outside: tuple[NamedStage, ...],
        light: LinearImage,
        mask: Mask,
        cell: float,
    ) -> "ByMask":
        """The stage for a picture.

        Args:
            inside: stages where the mask is.
            outside: stages elsewhere.
            light: the whole picture as the stage will get it, with a pixel for each cell.
            mask: of the same pixels.
            cell: side of a cell in pixels of the picture.
        """
        radius = max(1, round(RADIUS * max(light.samples.shape[:2])))
        guide = planes_ev(np.asarray(light.samples, np.float64))
        plane = np.asarray(mask.samples[..., 0], np.float64)
        return ByMask(inside, outside, coefficients(guide, plane, radius, TEXTURE_EV), cell)

    def __call__(self, image: LinearImage) -> LinearImage:
        """The picture, display-linear."""
        within, elsewhere = image, image
        for _, stage in self.inside:
            within = stage(within)
        for _, stage in self.outside:
            elsewhere = stage(elsewhere)
        share = self.mask(image).samples
        mixed = elsewhere.samples + share * (within.samples - elsewhere.samples)
        return replace(elsewhere, samples=mixed.astype(np.float32))

    def mask(self, image: LinearImage) -> Mask:
        """How far each pixel of a part of the picture belongs to what the mask is of."""
        window, (rows, columns) = image.window, self.coefficients.shape[1:]
        tops, downs = places(window.top, window.bottom, self.cell, rows)
        lefts, shares = places(window.left, window.right, self.cell, columns)
        ev = planes_ev(image.samples)
        total = np.zeros(ev.shape[:2], np.float32)
        for k, table in enumerate(self.coefficients):
            upper = table[tops]
            lines = upper + (table[np.minimum(tops + 1, rows - 1)] - upper) * downs[:, None]
            left = lines[:, lefts]
            found = left + (lines[:, np.minimum(lefts + 1, columns - 1)] - left) * shares
            total += found if k == 3 else found * ev[..., k]
        return Mask(np.clip(total, 0.0, 1.0)[..., None], image.window, image.extent)


def planes_ev(samples: Any) -> Any:
    """Each plane in EV around mid-grey, within what the guide tells apart."""
    least = GREY * 2.0**DARKEST_EV
    ev = np.log2(np.maximum(samples, least)) - np.log2(GREY)
    return np.minimum(ev, BRIGHTEST_EV).astype(samples.dtype)
