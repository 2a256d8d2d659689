"""Deblur: what the pixel and the aperture are known to have blurred, undone as far as the noise allows.

How much contrast H is left at each frequency says `known_blur`. Of the filters of 3 x 3 pixels, 1 + e (edges)
+ c (corners) with gain 1 for flat light, that one is taken whose expected squared error is least (Wiener)
for scenes whose contrast has the power A / f^2. What the pixels alias counts as noise, and so does the trace
of the mosaic's checkerboard that demosaicing leaves: a sharper copy of them helps nobody. The sensor's noise
then decides, pixel by pixel, how much of the filter's change is worth it: of s times the change the expected
error is a parabola in s, whose lowest point goes with v, the noise's variance over the squared signal, as

    s = (1 - q v) / (1 + t v),  at least 0.

The change of luminance is added to all planes alike, so that no edge gains colour. It ends at the range of
the 3 x 3 neighbours and half of it beyond, below at a quarter of the light there, so that no dark ring shows;
and it fades out where a neighbour is clipped, for clipped light is no blurred light.

Sources: Wiener's filter as in Gonzalez and Woods, Digital Image Processing (4th ed.) section 5.8; scenes fall
as 1 / f^2: Field, J. Opt. Soc. Am. A 4, 2379 (1987).
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import namespace
from lichtbild.core.stage import LocalStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop.kernels.deblur import deblurred
from lichtbild.develop.known_blur import cutoff, transfer
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame

LUMINANCE: Final = tuple(float(weight) for weight in REC2020_TO_XYZ[1])
"""Shares of red, green and blue of Rec.2020 in luminance."""
CONTRAST: Final = 4e-3
"""A: power of relative contrast at 1 cycle a pixel; the median over parts of 64 x 64 pixels of Kodak24."""
CHECKERBOARD: Final = 2e-3
"""Share of the scene's power that demosaicing leaves at half a cycle in both directions beside the light: of
1e-4 to 3e-2 the one after which demosaiced pictures of Kodak24 come closest to the truth."""
MOST_NOISE_GAIN: Final = 2.5
"""Factor by which the filter may raise the standard deviation of white noise."""
OVERSHOOT: Final = 0.5
"""Share of the neighbours' range by which the result may leave it."""
UNDERSHOOT: Final = 0.25
"""Share of the lowest neighbour's light by which the result may fall below it."""

_WEIGHTS: Final = np.array(LUMINANCE, np.float32)
_BEST_SNR: Final = 100.0
_LOWEST_CUTOFF: Final = 0.7
_FADE: Final = 0.1
_LEAST_VARIANCE: Final = 1e-12


