"""Vignette: the share of the lens's own fall-off that a look leaves in the picture.

A lens gives less light to the corners than to the middle; what it gives there is its relative illumination
R, 1 in the middle. A developer takes all of that away, and a look that likes it gives a part back::

    gain = R^keep

in scene light, before local tone: keep 0 is an even picture, 1 the lens as it is. R is what the file's own
shading correction has undone, so that with another lens the look is another. Where nothing was corrected,
all of the fall-off is still there and none is added. At night half of the share is kept, since a fall-off
that frames a day drowns a night.

A finished picture says nothing of its lens. Filtered, it takes the look's own law: ``corner_ev r^exponent``
in EV, where r is 1 in its corners.

Sources: the fall-off of a lens by the fourth power of the cosine, Slussareff, "A relation between the
illumination in the plane of the image and the aberrations", J. Phys. USSR 4, 537 (1941), and Gardner,
"Validity of the cosine-fourth-power law", J. Res. NBS 39, 213 (1947). The shares are our own choice.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.core.stage import LocalStage
from lichtbild.core.window import Extent
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.kernels.vignette import faded

NIGHT_SHARE: Final = 0.5
"""Share of a look's vignette that a night has."""
DARKEST: Final = 0.01
"""Least relative illumination that is believed; it keeps a broken map from blackening a picture."""
_POINTS: Final = 96
"""Cells along the long side of a law's map."""


@dataclass(frozen=True)
class Falloff:
    """What a look keeps of a fall-off.

    Attributes:
        keep: share, in EV, of the lens's own, 0 to 1.
        corner_ev: what a picture of unknown lens gains in its corners, in EV; 0 or less.
        exponent: power of the distance from the middle by which that grows.
    """

    keep: float = 0.0
    corner_ev: float = 0.0
    exponent: float = 3.2

    def ev_at(self, radius: Any) -> Any:
        """What light gains in a picture of unknown lens, in EV, at a radius that is 1 in the corners."""
        return self.corner_ev * radius**self.exponent

    def times(self, strength: float) -> "Falloff":
        """The same by so many times as much; of a lens's own no more than all is kept."""
        return replace(self, keep=min(strength * self.keep, 1.0), corner_ev=strength * self.corner_ev)

    def at_night(self, share: float) -> "Falloff":
        """The same for a scene that is a night to a share from 0 to 1."""
        return self.times(1 - (1 - NIGHT_SHARE) * share)


@dataclass(frozen=True, eq=False)
class Vignette(LocalStage):
    """A gain for each place, the same for all planes.

    Attributes:
        gains: ``[row, column]`` of points over the whole picture, at least two along each axis.
        cell: pixels from a point to the next; the first points lie half a cell outside the picture.
    """

    differentiable: ClassVar[bool] = True

    gains: Float[np.ndarray, "rows columns"]
    cell: float

    @staticmethod
    def of_lens(
        illumination: Float[np.ndarray, "rows columns"], keep: float, *, cell: float = 16.0
    ) -> "Vignette":
        """The stage that gives back a share of a lens's fall-off.

        Args:
            illumination: relative illumination in cells, 1 where it is greatest.
            keep: share to give back, in EV.
            cell: side of a cell in pixels.
        """
        ev = np.log2(np.maximum(np.asarray(illumination, np.float64), DARKEST))
        return Vignette(np.exp2(keep * _with_border(ev)).astype(np.float32), cell)

    @staticmethod
    def of_law(falloff: Falloff, extent: Extent) -> "Vignette":
        """The stage for a picture of unknown lens, by the look's own law around the picture's middle."""
        cell = max(max(extent) / _POINTS, 1.0)
        rows, columns = (
            ((np.arange(int(-(-side // cell)) + 2) - 0.5) * cell - side / 2) / (np.hypot(*extent) / 2)
            for side in extent
        )
        gains = np.exp2(falloff.ev_at(np.hypot(rows[:, None], columns)))
        return Vignette(gains.astype(np.float32), cell)

    def __call__(self, image: LinearImage) -> LinearImage:
        """The image with its vignette."""
        if not (isinstance(image.samples, np.ndarray) and image.samples.dtype == np.float32):
            return self.definition(image)
        return replace(image, samples=faded(image.samples, self.gains, *self._between(image)))

    def definition(self, image: LinearImage) -> LinearImage:
        """The same in one readable text, for NumPy and JAX."""
        xp = namespace(image.samples)
        gains = xp.asarray(self.gains, dtype=image.samples.dtype)
        (rows, downs), (columns, shares) = self._between(image)
        lines = gains[rows] + (gains[rows + 1] - gains[rows]) * downs[:, None]
        gain = lines[:, columns] + (lines[:, columns + 1] - lines[:, columns]) * shares
        return replace(image, samples=(image.samples * gain[..., None]).astype(image.samples.dtype))

    def _between(self, image: LinearImage) -> Any:
        """For the rows and for the columns the point before each pixel, and the share of the next."""
        window = image.window
        sides = ((window.top, window.bottom), (window.left, window.right))
        return tuple(
            _places(*side, self.cell, count) for side, count in zip(sides, self.gains.shape, strict=True)
        )


def _with_border(ev: Float[np.ndarray, "rows columns"]) -> Float[np.ndarray, "rows2 columns2"]:
    """The cells with one more on each side, where they go on as straight as between the last two."""
    for axis in (0, 1):
        if ev.shape[axis] == 1:
            ev = np.repeat(ev, 3, axis)
            continue
        first, second = np.take(ev, [0], axis), np.take(ev, [1], axis)
        last, before = np.take(ev, [-1], axis), np.take(ev, [-2], axis)
        ev = np.concatenate([2 * first - second, ev, 2 * last - before], axis)
    return ev


def _places(start: int, end: int, cell: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """For each pixel the point before its centre, and the share of the next point."""
    place = np.clip((np.arange(start, end) + 0.5) / cell + 0.5, 0, count - 1)
    first = np.minimum(place.astype(np.int32), count - 2)
    return first, (place - first).astype(np.float32)
