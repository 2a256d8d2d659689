"""Mosaic planes: what the merging of bursts and of brackets share, from a raw frame to planes of its mosaic.

A frame becomes linear samples whose defects are filled; these become four planes, one for each place in the
cell of the colour filters, white balanced, on which frames are laid on one another.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, Float32

from lichtbild.core.chain import Chain
from lichtbild.develop import noise_estimate, white_balance
from lichtbild.develop.correction import codes_stages
from lichtbild.develop.kernels import merge as kernels
from lichtbild.develop.kernels import restore as restoring
from lichtbild.develop.kernels.votes import filled
from lichtbild.develop.linearise import Linearise
from lichtbild.develop.mosaic_shift import Pattern
from lichtbild.develop.voted_pixels import voted_pixels
from lichtbild.image.burst import Burst
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame

_DARK: Final = 4.0
"""Read noise's standard deviations below which the colour of a tile is not known."""
_KEPT: Final = 3 << 29
"""Bytes of linear frames that are kept: 32 of 12 megapixels; those of larger bursts are made each time."""
_STRIP: Final = 4
"""Rows of tiles that a thread does at a time."""


@dataclass(frozen=True, eq=False)
class Camera:
    """What holds for all frames of a burst.

    Attributes:
        pattern: of the colour filters.
        gains: white balance of the four pixels of a cell.
        noise: their slope and offset of variance against mean.
        profile: the same for planes.
    """

    pattern: Pattern
    gains: Float32[np.ndarray, "2 2"]
    noise: Float[np.ndarray, "2 2 2"]
    profile: NoiseProfile

    @staticmethod
    def of(frame: RawFrame) -> "Camera":
        """The camera of a frame of a Bayer sensor, by its white balance as shot and its noise."""
        assert frame.cfa is not None  # only Bayer frames come here
        pattern = np.asarray(frame.cfa.pattern)
        neutral = np.asarray(white_balance.as_shot(frame.colour) or (1.0,) * len(frame.cfa.colours))
        profile = noise_estimate.of(frame)
        pairs = np.stack([np.resize(part, len(neutral)) for part in (profile.scale, profile.offset)], -1)
        gains = (neutral.max() / neutral)[pattern].astype(np.float32)
        return Camera(frame.cfa.pattern, gains, pairs[pattern], profile)

    @property
    def balanced_noise(self) -> Float32[np.ndarray, "4 2"]:
        """Slope and offset of each plane of the cell after its gain."""
        scales = np.stack([self.gains, self.gains**2], -1)
        return np.asarray((self.noise * scales).reshape(4, 2), np.float32)


def sound_frames(
    burst: Burst, noise: Float[np.ndarray, "2 2 2"], pool: ThreadPoolExecutor
) -> Callable[[int], Float32[np.ndarray, "h w"]]:
    """Gives linear frames by their numbers, with the sensor's defects filled; kept where they fit in memory.

    Args:
        burst: frames of a Bayer sensor.
        noise: slope and offset of the variance against the mean of each pixel of the cell, by which defects
            stand out.
        pool: frames, and strips of them, at a time.
    """
    first = linear(burst.frames[0])
    if first.nbytes * len(burst) > _KEPT:
        defects = voted_pixels(lambda: map(linear, burst), first.shape, noise, pool)

        def sound(index: int) -> Float32[np.ndarray, "h w"]:
            samples = linear(burst.frames[index])
            filled(samples, defects)
            return samples

        return sound
    frames = list(pool.map(linear, burst))
    defects = voted_pixels(lambda: frames, first.shape, noise, pool)
    for frame in frames:
        filled(frame, defects)
    return frames.__getitem__


def all_linear(frame: RawFrame) -> Float32[np.ndarray, "h w"]:
    """Linear samples of the active area, after what the file wants done to its codes."""
    corrections = codes_stages(frame.opcodes.on_codes, frame.active_area)
    chain = Chain((*corrections, ("linearise", Linearise.of(frame))))
    samples: Float32[np.ndarray, "h w"] = chain(frame).samples[..., 0]
    return samples


def linear(frame: RawFrame) -> Float32[np.ndarray, "h w"]:
    """Linear samples of the whole cells of the active area."""
    samples = all_linear(frame)
    height, width = (side // 2 * 2 for side in samples.shape)
    return np.ascontiguousarray(samples[:height, :width])


def tile_levels(
    planes: Float32[np.ndarray, "4 h w"], camera: Camera
) -> Float32[np.ndarray, "rows columns 4"]:
    """Means of the planes about each tile, which say its colour: where that is dark, it counts as grey."""
    n = kernels.CELLS
    lacking = [(0, -side % n) for side in planes.shape[1:]]
    whole = np.pad(planes, [(0, 0), *lacking], mode="edge")
    rows, columns = whole.shape[1] // n, whole.shape[2] // n
    means = whole.reshape(4, rows, n, columns, n).mean(axis=(2, 4))
    sides = np.pad(means, [(0, 0), (1, 1), (1, 1)], mode="edge")
    around = sides[:, :-2, 1:-1] + sides[:, 2:, 1:-1] + sides[:, 1:-1, :-2] + sides[:, 1:-1, 2:]
    means = (2 * means + around) / 6
    colours = np.ravel(camera.pattern)
    for colour in set(colours.tolist()):
        means[colours == colour] = means[colours == colour].mean(axis=0)
    floor = np.float32(_DARK * np.sqrt(camera.balanced_noise[:, 1].max()) + 1e-6)
    return np.ascontiguousarray(np.moveaxis(np.maximum(means, 0) + floor, 0, -1))


def restore(
    planes: Float32[np.ndarray, "4 h w"],
    levels: Float32[np.ndarray, "rows columns 4"],
    strength: Float32[np.ndarray, "h w"],
    filters: Float32[np.ndarray, "4 4 t t"],
    pool: ThreadPoolExecutor,
    limit: float = np.inf,
) -> None:
    """Add what shifts took away of fine detail to merged planes, by a strength in each cell.

    Args:
        planes: the merged ones, which are changed.
        levels: of the reference's tiles, as of `tile_levels`.
        strength: share of what the filters bring back.
        filters: as of `restoring_filters`.
        pool: strips at a time.
        limit: up to which light has detail; what shines beyond would ring around itself.
    """
    margin = (kernels.MARGIN, kernels.MARGIN)
    around = np.pad(np.minimum(planes, np.float32(limit)), [(0, 0), margin, margin], mode="edge")

    detail, energy = np.empty_like(planes), np.empty_like(strength)
    even, none = np.ones_like(levels), np.zeros_like(strength)

    def strip(rows: tuple[int, int], part: slice) -> None:
        restoring.lacking(around, filters, levels, even, rows, (detail, energy))
        restoring.brought_back(detail[:, part], energy[part], none[part], strength[part], planes[:, part])

    by_strips(strip, levels.shape[0], pool)


def by_strips(do: Callable[[tuple[int, int], slice], None], rows: int, pool: ThreadPoolExecutor) -> None:
    """Do something for every strip: rows of tiles from the first to one after the last, and rows of cells."""

    def strip(first: int) -> None:
        last = min(first + _STRIP, rows)
        do((first, last), slice(first * kernels.CELLS, last * kernels.CELLS))

    list(pool.map(strip, range(0, rows, _STRIP)))
