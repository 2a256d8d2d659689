"""Merge: the frames of a burst become one raw frame with less noise.

Each frame is aligned with the sharpest one, the reference (`lichtbild.develop.align`), and its mosaic is laid
on the reference's places (`lichtbild.develop.mosaic_shift`). What is averaged then follows from the noise
model alone. With v the variance of a sample of the reference::

    weight of a frame = 1 / (g + e + e^2)

g is the share of v that the shift's filter leaves, and e what the frame departs from the reference by beyond
noise, in units of v: the mean of (difference)^2 / (v (1 + g)) over 5 x 5 cells of the mosaic, less what
chance alone hardly exceeds; or that of a single cell, where it stands out. Where nothing moved, e is zero,
and the weights are those of the best unbiased mean. The mean of all other frames is then held against the
reference in the same way: what is wrong in each frame for itself, such as aliasing, has averaged out by
then; what has moved is common to them and gives way. At last the fine detail is brought back that shifts by
parts of a pixel cost.

These weights are our own. To weigh frames by a test of their difference against the noise is an old idea of
video denoising: E. Dubois and S. Sabri, "Noise reduction in image sequences using motion-compensated temporal
filtering", IEEE Trans. Communications 32 (1984).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float, Float32

from lichtbild.core.chain import silent
from lichtbild.core.errors import BadInput
from lichtbild.develop.align import GreyPyramid, alignment, grey_pyramid, reference_of, sharpness
from lichtbild.develop.kernels import merge as kernels
from lichtbild.develop.kernels import restore as restoring
from lichtbild.develop.mosaic_planes import (
    Camera,
    all_linear,
    by_strips,
    sound_frames,
    tile_levels,
)
from lichtbild.develop.mosaic_shift import restoring_filters, shift_filters
from lichtbild.image.burst import Burst
from lichtbild.image.levels import Levels
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame

LIMITS: Final = (np.float32(6.0), np.float32(1.5))
"""Departures that chance alone hardly exceeds: the mean of a cell's 4 samples (one in 10 000), and of 25."""
SAME_SCENE: Final = 0.25
"""Share of a frame's cells that must show what the reference shows."""
ALIKE: Final = 0.25
"""Or else its mean squared difference, of the scene's variance: where there is little noise, aliasing of fine
detail stands out in every cell."""
FINE: Final = 0.01
"""Variance of the noise that lost detail is found for, of the luma's: it comes back where it stands above."""
LEAST_SIDE: Final = 32
"""Pixels along each side of a frame: one tile of its alignment."""
_AROUND: Final = 2
_BLACK, _TOP = 2048, 65535
"""Codes of a merged frame; a step is 16e-6 of white."""
_PREPARED, _LAID = 0.2, 0.95
"""Shares of the time after which frames are ready to be aligned, and laid."""


@dataclass(frozen=True, eq=False)
class MergedBurst:
    """What came of a burst.

    Attributes:
        frame: the merged raw frame; it develops like any other, and its noise profile is its own.
        reference: index of the frame that the others were laid on.
        left_out: index of each frame that could not be merged, and why, to follow "it".
        frames_used: how many frames' light each cell of 2 x 2 pixels has.
        variance: of each colour in most cells, of that of a single frame.
        shifts: of each frame's tiles against the reference's, as `align.alignment` finds them; zero for the
            reference.
    """

    frame: RawFrame
    reference: int
    left_out: tuple[tuple[int, str], ...]
    frames_used: Float32[np.ndarray, "h w"]
    variance: tuple[float, ...]
    shifts: tuple[Float[np.ndarray, "rows columns 2"], ...] = ()


def merge_burst(burst: Burst, *, threads: int = 1, progress: Callable[[float], None] = silent) -> MergedBurst:
    """The frames of a burst as one raw frame, laid on the sharpest one.

    Args:
        burst: frames of a Bayer sensor, of one exposure, in whole codes.
        threads: strips of a frame at a time.
        progress: called with the finished share, 0 to 1.

    Raises:
        BadInput: the sensor is no Bayer one, samples are floating-point numbers, or frames are smaller than
            `LEAST_SIDE`.
    """
    refuse_unmergeable(burst)
    with ThreadPoolExecutor(threads) as pool:
        return _merged(burst, Camera.of(burst.frames[0]), pool, progress)


def refuse_unmergeable(burst: Burst) -> None:
    """Refuse frames that cannot be laid on one another, of one exposure or of several.

    Raises:
        BadInput: as for `merge_burst`.
    """
    cfa, area = burst.frames[0].cfa, burst.frames[0].active_area
    if cfa is None or cfa.extent != (2, 2) or any(frame.samples.dtype.kind != "u" for frame in burst):
        raise BadInput(
            "only whole codes of a Bayer sensor are merged; develop these frames one by one with --burst off"
        )
    if min(area.height, area.width) < LEAST_SIDE:
        raise BadInput(
            f"frames of {area.width} x {area.height} pixels are too small to be merged, which takes at least "
            f"{LEAST_SIDE} on each side; develop them one by one with --burst off"
        )


