"""Super-resolution: detail beyond the pixels of one frame, from where a burst sampled the scene.

Write x(p) for the light at a place p, behind lens and pixel, in the camera's colours. Sample i of a burst is
x at a place p_i that the shifts tell, plus noise of known variance v_i. The merged and demosaiced picture,
interpolated, is the base b(p). What is looked for is the detail d = x - b: what lies beyond half a cycle a
pixel, and what the base shows in its place. The frames' innovations tell it::

    r_i = x(p_i) + n_i - b(p_i) = d(p_i) + n_i
    d^(q) = c(q)^T (C + N)^-1 r,    C_ij = cov(d(p_i), d(p_j)),  c_i(q) = cov(d(q), d(p_i))

which is the linear estimate of least mean square error from the samples nearest to q. The prior is isotropic:
a scene of power 1 / f^2 behind the pixel's area, less what the base has of it::

    S(f) = H(f)^2 / f^2 * (1 - exp(-(f / f_b)^2))^2

for the luma that all colours share, and a tenth of it, of a lower f_b, for what is a colour's own. How strong
detail is in a tile follows from the innovations themselves: their mean square beyond the noise. Where there
is none, nothing is added.

An innovation counts by how far its frame is trusted there. The detail is first found from all frames but the
reference. What it leaves unexplained of each frame is held against the noise and a share of the innovations'
usual power, by the departures and weights of `lichtbild.develop.merge`: what moves is in one frame otherwise
than in most, while aliasing is explained. The reference had no part in it: where it is not explained itself,
no frame is trusted, and the base, which is the reference there, stands alone.

Sources: R. Y. Tsai and T. S. Huang, "Multiframe image restoration and registration" (1984), for what shifts
tell beyond the sampling limit; the estimate is linear interpolation of a random field, as in N. Wiener,
"Extrapolation, Interpolation, and Smoothing of Stationary Time Series" (1949); scenes fall as 1 / f^2: D. J.
Field, J. Opt. Soc. Am. A 4, 2379 (1987). To estimate the difference from a base, its prior, its strength by
tiles and the trust are our own.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from jaxtyping import Float, Float32, Int16, UInt8

from lichtbild.core.chain import silent
from lichtbild.core.window import Window
from lichtbild.develop.kernels import innovations as kernels
from lichtbild.develop.kernels import merge as cells
from lichtbild.develop.kernels.super_resolution import DOUBTED, STEPS, resolved
from lichtbild.develop.known_blur import transfer
from lichtbild.develop.merge import LIMITS, MergedBurst
from lichtbild.develop.mosaic_planes import Camera, all_linear, sound_frames, tile_levels
from lichtbild.develop.residual import residual_by_rows
from lichtbild.image.burst import Burst
from lichtbild.image.fine_detail import FineDetail
from lichtbild.image.raw_frame import RawFrame

SAMPLES: Final = 64
"""Samples that a value is made from."""
BASE: Final = (0.4, 0.1)
"""Frequencies f_b in cycles a pixel, of luma and of a colour's own."""
OWN: Final = 0.1
"""Power of what is a colour's own, of luma's."""
MISFIT: Final = 0.02
"""Variance that every innovation has beside noise, of the detail's: shifts and prior are not quite true."""
UNEXPLAINED: Final = np.float32(0.1)
"""Share of the innovations' power that the detail may leave unexplained where nothing moves."""
MOST: Final = 24
"""Frames that are asked; each needs three bytes of memory a pixel, and more tell little that is new."""
COLOURS: Final = 3
ROUNDS: Final = 2
"""Times that the detail is found again with frames trusted by what it has explained of them."""
_FULL: Final = 0.98
_ALIKE: Final = 0.95
"""Mean wave of a period of one pixel over the frames' shifts: theirs differ by 0.05 pixels."""
_LEAST: Final = 0.02
"""Detail's power, of the noise's, below which a tile has none."""
_COLOURED: Final = 4.0
"""Most by which a colour's texture is stronger or weaker than the mean one."""
_AROUND: Final = 2
_UNSEEN: Final = 10.0
"""Departure of a cell that a frame does not show."""
_STRIP: Final = 2