@dataclass(frozen=True)
class Deblur(LocalStage):
    """Linear light with the known blur undone.

    Attributes:
        edge: weight of the four nearest neighbours.
        corner: weight of the four next ones; the pixel's own makes the sum 1.
        caution: q and t, by which noise holds the change back.
        noise: slope and offset of the luminance's variance over luminance.
        full: luminance at which the sensor is full.
    """

    edge: float
    corner: float
    caution: tuple[float, float]
    noise: tuple[float, float]
    full: float = 1.0
    differentiable: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.noise[0] < 0 or self.noise[1] < _LEAST_VARIANCE or self.full <= 0:
            raise ValueError(f"noise {self.noise} or full {self.full} is not above zero")

    @staticmethod
    def of(
        frame: RawFrame,
        noise: tuple[float, float] | None,
        *,
        ev: float = 0.0,
        strength: float = 1.0,
        remaining: float = 0.5,
        finer: float = 1.0,
    ) -> "Deblur | None":
        """The stage that a frame needs; None where the blur or the noise is not known, or nothing is wanted.

        Args:
            frame: tells pixels, aperture and focal length.
            noise: slope and offset of the luminance's variance, as `luminance_noise` finds them.
            ev: exposure that was added to the frame.
            strength: share of the change to make, 0 to 2.
            remaining: share of the noise's standard deviation that denoising has left.
            finer: the image's pixels along one of the sensor: 0.5 where blocks of 2 x 2 have become one.
        """
        if noise is None or strength <= 0 or (frame.cfa is None and frame.samples.shape[2] != 1):
            return None
        (edge, corner), caution = filter_of(cutoff(frame, max(1.0, 1 / finer)), max(1.0, finer))
        slope, offset = (value * remaining**2 for value in noise)
        noise_left = slope, max(offset, _LEAST_VARIANCE)
        return Deblur(strength * edge, strength * corner, caution, noise_left, 2.0**ev)

    @property
    def halo(self) -> int:
        """How far the filter looks."""
        return 1

    def source(self, window: Window, extent: Extent) -> Window:
        """The window and one pixel around it; there is no colour filter pattern to begin with."""
        return window.grown(1, extent)

    def __call__(self, image: LinearImage) -> LinearImage:
        """The sharper image; by the kernel where there is one for its type."""
        return self.render(image, image.window)

    def render(self, image: Any, window: Window) -> LinearImage:
        """The sharper image in a window."""
        light = image.samples
        if not (isinstance(light, np.ndarray) and light.dtype == np.float32):
            return self.definition(image).crop(window)
        rows, columns = image.window.slices_of(window)
        sharper = np.empty((*window.extent, 3), np.float32)
        corner = rows.start, columns.start
        deblurred(np.ascontiguousarray(light), _WEIGHTS, self._numbers(), corner, sharper)
        return LinearImage(sharper, window, image.extent)

    def _numbers(self) -> Float[np.ndarray, "10"]:
        """The fields as the kernel wants them."""
        (q, t), (slope, offset) = self.caution, self.noise
        return np.array(
            [
                *(self.edge, self.corner, q * slope, q * offset, t * slope, t * offset),
                *(self.full, 1 / (_FADE * self.full), OVERSHOOT, UNDERSHOOT),
            ],
            np.float32,
        )

    def definition(self, image: LinearImage) -> LinearImage:
        """The sharper image, by the equations above."""
        xp = namespace(image.samples)
        red, green, blue = LUMINANCE
        light = image.samples
        y = red * light[..., 0] + green * light[..., 1] + blue * light[..., 2]
        rows = _neighbours(xp, y, 0)
        above, below = rows[0], rows[2]
        corners = tuple(part for row in (above, below) for part in _neighbours(xp, row, 1)[::2])
        edges = (above, below, *_neighbours(xp, y, 1)[::2])
        # In pairs, whose sums are exact where all are equal: flat light stays as it is.
        change = self.edge * (_paired(edges) - 4 * y) + self.corner * (_paired(corners) - 4 * y)
        lowest, highest = y, y
        for part in (*edges, *corners):
            lowest, highest = xp.minimum(lowest, part), xp.maximum(highest, part)
        worth = self._worth(xp, y) * xp.clip((self.full - highest) / (_FADE * self.full), 0, 1)
        beyond = OVERSHOOT * (highest - lowest)
        floor = lowest - xp.minimum(beyond, UNDERSHOOT * xp.maximum(lowest, 0.0)) - y
        change = xp.minimum(xp.maximum(worth * change, floor), highest + beyond - y)
        return LinearImage(light + change[..., None], image.window, image.extent)

    def _worth(self, xp: Any, y: Any) -> Any:
        """The share s of the change that is worth its noise, 0 to 1."""
        (q, t), (slope, offset) = self.caution, self.noise
        y = xp.maximum(y, 0.0)
        variance = slope * y + offset
        return xp.maximum(y * y - q * variance, 0.0) / (y * y + t * variance)


def _paired(four: tuple[Any, ...]) -> Any:
    return (four[0] + four[1]) + (four[2] + four[3])


def _neighbours(xp: Any, plane: Any, axis: int) -> tuple[Any, Any, Any]:
    """A plane moved by one pixel back, left alone, and moved forward; the border's pixels are repeated."""
    first, last = [slice(None)] * 2, [slice(None)] * 2
    first[axis], last[axis] = slice(0, 1), slice(-1, None)
    lead, trail = [slice(None)] * 2, [slice(None)] * 2
    lead[axis], trail[axis] = slice(0, -1), slice(1, None)
    before = xp.concatenate([plane[tuple(first)], plane[tuple(lead)]], axis=axis)
    after = xp.concatenate([plane[tuple(trail)], plane[tuple(last)]], axis=axis)
    return before, plane, after


