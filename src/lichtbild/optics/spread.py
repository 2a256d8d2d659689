"""Spread: the light of a block of squares laid upon the pixels around it.

A mean over the squares of a pixel is part of the point spread, which is then wanted at whole pixels only:
each place in a pixel is convolved by itself, and their sum is the light. Transforms are as large as a block
has pixels, and the inverse ones are as few as the channels.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.numerics.blocks import Block, blocks
from lichtbild.optics.kernels.mix import combine, mix
from lichtbild.optics.scene_seen import Squares

WIDEST = 192
"""Squares with a border to either side that a point spread takes at most."""

MOVED = 960
"""The same of one that a moving camera draws out."""

NEAREST = 96
"""Squares from one block to the next at least, lest a small picture take long."""

FARTHEST = 320
"""The same at most."""


class Light(NamedTuple):
    """Light that a block lays on some pixels, ``[channel, row, column]``."""

    window: Window
    planes: np.ndarray


class Channels(NamedTuple):
    """What is made of the planes that are seen.

    Attributes:
        spectra: float32 ``[plane, channel]``.
        bands: whose point spread each channel has.
    """

    spectra: Float[np.ndarray, "plane channel"]
    bands: Int[np.ndarray, " channel"]


@dataclass(frozen=True, eq=False)
class Grid:
    """Squares of a sensor with a border as wide as point spreads reach.

    Attributes:
        extent: pixels of the sensor.
        finer: squares along a pixel.
        border: squares, of whole pixels.
        pitch: of squares, mm.
        size: squares along a point spread, odd.
        nodes: rows and columns at which point spreads are told, on the sensor's borders and evenly between.
    """

    extent: Extent
    finer: int
    border: int
    pitch: float
    size: int
    nodes: tuple[int, int]

    @property
    def whole(self) -> Extent:
        """Squares with the border."""
        return Extent(*(side * self.finer + 2 * self.border for side in self.extent))

    @property
    def reach(self) -> int:
        """Pixels along the light that a pixel of squares sends."""
        return (self.size + self.finer - 2) // self.finer + 1

    def rows(self) -> list[list[Block]]:
        """Blocks of squares, row by row.

        They count alone at the nodes, or at places evenly between these where nodes lie far apart, so that
        point spreads change bilinearly over the picture; where nodes lie too near, blocks are fewer.
        """
        rows, columns = (
            _middles(side * self.finer, self.border, nodes - 1)
            for side, nodes in zip(self.extent, self.nodes, strict=True)
        )
        every = list(blocks(self.whole, rows, columns))
        return [every[first : first + len(columns)] for first in range(0, len(every), len(columns))]

    def place(self, block: Block) -> tuple[float, float]:
        """The middle of a block, x and y, mm."""
        row, column = block.middle
        return (column - self.whole.width / 2) * self.pitch, (self.whole.height / 2 - row) * self.pitch

    def sorting(self, block: Block) -> Squares:
        """How the squares of a block lie in pixels, from the first pixel on that its light reaches."""
        before = (self._first(block.window.top) % self.finer, self._first(block.window.left) % self.finer)
        return Squares(before, self.finer)

    def landed(self, block: Block) -> tuple[int, int]:
        """Row and column of the first pixel that the light of a block reaches."""
        return self._first(block.window.top) // self.finer, self._first(block.window.left) // self.finer

    def reached(self, block: Block) -> tuple[int, int]:
        """Row and column after the last pixel that the light of a block reaches."""
        ends = (block.window.bottom, block.window.right)
        last_row, last_column = (-(-(self._first(end) + self.size - 1) // self.finer) for end in ends)
        return last_row, last_column

    def _first(self, square: int) -> int:
        return square - self.size // 2 - self.border


def grid(response: OpticalResponse, extent: Extent, finer: int, moved: int = 0) -> Grid:
    """The squares of a sensor.

    Args:
        response: of a lens.
        extent: pixels.
        finer: squares along a pixel.
        moved: squares by which a moving camera spreads a point to either side.

    Raises:
        BadInput: pixels without squares, or too wide a point spread.
    """
    if finer < 1:
        raise BadInput(f"a pixel has {finer} squares along its side; give 1 or more, usually 2")
    size = response.psf.shape[-1] + 2 * moved
    still, border = (-(-(side // 2) // finer) * finer for side in (response.psf.shape[-1], size))
    if 2 * still > WIDEST:
        raise BadInput(
            f"point spreads of {response.psf.shape[-1]} squares are more than blocks hold; give "
            f"{WIDEST - finer} squares or fewer"
        )
    if 2 * border > MOVED:
        raise BadInput(
            f"the camera's motion spreads a point over {2 * moved} squares, which is more than blocks "
            "hold; take a shorter exposure, a calmer path or fewer squares a pixel"
        )
    return Grid(extent, finer, border, response.pitch, size, (len(response.rows), len(response.columns)))


def _middles(side: int, border: int, steps: int) -> tuple[int, ...]:
    """Where blocks count alone along an axis."""
    if side < NEAREST * steps:
        steps = side // NEAREST
    elif side > FARTHEST * steps:
        steps *= -(-side // (FARTHEST * steps))
    if steps == 0:
        return (border + side // 2,)
    return tuple(border + round(side * number / steps) for number in range(steps + 1))


@dataclass(frozen=True, eq=False)
class Waves:
    """Transforms for the blocks of a grid.

    Attributes:
        grid: of squares.
        shape: rows and columns of pixels of a transform.
    """

    grid: Grid
    shape: tuple[int, int]

    def spreads(self, kernels: Float[np.ndarray, "band y x"]) -> np.ndarray:
        """Transforms of point spreads and a pixel's mean, ``[band, place in the pixel, row, column]``."""
        from scipy import fft

        finer, (bands, size) = self.grid.finer, kernels.shape[:2]
        reach = self.grid.reach
        padded = np.zeros((bands, reach * finer, reach * finer), np.float32)
        for i in range(finer):
            for j in range(finer):
                padded[:, i : i + size, j : j + size] += kernels
        # Light of the place a in pixel p reaches pixel p + q by the share at finer q - a + finer - 1.
        parts = padded.reshape(bands, reach, finer, reach, finer)[:, :, ::-1, :, ::-1] / np.float32(finer**2)
        places = parts.transpose(0, 2, 4, 1, 3).reshape(bands, finer * finer, reach, reach)
        # Rows of nothing need no transform.
        return np.asarray(fft.fft(fft.rfft(places, self.shape[1]), self.shape[0], axis=-2))

    def light(
        self,
        block: Block,
        planes: Float[np.ndarray, "plane place h w"],
        channels: Channels,
        kernels: np.ndarray,
    ) -> Light:
        """The light that planes of squares send to the pixels around.

        Args:
            block: the squares.
            planes: sorted by place in the pixel.
            channels: what is made of them.
            kernels: point spreads of the bands, in squares.
        """
        from scipy import fft

        spectra = channels.spectra
        if len(planes) > spectra.shape[1]:
            planes = combined(planes, spectra)
            spectra = np.eye(spectra.shape[1], dtype=np.float32)
        waves = fft.rfft2(planes, self.shape)
        result = np.empty((spectra.shape[1], self.shape[0], self.shape[1] // 2 + 1), np.complex64)
        parts = (waves, self.spreads(kernels), result)
        first, second, out = (part.view(np.float32) for part in parts)
        mix(first, np.ascontiguousarray(spectra), second, channels.bands, out)
        light = fft.irfft2(result, self.shape, overwrite_x=True)
        return self._inside(block, light)

    def _inside(self, block: Block, light: np.ndarray) -> Light:
        """What of a block's light falls on the sensor."""
        first, after = self.grid.landed(block), self.grid.reached(block)
        low = [max(0, start) for start in first]
        high = [
            max(min(end, side), least) for end, side, least in zip(after, self.grid.extent, low, strict=True)
        ]
        rows, columns = (slice(a - start, b - start) for a, b, start in zip(low, high, first, strict=True))
        return Light(Window(low[0], low[1], high[0], high[1]), light[:, rows, columns])


def combined(planes: Float[np.ndarray, "plane place h w"], spectra: np.ndarray) -> np.ndarray:
    """Channels of planes, where planes are many."""
    result = np.empty((spectra.shape[1], *planes.shape[1:]), np.float32)
    combine(np.ascontiguousarray(planes), np.ascontiguousarray(spectra), result)
    return result


def waves_of(squares: Grid) -> Waves:
    """Transforms as large as the largest block of a grid needs."""
    from scipy import fft

    finer = squares.finer
    every = [block.window.extent for row in squares.rows() for block in row]
    rows, columns = (
        fft.next_fast_len(-(-(max(side) + finer - 1) // finer) + squares.reach - 1, real=True)
        for side in zip(*every, strict=True)
    )
    return Waves(squares, (rows, columns))
