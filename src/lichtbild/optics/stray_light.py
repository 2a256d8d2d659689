"""Stray light: ghosts and glare that a scene's light makes on a sensor, added to its image.

All of it is laid on coarse cells, a few hundred along the image, and told to the pixels by straight lines
between them. The veil is a convolution over the azimuth, for around the axis all is alike; the strongest
ghosts of bright lamps are laid ray by ray; glare is a convolution of the direct light.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.optical_response import OpticalResponse
from lichtbild.image.scene import Scene
from lichtbild.image.stray_response import StrayResponse
from lichtbild.optics.direct_light import direct_light
from lichtbild.optics.scene_cells import Lamps, SceneCells, coarser, parted, scene_cells
from lichtbild.optics.stray_kernel import lay_lamp

SIDE = 512
"""Cells along the longer side of the image, at most."""

SAMPLES = 16
"""Along each side of a ray's tent, at most."""

STRIP = 128
"""Rows that are added at once."""


@dataclass(frozen=True, eq=False)
class StrayLight:
    """Stray light over a sensor.

    Attributes:
        cells: irradiance at the middles of cells, photons s^-1 mm^-2, float32 ``[row, column, band]``; the
            first cell begins at the first pixel.
        step: pixels along a cell.
        extent: pixels of the sensor.
        kept: share of the direct light that is not scattered, of each band.
    """

    cells: Float[np.ndarray, "row column band"]
    step: int
    extent: Extent
    kept: Float[np.ndarray, " band"]

    def rows(self, top: int, bottom: int) -> Float[np.ndarray, "h w band"]:
        """Irradiance of the pixels of some rows, float32; bottom is left out.

        Raises:
            BadInput: there are no such rows.
        """
        if not 0 <= top < bottom <= self.extent.height:
            raise BadInput(f"rows {top} to {bottom} are none of an image of {self.extent.height} rows")
        first, part = _between(np.arange(top, bottom), self.step, self.cells.shape[0])
        low = int(first[0])
        near = self.cells[low : int(first[-1]) + 2]
        left, over = _between(np.arange(self.extent.width), self.step, self.cells.shape[1])
        right = np.minimum(left + 1, self.cells.shape[1] - 1)
        wide = near[:, left] + (near[:, right] - near[:, left]) * over[:, None]
        found = np.empty((bottom - top, *wide.shape[1:]), np.float32)
        for row, (at, share) in enumerate(zip(first - low, part, strict=True)):
            upper, lower = wide[at], wide[min(int(at) + 1, len(wide) - 1)]
            np.subtract(lower, upper, out=found[row])
            found[row] *= share
            found[row] += upper
        return found

    def lay_on(self, irradiance: np.ndarray) -> None:
        """Turn the direct light of a sensor into all its light, in place, strip by strip.

        Args:
            irradiance: float32 ``[row, column, band]``.
        """
        kept = self.kept.astype(np.float32)
        for top in range(0, self.extent.height, STRIP):
            strip = irradiance[top : top + STRIP]
            strip *= kept
            strip += self.rows(top, min(top + STRIP, self.extent.height))


