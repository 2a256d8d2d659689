"""Bracket base: the reference of a bracket, and how the other frames come to lie on it.

Frames are aligned by what both can show, the light up to the lower of their whites, and laid by the filters
of a burst. What is full in the reference only says that there is no less light.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from jaxtyping import Float, Float32

from lichtbild.develop.align import alignment, reference_of
from lichtbild.develop.exposed_frames import ExposedFrames
from lichtbild.develop.exposure_ratio import exposure_ratio
from lichtbild.develop.kernels import bracket as kernels
from lichtbild.develop.kernels import merge as of_bursts
from lichtbild.develop.merge import LIMITS, SAME_SCENE
from lichtbild.develop.mosaic_planes import by_strips, tile_levels
from lichtbild.develop.mosaic_shift import Pattern, shift_filters

_REACH: Final = 2
"""Cells around a full one that are not trusted where a shift's filter mixes them."""
_AROUND: Final = 2
_LEAST: Final = np.float32(1e-3)
"""Mean weight around a cell by which a mean around it means something."""
_KEPT: Final = 3 << 29
"""Bytes of laid frames that are kept for the second round; those beyond are laid again."""


@dataclass(frozen=True, eq=False)
class LaidFrame:
    """A frame on the reference's places, in the reference's light.

    Attributes:
        planes: its samples.
        share: of their variance that the shift's filter leaves.
        trust: how far each cell is trusted not to be full.
    """

    planes: Float32[np.ndarray, "4 h w"]
    share: Float32[np.ndarray, "h w"]
    trust: Float32[np.ndarray, "h w"]

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        return self.planes.nbytes + self.share.nbytes + self.trust.nbytes


