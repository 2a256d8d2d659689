"""Denoise: the noise that the sensor's model predicts, taken from the mosaic before its colours are made.

A Bayer mosaic is read as cells of 2 x 2 pixels, each of four channels (red, two greens, blue) half as fine as
the mosaic. Their noise is stabilised (`lichtbild.develop.stabilise`), and an orthonormal change of colours
makes one luma and three chromas, of which grey has only the first: so colour, where there is little signal,
can be told from noise better than in any channel alone. "fast" then shrinks overlapping cosine transforms;
"best" goes on from there with groups of similar blocks.

Images without a colour filter array are read in the same way: one plane as cells of 2 x 2 of its pixels,
three planes as cells of a pixel's planes and one empty channel.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Literal, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.array import namespace, transformed
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import LocalStage
from lichtbild.develop.kernels import denoise_dct as kernels
from lichtbild.develop.stabilise import UNCLIPPED, Stabiliser
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.noise_profile import NoiseProfile

Method = Literal["fast", "best"]
Strength = float | Float[Any, ""]

BLOCK: Final = 8
"""Cells along a block's side; blocks start at every fourth cell of the whole image."""
NEUTRAL: Final = (0.5, 1.0, 0.65)
"""Planes of a neutral object in daylight, as most sensors see it."""
_GREY: Final = 0.1
_WINDOW: Final = (0.27, 0.43, 0.57, 0.73, 0.73, 0.57, 0.43, 0.27)
_SHARES: Final = np.array([0.283, 0.127, 0.127, 0.127])
_THRESHOLDS: Final = ((3.9, 0.21), (7.0, -0.75))
_FREQUENCY: Final = np.add.outer(np.arange(BLOCK), np.arange(BLOCK)) / (2 * BLOCK - 2)
_IS_MEAN: Final = _FREQUENCY == 0
_COSINES: Final = np.cos(np.pi / 16 * np.outer(np.arange(BLOCK), 2 * np.arange(BLOCK) + 1)) / 2
_COSINES[0] = 8**-0.5


class Frame(NamedTuple):
    """Where whole blocks around a mosaic find their samples.

    Attributes:
        rows: the mosaic's row for each row of the blocks.
        columns: the same of columns.
        top: rows before the mosaic's first, not counting the 8 of the blocks that only serve others.
        left: columns before its first.
    """

    rows: Int[np.ndarray, " rows"]
    columns: Int[np.ndarray, " columns"]
    top: int
    left: int


@dataclass(frozen=True)
class Cells:
    """How an image is read as cells of 2 x 2 channels.

    Attributes:
        stabilisers: what stabilises each channel's noise, row by row.
        colours: orthonormal; its first row makes luma of the stabilised channels, the others chromas.
        has_chroma: whether the other rows hold colour; else they too are detail of the luma.
        pixels: pixels along a cell's side, 2 in a mosaic and 1 where a pixel has its planes.
    """

    stabilisers: tuple[Stabiliser, ...]
    colours: Float[np.ndarray, "4 4"]
    has_chroma: bool
    pixels: int


