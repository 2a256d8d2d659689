"""Scene cells: the light of a scene, gathered in cells and lamps, as stray light is made of.

What is bright and small, a lamp, counts as a point with its own light and at its own place; the rest counts
by cells. Nothing is lost between the two.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lichtbild.image.bands import Bands
from lichtbild.image.scene import Scene

CELLS = 1024
"""Most cells along the longer side."""

GATHER = 4
"""Cells along a side of the larger ones that a lamp is gathered in."""

BRIGHT = 30.0
"""Radiance from which on a cell is a lamp's, in means of the scene."""

LAMPS = 200
"""Most lamps; those beyond count by cells."""


@dataclass(frozen=True, eq=False)
class Lamps:
    """Points of light.

    Attributes:
        weights: of the spectra, times area in tangents, ``[lamp, spectrum]``.
        x: tangents to the right, ``[lamp]``.
        y: tangents up, ``[lamp]``.
    """

    weights: Float[np.ndarray, "lamp spectrum"]
    x: Float[np.ndarray, " lamp"]
    y: Float[np.ndarray, " lamp"]


@dataclass(frozen=True, eq=False)
class SceneCells:
    """A scene's light by cells.

    Attributes:
        weights: of the spectra, times area in tangents, float32 ``[row, column, spectrum]``.
        spectra: photon radiance, ``[spectrum, band]``.
        x: tangents of the columns' middles, ``[column]``.
        y: tangents of the rows' middles, ``[row]``.
    """

    weights: Float[np.ndarray, "row column spectrum"]
    spectra: Float[np.ndarray, "spectrum band"]
    x: Float[np.ndarray, " column"]
    y: Float[np.ndarray, " row"]


def scene_cells(scene: Scene, bands: Bands) -> SceneCells:
    """A scene's light by cells of whole pixels.

    Args:
        scene: any.
        bands: that its spectra are counted in.
    """
    weights, spectra = np.asarray(scene.weights), np.asarray(scene.in_bands(bands), float)
    rows, columns = (_edges(side) for side in scene.extent)
    if scene.extent.height != len(rows) - 1 or scene.extent.width != len(columns) - 1:
        weights = np.add.reduceat(weights, rows[:-1], axis=0, dtype=np.float32)
        weights = np.add.reduceat(weights, columns[:-1], axis=1, dtype=np.float32)
    pixel = [size / side for size, side in zip(scene.size, scene.extent, strict=True)]
    y = (scene.extent.height / 2 - (rows[1:] + rows[:-1]) / 2) * pixel[0]
    x = ((columns[1:] + columns[:-1]) / 2 - scene.extent.width / 2) * pixel[1]
    return SceneCells((weights * np.float32(pixel[0] * pixel[1])).astype(np.float32), spectra, x, y)


def _edges(side: int) -> np.ndarray:
    count = min(side, CELLS)
    return np.round(np.linspace(0, side, count + 1)).astype(int)


def parted(cells: SceneCells) -> tuple[Lamps, SceneCells]:
    """The lamps of a scene, and what is left of its cells without them, larger by `GATHER`."""
    flux = cells.weights @ cells.spectra.sum(axis=1).astype(np.float32)
    bright = flux > BRIGHT * flux.mean()
    ends = [np.arange(0, side, GATHER) for side in flux.shape]
    gathered = _summed(np.where(bright, flux, 0.0), ends)
    most = np.sort(gathered, axis=None)[-min(LAMPS, gathered.size)]
    chosen = (gathered > 0) & (gathered >= most)
    mask = bright & np.repeat(np.repeat(chosen, GATHER, 0), GATHER, 1)[: flux.shape[0], : flux.shape[1]]
    light = np.where(mask, flux, 0.0)
    total = _summed(light, ends)[chosen]
    lamps = Lamps(
        _summed(np.where(mask[..., None], cells.weights, 0.0), ends)[chosen].astype(float),
        _summed(light * cells.x, ends)[chosen] / total,
        _summed(light * cells.y[:, None], ends)[chosen] / total,
    )
    return lamps, coarser(replace(cells, weights=np.where(mask[..., None], np.float32(0), cells.weights)))


def coarser(cells: SceneCells) -> SceneCells:
    """Cells of `GATHER` by `GATHER` cells; the last ones may be smaller."""
    ends = [np.arange(0, side, GATHER) for side in cells.weights.shape[:2]]
    x, y = (
        np.add.reduceat(at, end) / np.diff(np.append(end, len(at)))
        for at, end in ((cells.x, ends[1]), (cells.y, ends[0]))
    )
    return SceneCells(_summed(cells.weights, ends).astype(np.float32), cells.spectra, x, y)


def _summed(values: np.ndarray, ends: list[np.ndarray]) -> np.ndarray:
    return np.asarray(np.add.reduceat(np.add.reduceat(values, ends[0], axis=0), ends[1], axis=1))