def _between(pixels: np.ndarray, step: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The cell before each pixel's middle, and the way from its middle to the next one's, 0 to 1."""
    at = np.clip((pixels + 0.5) / step - 0.5, 0.0, count - 1)
    first = np.minimum(at.astype(int), max(count - 2, 0))
    return first, (at - first).astype(np.float32)


def add_stray(
    image: OpticalImage, stray: StrayResponse, scene: Scene, response: OpticalResponse
) -> OpticalImage:
    """The image with stray light, less what is scattered out of the direct light; a new one of the same size.

    Whoever has no room for two images lays `stray_light` on the rows of one.

    Args:
        image: the direct light.
        stray: of the lens over this sensor.
        scene: that made the image.
        response: of the lens.

    Raises:
        BadInput: the stray response is of other bands than the image.
    """
    light = stray_light(stray, scene, response, image.extent, image.pitch)
    irradiance = np.array(image.irradiance, np.float32)
    light.lay_on(irradiance)
    return replace(image, irradiance=irradiance)


def stray_light(
    stray: StrayResponse,
    scene: Scene,
    response: OpticalResponse,
    extent: Extent,
    pitch: float,
    *,
    surround: Float[np.ndarray, " band"] | None = None,
) -> StrayLight:
    """The stray light of a scene over a sensor.

    Beyond the scene's borders it is dark, or as bright as the surround says, as far as the lens lets light
    in; glare knows the light of the scene alone.

    Args:
        stray: of the lens over this sensor.
        scene: what the camera looks at.
        response: of the lens.
        extent: pixels of the sensor.
        pitch: of the pixels, mm.
        surround: photon radiance beyond the scene, photons s^-1 mm^-2 sr^-1; None is dark.

    Raises:
        BadInput: the responses are of different bands, or the surround is.
    """
    if len(stray.bands) != len(response.bands) or not np.allclose(stray.bands.edges, response.bands.edges):
        raise BadInput("stray light and response are told in different bands; make both with the same")
    if surround is not None and surround.shape != (len(stray.bands),):
        raise BadInput(f"a surround of {surround.shape} numbers does not fit {len(stray.bands)} bands")
    step = -(-max(extent) // SIDE)
    grid = _Grid(step, pitch, extent)
    cells = scene_cells(scene, response.bands)
    lamps, rest = parted(cells)
    found = _veil(stray, coarser(cells), rest, surround, grid)
    found += _lamps(stray, lamps, cells.spectra, grid)
    if stray.glare.scattered.any():
        found += _glare(stray, cells, response, grid)
    return StrayLight(found, step, extent, stray.kept)


@dataclass(frozen=True)
class _Grid:
    """Cells over a sensor: pixels along one, pitch of the pixels in mm, pixels of the sensor."""

    step: int
    pitch: float
    extent: Extent

    @property
    def side(self) -> float:
        """Of a cell, mm."""
        return self.step * self.pitch

    @property
    def count(self) -> tuple[int, int]:
        """Rows and columns of cells."""
        return -(-self.extent.height // self.step), -(-self.extent.width // self.step)

    @property
    def middle(self) -> tuple[float, float]:
        """Row and column where the axis meets the cells, counted from the middle of the first one."""
        return self.extent.height / 2 / self.step - 0.5, self.extent.width / 2 / self.step - 0.5

    @property
    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """Of the cells' middles: y of the rows and x of the columns, mm."""
        (rows, columns), (middle, centre) = self.count, self.middle
        return (middle - np.arange(rows)) * self.side, (np.arange(columns) - centre) * self.side


def _veil(
    stray: StrayResponse,
    every: SceneCells,
    rest: SceneCells,
    surround: np.ndarray | None,
    grid: _Grid,
) -> np.ndarray:
    """Weak ghosts of all light, and sharp ones of what is no lamp, ``[row, column, band]``."""
    from scipy.ndimage import map_coordinates

    azimuths = stray.veil.shape[3]
    tangents, tints = stray.rays.tangent, stray.rays.tints(stray.bands)
    spectra = every.spectra
    light = [_around(cells, tangents, azimuths) for cells in (rest, every)]
    if surround is not None:
        flat = replace(every, weights=_areas(every)[..., None])
        outside = _everywhere(tangents, azimuths) - _around(flat, tangents, azimuths)
        light = [np.concatenate([planes, outside], axis=2) for planes in light]
        spectra = np.concatenate([spectra, surround[None]])
    waves = sum(
        np.einsum("fas,fraw->rasw", np.fft.rfft(planes, axis=1), np.fft.rfft(veil, axis=2), optimize=True)
        for planes, veil in zip(light, stray.veil, strict=True)
    )
    rings = np.einsum("rasw,sb,wb->rab", np.fft.irfft(waves, azimuths, axis=1), spectra, tints, optimize=True)
    y, x = grid.places
    radius = np.hypot(y[:, None], x) / stray.ring[1]
    angle = (np.arctan2(x, y[:, None]) / (2 * np.pi) % 1) * azimuths
    closed = np.concatenate([rings, rings[:, :1]], axis=1)
    bands = [
        map_coordinates(closed[..., band], (radius, angle), order=1, mode="nearest")
        for band in range(len(stray.bands))
    ]
    return np.stack(bands, axis=-1).astype(np.float32)


def _areas(cells: SceneCells) -> np.ndarray:
    """Of cells in tangents, float32."""
    return np.outer(np.abs(np.gradient(cells.y)), np.abs(np.gradient(cells.x))).astype(np.float32)


def _around(cells: SceneCells, tangents: np.ndarray, azimuths: int) -> np.ndarray:
    """A scene's light shared out to fields and azimuths, ``[field, azimuth, spectrum]``; none of it is lost.

    But what comes from beyond the last field, where the lens lets no light in.
    """
    tangent = np.hypot(cells.y[:, None], cells.x)
    field = np.interp(tangent, tangents, np.arange(len(tangents)))
    angle = (np.arctan2(cells.x, cells.y[:, None]) / (2 * np.pi) % 1) * azimuths
    within = (tangent <= tangents[-1]).ravel()
    first, slot = np.minimum(field.astype(int), len(tangents) - 2), angle.astype(int)
    over, turn = (field - first).ravel(), (angle - slot).ravel()
    planes = cells.weights.reshape(-1, cells.weights.shape[2])
    found = np.zeros((len(tangents) * azimuths, planes.shape[1]))
    for outer in (0, 1):
        for clockwise in (0, 1):
            at = ((first + outer) * azimuths + (slot + clockwise) % azimuths).ravel()
            share = np.abs(1 - outer - over) * np.abs(1 - clockwise - turn) * within
            for plane in range(planes.shape[1]):
                found[:, plane] += np.bincount(at, planes[:, plane] * share, minlength=len(found))
    return found.reshape(len(tangents), azimuths, -1)


def _everywhere(tangents: np.ndarray, azimuths: int) -> np.ndarray:
    """The same for a weight of 1 in all directions, ``[field, azimuth, 1]``."""
    # Over a step from a to b the tents of its ends hold a (b - a) / 2 + (b - a)^2 / 6 and as much + ... / 3.
    low, wide = tangents[:-1], np.diff(tangents)
    ring = np.pad(wide * (low / 2 + wide / 6), (0, 1)) + np.pad(wide * (low / 2 + wide / 3), (1, 0))
    return np.repeat((2 * np.pi / azimuths * ring)[:, None, None], azimuths, axis=1)


def _lamps(stray: StrayResponse, lamps: Lamps, spectra: np.ndarray, grid: _Grid) -> np.ndarray:
    """Sharp ghosts of lamps, ``[row, column, band]``."""
    rays = stray.rays
    table = (rays.place, rays.reach, rays.power, rays.shift)
    tints = rays.tint[: stray.sharp] @ rays.tints(stray.bands)
    canvas = np.zeros((*grid.count, len(stray.bands)), np.float32)
    middle, centre = grid.middle
    for x, y, light in zip(lamps.x, lamps.y, lamps.weights @ spectra, strict=True):
        tangent = float(np.hypot(x, y))
        if tangent > rays.tangent[-1]:
            continue
        field = min(int(np.searchsorted(rays.tangent, tangent, "right")) - 1, len(rays.tangent) - 2)
        part = (tangent - rays.tangent[field]) / (rays.tangent[field + 1] - rays.tangent[field])
        sine, cosine = (x / tangent, y / tangent) if tangent > 0 else (0.0, 1.0)
        source = (field, float(part), float(sine), float(cosine))
        lay_lamp(table, source, tints * light, (grid.side, middle, centre, SAMPLES), canvas)
    canvas /= np.float32(grid.side**2)
    return canvas


def _glare(stray: StrayResponse, cells: SceneCells, response: OpticalResponse, grid: _Grid) -> np.ndarray:
    """Scattered light, ``[row, column, band]``."""
    from scipy import fft

    direct, border = direct_light(cells, response, grid.count, grid.middle, grid.side)
    height, width = direct.shape[1:]
    reach = [count + around - 1 for count, around in zip(grid.count, border, strict=True)]
    law = _law(stray, reach, grid.side)
    shape = [fft.next_fast_len(a + b - 1, real=True) for a, b in zip((height, width), law.shape, strict=True)]
    waves = fft.rfft2(law, shape)
    colour = np.asarray(response.solid_angle, float)[0] * stray.glare.scattered * cells.spectra
    found = np.zeros((*grid.count, len(stray.bands)), np.float32)
    rows, columns = (
        slice(far + around, far + around + count)
        for far, around, count in zip(reach, border, grid.count, strict=True)
    )
    for plane, shades in zip(direct, colour.astype(np.float32), strict=True):
        spread = fft.irfft2(fft.rfft2(plane, shape) * waves, shape)[rows, columns]
        found += np.maximum(spread, 0)[..., None] * shades
    return found


def _law(stray: StrayResponse, reach: list[int], side: float) -> np.ndarray:
    """Share of scattered light that lands in each cell about a point, float32 ``[2 reach + 1, ...]``."""
    down, right = (np.abs(np.arange(-far, far + 1)) * side for far in reach)
    found = stray.glare.density(np.hypot(down[:, None], right)) * side**2
    near = [slice(max(far - NEAR, 0), far + NEAR + 1) for far in reach]
    fine = ((np.arange(FINE) + 0.5) / FINE - 0.5) * side
    y = (down[near[0], None] + fine).reshape(-1, 1)
    x = (right[near[1], None] + fine).reshape(1, -1)
    means = stray.glare.density(np.hypot(y, x)).reshape(y.size // FINE, FINE, -1, FINE).mean(axis=(1, 3))
    found[near[0], near[1]] = means * side**2
    # The law is steep in the middle: a disc of the cell's area holds as much as the cell.
    found[reach[0], reach[1]] = stray.glare.held(side / np.sqrt(np.pi))
    return found.astype(np.float32)


NEAR, FINE = 6, 8
"""Cells about the middle that the law is averaged over, by so many points along a side."""
