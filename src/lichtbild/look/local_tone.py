"""Local tone: shadows lifted and highlights tamed by their surroundings, so that local contrast stays.

The light of a picture, in EV around mid-grey, is a *base* plus *detail*. The base changes slowly, but jumps
where the light jumps; only the base is given another tone, and the detail is carried over unchanged::

    gain (EV) = lift * shadows(base) - tame * highlights(base) - sink * noise(base),     base = a * EV + b

The coefficients a and b come from a guided filter on a small image of the whole frame (a few hundred cells
on a side) and are interpolated between its cells: near a strong edge a is 1 and the base follows every pixel
of the full image, in a flat or finely textured part a is 0 and the base is the mean of the surroundings. So
there is no halo to be seen, and a pixel of the full image needs no neighbours.

Sources: He, Sun and Tang, "Guided image filtering", IEEE TPAMI 35, 1397 (2013), equations 5, 6 and 8; He and
Sun, "Fast guided filter" (2015), for coefficients found on a small image. Base and detail: Durand and Dorsey,
"Fast bilateral filtering for the display of high-dynamic-range images" (2002). The weights and the gain are
our own.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import namespace, transformed
from lichtbild.core.stage import LocalStage
from lichtbild.core.window import Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.kernels.render import Parts, ToneMap, render_rows
from lichtbild.look.view import GREY
from lichtbild.numerics.guided_filter import box_mean

DARKEST_EV: Final = -12.0
"""Light below this counts as this: under the noise of any sensor."""
BRIGHTEST_EV: Final = 10.0
"""Cells above this count as this, so that one lamp does not rule its surroundings."""

SHADOWS: Final = (-0.5, -3.0)
"""EV of the base at which the lift begins and at which it is full; mid-grey is 0."""
BLACK: Final = (-9.0, -5.0)
"""EV of the base at which nothing is lifted, so that black stays black, and from which all is."""
HIGHLIGHTS: Final = (1.0, 4.0)
"""EV of the base at which taming begins and at which it is full."""
NOISE: Final = (2.0, -1.0)
"""EV of the base over that of the noise at which it begins to sink, and at which it has sunk."""
NIGHT: Final = (-5.5, -3.5)
"""Mean EV of a scene at which nothing is lifted, so that a night stays a night, and from which all is."""

RADIUS: Final = 1 / 32
"""Radius of the surroundings, as a share of the picture's long side."""
TEXTURE_EV: Final = 0.3
"""Standard deviation of light, in EV, that is half detail and half base."""


@dataclass(frozen=True)
class ToneTargets:
    """What a look wants of local tone.

    Attributes:
        lift_ev: gain in shadows, in EV.
        tame_ev: what highlights lose, in EV.
        sink_ev: what parts as dark as noise lose, in EV.
        noise_ev: light that is as bright as its noise, in EV around mid-grey.
    """

    lift_ev: float = 0.0
    tame_ev: float = 0.0
    sink_ev: float = 0.0
    noise_ev: float = DARKEST_EV

    def times(self, strength: float) -> "ToneTargets":
        """The same with another lift and taming."""
        return replace(self, lift_ev=strength * self.lift_ev, tame_ev=strength * self.tame_ev)


