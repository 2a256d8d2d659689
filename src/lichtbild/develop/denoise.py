"""Denoise: the noise that the sensor's model predicts, taken from the mosaic before its colours are made.

A mosaic is read as cells of four channels (`lichtbild.develop.cells`) whose noise is stabilised
(`lichtbild.develop.stabilise`). An orthonormal change of colours makes one luma and three chromas, of which
grey has only the first: so colour, where there is little signal, can be told from noise better than in any
channel alone. "fast" then shrinks overlapping cosine transforms; "best" goes on from there with groups of
patches that are alike; "net" lets a network correct what both found (`lichtbild.develop.network`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Literal, NamedTuple

import numpy as np
from jaxtyping import Float, Float32, Int

from lichtbild.core.array import namespace, transformed
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import LocalStage
from lichtbild.core.window import Window
from lichtbild.develop import network
from lichtbild.develop.cells import BLOCK, Cells, Frame, channels_of, woven
from lichtbild.develop.convolution import packaged
from lichtbild.develop.kernels import denoise_bayes as groups
from lichtbild.develop.kernels import denoise_dct as cosines
from lichtbild.develop.stabilise import UNCLIPPED
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.noise_profile import NoiseProfile

Method = Literal["fast", "best", "net"]
Strength = float | Float[Any, ""]

NEUTRAL: Final = (0.5, 1.0, 0.65)
"""Planes of a neutral object in daylight, as most sensors see it."""
_WINDOW: Final = (0.27, 0.43, 0.57, 0.73, 0.73, 0.57, 0.43, 0.27)
_SHARES: Final = np.array([0.283, 0.127, 0.127, 0.127])
_THRESHOLDS: Final = ((3.9, 0.21), (7.0, -0.75))
_FREQUENCY: Final = np.add.outer(np.arange(8), np.arange(8)) / 14
_IS_MEAN: Final = _FREQUENCY == 0
_COSINES: Final = np.cos(np.pi / 16 * np.outer(np.arange(8), 2 * np.arange(8) + 1)) / 2
_COSINES[0] = 8**-0.5
_AS_IT_IS: Final = (0.0, 1.0, 1.0, 0.0, 0.0, 1.0, np.inf, *(0.0,) * 14)
"""The kernel's numbers of a channel that is stable and stays so."""
_BORDER: Final = BLOCK // 2
"""Cells of a frame around those that may lie in the image."""
_RIDGE: Final = 1e-3
"""Noise that is left to a plane of strength 0, so that its covariance has an inverse."""


class Estimates(NamedTuple):
    """Planes ``[row, column, 4]`` of a frame's cells in units of their noise, luma first.

    Attributes:
        noisy: as they are.
        pilot: by "fast".
        found: by "best".
    """

    noisy: Float[np.ndarray, "row column 4"]
    pilot: Float[np.ndarray, "row column 4"]
    found: Float[np.ndarray, "row column 4"]

    @property
    def inner(self) -> "Estimates":
        """Those of all cells but the frame's outermost block on each side."""
        return Estimates(*(part[_BORDER:-_BORDER, _BORDER:-_BORDER] for part in self))


