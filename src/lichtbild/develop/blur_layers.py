"""Blur layers: distances of about the same blur, as many as a picture needs.

Where the blur is small, layers lie a fixed step of its radius apart; where it is large, steps grow with it,
and so do the pixels on which it is computed.
"""

from dataclasses import dataclass
from math import hypot
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float, Int

from lichtbild.core.window import Extent
from lichtbild.develop.sheets import Sheets

STEP: Final = 0.75
"""From layer to layer, of the blur's radius, pixels, where it is small."""
LARGE: Final = 6.0
"""Radius beyond which steps grow with it."""
COARSE: Final = 8.0
"""Radius of the smallest blur that is computed on pixels twice as large."""
SHARP: Final = 0.3
"""Blur that no pixel shows: root mean square of its radius, pixels."""
SURE: Final = 0.99
"""Share of a kernel's light that its size holds."""


@runtime_checkable
class Blur(Protocol):
    """What is asked of a lens: where the light of a point arrives on its format."""

    @property
    def half_diagonal(self) -> float:
        """Of the format, mm."""
        ...

    @property
    def focus_vergence(self) -> float:
        """Reciprocal of the distance that is in focus, mm^-1."""
        ...

    @property
    def vergence(self) -> Float[np.ndarray, " d"]:
        """Reciprocal distances that are known, ascending, mm^-1."""
        ...

    @property
    def height(self) -> Float[np.ndarray, " f"]:
        """Heights in the image that are known, shares of the half diagonal, from 0 to 1."""
        ...

    def arrivals(self, vergence: float) -> Float[np.ndarray, "3 f band p"]:
        """Rays of a point: x and y from the chief ray's arrival, mm, y away from the axis, power.

        Args:
            vergence: of the object, mm^-1.
        """
        ...


@dataclass(frozen=True, eq=False)
class Layers:
    """The layers of a picture, from the nearest to the farthest.

    Attributes:
        vergence: of each, falling, mm^-1.
        shift: how many times the pixels on which each is computed are twice as large, ``[layer, height]``.
        reach: how far each one's light goes, pixels of the picture, ``[layer, height]``.
        is_sharp: whether the lens's blur of it shows on no pixel, ``[layer, height]``.
        rays: where the light of each arrives, and its power, as of `Blur.arrivals`, in pixels.
    """

    vergence: Float[np.ndarray, " layer"]
    shift: Int[np.ndarray, "layer height"]
    reach: Int[np.ndarray, "layer height"]
    is_sharp: Bool[np.ndarray, "layer height"]
    rays: tuple[Any, ...]


def layers_of(sheets: Sheets, blur: Blur, extent: Extent) -> Layers:
    """The layers that the distances of a picture need, and the pixels that each is computed on."""
    per_mm = hypot(*extent) / 2 / blur.half_diagonal
    known = np.concatenate([sheets.front.vergence.ravel(), sheets.back.vergence.ravel()])
    low, high = (float(np.clip(v, blur.vergence[0], blur.vergence[-1])) for v in (known.min(), known.max()))
    slope = _radius_per_vergence(blur) * per_mm
    count = [int(np.ceil(_counted(abs(v - blur.focus_vergence) * slope))) for v in (high, low)]
    before = count[0] if high > blur.focus_vergence else -int(_counted((blur.focus_vergence - high) * slope))
    behind = count[1] if low < blur.focus_vergence else -int(_counted((low - blur.focus_vergence) * slope))
    numbers = np.arange(before, -behind - 1, -1)
    radius = np.sign(numbers) * _radius(np.abs(numbers))
    vergence = np.clip(blur.focus_vergence + radius / slope, blur.vergence[0], blur.vergence[-1])
    rays = [
        blur.arrivals(float(each)) * np.array([[[[per_mm]]], [[[per_mm]]], [[[1.0]]]]) for each in vergence
    ]
    core, reach, square = np.moveaxis(np.array([_size(each) for each in rays]), -1, 0)
    halved = np.floor(np.log2(np.maximum(core, 1e-9) / COARSE)).astype(np.int64) + 1
    return Layers(
        vergence,
        np.maximum(halved, 0),
        np.ceil(reach).astype(np.int64),
        square**0.5 < SHARP,
        tuple(each.astype(np.float32) for each in rays),
    )


def _radius_per_vergence(blur: Blur) -> float:
    """Radius of the blur on the axis by the distance from focus, mm times mm, from its widest known one."""
    ends = (float(blur.vergence[0]), float(blur.vergence[-1]))
    far = max(ends, key=lambda v: abs(v - blur.focus_vergence))
    x, y, weight = blur.arrivals(far)[:, 0, 1]
    square = float((weight * (x * x + y * y)).sum() / weight.sum())
    return float(np.sqrt(2 * square)) / max(abs(far - blur.focus_vergence), 1e-12)


def _counted(radius: float) -> float:
    """Number of the layer in which a blur of a radius in pixels lies, from the focus."""
    linear = min(radius, LARGE) / STEP
    return linear + (float(np.log(radius / LARGE)) * LARGE / STEP if radius > LARGE else 0.0)


def _radius(number: Any) -> Any:
    """The inverse of `_counted`."""
    knee = LARGE / STEP
    return np.where(number <= knee, number * STEP, LARGE * np.exp((number - knee) / knee))


def _size(rays: Any) -> Any:
    """Of a blur at each height: radius of its core, how far it goes, mean square; ``[height, 3]``."""
    found = []
    for x, y, weight in np.moveaxis(rays, 1, 0):
        far = np.hypot(x, y)
        core, reach = [], []
        for one, power in zip(far, weight, strict=True):
            order = np.argsort(one)
            share = np.cumsum(power[order]) / power.sum()
            core.append(2 * one[order][np.searchsorted(share, 0.25)])
            reach.append(one[order][min(int(np.searchsorted(share, SURE)), len(one) - 1)])
        square = (weight * far**2).sum(axis=-1) / weight.sum(axis=-1)
        found.append((np.mean(core), max(reach), square.max()))
    return np.array(found)