@dataclass(frozen=True, eq=False)
class LocalTone(LocalStage):
    """A gain for each pixel by its own light and that of its surroundings; the same for all planes.

    Attributes:
        coefficients: a and b of the base, ``[(a, b), row, column]`` over the whole picture.
        cell: side of a cell of the coefficients in pixels; the first begins at the picture's corner.
        lift_ev: gain in shadows, in EV.
        tame_ev: what highlights lose, in EV.
        sink_ev: what parts as dark as noise lose, in EV.
        noise_ev: light that is as bright as its noise, in EV around mid-grey.
    """

    differentiable: ClassVar[bool] = True

    coefficients: Float[np.ndarray, "2 rows columns"]
    cell: float
    lift_ev: float
    tame_ev: float
    sink_ev: float = 0.0
    noise_ev: float = DARKEST_EV

    @staticmethod
    def of(scene: LinearImage, targets: ToneTargets, *, cell: float = 16.0) -> "LocalTone":
        """The stage for a picture.

        Args:
            scene: the whole picture with a pixel for each cell, exposed as it will be shown.
            targets: what the look wants.
            cell: side of a cell in pixels of the picture.
        """
        ev = np.clip(exposure(np.asarray(scene.samples, np.float64))[..., 0], DARKEST_EV, BRIGHTEST_EV)
        lift = targets.lift_ev * float(smooth((ev.mean() - NIGHT[0]) / (NIGHT[1] - NIGHT[0])))
        radius = max(1, round(RADIUS * max(ev.shape)))
        sink = targets.sink_ev, targets.noise_ev
        return LocalTone(guided(ev, radius), cell, lift, targets.tame_ev, *sink)

    def __call__(self, image: LinearImage) -> LinearImage:
        """The image with its local tone."""
        if not (isinstance(image.samples, np.ndarray) and image.samples.dtype == np.float32):
            return self.definition(image)
        rendered = render_rows(image.samples, Parts(self.numbers(image.window)))
        return replace(image, samples=rendered)

    def definition(self, image: LinearImage) -> LinearImage:
        """The same in one readable text, for NumPy and JAX."""
        xp = namespace(image.samples)
        ev = exposure(image.samples)
        slope, offset = self._looked_up(image)
        gain = self.gain_ev(slope * ev + offset)
        return replace(image, samples=image.samples * xp.exp2(gain))

    def gain_ev(self, base: Any) -> Any:
        """Gain in EV for a base in EV around mid-grey."""
        dark = smooth((SHADOWS[0] - base) / (SHADOWS[0] - SHADOWS[1]))
        black = smooth((base - BLACK[0]) / (BLACK[1] - BLACK[0]))
        bright = smooth((base - HIGHLIGHTS[0]) / (HIGHLIGHTS[1] - HIGHLIGHTS[0]))
        noisy = smooth((self.noise_ev + NOISE[0] - base) / (NOISE[0] - NOISE[1]))
        return self.lift_ev * dark * black - self.tame_ev * bright - self.sink_ev * noisy

    def numbers(self, window: Window) -> ToneMap:
        """What the kernel needs for a window: see `lichtbild.look.kernels.render`."""
        _, rows, columns = self.coefficients.shape
        tops, downs = places(window.top, window.bottom, self.cell, rows)
        lefts, shares = places(window.left, window.right, self.cell, columns)
        numbers = [GREY * 2.0**DARKEST_EV, self.lift_ev, self.tame_ev, np.log2(GREY)]
        numbers += [SHADOWS[0], 1 / (SHADOWS[0] - SHADOWS[1]), BLACK[0], 1 / (BLACK[1] - BLACK[0])]
        numbers += [HIGHLIGHTS[0], 1 / (HIGHLIGHTS[1] - HIGHLIGHTS[0])]
        numbers += [self.sink_ev, self.noise_ev + NOISE[0], 1 / (NOISE[0] - NOISE[1])]
        coefficients = np.ascontiguousarray(self.coefficients, np.float32)
        return coefficients, tops, downs, lefts, shares, np.array(numbers, np.float32)

    def _looked_up(self, image: LinearImage) -> Any:
        """Both coefficients at the image's pixels, ``[(a, b), row, column, 1]``."""
        xp = namespace(image.samples)
        coefficients = xp.asarray(self.coefficients, dtype=image.samples.dtype)
        window, (rows, columns) = image.window, self.coefficients.shape[1:]
        tops, downs = places(window.top, window.bottom, self.cell, rows)
        lefts, shares = places(window.left, window.right, self.cell, columns)
        upper = coefficients[:, tops]
        lines = upper + (coefficients[:, np.minimum(tops + 1, rows - 1)] - upper) * downs[:, None]
        left = lines[:, :, lefts]
        found = left + (lines[:, :, np.minimum(lefts + 1, columns - 1)] - left) * shares
        return found[..., None].astype(image.samples.dtype)


def exposure(samples: Any) -> Any:
    """Luminance in EV around mid-grey, not below `DARKEST_EV`; one plane."""
    xp = namespace(samples)
    luminance = transformed(samples, REC2020_TO_XYZ[1:2])
    return xp.log2(xp.maximum(luminance, GREY * 2.0**DARKEST_EV)) - np.log2(GREY).item()


def smooth(x: Any) -> Any:
    """0 below 0, 1 above 1, and a cubic without a corner between them."""
    xp = namespace(x)
    x = xp.clip(x, 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)


def guided(ev: Float[np.ndarray, "rows columns"], radius: int) -> Float[np.ndarray, "2 rows columns"]:
    """Coefficients a and b of the base ``a * EV + b``, by a guided filter whose guide is the image itself.

    Where the squares around several pixels overlap, each counts by its variance: those that hold an edge know
    how to follow it, whereas a plain one would draw its own light across the edge, as a halo.

    Args:
        ev: luminance in EV.
        radius: of the surroundings, in pixels.
    """
    mean = box_mean(ev, radius)
    variance = np.maximum(box_mean(ev**2, radius) - mean**2, 0.0)
    noise = TEXTURE_EV**2
    slope = variance / (variance + noise)
    weight = variance + noise
    total = box_mean(weight, radius)
    both = [box_mean(weight * one, radius) / total for one in (slope, (1 - slope) * mean)]
    return np.stack(both).astype(np.float32)


def places(start: int, end: int, cell: float, count: int) -> tuple[np.ndarray, Float[np.ndarray, " pixels"]]:
    """For each pixel the cell whose centre lies before its own, and the share of the next cell."""
    place = np.clip((np.arange(start, end) + 0.5) / cell - 0.5, 0, count - 1)
    first = np.minimum(place.astype(np.int32), max(count - 2, 0))
    return first, (place - first).astype(np.float32)