@dataclass(frozen=True)
class Denoise(LocalStage):
    """The mosaic without its noise.

    Patterns other than Bayer, and an image that has no noise by its profile, pass as they are.

    Attributes:
        noise: variance of a sample against its mean, for each plane or one for all.
        method: "fast" shrinks cosine transforms, "best" goes on with groups of similar patches, "net" with a
            network that was trained on Bayer mosaics; other images get "best" by it.
        luma: how much of the luma's noise is taken: 0 none, 1 what the model asks, more is smoother.
        chroma: the same of the chromas'.
        neutral: camera planes of a neutral object, which tell luma from chroma.

    Raises:
        BadInput: a strength or a variance is negative or no number, or the weights of "net" do not load.
    """

    noise: NoiseProfile
    method: Method = "fast"
    luma: Strength = 1.0
    chroma: Strength = 1.0
    neutral: tuple[float, ...] = NEUTRAL

    differentiable: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for name in ("luma", "chroma"):
            strength = getattr(self, name)
            if isinstance(strength, int | float) and not 0 <= strength < np.inf:
                raise BadInput(f"the strength of {name} denoising is {strength}; it must be 0 or more")
        if not all(0 <= value < np.inf for value in (*self.noise.scale, *self.noise.offset)):
            raise BadInput(f"a noise profile has a number that is no variance: {self.noise}")
        if self.method == "net":
            packaged()

    @property
    def halo(self) -> int:
        """Pixels around a window that its result depends on, for cells of 2 x 2 pixels.

        That is all cells of the blocks that reach into it; for "best", of the blocks that make the pilot for
        every group with a patch that reaches into it; for "net", of these for every cell that it looks at.
        """
        if self.method == "fast":
            return 2 * BLOCK
        seen = network.REACH if self.method == "net" else 0
        return 2 * (BLOCK + 2 * (groups.REACH + groups.PATCH) + seen)

    def __call__(self, image: Mosaic) -> Mosaic:
        """The mosaic, denoised.

        Raises:
            BadInput: the noise profile has neither one entry nor one for each plane, or "best" is asked of
                another array library than NumPy.
        """
        if self.method != "fast":
            if not isinstance(image.samples, np.ndarray):
                raise BadInput(f'denoising by "{self.method}" has no derivative; choose "fast" for one')
            return self._by_cells(image, image.window, self._grouped)
        return self.render(image, image.window)

    def render(self, image: Any, window: Window) -> Mosaic:
        """The call's result in the window; the kernel of "fast" computes no more."""
        if self.method != "fast":
            return self(image).crop(window)
        if not isinstance(image.samples, np.ndarray) or image.samples.dtype != np.float32:
            return self.definition(image).crop(window)
        return self._by_cells(image, window, self._kernel)

    def definition(self, image: Mosaic) -> Mosaic:
        """What the method "fast" means, for NumPy and JAX."""
        return self._by_cells(image, image.window, self._shrunk)

    def _by_cells(
        self, image: Mosaic, window: Window, denoised: Callable[[Any, Frame, Cells], Any]
    ) -> Mosaic:
        """The window of the image whose mosaic of channels a function denoises."""
        cells = Cells.of(image, self.noise, self.neutral)
        if cells is None:
            return image.crop(window)
        frame = Frame.around(image, cells, window)
        made = cells.image(denoised(cells.mosaic(image.samples), frame, cells))
        return replace(image, samples=made, window=window)

    def _kernel(self, mosaic: Any, frame: Frame, cells: Cells) -> Any:
        """The mosaic denoised by the kernel of "fast"."""
        removed = float(self._removed(cells))
        numbers = []
        for s in cells.stabilisers:
            curve = (s.scale, s.offset, s.offset**0.5, s.scale / 4, s.lowest, s.width, s.white)
            numbers.append((*curve, removed, *(removed * c for c in s.bias), *UNCLIPPED))
        return self._shrunk_by_kernel(mosaic, frame, cells, numbers)

    def _shrunk_by_kernel(
        self, mosaic: Any, frame: Frame, cells: Cells, numbers: list[tuple[float, ...]]
    ) -> Any:
        """The mosaic stabilised as the numbers say, shrunk, and made light again."""
        out = np.empty(frame.size, np.float32)
        colours = cells.colours.astype(np.float32)
        inverse = self._inverse_thresholds(cells, np).reshape(4, -1)
        cosines.shrink_cosines(
            np.ascontiguousarray(mosaic),
            frame.rows,
            frame.columns,
            frame.top,
            frame.left,
            np.array(numbers, np.float32),
            colours,
            np.ascontiguousarray(colours.T),
            cosines.NORMS,
            np.repeat(inverse, cosines.LANES, axis=1).astype(np.float32),
            (_SHARES / (1 - _SHARES)).astype(np.float32),
            np.array(_WINDOW, np.float32) / 8,
            out,
        )
        return out

    def _shrunk(self, mosaic: Any, frame: Frame, cells: Cells) -> Any:
        """The mosaic denoised: each block's coefficients by the energy around them in all planes."""
        xp = namespace(mosaic)
        basis = xp.asarray(_COSINES, dtype=mosaic.dtype)
        planes = transformed(cells.stabilised(frame.framed(mosaic)), cells.colours)
        coefficients = xp.einsum("ai,yixjp,bj->yxpab", basis, _blocks(planes), basis)
        gains = _gains(coefficients, self._inverse_thresholds(cells, xp).astype(mosaic.dtype))
        blocks = xp.einsum("ai,yxpab,bj->yixjp", basis, coefficients * gains, basis)
        channels = transformed(_overlapped(blocks), cells.colours.T)
        return frame.within(cells.restored(channels, self._removed(cells)))

    def _grouped(self, mosaic: Any, frame: Frame, cells: Cells) -> Any:
        """The mosaic denoised by "best", or by "net" where the network knows such an image."""
        if self.method == "net" and cells.has_chroma and cells.pixels == 2:
            planes = self._corrected(mosaic, frame, cells)
        else:
            planes = self.estimates(mosaic, frame, cells).inner.found
        channels = transformed(planes, cells.colours.T)
        return frame.within(cells.restored(channels, self._removed(cells)))

    def _corrected(self, mosaic: Any, frame: Frame, cells: Cells) -> Float32[np.ndarray, "row column 4"]:
        """Planes of the frame's inner cells that the network has corrected.

        It knows noise that is to be taken whole. A lesser strength takes that share of it; a greater one s
        leaves 1 / s of what tells the result from the smoother one of "best".
        """
        strengths = np.array([self.luma, *(self.chroma,) * 3], np.float32)
        noisy, pilot, found = replace(self, luma=1.0, chroma=1.0).estimates(mosaic, frame, cells).inner
        seen = network.features(*(_with_red_first(part, cells.red) for part in (noisy, pilot, found)))
        made = found + _with_red_first(packaged()(seen), cells.red)
        if (strengths > 1).any():
            smoother = self.estimates(mosaic, frame, cells).inner.found
            made = np.where(strengths > 1, smoother + (made - smoother) / np.maximum(strengths, 1), made)
        return np.asarray(noisy + np.minimum(strengths, 1) * (made - noisy))

    def estimates(self, mosaic: Any, frame: Frame, cells: Cells) -> "Estimates":
        """The stabilised planes, and what "fast" and then "best" make of them, of all cells of a frame.

        What "fast" finds is the pilot for groups of patches.
        """
        stable = cells.stabilised(frame.framed(mosaic.astype(np.float32, copy=False)))
        own = frame.within(woven(stable)[BLOCK:, BLOCK:])
        pilot = channels_of(frame.framed(self._shrunk_by_kernel(own, frame, cells, [_AS_IT_IS] * 4)))
        noisy, pilot = (np.ascontiguousarray(transformed(c, cells.colours)) for c in (stable, pilot))
        height, width, _ = noisy.shape
        total, weight = np.zeros((height, 4 * width), np.float32), np.zeros((height, width), np.float32)
        groups.estimate_patches(
            noisy.reshape(total.shape),
            pilot.reshape(total.shape),
            np.ascontiguousarray(pilot[..., 0]),
            *_places(frame),
            np.tile(self._variances(cells), groups.PATCH**2).astype(np.float32),
            total,
            weight,
        )
        # Cells that no patch reached lie outside the image.
        reached = weight[..., None] > 0
        found = np.where(reached, total.reshape(noisy.shape) / np.where(reached, weight[..., None], 1), pilot)
        return Estimates(noisy, pilot, found)

    def _inverse_thresholds(self, cells: Cells, xp: Any) -> Any:
        """One over the energy at which a coefficient is halved, per plane and coefficient."""
        shapes = [level * np.exp(slope * _FREQUENCY) for level, slope in _THRESHOLDS]
        luma, other = self.luma**2, self.chroma**2 if cells.has_chroma else self.luma**2
        per_plane = [luma * shapes[0], other * shapes[1], other * shapes[1], other * shapes[1]]
        return xp.asarray((1 - _SHARES) / 9)[:, None, None] / (xp.stack(per_plane) + 1e-6)

    def _variances(self, cells: Cells) -> Float[np.ndarray, " 4"]:
        """The variance of each plane's stabilised noise that is to be taken."""
        luma, other = self.luma**2, self.chroma**2 if cells.has_chroma else self.luma**2
        return np.maximum([luma, other, other, other], _RIDGE)

    def _removed(self, cells: Cells) -> Any:
        """About which share of the noise goes."""
        if not cells.has_chroma:
            return _at_most_one(self.luma)
        return 0.25 * _at_most_one(self.luma) + 0.75 * _at_most_one(self.chroma)