def _merged(
    burst: Burst, camera: Camera, pool: ThreadPoolExecutor, progress: Callable[[float], None]
) -> MergedBurst:
    """The burst laid on its sharpest frame, or where most others show another scene, on the next sharpest."""
    sound = sound_frames(burst, camera.noise, pool)

    def pyramid(index: int) -> GreyPyramid:
        return grey_pyramid(sound(index), camera.gains, camera.noise)

    pyramids = list(pool.map(pyramid, range(len(burst))))
    progress(_PREPARED)
    chosen, base, shifts = -1, None, []
    odd: Sequence[int] = range(len(burst))
    for best in np.argsort([-sharpness(one) for one in pyramids], kind="stable").tolist():
        tell = progress if base is None else silent
        found, moved, others = _laid_on(best, pyramids, sound, camera, pool, tell)
        if len(others) < len(odd):
            chosen, base, shifts, odd = best, found, moved, others
        if len(odd) <= (len(burst) - 1) // 2:
            break
    assert base is not None  # a frame shows what it shows itself
    used, variance = _settle(base, camera, pool)
    stored = _stored(burst.frames[chosen], base.total, camera, variance)
    told = stored.metadata.merged(len(burst), len(burst) - len(odd))
    frame = replace(stored, metadata=told)
    progress(1.0)
    left_out = tuple((index, "shows another scene") for index in odd)
    return MergedBurst(frame, chosen, left_out, used, variance, tuple(shifts))


def _laid_on(
    best: int,
    pyramids: Sequence[GreyPyramid],
    samples: Callable[[int], Float32[np.ndarray, "h w"]],
    camera: Camera,
    pool: ThreadPoolExecutor,
    progress: Callable[[float], None],
) -> tuple["_Base", list[Float[np.ndarray, "rows columns 2"]], Sequence[int]]:
    """All frames laid on one of them, their tiles' shifts, and those that show another scene."""
    reference, base = reference_of(pyramids[best]), _Base.of(samples(best), camera, pool)
    shifts, odd = [], []
    for index, pyramid in enumerate(pyramids):
        found = (
            alignment(reference, pyramid) if index != best else np.zeros((*reference.moments[0].shape[:2], 2))
        )
        if index != best and not _add(base, samples(index), found, camera, pool):
            odd.append(index)
        shifts.append(found)
        progress(_PREPARED + (_LAID - _PREPARED) * (index + 1) / len(pyramids))
    return base, shifts, odd


@dataclass(frozen=True, eq=False)
class _Base:
    """The reference, and the sums of what is laid on it.

    Attributes:
        planes: of the reference, balanced.
        levels: their means about each tile; both greens have one.
        precision: one over the variance of each sample.
        total: weighted sum of the others' planes.
        weights: sums of the weights, of their squares times the variance, and of them times the variance.
        held: memory for one frame's planes at a time, no number around them.
        laid: memory for them at the reference's places.
        maps: memory for their variance, their departure in each cell, and its mean around each.
    """

    planes: Float32[np.ndarray, "4 h w"]
    levels: Float32[np.ndarray, "rows columns 4"]
    precision: Float32[np.ndarray, "4 h w"]
    total: Float32[np.ndarray, "4 h w"]
    weights: Float32[np.ndarray, "3 h w"]
    held: Float32[np.ndarray, "4 H W"]
    laid: Float32[np.ndarray, "4 h w"]
    maps: Float32[np.ndarray, "3 h w"]

    @staticmethod
    def of(samples: Float32[np.ndarray, "H W"], camera: Camera, pool: ThreadPoolExecutor) -> "_Base":
        shape = samples.shape[0] // 2, samples.shape[1] // 2
        planes, precision = np.empty((2, 4, *shape), np.float32)
        kernels.planes_of(samples, camera.gains, planes)

        def of_plane(p: int) -> None:
            kernels.box_mean(planes[p], 1, precision[p])
            kernels.inverse_variance(precision[p], camera.balanced_noise[p])

        list(pool.map(of_plane, range(4)))
        margin = (kernels.MARGIN, kernels.MARGIN)
        return _Base(
            planes=planes,
            levels=tile_levels(planes, camera),
            precision=precision,
            total=np.zeros_like(planes),
            weights=np.zeros((3, *shape), np.float32),
            held=np.pad(planes, [(0, 0), margin, margin], constant_values=np.nan),
            laid=np.empty_like(planes),
            maps=np.empty((3, *shape), np.float32),
        )