def response(x: Any, y: Any, edge: float, corner: float) -> Any:
    """What the filter multiplies contrast by at frequencies in cycles a pixel."""
    across, down = np.cos(2 * np.pi * x), np.cos(2 * np.pi * y)
    return 1 + edge * (2 * across + 2 * down - 4) + corner * (4 * across * down - 4)


def noise_gain(edge: float, corner: float) -> float:
    """Factor by which the filter changes the standard deviation of white noise."""
    return float(np.sqrt((1 - 4 * edge - 4 * corner) ** 2 + 4 * edge**2 + 4 * corner**2))


def filter_of(limit: float | None, scale: float = 1.0) -> tuple[tuple[float, float], tuple[float, float]]:
    """The filter's edge and corner weights, and the caution q and t, for an aperture's cut-off.

    Args:
        limit: the cut-off in cycles a pixel of the sensor; None where only the pixel is known.
        scale: pixels of the image along one of the sensor.
    """
    limit = None if limit is None else max(limit, _LOWEST_CUTOFF)
    f = (np.arange(48) + 0.5) / 96
    x, y = (axis.ravel() for axis in np.meshgrid(f, f))
    kept, scene = transfer(scale * x, scale * y, limit), CONTRAST / (x * x + y * y)
    noise = _aliased(x, y, limit, scale) + 1 / _BEST_SNR**2
    basis = np.stack([response(x, y, 1, 0) - 1, response(x, y, 0, 1) - 1], axis=1)
    # Least squares of scene (1 - H K)^2 + noise K^2, where K = 1 + basis . weights.
    rows = np.concatenate([np.sqrt(scene)[:, None] * kept[:, None] * basis, np.sqrt(noise)[:, None] * basis])
    weights = np.linalg.lstsq(
        rows, np.concatenate([np.sqrt(scene) * (1 - kept), -np.sqrt(noise)]), rcond=None
    )[0]
    weights *= _within_gain(weights)
    change = basis @ weights
    best = np.mean(scene * kept * (1 - kept) * change - noise * change)
    return (float(weights[0]), float(weights[1])), (
        float(np.mean(change) / best),
        float(np.mean(change**2) / np.mean((scene * kept**2 + noise) * change**2)),
    )


def _aliased(x: Any, y: Any, limit: float | None, scale: float) -> Any:
    """Power that lands on these frequencies from beyond half a cycle, and that of the checkerboard."""
    u, v = x - 0.5, y - 0.5
    total = CHECKERBOARD * CONTRAST / (u * u + v * v) * transfer(scale * u, scale * v, limit) ** 2
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            if i or j:
                u, v = x + i, y + j
                total += CONTRAST / (u * u + v * v) * transfer(scale * u, scale * v, limit) ** 2
    return total


def _within_gain(weights: Float[np.ndarray, "2"]) -> float:
    """The share of the weights, at most all, whose noise gain is not above its limit."""
    # gain^2 = 1 - 8 s (e + c) + s^2 (16 (e + c)^2 + 4 e^2 + 4 c^2) = limit^2, solved for s.
    total = float(weights.sum())
    square, slope = 16 * total**2 + 4 * float(weights @ weights), -8 * total
    root = np.sqrt(slope**2 + 4 * square * (MOST_NOISE_GAIN**2 - 1))
    return min(1.0, float((root - slope) / (2 * square)))


def luminance_noise(
    noise: NoiseProfile, gains: tuple[float, ...], matrix: Float[np.ndarray, "3 planes"], ev: float
) -> tuple[float, float]:
    """Slope and offset of the variance of grey light's luminance over that luminance.

    Args:
        noise: of the camera's planes.
        gains: what they were multiplied by.
        matrix: from balanced planes to linear Rec.2020.
        ev: exposure that was added.
    """
    shares = np.asarray(LUMINANCE) @ matrix
    factor = 2.0**ev * np.asarray(gains)
    slope = np.sum(shares**2 * factor * np.asarray(noise.scale))
    offset = np.sum(shares**2 * factor**2 * np.asarray(noise.offset))
    return float(slope), float(offset)