def fine_detail(
    burst: Burst,
    merged: MergedBurst,
    scale: float,
    *,
    threads: int = 1,
    progress: Callable[[float], None] = silent,
) -> FineDetail | None:
    """What a burst shows beyond its merged frame.

    None where its frames lie on each other's pixels, or their sensor has not three colours.

    Args:
        burst: frames of a Bayer sensor.
        merged: what `lichtbild.develop.merge.merge_burst` made of it.
        scale: finer pixels along a pixel, 1.5 or 2.
        threads: strips at a time.
        progress: called with the finished share, 0 to 1.
    """
    camera = Camera.of(burst.frames[0])
    kept = _asked(burst, merged)
    if len(camera.profile.scale) != COLOURS or not _is_varied([merged.shifts[index] for index in kept]):
        return None
    with ThreadPoolExecutor(threads) as pool:
        base = _Base.of(merged.frame, camera, pool)
        sound = sound_frames(burst, camera.noise, pool)
        tiles = base.levels.shape[:2]
        shifts = [_on_tiles(merged.shifts[index], tiles) for index in kept]
        told = _Told.nothing(len(kept), base)
        for place, index in enumerate(kept):
            _gather(base, sound(index), shifts[place], told, place, pool)
            progress(0.3 * (place + 1) / len(kept))
        del sound
        told.power[:] = told.power * (UNEXPLAINED / len(kept))
        offsets = np.stack([2 * np.floor(each / 2 + 0.5) - each for each in shifts]).astype(np.float32)
        extent = tuple(side * round(2 * scale) for side in base.extent)
        samples = np.zeros((3, *extent), np.int16)
        reference = kept.index(merged.reference)
        for number in range(ROUNDS):
            _resolve(base, told, offsets, samples, pool, without=reference)
            _trust(base, told, offsets, samples, reference, pool)
            progress(0.3 + 0.7 * (number + 1) / (ROUNDS + 1))
        _resolve(base, told, offsets, samples, pool)
        progress(1.0)
    return FineDetail(samples, float(1 / kernels.UNITS), scale)


def _asked(burst: Burst, merged: MergedBurst) -> list[int]:
    """The frames that are asked: of many, those that were taken next to the reference."""
    odd = {index for index, _ in merged.left_out}
    kept = [index for index in range(len(burst)) if index not in odd]
    return sorted(sorted(kept, key=lambda index: abs(index - merged.reference))[:MOST])


def _is_varied(shifts: Sequence[Float[np.ndarray, "rows columns 2"]]) -> bool:
    """Whether the frames sample the scene at other places than one of them does, in most tiles."""
    phases = np.abs(np.mean(np.exp(2j * np.pi * np.stack(shifts)), axis=0))
    return bool(np.median(phases.min(axis=-1)) < _ALIKE)


@dataclass(frozen=True, eq=False)
class _Told:
    """What the frames tell.

    Attributes:
        codes: each frame's innovations in each tile and its sides.
        trust: in each cell of each frame, of 255.
        power: mean square of the innovations in each cell.
    """

    codes: Int16[np.ndarray, "N rows columns 4 n"]
    trust: UInt8[np.ndarray, "N h w"]
    power: Float32[np.ndarray, "h w"]

    @staticmethod
    def nothing(count: int, base: "_Base") -> "_Told":
        """Of so many frames, to begin with."""
        return _Told(
            np.empty((count, *base.levels.shape[:2], 4, kernels.SIDE**2), np.int16),
            np.empty((count, *base.extent), np.uint8),
            np.zeros(base.extent, np.float32),
        )


