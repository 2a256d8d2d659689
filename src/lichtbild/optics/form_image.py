"""Form image: the light of a scene laid upon a sensor by a lens.

The scene is taken where each square of the sensor looks, and spread by the point spread of its place. Point
spreads change over the field: the picture is cut into blocks that fade into one another, each with the point
spread in its middle, bilinear between the nodes of the response; what a block sends beyond its border lands
on its neighbours. Products of Fourier transforms spread all bands of a block at once.

A square sends its light from all of itself, not from its middle, which would blur twice: the point spread's
second moment is made smaller by that of a square.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.scene import Scene
from lichtbild.numerics.blocks import Block, blocks
from lichtbild.optics.scene_seen import Seen, seen

SIDE = 512
"""Of the Fourier transforms."""

FADE = 64
"""Squares over which a block fades into the next."""

STEPS = 1 << 16
"""Of the table of illumination, even in the squared distance from the axis."""

Told = Callable[[int, int], None]
"""Called with how many blocks are done, and how many there are."""


def _in_silence(done: int, total: int) -> None:
    """Nobody is told."""


def form_image(
    response: OpticalResponse,
    scene: Scene,
    extent: Extent,
    finer: int = 2,
    *,
    threads: int | None = None,
    told: Told = _in_silence,
) -> OpticalImage:
    """The light on a sensor in the middle of a lens's image; the same for any number of threads.

    Args:
        response: of the lens, in squares of the pixels' pitch over ``finer``.
        scene: beyond its borders its outermost pixels go on.
        extent: pixels of the sensor.
        finer: squares along a pixel.
        threads: at once; by default one for each core.
        told: of progress.

    Raises:
        BadInput: pixels without squares, or a response whose point spreads are too wide.
    """
    grid = _grid(response, extent, finer)
    spectra = np.asarray(scene.in_bands(response.bands), np.float32)
    looks = seen(scene, response, grid.whole)
    total = np.zeros((len(response.bands), *extent), np.float32)

    def spread(block: Block) -> _Light:
        planes = _radiance(looks, spectra, block.window) * block.weight
        return _on_pixels(_convolved(planes, kernels(response, grid.place(block))), block, grid)

    every = list(blocks(grid.whole, SIDE - 2 * grid.border - FADE, FADE))
    with ThreadPoolExecutor(threads or cpu_count() or 1) as pool:
        for done, light in enumerate(pool.map(spread, every), 1):
            rows, columns = Window.whole(extent).slices_of(light.window)
            total[:, rows, columns] += light.planes
            told(done, len(every))
    _shade(total, response, grid.pitch * finer)
    irradiance = np.moveaxis(np.maximum(total, 0.0, out=total), 0, -1)
    return OpticalImage(
        irradiance, response.bands, grid.pitch * finer, response.chief_angles, response.f_number
    )


class _Light(NamedTuple):
    """Light that a block lays on some pixels, ``[band, row, column]``."""

    window: Window
    planes: np.ndarray


@dataclass(frozen=True)
class _Grid:
    """Squares of a sensor with a border as wide as point spreads reach.

    Args:
        extent: pixels of the sensor.
        finer: squares along a pixel.
        border: squares, of whole pixels.
        pitch: of squares, mm.
    """

    extent: Extent
    finer: int
    border: int
    pitch: float

    @property
    def whole(self) -> Extent:
        """Squares with the border."""
        return Extent(*(side * self.finer + 2 * self.border for side in self.extent))

    def place(self, block: Block) -> tuple[float, float]:
        """The middle of a block, x and y, mm."""
        row, column = block.middle
        return (column - self.whole.width / 2) * self.pitch, (self.whole.height / 2 - row) * self.pitch


def _grid(response: OpticalResponse, extent: Extent, finer: int) -> _Grid:
    if finer < 1:
        raise BadInput(f"a pixel has {finer} squares along its side; give 1 or more, usually 2")
    border = -(-(response.psf.shape[-1] // 2) // finer) * finer
    if 2 * border + FADE > SIDE // 2:
        raise BadInput(
            f"point spreads of {response.psf.shape[-1]} squares are more than blocks of {SIDE} hold; give "
            f"{SIDE // 2 - FADE - finer} squares or fewer"
        )
    return _Grid(extent, finer, border, response.pitch)


def _radiance(looks: Seen, spectra: np.ndarray, window: Window) -> Float[np.ndarray, "band h w"]:
    """Photon radiance where the squares of a window look."""
    weights = looks.weights(window)
    flat = spectra.T @ weights.reshape(-1, weights.shape[2]).T
    return np.asarray(flat.reshape(-1, *window.extent))


def kernels(response: OpticalResponse, place: tuple[float, float]) -> Float[np.ndarray, "band y x"]:
    """Point spreads for squares that send light from all of themselves, between the nodes around a place.

    Args:
        response: of a lens.
        place: x and y, mm; beyond the outermost nodes as there.
    """
    x, y = place
    (left, over), (top, down) = _between(response.columns, x), _between(-response.rows, -y)
    psf = np.asarray(response.psf, np.float32)
    upper = (1 - over) * psf[top, left] + over * psf[top, left + 1]
    lower = (1 - over) * psf[top + 1, left] + over * psf[top + 1, left + 1]
    return _narrowed((1 - down) * upper + down * lower)


def _between(nodes: np.ndarray, at: float) -> tuple[int, np.float32]:
    """The node before a place, and how far from it to the next the place lies, 0 to 1."""
    before = int(np.clip(np.searchsorted(nodes, at) - 1, 0, len(nodes) - 2))
    share = (at - nodes[before]) / (nodes[before + 1] - nodes[before])
    return before, np.float32(np.clip(share, 0.0, 1.0))


def _narrowed(psf: np.ndarray) -> np.ndarray:
    """Less the second moment of a square, 1/12 in each direction: half of that times second differences."""
    around = np.pad(psf, ((0, 0), (1, 1), (1, 1)))
    beside = around[:, 1:-1, :-2] + around[:, 1:-1, 2:] + around[:, :-2, 1:-1] + around[:, 2:, 1:-1]
    found = psf - (beside - 4 * psf) / np.float32(24)
    return np.asarray(found / found.sum(axis=(1, 2), keepdims=True))


def _convolved(planes: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """All light that planes ``[band, h, w]`` send, ``[band, h + size - 1, w + size - 1]``."""
    from scipy import fft

    height, width = (a + b - 1 for a, b in zip(planes.shape[1:], spread.shape[1:], strict=True))
    shape = tuple(fft.next_fast_len(side, real=True) for side in (height, width))
    waves = fft.rfft2(planes, shape)
    waves *= fft.rfft2(spread, shape)
    return np.asarray(fft.irfft2(waves, shape, overwrite_x=True)[:, :height, :width])


def _on_pixels(light: np.ndarray, block: Block, grid: _Grid) -> _Light:
    """Means over the squares of each pixel of the sensor."""
    half = (light.shape[1] - block.window.height) // 2
    rows, top = _whole_pixels(block.window.top - half - grid.border, light.shape[1], grid.extent.height, grid)
    columns, left = _whole_pixels(
        block.window.left - half - grid.border, light.shape[2], grid.extent.width, grid
    )
    padded = np.pad(light, ((0, 0), rows.padding, columns.padding))
    sums = padded.reshape(len(light), rows.pixels, grid.finer, columns.pixels, grid.finer).sum(axis=(2, 4))
    kept = sums[:, rows.kept, columns.kept] / np.float32(grid.finer**2)
    window = Window(top, left, top + kept.shape[1], left + kept.shape[2])
    return _Light(window, kept)


class _Along(NamedTuple):
    """How squares along one axis become pixels."""

    padding: tuple[int, int]
    pixels: int
    kept: slice


def _whole_pixels(first: int, count: int, most: int, grid: _Grid) -> tuple[_Along, int]:
    """Squares ``first`` on, counted from the sensor's border, as whole pixels, and the first that is kept."""
    before = first % grid.finer
    after = -(first + count) % grid.finer
    low, high = (first - before) // grid.finer, (first + count + after) // grid.finer
    kept = slice(max(0, -low), min(high, most) - low)
    return _Along((before, after), high - low, kept), max(0, low)


def _shade(total: np.ndarray, response: OpticalResponse, pitch: float) -> None:
    """Radiance to irradiance, in place: times the solid angle of the light at each pixel."""
    height, width = total.shape[1:]
    y, x = (((np.arange(side) + 0.5) - side / 2) * pitch for side in (height, width))
    farthest = y[-1] ** 2 + x[-1] ** 2
    index = ((y[:, None] ** 2 + x**2) * ((STEPS - 1) / farthest) + 0.5).astype(np.uint16)
    distances = np.sqrt(np.linspace(0.0, farthest, STEPS))
    for plane, angles in zip(total, np.asarray(response.solid_angle).T, strict=True):
        table = _smooth(response.height, angles, distances).astype(np.float32)
        plane *= table[index]


def _smooth(height: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """A curve of no slope on the axis, through values at heights."""
    from scipy.interpolate import CubicSpline

    return np.asarray(CubicSpline(height, values, bc_type=((1, 0.0), "not-a-knot"))(at))