@dataclass(frozen=True, eq=False)
class BracketBase:
    """The reference, and how others are laid on it.

    Attributes:
        bracket: all frames.
        reference: index of the one that others are laid on.
        planes: of the reference, balanced.
        light: its mean around each cell, the first estimate of it.
        levels: means of its planes about each tile.
        trust: how far each of its samples is trusted not to be full.
        exposures: found so far, of the frames that show the same scene, from that of the reference.
        shifts: of their tiles.
        kept: those that are laid and fit in memory.
    """

    bracket: ExposedFrames
    reference: int
    planes: Float32[np.ndarray, "4 h w"]
    light: Float32[np.ndarray, "4 h w"]
    levels: Float32[np.ndarray, "rows columns 4"]
    trust: Float32[np.ndarray, "4 h w"]
    exposures: dict[int, float]
    shifts: dict[int, Float[np.ndarray, "rows columns 2"]]
    kept: dict[int, LaidFrame]

    @staticmethod
    def of(bracket: ExposedFrames, reference: int) -> "BracketBase":
        """A frame as the reference, with nothing laid on it yet."""
        samples, camera = bracket.samples(reference), bracket.cameras[reference]
        planes = np.empty((4, samples.shape[0] // 2, samples.shape[1] // 2), np.float32)
        of_bursts.planes_of(samples, bracket.cameras[0].gains, planes)
        balanced = replace(camera, gains=bracket.cameras[0].gains)
        return BracketBase(
            bracket=bracket,
            reference=reference,
            planes=planes,
            light=around(planes),
            levels=tile_levels(planes, balanced),
            trust=bracket.not_full(reference, planes / bracket.cameras[0].gains.reshape(4, 1, 1)),
            exposures={reference: 1.0},
            shifts={},
            kept={},
        )

    @property
    def shortest(self) -> float:
        """The least exposure, from that of the reference."""
        return min(self.exposures.values())

    def lay(self, index: int, pool: ThreadPoolExecutor) -> None:
        """Align a frame, find its exposure, and remember both if it shows the same scene."""
        bracket, told = self.bracket, self.bracket.exposures
        exposure = told[index] / told[self.reference]
        limit = min(1 - 2 * bracket.sigma(self.reference), (1 - 2 * bracket.sigma(index)) / exposure)
        reference = reference_of(bracket.pyramid(self.reference, 1.0, limit))
        shifts = alignment(reference, bracket.pyramid(index, exposure, limit))
        lacking = [
            (0, wanted - had) for wanted, had in zip(self.levels.shape[:2], shifts.shape[:2], strict=True)
        ]
        self.shifts[index] = np.pad(shifts, [*lacking, (0, 0)], mode="edge")
        laid = self._laid(index, exposure, pool)
        pair = bracket.noise(self.reference, 1.0), bracket.noise(index, exposure)
        both = self.trust.min(axis=0) * laid.trust
        ratio = exposure_ratio(self.planes, laid.planes, both, self.light, pair)
        np.multiply(laid.planes, np.float32(1 / ratio), out=laid.planes)
        apart = self.departure(index, exposure * ratio, laid, self.light)
        if (apart.mean < 2 * LIMITS[1]).mean() < SAME_SCENE:
            return
        self.exposures[index] = exposure * ratio
        if sum(one.nbytes for one in self.kept.values()) + laid.nbytes <= _KEPT:
            self.kept[index] = laid

    def laid(self, index: int, pool: ThreadPoolExecutor) -> LaidFrame:
        """A frame that shows the same scene, laid on the reference."""
        return self.kept[index] if index in self.kept else self._laid(index, self.exposures[index], pool)

    def _laid(self, index: int, exposure: float, pool: ThreadPoolExecutor) -> LaidFrame:
        camera, shifts = self.bracket.cameras[0], self.shifts[index]
        planes, share = np.empty_like(self.planes), np.empty(self.planes.shape[1:], np.float32)
        margin = (of_bursts.MARGIN, of_bursts.MARGIN)
        held = np.pad(np.empty_like(self.planes), [(0, 0), margin, margin], constant_values=np.nan)
        of_bursts.planes_of(self.bracket.samples(index), camera.gains / np.float32(exposure), held)
        filters = _filters(camera.pattern)

        def lay(rows: tuple[int, int], _: slice) -> None:
            of_bursts.laid(held, shifts, self.levels, filters, rows, (planes, share))

        by_strips(lay, self.levels.shape[0], pool)
        return LaidFrame(planes, share, _moved(self.bracket.trust(index, _REACH), shifts))

    def departure(
        self, index: int, exposure: float, laid: LaidFrame, light: Float32[np.ndarray, "4 h w"]
    ) -> "Departure":
        """What a frame departs from the reference by, by an estimate of the light."""
        own, beneath = np.empty((2, *laid.share.shape), np.float32)
        noise = self.bracket.noise(self.reference, 1.0), self.bracket.noise(index, exposure)
        kernels.departures((self.planes, self.trust), laid.planes, laid.share, light, noise, (own, beneath))
        free = (self.trust >= 0.5).mean(axis=0, dtype=np.float32)
        mean, total = np.empty((2, *own.shape), np.float32)
        of_bursts.box_mean(own * laid.trust, _AROUND, mean)
        of_bursts.box_mean(free * laid.trust, _AROUND, total)
        return Departure(own, np.where(total > _LEAST, mean / np.maximum(total, _LEAST), 0), beneath)


@dataclass(frozen=True, eq=False)
class Departure:
    """What a frame departs from the reference by, in squares of the noise.

    Attributes:
        own: of each cell.
        mean: of those around each that are full in neither frame.
        beneath: of each cell below what is full in the reference.
    """

    own: Float32[np.ndarray, "h w"]
    mean: Float32[np.ndarray, "h w"]
    beneath: Float32[np.ndarray, "h w"]


@lru_cache(maxsize=4)
def _filters(pattern: Pattern) -> Float32[np.ndarray, "s s 2 2 4 4 t t"]:
    """The filters of a burst, but that what lies on its own colour's places stays as it is.

    A long frame can outweigh the reference by far, and a bracket is often taken from a tripod.
    """
    filters, middle = shift_filters(pattern).copy(), (of_bursts.TAPS - 1) // 2
    for p in range(4):
        at_rest = filters[0, 0, (1 + p // 2) % 2, (1 + p % 2) % 2, p]
        at_rest[:] = 0
        at_rest[p, middle, middle] = 1
    return filters


def around(planes: Float32[np.ndarray, "4 h w"]) -> Float32[np.ndarray, "4 h w"]:
    """The mean of each plane over 3 x 3 cells."""
    out = np.empty_like(planes)
    for one, mean in zip(planes, out, strict=True):
        of_bursts.box_mean(one, 1, mean)
    return out


def _moved(
    cells: Float32[np.ndarray, "h w"], shifts: Float[np.ndarray, "rows columns 2"]
) -> Float32[np.ndarray, "h w"]:
    """A map of a frame's cells at the reference's places, to the nearest cell."""
    height, width = cells.shape
    side = of_bursts.CELLS
    whole = np.rint(shifts / 2).astype(np.int64).repeat(side, 0).repeat(side, 1)[:height, :width]
    rows = (np.arange(height)[:, None] + whole[..., 0]).clip(0, height - 1)
    columns = (np.arange(width) + whole[..., 1]).clip(0, width - 1)
    return np.asarray(cells[rows, columns])