@dataclass(frozen=True, eq=False)
class _Base:
    """The merged and demosaiced picture, and what is known of it.

    Attributes:
        camera: that took it.
        light: its colours, balanced, in whole tiles with a border around them.
        levels: mean of each plane about each tile.
        extent: rows and columns of cells.
    """

    camera: Camera
    light: Float32[np.ndarray, "3 H W"]
    levels: Float32[np.ndarray, "rows columns 4"]
    extent: tuple[int, int]

    @staticmethod
    def of(frame: RawFrame, camera: Camera, pool: ThreadPoolExecutor) -> "_Base":
        """That of a merged frame."""
        samples = all_linear(frame)
        height, width = (side // 2 * 2 for side in samples.shape)
        samples = np.ascontiguousarray(samples[:height, :width])
        planes = np.empty((4, height // 2, width // 2), np.float32)
        cells.planes_of(samples, camera.gains, planes)
        for row, column in np.ndindex(2, 2):
            samples[row::2, column::2] *= camera.gains[row, column]
        levels, border = tile_levels(planes, camera), kernels.BORDER
        light = np.empty((3, *(side * 2 * cells.CELLS + 2 * border for side in levels.shape[:2])), np.float32)

        def demosaic(top: int) -> None:
            bottom = min(top + 256, height)
            assert frame.cfa is not None  # only Bayer frames are merged
            made = residual_by_rows(samples, frame.cfa, Window(top, 0, bottom, width))
            light[:, border + top : border + bottom, border : border + width] = np.moveaxis(made, -1, 0)

        list(pool.map(demosaic, range(0, height, 256)))
        light[:, :border], light[:, border + height :] = light[:, [border]], light[:, [border + height - 1]]
        light[:, :, :border] = light[:, :, [border]]
        light[:, :, border + width :] = light[:, :, [border + width - 1]]
        return _Base(camera, light, levels, (height // 2, width // 2))

    @property
    def noise(self) -> Float32[np.ndarray, "rows columns 4"]:
        """Variance of each plane's samples in each tile."""
        slope, offset = self.camera.balanced_noise.T
        return np.asarray(slope * self.levels + offset, np.float32)

    @property
    def scale(self) -> Float32[np.ndarray, "rows columns 4"]:
        """Strength of each plane's texture in each tile, of all planes' mean."""
        scale = self.levels / self.levels.mean(axis=-1, keepdims=True)
        return np.asarray(np.clip(scale, 1 / _COLOURED, _COLOURED), np.float32)

    @property
    def colours(self) -> np.ndarray:
        """Colour of each plane of the cell."""
        return np.ravel(self.camera.pattern).astype(np.int64)


def _on_tiles(
    shifts: Float[np.ndarray, "r c 2"], tiles: tuple[int, ...]
) -> Float[np.ndarray, "rows columns 2"]:
    """The shifts, also of tiles that are not whole."""
    lacking = [(0, wanted - had) for wanted, had in zip(tiles, shifts.shape[:2], strict=True)]
    return np.ascontiguousarray(np.pad(shifts, [*lacking, (0, 0)], mode="edge"))


def _gather(
    base: _Base,
    samples: Float32[np.ndarray, "H W"],
    shifts: Float[np.ndarray, "rows columns 2"],
    told: _Told,
    place: int,
    pool: ThreadPoolExecutor,
) -> None:
    """A frame's innovations."""
    margin = cells.MARGIN
    planes = np.full((4, *(side + 2 * margin for side in base.extent)), np.nan, np.float32)
    cells.planes_of(samples, base.camera.gains, planes)
    camera = base.colours, np.ravel(np.float32(_FULL) * base.camera.gains)
    made = told.codes[place], told.trust[place], told.power

    def innovate(rows: tuple[int, int]) -> None:
        kernels.innovations(planes, base.light, camera, shifts, rows, made)

    _by_strips(innovate, base, pool)


def _by_strips(do: Callable[[tuple[int, int]], None], base: _Base, pool: ThreadPoolExecutor) -> None:
    """Do something for every strip: rows of tiles from the first to one after the last."""
    rows = base.levels.shape[0]
    list(pool.map(lambda first: do((first, min(first + _STRIP, rows))), range(0, rows, _STRIP)))


def _resolve(
    base: _Base,
    told: _Told,
    offsets: Float32[np.ndarray, "N rows columns 2"],
    out: Int16[np.ndarray, "3 H W"],
    pool: ThreadPoolExecutor,
    without: int = -1,
) -> None:
    """The detail of all colours on the finer grid, of what is trusted, of all frames but one or of all."""
    sums = np.empty((*offsets.shape[:3], 5), np.float32)

    def add(rows: tuple[int, int]) -> None:
        for place in range(len(offsets)):
            kernels.tile_sums(told.codes[place], told.trust[place], rows, sums[place])

    _by_strips(add, base, pool)
    if without >= 0:
        sums[without] = 0
    trust, texture, noise = sums[..., 0], base.scale, base.noise
    mean = (sums[..., 1:] * trust[..., None]).sum(axis=0) / np.maximum(trust.sum(axis=0), 1e-6)[..., None]
    power = _smoothed(np.maximum((mean - noise).sum(axis=-1), 0) / (texture**2).sum(axis=-1))
    normal = noise / texture**2
    of_frames = np.maximum(np.moveaxis(trust, 0, -1), DOUBTED)[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (normal / power[..., None] + MISFIT)[:, :, None] / of_frames
    ratio[power <= _LEAST * normal.min(axis=-1)] = np.nan
    known = np.ascontiguousarray(np.moveaxis(trust, 0, -1)), ratio.astype(np.float32)
    places = np.ascontiguousarray(np.moveaxis(offsets, 0, 2))
    # Innovations are balanced, and the detail is to be as the sensor's samples are.
    scale, prior = (texture, texture / np.ravel(base.camera.gains)), detail_prior()
    frames = places, *known

    def resolve(rows: tuple[int, int]) -> None:
        resolved((told.codes, told.trust), frames, scale, (base.colours, prior), (*rows, SAMPLES), out)

    _by_strips(resolve, base, pool)


def _trust(
    base: _Base,
    told: _Told,
    offsets: Float32[np.ndarray, "N rows columns 2"],
    detail: Int16[np.ndarray, "3 H W"],
    reference: int,
    pool: ThreadPoolExecutor,
) -> None:
    """Trust each frame by how far the detail explains it, and none where the reference is not explained."""
    allowed, own, around = np.empty((3, *base.extent), np.float32)
    cells.box_mean(told.power, _AROUND, allowed)
    camera = base.colours, np.ravel(base.camera.gains)
    of_reference = np.full(base.extent, 255, np.uint8)
    for place in (reference, *(k for k in range(len(offsets)) if k != reference)):

        def explain(rows: tuple[int, int], k: int = place) -> None:
            kernels.unexplained(told.codes[k], detail, camera, (offsets[k], base.noise), rows, (allowed, own))

        _by_strips(explain, base, pool)
        own[told.trust[place] == 0] = _UNSEEN
        cells.box_mean(own, _AROUND, around)
        kernels.trusted((own, around), LIMITS, of_reference, told.trust[place])
        if place == reference:
            of_reference = told.trust[place].copy()


def _smoothed(power: Float[np.ndarray, "rows columns"]) -> Float[np.ndarray, "rows columns"]:
    """Each tile's with a quarter of its neighbours', along rows and columns."""
    for axis in range(2):
        sides = np.pad(power, [(int(axis == k),) * 2 for k in range(2)], mode="edge")
        before, here, after = (np.take(sides, range(k, k + power.shape[axis]), axis) for k in range(3))
        power = 0.25 * (before + 2 * here + after)
    return power


@lru_cache(maxsize=1)
def detail_prior() -> Float32[np.ndarray, "2 n"]:
    """Covariance of the detail all colours share, and of a colour's own; together 1 at no distance.

    By squared distance, `STEPS` entries for each square pixel.
    """
    f = (np.arange(400) + 0.5) / 200
    angle = (np.arange(32) + 0.5) * np.pi / 64
    x, y = np.multiply.outer(np.cos(angle), f), np.multiply.outer(np.sin(angle), f)
    scene = (transfer(x, y, None) ** 2).mean(axis=0) / f**2
    distance = np.sqrt(np.arange(STEPS * 40) / STEPS)
    waves = np.cos(2 * np.pi * np.multiply.outer(np.outer(distance, f), np.cos(angle))).mean(axis=2)
    tables = [
        share * (waves @ (scene * (1 - np.exp(-((f / known) ** 2))) ** 2 * f))
        for known, share in zip(BASE, (1.0, OWN), strict=True)
    ]
    return np.asarray(np.stack(tables) / (tables[0][0] + tables[1][0]), np.float32)
