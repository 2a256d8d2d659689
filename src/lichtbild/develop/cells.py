"""Cells: an image read as 2 x 2 channels, so that noise and colours are treated alike wherever planes are.

A Bayer mosaic's cells hold red, two greens and blue; those of a single plane its own pixels. Where each pixel
has three planes, a cell is a pixel, and its fourth channel is empty.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.develop.stabilise import Stabiliser
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.noise_profile import NoiseProfile

BLOCK: Final = 8
"""Samples of a mosaic by which frames begin before it, and by whose multiples their sides are long."""
_GREY: Final = 0.1
_HADAMARD: Final = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2


@dataclass(frozen=True)
class Cells:
    """How an image is read.

    Attributes:
        stabilisers: what stabilises each channel's noise, row by row.
        colours: orthonormal; its first row makes luma of the stabilised channels, the others chromas.
        has_chroma: whether the other rows hold colour; else they too are detail of the luma.
        pixels: pixels along a cell's side, 2 in a mosaic and 1 where a pixel has its planes.
        red: row and column of a Bayer cell's red pixel, 0 or 1.
    """

    stabilisers: tuple[Stabiliser, ...]
    colours: Float[np.ndarray, "4 4"]
    has_chroma: bool
    pixels: int
    red: tuple[int, int] = (0, 0)

    @staticmethod
    def of(image: Mosaic, noise: NoiseProfile, neutral: tuple[float, ...]) -> "Cells | None":
        """How an image of this noise is read, or None if it has no noise or a pattern that is not Bayer.

        Args:
            image: any mosaic.
            noise: for each plane or one for all.
            neutral: planes of a neutral object, which tell luma from chroma.

        Raises:
            BadInput: the noise profile has neither one entry nor one for each plane.
        """
        planes, cfa = image.samples.shape[2], image.cfa
        if not any((*noise.scale, *noise.offset)):
            return None
        if cfa is not None and cfa.is_bayer:
            channels, pixels = sum(cfa.pattern, ()), 2
        elif cfa is None and planes in (1, 3):
            channels, pixels = ((0, 0, 0, 0), 2) if planes == 1 else ((0, 1, 2, 2), 1)
        else:
            return None
        count, needed = len(noise.scale), max(channels) + 1
        if count not in (1, needed):
            raise BadInput(f"a noise profile has {count} planes where the image has {needed}")
        numbers = [(noise.scale[plane % count], noise.offset[plane % count]) for plane in channels]
        stabilisers = tuple(Stabiliser.of(*pair) for pair in numbers)
        if needed == 1:
            return Cells(stabilisers, _HADAMARD, False, pixels)
        grey = np.array([neutral[plane] / max(neutral) for plane in channels])
        grey[3] *= pixels == 2
        red = divmod(channels.index(0), 2)
        return Cells(stabilisers, _colours(grey, stabilisers, channels), True, pixels, red)

    def mosaic(self, samples: Any) -> Any:
        """The channels in one plane."""
        if self.pixels == 2:
            return samples[..., 0]
        xp = namespace(samples)
        return woven(xp.concatenate([samples, xp.zeros_like(samples[..., :1])], axis=-1))

    def image(self, mosaic: Any) -> Any:
        """The image's samples from its channels in one plane."""
        return mosaic[..., None] if self.pixels == 2 else channels_of(mosaic)[..., :3]

    def stabilised(self, mosaic: Any) -> Any:
        """The channels ``[row, column, channel]`` of a mosaic of whole cells, stabilised."""
        channels = channels_of(mosaic)
        stable = [s.stabilised(channels[..., c]) for c, s in enumerate(self.stabilisers)]
        return namespace(mosaic).stack(stable, axis=-1)

    def restored(self, channels: Any, removed: Any) -> Any:
        """The mosaic of light that stabilised channels mean, after this share of their noise was removed."""
        xp = namespace(channels)
        removed = xp.asarray(removed, dtype=channels.dtype)
        light = [s.restored(channels[..., c], removed) for c, s in enumerate(self.stabilisers)]
        return woven(xp.stack(light, axis=-1))