def _at_most_one(strength: Any) -> Any:
    return namespace(strength).minimum(strength, 1.0)


def _with_red_first(
    planes: Float32[np.ndarray, "row column 4"], red: tuple[int, int]
) -> Float32[np.ndarray, "row column 4"]:
    """Planes mirrored so that red is the upper left pixel of each cell, or back again.

    Mirrored rows also exchange the greens, whose difference is the last plane.
    """
    down, right = (-1 if second else 1 for second in red)
    return planes[::down, ::right] * np.array([1, 1, 1, down], np.float32)


def _places(frame: Frame) -> tuple[Int[np.ndarray, " 4"], Int[np.ndarray, " 2"]]:
    """The image's cells in a frame (top, left, bottom, right), and the first reference patch in them."""
    top, left = (max(0, -place) for place in frame.place)
    bottom, right = (
        min(len(index) // 2, size - place)
        for index, size, place in zip((frame.rows, frame.columns), frame.cells, frame.place, strict=True)
    )
    first = [
        start + -(start + place) % groups.PATCH for start, place in zip((top, left), frame.place, strict=True)
    ]
    return np.array([top, left, bottom, right]), np.array(first)


def _blocks(planes: Any) -> Any:
    """Overlapping blocks ``[y, 8, x, 8, plane]`` of cells."""
    xp = namespace(planes)
    height, width, count = planes.shape
    parts = planes.reshape(height // 4, 4, width // 4, 4, count)
    tall = xp.concatenate([parts[:-1], parts[1:]], axis=1)
    return xp.concatenate([tall[:, :, :-1], tall[:, :, 1:]], axis=3)


def _overlapped(blocks: Any) -> Any:
    """The planes that overlapping blocks make, but for the outermost 4 cells."""
    xp = namespace(blocks)
    window = xp.asarray(_WINDOW, dtype=blocks.dtype)
    blocks = blocks * window[:, None, None, None] * window[:, None]
    tall = blocks[:-1, 4:] + blocks[1:, :4]
    parts = tall[:, :, :-1, 4:] + tall[:, :, 1:, :4]
    rows, _, columns, _, count = parts.shape
    return parts.reshape(4 * rows, 4 * columns, count)


def _gains(coefficients: Any, inverse: Any) -> Any:
    """The factor for each coefficient, by the energy of its neighbours in the transform and in all planes."""
    xp = namespace(coefficients)
    power = coefficients**2
    beside = 0.5 * (power[..., :1, 1:2] + power[..., 1:2, :1])
    # The mean's own square says nothing of structure.
    power = xp.where(_IS_MEAN, beside, power)
    padded = xp.pad(power, ((0, 0), (0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
    tall = padded[..., :-2, :] + padded[..., 1:-1, :] + padded[..., 2:, :]
    energy = tall[..., :-2] + tall[..., 1:-1] + tall[..., 2:]
    share = xp.asarray(_SHARES / (1 - _SHARES), dtype=energy.dtype)[:, None, None]
    ratio = (energy + share * energy.sum(axis=2, keepdims=True)) * inverse
    # Beyond this its square would be too large for a float.
    ratio = xp.minimum(ratio, xp.asarray(1e15, dtype=ratio.dtype))
    return xp.where(_IS_MEAN, xp.ones_like(ratio), 1 - 1 / (1 + ratio**2))
