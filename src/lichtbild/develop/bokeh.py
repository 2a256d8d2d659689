"""Bokeh: a sharp picture with known distances, as a lens would have blurred it.

Every pixel lies in two of many layers of about the same blur. Each layer is blurred by the lens's own
kernels for its distance and for the place in the picture, by Fourier transforms on tiles, on pixels as large
as its blur allows; so is the layer's own coverage, which then is the share of the lens that sees it. From the
nearest layer to the farthest, each takes from a pixel's light the share that it covers, as long as anything
is left. A surface that runs through several layers covers different parts of the lens in each, so that
nothing behind shines through it; at the edge of something near, what lies behind it is seen past the edge,
also where the sharp picture does not show it: that is the back sheet (`lichtbild.develop.sheets`).

Source: the layers are those of Wadhwa et al., "Synthetic depth-of-field with a single-camera mobile phone"
(SIGGRAPH 2018), section 5; there the kernel is a disc and layers are laid over by their opacity alone.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import hypot
from typing import Any, Final

import numpy as np
from jaxtyping import Float32
from scipy.fft import irfft2, next_fast_len, rfft2

from lichtbild.core.chain import silent
from lichtbild.core.window import Window
from lichtbild.develop.blur_layers import Blur, Layers, layers_of
from lichtbild.develop.kernels.bokeh import collect, lay_over, splat
from lichtbild.develop.sheets import CELL, Sheet, Sheets, enlarged
from lichtbild.image.linear_image import LinearImage

TILES: Final = 10
"""Parts along the picture that have one kernel in each layer."""
_LEAST_TILE, _MOST_TILE = 32, 384
_FADE: Final = 8
"""Of a tile, by which it passes into the next one on each side."""
_BLOCK: Final = 32


def blurred(
    image: LinearImage,
    sheets: Sheets,
    blur: Blur,
    *,
    threads: int = 1,
    progress: Callable[[float], None] = silent,
) -> LinearImage:
    """The picture as the lens would have made it.

    Args:
        image: the whole sharp picture.
        sheets: what it shows, and what lies behind that.
        blur: of the lens, focused on its distance; its format's diagonal is the picture's.
        threads: tiles computed at a time.
        progress: called with the finished share, 0 to 1.
    """
    layers = layers_of(sheets, blur, image.extent)
    tiling = _Tiling.of(image, sheets, blur, layers)
    total = np.zeros((*image.extent, 3), np.float32)
    weight = np.zeros((*image.extent, 1), np.float32)
    cores = list(Window.whole(image.extent).tiles(tiling.side))
    whole = Window.whole(image.extent)
    with ThreadPoolExecutor(threads) as pool:
        for done, (core, part) in enumerate(zip(cores, pool.map(tiling.tile, cores), strict=True), 1):
            window = core.grown(tiling.fade, image.extent)
            share = _fading(core, window, tiling.fade)
            total[whole.slices_of(window)] += part * share
            weight[whole.slices_of(window)] += share
            progress(done / len(cores))
    return replace(image, samples=np.divide(total, weight, out=total))


@dataclass(frozen=True)
class _Place:
    """A place in the picture: the way outward, down and right, and between which known heights it lies."""

    outward: tuple[float, float]
    first: int
    part: float


@dataclass(frozen=True)
class _Size:
    """Of a layer's blur at a place, as of `Layers`."""

    shift: int
    reach: int
    is_sharp: bool