class Frame(NamedTuple):
    """Whole blocks around a mosaic, and where in it they find their samples.

    Beyond its borders samples are mirrored about the outermost one, which keeps the phase of a Bayer pattern.

    Attributes:
        rows: the mosaic's row for each row of the blocks.
        columns: the same of columns.
        top: rows before the first that is wanted, less a block's.
        left: columns before the first that is wanted, less a block's.
        place: row and column of the frame's first cell in the whole image.
        cells: rows and columns of the whole image's cells.
        size: rows and columns of the mosaic that are wanted.
    """

    rows: Int[np.ndarray, " rows"]
    columns: Int[np.ndarray, " columns"]
    top: int
    left: int
    place: tuple[int, int]
    cells: tuple[int, int]
    size: tuple[int, int]

    @staticmethod
    def around(image: Mosaic, cells: Cells, window: Window) -> "Frame":
        """The frame of a window of an image's mosaic of channels; blocks start at multiples of 8."""
        scale, held = 2 // cells.pixels, image.window
        top, rows = _mirrored(*(scale * row for row in (window.top, window.bottom, held.top, held.bottom)))
        left, columns = _mirrored(
            *(scale * column for column in (window.left, window.right, held.left, held.right))
        )
        place = ((scale * window.top - top - BLOCK) // 2, (scale * window.left - left - BLOCK) // 2)
        height, width = image.extent
        size = scale * window.height, scale * window.width
        return Frame(rows, columns, top, left, place, (-(-scale * height // 2), -(-scale * width // 2)), size)

    def framed(self, mosaic: Any) -> Any:
        """The mosaic with its mirror images around."""
        return mosaic[self.rows][:, self.columns]

    def within(self, whole: Any) -> Any:
        """The mosaic's own samples, of all but the frame's outermost block on each side."""
        height, width = (len(index) - 2 * BLOCK for index in (self.rows, self.columns))
        rows, columns = self.size
        return whole[:height, :width][self.top : self.top + rows, self.left : self.left + columns]


def _mirrored(first: int, last: int, begin: int, end: int) -> tuple[int, Int[np.ndarray, " n"]]:
    """Samples between a block's corner and the first that is wanted, and the indices of framed samples.

    Those from ``first`` to ``last`` are wanted of a line that holds ``begin`` to ``end``.
    """
    before, after = first % BLOCK, -last % BLOCK
    index = np.abs(np.arange(first - before - BLOCK, last + after + BLOCK) - begin)
    index %= max(2 * (end - begin - 1), 1)
    return before, np.minimum(index, 2 * (end - begin - 1) - index)


def channels_of(mosaic: Any) -> Any:
    """The channels ``[row, column, channel]`` of a mosaic of whole cells."""
    height, width = mosaic.shape
    cells = mosaic.reshape(height // 2, 2, width // 2, 2).transpose(0, 2, 1, 3)
    return cells.reshape(height // 2, width // 2, 4)


def woven(channels: Any) -> Any:
    """The mosaic that has these channels."""
    height, width, _ = channels.shape
    return channels.reshape(height, width, 2, 2).transpose(0, 2, 1, 3).reshape(2 * height, 2 * width)


def _colours(
    grey: Float[np.ndarray, " 4"], stabilisers: tuple[Stabiliser, ...], channels: tuple[int, ...]
) -> Float[np.ndarray, "4 4"]:
    """Orthonormal rows: luma in proportion to what each channel sees of grey, then differences of colours."""
    slopes = np.array(
        [1 / np.sqrt(s.scale * _GREY * g + s.offset) for g, s in zip(grey, stabilisers, strict=True)]
    )
    plane, seen = np.array(channels), grey > 0
    red, green, blue = ((plane == index) * seen * 1.0 for index in range(3))
    alternating = np.where(np.arange(4) < 2, 1.0, -1.0) * green
    rows: list[Float[np.ndarray, " 4"]] = []
    for wanted in (grey * slopes, red - blue, red + blue - green, alternating, np.eye(4)[3]):
        rest = wanted - sum(((row @ wanted) * row for row in rows), np.zeros(4))
        if len(rows) < 4 and (length := np.linalg.norm(rest)) > 1e-6:
            rows.append(rest / length)
    return np.array(rows)