def _add(
    base: _Base,
    samples: Float32[np.ndarray, "H W"],
    shifts: Float[np.ndarray, "rows columns 2"],
    camera: Camera,
    pool: ThreadPoolExecutor,
) -> bool:
    """Add a frame to the sums; whether it shows the same scene, without which nothing is added."""
    tiles, planes, laid = base.levels.shape[:2], base.held, base.laid
    left, own, around = base.maps
    kernels.planes_of(samples, camera.gains, planes)
    lacking = [(0, wanted - had) for wanted, had in zip(tiles, shifts.shape[:2], strict=True)]
    shifts = np.pad(shifts, [*lacking, (0, 0)], mode="edge")
    filters = shift_filters(camera.pattern)

    def lay(rows: tuple[int, int], part: slice) -> None:
        kernels.laid(planes, shifts, base.levels, filters, rows, (laid, left))
        kernels.departures(
            base.planes[:, part], base.precision[:, part], laid[:, part], left[part], own[part]
        )

    by_strips(lay, tiles[0], pool)
    kernels.box_mean(own, _AROUND, around)
    if (around < 2 * LIMITS[1]).mean() < SAME_SCENE and not _is_alike(base.planes[0], laid[0]):
        return False

    def add(_: tuple[int, int], part: slice) -> None:
        departure = own[part], around[part]
        kernels.added(
            laid[:, part], left[part], departure, LIMITS, base.total[:, part], base.weights[:, part]
        )

    by_strips(add, tiles[0], pool)
    return True


def _is_alike(reference: Float32[np.ndarray, "h w"], other: Float32[np.ndarray, "h w"]) -> bool:
    """Whether a frame departs from the reference by little of the scene's own contrast, where it is seen."""
    seen = np.isfinite(other)
    if not seen.any():
        return False
    return bool(((other - reference)[seen] ** 2).mean() < ALIKE * reference[seen].var())


def _settle(
    base: _Base, camera: Camera, pool: ThreadPoolExecutor
) -> tuple[Float32[np.ndarray, "h w"], tuple[float, ...]]:
    """Bring the merged planes into the place of the sum.

    Returns:
        How many frames' light each cell has, and the variance of each colour in most, of a single frame's.
    """
    maps = np.empty((3, *base.planes.shape[1:]), np.float32)
    _, own, around = base.maps
    kernels.divided(base.total, base.weights, maps)
    kernels.departures(base.planes, base.precision, base.total, maps[0], own)
    kernels.box_mean(own, _AROUND, around)
    kernels.settled(base.planes, base.total, (own, around), LIMITS, maps)
    left, used, shifted = maps
    usual, variance = float(np.median(shifted)), float(np.median(left))
    share = round(usual, 2)
    if share > 0:
        filters = restoring_filters(camera.pattern, share, FINE)
        _bring_back(base, left, shifted / np.float32(usual), filters, camera, pool)
    return used, (variance,) * len(camera.profile.scale)


def _bring_back(
    base: _Base,
    left: Float32[np.ndarray, "h w"],
    strength: Float32[np.ndarray, "h w"],
    filters: Float32[np.ndarray, "4 4 t t"],
    camera: Camera,
    pool: ThreadPoolExecutor,
) -> None:
    """Add what shifts took away of fine detail to the merged planes, where it stands above their noise.

    Args:
        base: what is laid on the reference; its memory for a frame's planes is used again.
        left: variance in each cell, of a single frame's.
        strength: in each cell, how much is lacking.
        filters: that find what is lacking.
        camera: for its noise.
        pool: strips at a time.
    """
    margin = (kernels.MARGIN, kernels.MARGIN)
    # Where one colour is full, what the others show beyond it would ring around a lamp.
    planes = np.pad(np.minimum(base.total, np.float32(1)), [(0, 0), margin, margin], mode="edge")
    slope, offset = camera.balanced_noise.T
    noise = np.ascontiguousarray(slope * base.levels + offset, np.float32)
    detail, (energy, around, _) = base.laid, base.maps

    def lack(rows: tuple[int, int], _: slice) -> None:
        restoring.lacking(planes, filters, base.levels, noise, rows, (detail, energy))

    by_strips(lack, base.levels.shape[0], pool)
    kernels.box_mean(energy, _AROUND, around)

    def add(_: tuple[int, int], part: slice) -> None:
        restoring.brought_back(detail[:, part], around[part], left[part], strength[part], base.total[:, part])

    by_strips(add, base.levels.shape[0], pool)


def _stored(
    reference: RawFrame, planes: Float32[np.ndarray, "4 h w"], camera: Camera, variance: tuple[float, ...]
) -> RawFrame:
    """The merged planes in the reference's place, in codes of 16 bits."""
    area, span = reference.active_area, _TOP - _BLACK
    stored = np.full((*reference.extent, 1), _BLACK, np.uint16)
    codes = stored[area.top : area.bottom, area.left : area.right, 0]
    if area.height % 2 or area.width % 2:  # a row or column that is no whole cell stays as it is
        codes[:] = np.clip(np.rint(all_linear(reference) * span + _BLACK), 0, _TOP)
    kernels.codes_of(planes, camera.gains, (np.float32(_BLACK), np.float32(span)), codes)
    profile = camera.profile
    scale, offset = (
        tuple(value * kept for value, kept in zip(part, variance, strict=True))
        for part in (profile.scale, profile.offset)
    )
    return replace(
        reference,
        samples=stored,
        levels=Levels(np.full((1, 1, 1), float(_BLACK)), np.array([float(_TOP)])),
        masked_areas=(),
        opcodes=replace(reference.opcodes, on_codes=()),
        noise=NoiseProfile(scale, offset),
    )