@dataclass(frozen=True, eq=False)
class _Tiling:
    """What all tiles share.

    Attributes:
        image: the sharp picture.
        sheets: of it.
        blur: of the lens.
        layers: that the distances need.
        front: place in the sequence of layers of each pixel of the front sheet.
        back: of the back sheet.
        held: which layers each block of pixels has, ``[layer, row, column]``.
    """

    image: LinearImage
    sheets: Sheets
    blur: Blur
    layers: Layers
    front: Float32[np.ndarray, "row column"]
    back: Float32[np.ndarray, "small_row small_column"]
    held: Any

    @staticmethod
    def of(image: LinearImage, sheets: Sheets, blur: Blur, layers: Layers) -> "_Tiling":
        front, back = _places(sheets.front, layers), _places(sheets.back, layers)
        covered = np.where(sheets.back.cover > 0, back, -1)
        count = len(layers.shift)
        held = _held(front, _BLOCK, count) | _held(covered, _BLOCK // CELL, count)
        return _Tiling(image, sheets, blur, layers, front, back, held)

    @property
    def side(self) -> int:
        """Side of a tile, pixels."""
        return int(np.clip(max(self.image.extent) // TILES, _LEAST_TILE, _MOST_TILE))

    @property
    def fade(self) -> int:
        """Pixels by which a tile passes into the next one, on each side."""
        return self.side // _FADE

    def tile(self, core: Window) -> Float32[np.ndarray, "row column 3"]:
        """The blurred picture of a tile and its fading border."""
        extent = self.image.extent
        window = core.grown(self.fade, extent)
        place = self._place(core)
        near = {k: size for k, size in enumerate(self._sizes(place)) if self._reaches(k, size, window)}
        if all(size.is_sharp for size in near.values()):
            return np.asarray(self.image.samples[Window.whole(extent).slices_of(window)])
        finest = min(size.shift for size in near.values())
        area = _coarse(window, finest)
        total = np.zeros((*area.extent, 3), np.float32)
        free = np.ones_like(total)
        for k, size in near.items():
            frame = _bordered(_coarse(window, size.shift), size.reach >> size.shift)
            light, cover = self._blurred(k, size, self._collected(k, size.shift, frame), place)
            lay_over(
                light, cover, size.shift - finest, frame.top, frame.left, total, free, area.top, area.left
            )
        total /= np.maximum(1 - free, 1e-6)
        made: Float32[np.ndarray, "row column 3"] = _refined(total, area, finest, window)
        return made

    def _place(self, core: Window) -> "_Place":
        """The middle of a tile."""
        extent = self.image.extent
        down = (core.top + core.bottom) / 2 - extent.height / 2
        right = (core.left + core.right) / 2 - extent.width / 2
        far = hypot(down, right)
        outward = (down / far, right / far) if far > 0 else (1.0, 0.0)
        nodes = np.arange(len(self.blur.height))
        place = float(np.interp(2 * far / hypot(*extent), self.blur.height, nodes))
        first = min(int(place), len(nodes) - 2)
        return _Place(outward, first, place - first)

    def _sizes(self, place: "_Place") -> list["_Size"]:
        """Of the layers' blur at a place."""
        two, known = slice(place.first, place.first + 2), self.layers
        return [
            _Size(
                int(known.shift[k, two].min()),
                int(known.reach[k, two].max()),
                bool(known.is_sharp[k, two].all()),
            )
            for k in range(len(known.vergence))
        ]

    def _reaches(self, layer: int, size: "_Size", window: Window) -> bool:
        """Whether light of a layer comes to a window."""
        grown = window.grown(size.reach + (2 << size.shift), self.image.extent)
        rows = slice(grown.top // _BLOCK, -(-grown.bottom // _BLOCK))
        columns = slice(grown.left // _BLOCK, -(-grown.right // _BLOCK))
        return bool(self.held[layer, rows, columns].any())

    def _collected(self, layer: int, shift: int, frame: Window) -> Float32[np.ndarray, "4 row column"]:
        """A layer's premultiplied light and coverage in a frame of its own pixels."""
        extent = self.image.extent
        found = np.zeros((4, *frame.extent), np.float32)
        top, left, bottom, right = (
            min(max(side << shift, 0), most)
            for side, most in zip(
                (frame.top, frame.left, frame.bottom, frame.right), (*extent, *extent), strict=True
            )
        )
        part = np.array((top, left, bottom, right))
        first = np.array((top - (frame.top << shift), left - (frame.left << shift)))
        for sheet, place, cell in (
            (self.sheets.front, self.front, 1),
            (self.sheets.back, self.back, CELL),
        ):
            collect(sheet.light, sheet.cover, place, cell, layer, shift, part, first, found)
        return found

    def _blurred(self, layer: int, blur: "_Size", held: Any, place: "_Place") -> tuple[Any, Any]:
        """Light and coverage of a layer, ``[3, row, column]``, as the lens spreads them."""
        if blur.is_sharp:
            return held[:3], np.broadcast_to(held[3], (3, *held.shape[1:])).copy()
        half = (blur.reach >> blur.shift) + 2
        kernels = self._kernels(layer, blur.shift, place, half)
        size = tuple(next_fast_len(side + 2 * half, real=True) for side in held.shape[1:])
        spectra, spread = rfft2(held, size), rfft2(kernels, size)
        light, cover = irfft2(spectra[:3] * spread, size), irfft2(spectra[3] * spread, size)
        kept = tuple(slice(half, half + side) for side in held.shape[1:])
        return tuple(np.maximum(np.ascontiguousarray(part[:, *kept]), 0) for part in (light, cover))

    def _kernels(self, layer: int, shift: int, place: "_Place", half: int) -> Any:
        """A layer's kernels of the three bands at a place in the picture, each with the sum 1."""
        rays, outward, first = self.layers.rays[layer], place.outward, place.first
        part = np.float32(place.part)
        x, y, weight = (1 - part) * rays[:, first] + part * rays[:, first + 1]
        scale = np.float32(1 / (1 << shift))
        rows = half + scale * (y * outward[0] + x * outward[1])
        columns = half + scale * (y * outward[1] - x * outward[0])
        found = np.zeros((3, 2 * half + 1, 2 * half + 1), np.float32)
        for band in range(3):
            splat(columns[band], rows[band], weight[band], found[band])
        return found / found.sum(axis=(1, 2), keepdims=True)


def _places(sheet: Sheet, layers: Layers) -> Any:
    """Where in the sequence of layers each pixel of a sheet lies."""
    number = np.arange(len(layers.vergence), dtype=np.float64)
    return np.interp(sheet.vergence, layers.vergence[::-1], number[::-1]).astype(np.float32)


def _held(place: Any, block: int, count: int) -> Any:
    """Which layers each block of pixels has, ``[layer, row, column]``; none where the place is below 0."""
    rows, columns = place.shape
    padded = np.pad(place, ((0, -rows % block), (0, -columns % block)), mode="edge")
    blocks = padded.reshape(padded.shape[0] // block, block, padded.shape[1] // block, block)
    found = np.zeros((count, blocks.shape[0], blocks.shape[2]), bool)
    first = np.floor(blocks)
    for layer in np.unique(first[first >= 0]).astype(np.intp):
        here = (first == layer).any(axis=(1, 3))
        found[layer] |= here
        found[min(layer + 1, count - 1)] |= here
    return found


def _coarse(window: Window, shift: int) -> Window:
    """The window on pixels ``2^shift`` as large."""
    up = (1 << shift) - 1
    return Window(
        window.top >> shift, window.left >> shift, (window.bottom + up) >> shift, (window.right + up) >> shift
    )


def _bordered(window: Window, reach: int) -> Window:
    """The window and what reaches it; it may go beyond the picture."""
    border = reach + 2
    return Window(window.top - border, window.left - border, window.bottom + border, window.right + border)


def _refined(total: Any, area: Window, shift: int, window: Window) -> Any:
    """A window of the picture from pixels ``2^shift`` as large."""
    size = (area.height << shift, area.width << shift)
    large = enlarged(total, size, 1 << shift) if shift else total
    top, left = window.top - (area.top << shift), window.left - (area.left << shift)
    return large[top : top + window.height, left : left + window.width]


def _fading(core: Window, window: Window, fade: int) -> Any:
    """How much a tile counts: 1 within, falling to 0 over borders that it shares, ``[row, column, 1]``."""
    lines = []
    for first, last, low, high in (
        (core.top, core.bottom, window.top, window.bottom),
        (core.left, core.right, window.left, window.right),
    ):
        place = np.arange(low, high) + 0.5
        rising = (place - (first - fade)) / (2 * fade) if low < first else np.ones_like(place)
        falling = (last + fade - place) / (2 * fade) if high > last else np.ones_like(place)
        lines.append(np.clip(np.minimum(rising, falling), 0, 1).astype(np.float32))
    return (lines[0][:, None] * lines[1])[..., None]
