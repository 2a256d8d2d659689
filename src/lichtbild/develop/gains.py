"""Gains: neighbours that only multiply, gain maps and white balance, in one pass over a mosaic."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from lichtbild.core.stage import AbstractStage, LocalStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop.kernels.ingest import gained
from lichtbild.develop.opcode_stages import CorrectLinear
from lichtbild.develop.shading import along
from lichtbild.develop.white_balance import WhiteBalance
from lichtbild.image.cfa import Cfa
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.opcode import GainMap


@dataclass(frozen=True, eq=False)
class Gains(LocalStage):
    """A mosaic times gain maps and white balance.

    Attributes:
        maps: in order; none is allowed.
        balance: what comes after them, or None.
    """

    maps: tuple[GainMap, ...]
    balance: WhiteBalance | None = None

    @staticmethod
    def of(stages: Sequence[AbstractStage]) -> "Gains | None":
        """The one stage that does what these neighbours do; None where one of them does something else."""
        *corrections, last = stages
        balance = last if isinstance(last, WhiteBalance) else None
        if balance is None:
            corrections.append(last)
        maps = [stage.opcode for stage in corrections if isinstance(stage, CorrectLinear)]
        if len(maps) != len(corrections) or not all(isinstance(opcode, GainMap) for opcode in maps):
            return None
        return Gains(tuple(opcode for opcode in maps if isinstance(opcode, GainMap)), balance)

    def __call__(self, image: Mosaic) -> Mosaic:
        """The mosaic with its gains; by the kernel where there is one for its type."""
        samples = image.samples
        single = isinstance(samples, np.ndarray) and samples.dtype == np.float32 and samples.shape[2] == 1
        planes = 1 if image.cfa is None else len(image.cfa.colours)
        if not single or (self.balance is not None and len(self.balance.gains) != planes):
            return self.definition(image)
        out = np.empty(samples.shape, np.float32)
        maps = tuple(one for one in self.maps if one.area.planes[0] == 0 and one.area.planes[1] > 0)
        window = image.window
        grids, ends, shares, places = _columns(maps, window.left, window.right, image.extent.width)
        rows, row_shares = _rows(maps, window, image.extent)
        balance = _balance_rows(self.balance, image.cfa, window)
        plane = np.ascontiguousarray(samples)[..., 0]
        gained(plane, grids, rows, row_shares, ends, shares, places, balance, out[..., 0])
        return replace(image, samples=out)

    def definition(self, image: Mosaic) -> Mosaic:
        """The mosaic after one stage after the other."""
        for opcode in self.maps:
            image = CorrectLinear(opcode)(image)
        return image if self.balance is None else self.balance(image)


def _balance_rows(balance: WhiteBalance | None, cfa: Cfa | None, window: Window) -> np.ndarray:
    """Factors of the first rows of a window, as many as there are different ones."""
    gains = np.asarray((1.0,) if balance is None else balance.gains, np.float32)
    if cfa is None or balance is None:
        return np.full((1, window.width), gains[0], np.float32)
    pattern = cfa.shifted(window.top, window.left)
    rows: np.ndarray = gains[pattern.planes(Extent(cfa.extent.height, window.width))]
    return rows


@lru_cache(maxsize=32)  # each column of tiles asks for the same
def _columns(maps: tuple[GainMap, ...], left: int, right: int, width: int) -> tuple[np.ndarray, ...]:
    """Grids, ends, shares and places of the columns, as `kernels.ingest.gained` wants them."""
    high, wide = (max((one.gains.shape[axis] for one in maps), default=1) for axis in (0, 1))
    grids, ends = np.ones((len(maps), high, wide), np.float32), np.zeros((len(maps), wide), np.int64)
    shares, places = np.zeros((len(maps), right - left), np.float32), np.zeros((len(maps), 3), np.int64)
    for k, one in enumerate(maps):
        points = one.gains.shape
        grids[k] = np.pad(one.gains[..., 0], ((0, high - points[0]), (0, wide - points[1])), "edge")
        _, across, _ = one.area.slices_in(Window(0, left, 0, right))
        changed = np.arange(left, right)[across]
        before, _, share = along(changed, width, one.spacing[1], one.origin[1], points[1])
        shares[k, : len(share)] = share
        ends[k] = np.searchsorted(before, np.arange(wide), "right")
        places[k] = across.start, across.step or 1, len(share)
    return grids, ends, shares, places


def _rows(maps: tuple[GainMap, ...], window: Window, extent: Extent) -> tuple[np.ndarray, np.ndarray]:
    """The point above each row, -1 where a map leaves the row alone; and the share of the one below."""
    above = np.full((len(maps), window.height), -1, np.int64)
    shares = np.zeros((len(maps), window.height), np.float32)
    for k, one in enumerate(maps):
        down, _, _ = one.area.slices_in(window)
        changed = np.arange(window.top, window.bottom)[down]
        above[k, down], _, shares[k, down] = along(
            changed, extent.height, one.spacing[0], one.origin[0], one.gains.shape[0]
        )
    return above, shares