@dataclass(frozen=True)
class Denoise(LocalStage):
    """The mosaic without its noise.

    Patterns other than Bayer, and an image that has no noise by its profile, pass as they are.

    Attributes:
        noise: variance of a sample against its mean, for each plane or one for all.
        method: "fast" shrinks cosine transforms, "best" goes on with groups of similar blocks.
        luma: how much of the luma's noise is taken: 0 none, 1 what the model asks, more is smoother.
        chroma: the same of the chromas'.
        neutral: camera planes of a neutral object, which tell luma from chroma.

    Raises:
        BadInput: a strength or a variance is negative or no number.
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

    @property
    def halo(self) -> int:
        """Pixels around a window that its result depends on: all cells of the blocks that reach into it."""
        return 2 * BLOCK

    def __call__(self, image: Mosaic) -> Mosaic:
        """The mosaic, denoised.

        Raises:
            BadInput: the noise profile has neither one entry nor one for each plane.
        """
        if not isinstance(image.samples, np.ndarray) or image.samples.dtype != np.float32:
            return self.definition(image)
        return self._by_cells(image, self._kernel)

    def definition(self, image: Mosaic) -> Mosaic:
        """What the method "fast" means, for NumPy and JAX."""
        return self._by_cells(image, self._shrunk)

    def _by_cells(self, image: Mosaic, denoised: Callable[[Any, Frame, Cells], Any]) -> Mosaic:
        """The image whose mosaic of channels, framed by mirrored ones, a function denoises."""
        cells = cells_of(image, self.noise, self.neutral)
        if cells is None:
            return image
        mosaic = _mosaic(image.samples, cells.pixels)
        top, left = (2 // cells.pixels * start % BLOCK for start in (image.window.top, image.window.left))
        height, width = mosaic.shape
        frame = Frame(_mirrored(height, top), _mirrored(width, left), top, left)
        return replace(image, samples=_image(denoised(mosaic, frame, cells), image.samples.shape))

    def _kernel(self, mosaic: Any, frame: Frame, cells: Cells) -> Any:
        """The channels denoised by the kernel of the method "fast"."""
        out = np.empty(mosaic.shape, np.float32)
        colours = cells.colours.astype(np.float32)
        inverse = self._inverse_thresholds(cells, np).reshape(4, -1)
        kernels.shrink_cosines(
            np.ascontiguousarray(mosaic),
            *frame,
            np.array([self._numbers(channel, cells) for channel in cells.stabilisers], np.float32),
            colours,
            np.ascontiguousarray(colours.T),
            kernels.NORMS,
            np.repeat(inverse, kernels.LANES, axis=1).astype(np.float32),
            (_SHARES / (1 - _SHARES)).astype(np.float32),
            np.array(_WINDOW, np.float32) / 8,
            out,
        )
        return out

    def _numbers(self, channel: Stabiliser, cells: Cells) -> tuple[float, ...]:
        """What the kernel needs to know of a channel."""
        root, removed = channel.offset**0.5, float(self._removed(cells))
        curve = (channel.scale, channel.offset, root, channel.scale / 4, channel.lowest, channel.width)
        return *curve, channel.white, removed, *(removed * c for c in channel.bias), *UNCLIPPED

    def _shrunk(self, mosaic: Any, frame: Frame, cells: Cells) -> Any:
        """The channels denoised: each block's coefficients by the energy around them in all planes."""
        xp, (height, width) = namespace(mosaic), mosaic.shape
        padded = mosaic[frame.rows][:, frame.columns]
        channels = [padded[c // 2 :: 2, c % 2 :: 2] for c in range(4)]
        stable = xp.stack([s.stabilised(c) for s, c in zip(cells.stabilisers, channels, strict=True)], -1)
        cosines = xp.asarray(_COSINES, dtype=padded.dtype)
        coefficients = xp.einsum(
            "ai,yixjp,bj->yxpab", cosines, _blocks(transformed(stable, cells.colours)), cosines
        )
        gains = _gains(coefficients, self._inverse_thresholds(cells, xp).astype(padded.dtype))
        blocks = xp.einsum("ai,yxpab,bj->yixjp", cosines, coefficients * gains, cosines)
        planes = transformed(_overlapped(blocks), cells.colours.T)
        removed = xp.asarray(self._removed(cells), dtype=padded.dtype)
        restored = [s.restored(planes[..., c], removed) for c, s in enumerate(cells.stabilisers)]
        cell = xp.stack(restored, -1).reshape(*planes.shape[:2], 2, 2).transpose(0, 2, 1, 3)
        whole = cell.reshape(2 * planes.shape[0], 2 * planes.shape[1])
        return whole[frame.top : frame.top + height, frame.left : frame.left + width]

    def _inverse_thresholds(self, cells: Cells, xp: Any) -> Any:
        """One over the energy at which a coefficient is halved, per plane and coefficient."""
        shapes = [level * np.exp(slope * _FREQUENCY) for level, slope in _THRESHOLDS]
        luma, other = self.luma**2, self.chroma**2 if cells.has_chroma else self.luma**2
        per_plane = [luma * shapes[0], other * shapes[1], other * shapes[1], other * shapes[1]]
        return xp.asarray((1 - _SHARES) / 9)[:, None, None] / (xp.stack(per_plane) + 1e-6)

    def _removed(self, cells: Cells) -> Any:
        """About which share of the noise goes."""
        if not cells.has_chroma:
            return _at_most_one(self.luma)
        return 0.25 * _at_most_one(self.luma) + 0.75 * _at_most_one(self.chroma)


def cells_of(image: Mosaic, noise: NoiseProfile, neutral: tuple[float, ...]) -> Cells | None:
    """How an image is read, or None where it cannot be read or has no noise."""
    planes = image.samples.shape[2]
    if image.cfa is not None and image.cfa.is_bayer:
        channels, pixels = sum(image.cfa.pattern, ()), 2
    elif image.cfa is None and planes in (1, 3):
        channels, pixels = ((0, 0, 0, 0), 2) if planes == 1 else ((0, 1, 2, 2), 1)
    else:
        return None
    if not any((*noise.scale, *noise.offset)):
        return None
    count = len(noise.scale)
    if count not in (1, max(channels) + 1):
        raise BadInput(f"a noise profile has {count} planes where the image has {max(channels) + 1}")
    stabilisers = tuple(
        Stabiliser.of(noise.scale[plane % count], noise.offset[plane % count]) for plane in channels
    )
    if planes == 1 and image.cfa is None:
        return Cells(stabilisers, _HADAMARD, False, pixels)
    grey = [neutral[plane] / max(neutral) for plane in channels]
    contrast = np.array(
        [
            level / np.sqrt(s.scale * _GREY * level + s.offset)
            for level, s in zip(grey, stabilisers, strict=True)
        ]
    )
    if pixels == 1:
        contrast[3] = 0.0
    return Cells(stabilisers, _colours(contrast, channels), True, pixels)


_HADAMARD: Final = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2


def _colours(contrast: Float[np.ndarray, " 4"], channels: tuple[int, ...]) -> Float[np.ndarray, "4 4"]:
    """Orthonormal rows: luma in proportion to what each channel sees of grey, then differences of colours."""
    plane = np.array(channels)
    red, green, blue = ((plane == index) * (contrast > 0) * 1.0 for index in range(3))
    alternating = np.where(np.arange(4) < 2, 1.0, -1.0)
    rows: list[Float[np.ndarray, " 4"]] = []
    for wanted in (
        contrast,
        red - blue * (contrast > 0),
        red + blue - green,
        alternating * green,
        np.eye(4)[3],
    ):
        rest = wanted - sum(((row @ wanted) * row for row in rows), np.zeros(4))
        if len(rows) < 4 and (length := np.linalg.norm(rest)) > 1e-6:
            rows.append(rest / length)
    return np.array(rows)


def _mosaic(samples: Any, pixels: int) -> Any:
    """The channels in one plane: a mosaic as it is, a pixel's three planes and an empty one as a cell."""
    if pixels == 2:
        return samples[..., 0]
    xp = namespace(samples)
    height, width = samples.shape[:2]
    cells = xp.concatenate([samples, xp.zeros_like(samples[..., :1])], axis=-1)
    return cells.reshape(height, width, 2, 2).transpose(0, 2, 1, 3).reshape(2 * height, 2 * width)


def _image(mosaic: Any, shape: tuple[int, ...]) -> Any:
    """The samples of an image of this shape from its channels in one plane."""
    if shape[2] == 1:
        return mosaic[..., None]
    height, width, planes = shape
    cells = mosaic.reshape(height, 2, width, 2).transpose(0, 2, 1, 3)
    return cells.reshape(height, width, 4)[..., :planes]


def _mirrored(size: int, start: int) -> Int[np.ndarray, " n"]:
    """Indices of samples that begin ``start`` after a block's corner, with whole blocks all around.

    They are mirrored about the outermost sample, which keeps the phase of a Bayer pattern.
    """
    after = 8 + -(start + size) % 8
    return np.pad(np.arange(size), (8 + start, after), mode="reflect")


def _blocks(planes: Any) -> Any:
    """Overlapping blocks ``[y, 8, x, 8, plane]`` of cells."""
    xp = namespace(planes)
    height, width, count = planes.shape
    groups = planes.reshape(height // 4, 4, width // 4, 4, count)
    tall = xp.concatenate([groups[:-1], groups[1:]], axis=1)
    return xp.concatenate([tall[:, :, :-1], tall[:, :, 1:]], axis=3)


def _overlapped(blocks: Any) -> Any:
    """The planes that overlapping blocks make, but for the outermost 4 cells."""
    xp = namespace(blocks)
    window = xp.asarray(_WINDOW, dtype=blocks.dtype)
    blocks = blocks * window[:, None, None, None] * window[:, None]
    tall = blocks[:-1, 4:] + blocks[1:, :4]
    groups = tall[:, :, :-1, 4:] + tall[:, :, 1:, :4]
    rows, _, columns, _, count = groups.shape
    return groups.reshape(4 * rows, 4 * columns, count)


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


def _at_most_one(strength: Any) -> Any:
    return namespace(strength).minimum(strength, 1.0)
