"""Bracket: frames of differing exposure become one raw frame of all their light.

Each sample over its frame's exposure is an estimate of the same light. The merge is the mean of greatest
likelihood by the frames' noise models: of estimates y with variances V, that of

    light = sum of w y / sum of w,      w = t / (g V + (e + e^2) V_r)

V = (slope * x * exposure + offset) / exposure^2 is taken at an estimate x of the light, the mean of 3 x 3 cells
of what was merged before, never at the sample itself: a sample that is low by chance would count more, and the
mean be too low. g is the share of V that a shift's filter leaves, e what a frame departs from the reference by
beyond chance, V_r the reference's variance, as in `lichtbild.develop.merge`. t is how far a sample is trusted
not to be full: from 1, where the brightest sample around lies four sigmas of the noise below white, it falls
smoothly to 0 one sigma below. Where the reference is full it only says that there is no less light; where all
frames are, the shortest decides.

The reference is the frame with most pixels that are neither full nor lost in noise; of several alike, the
sharpest. Frames are aligned by what both can show: the light up to the lower of their whites. Their exposures
come from time, ISO and f-number, and are refined by the ratio of what is well exposed in both frames.

Sources: inverse variance from a camera's noise model as the weight, M. Granados et al., "Optimal HDR
reconstruction with linear digital cameras", CVPR 2010, who also iterate; the likelihood of exposures, M. A.
Robertson, S. Borman and R. L. Stevenson, "Dynamic range improvement through multiple exposures", ICIP 1999. The
trust, the reference that bounds from below, and the weights of what moves are our own.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import log2
from typing import Final

import numpy as np
from jaxtyping import Float, Float32

from lichtbild.core.chain import silent
from lichtbild.core.errors import BadInput
from lichtbild.develop.align import GreyPyramid, alignment, grey_pyramid, reference_of, sharpness
from lichtbild.develop.exposure_ratio import exposure_ratio
from lichtbild.develop.kernels import bracket as kernels
from lichtbild.develop.kernels import merge as of_bursts
from lichtbild.develop.merge import LIMITS, SAME_SCENE
from lichtbild.develop.merged_light import MergedLight, stored
from lichtbild.develop.mosaic_planes import Camera, by_strips, restore, sound_frames, tile_levels
from lichtbild.develop.mosaic_shift import noise_kept, restoring_filters, shift_filters
from lichtbild.image.burst import Burst
from lichtbild.image.raw_frame import RawFrame

NEAR_FULL: Final = (1.0, 4.0)
"""Sigmas of the noise below white from which a sample is not trusted, and up to which it is."""
ROUNDS: Final = 2
"""How often the light is estimated; the variances of the second mean come from the first."""
_UNEVEN_WHITE: Final = 0.005
"""Standard deviation of the pixels' whites."""
_SEEN: Final = 10.0
"""Sigmas of the noise from which a cell of a smooth grey picture is well exposed: two of a pixel."""
_ALIKE: Final = 0.02
"""Share of well exposed pixels by which frames are as good a reference as one another."""
_REACH: Final = 2
"""Cells around a full one that are not trusted where a shift's filter mixes them."""
_DECIDES: Final = np.float32(1e-6)
"""Trust in the shortest exposure where it is full too."""
_DETAIL: Final = 1.0
"""Light up to which lost detail is brought back: the reference's white."""
_AROUND: Final = 2
_SAME_EXPOSURE: Final = 0.05
_LEAST: Final = np.float32(1e-3)
"""Mean weight around a cell by which a mean around it means something."""
_PREPARED, _ALIGNED, _SETTLED = 0.2, 0.6, 0.95
"""Shares of the time after which frames are ready to be aligned, have been laid, and are merged."""
_KEPT: Final = 3 << 29
"""Bytes of laid frames that are kept for the second round; those beyond are laid again."""


@dataclass(frozen=True, eq=False)
class MergedBracket:
    """What came of a bracket.

    Attributes:
        frame: the merged raw frame; its white is that of the shortest frame, and its baseline exposure makes
            it as bright as the reference.
        reference: index of the frame that the others were laid on.
        left_out: index of each frame that could not be merged, and why, to follow "it".
        frames_used: how many frames' light each cell of 2 x 2 pixels has.
        variance: of each colour in most cells, of that of the reference.
        exposure_ev: of each frame, from that of the reference, as found; none of what is left out.
        light: share of each frame in the picture's light, as the mean over cells; likewise.
    """

    frame: RawFrame
    reference: int
    left_out: tuple[tuple[int, str], ...]
    frames_used: Float32[np.ndarray, "h w"]
    variance: tuple[float, ...]
    exposure_ev: dict[int, float]
    light: dict[int, float]


def merge_bracket(
    burst: Burst, *, threads: int = 1, progress: Callable[[float], None] = silent
) -> MergedBracket:
    """The frames of a bracket as one raw frame, laid on the best exposed one.

    Args:
        burst: frames of a Bayer sensor in whole codes that say how they were exposed.
        threads: strips of a frame at a time.
        progress: called with the finished share, 0 to 1.

    Raises:
        BadInput: the sensor is no Bayer one, samples are floating-point numbers, or an exposure is unknown.
    """
    cfa = burst.frames[0].cfa
    if cfa is None or cfa.extent != (2, 2) or any(frame.samples.dtype.kind != "u" for frame in burst):
        raise BadInput(
            "only whole codes of a Bayer sensor are merged; develop these frames one by one with --burst off"
        )
    exposures = [frame.metadata.relative_exposure for frame in burst]
    if unknown := [name for name, one in zip(burst.names, exposures, strict=True) if not one]:
        raise BadInput(f"{unknown[0]} does not say its time and ISO, without which no bracket can be merged")
    with ThreadPoolExecutor(threads) as pool:
        return _merged(_Bracket.of(burst, pool), pool, progress)


@dataclass(frozen=True, eq=False)
class _Bracket:
    """What is known of a bracket before frames are laid on one another.

    Attributes:
        burst: the frames.
        cameras: what holds for each.
        samples: gives the linear samples of each, by its number.
        exposures: of each, by what it says.
    """

    burst: Burst
    cameras: tuple[Camera, ...]
    samples: Callable[[int], Float32[np.ndarray, "H W"]]
    exposures: tuple[float, ...]

    @staticmethod
    def of(burst: Burst, pool: ThreadPoolExecutor) -> "_Bracket":
        cameras = tuple(pool.map(Camera.of, burst))
        noise = np.max([camera.noise for camera in cameras], axis=0)
        exposures = tuple(frame.metadata.relative_exposure or 1.0 for frame in burst)
        return _Bracket(burst, cameras, sound_frames(burst, noise, pool), exposures)

    def sigma(self, index: int) -> float:
        """Standard deviation of a frame's samples at its white."""
        return float(np.sqrt(self.cameras[index].noise.sum(axis=-1).max() + _UNEVEN_WHITE**2))

    def trust(self, index: int, reach: int) -> Float32[np.ndarray, "h w"]:
        """How far each cell of a frame is trusted to hold no full sample, nor those around it."""
        samples = self.samples(index)
        peak, most = np.empty((2, samples.shape[0] // 2, samples.shape[1] // 2), np.float32)
        kernels.peaks(samples, peak)
        kernels.widened(peak, reach, most)
        return self.not_full(index, most)

    def not_full(self, index: int, samples: Float32[np.ndarray, "*any"]) -> Float32[np.ndarray, "*any"]:
        """How far samples of a frame, white 1, are trusted not to be full."""
        near, far = (count * self.sigma(index) for count in NEAR_FULL)
        t = ((1 - near - samples) / (far - near)).clip(0, 1)
        return np.asarray(t * t * (3 - 2 * t), np.float32)

    def pyramid(self, index: int, exposure: float = 1.0, limit: float = np.inf) -> GreyPyramid:
        """Grey pictures of a frame's light up to a limit."""
        camera = self.cameras[index]
        light = np.minimum(self.samples(index) * np.float32(1 / exposure), np.float32(limit))
        return grey_pyramid(light, self.cameras[0].gains, camera.noise / np.array([exposure, exposure**2]))

    def noise(self, index: int, exposure: float) -> Float32[np.ndarray, "4 2"]:
        """Slope and offset of each plane's variance, in light."""
        scales = np.stack([self.cameras[0].gains, self.cameras[0].gains ** 2], -1)
        pairs = (self.cameras[index].noise * scales).reshape(4, 2)
        return np.asarray(pairs / np.array([exposure, exposure**2]), np.float32)

    def by_exposure(self, pool: ThreadPoolExecutor) -> list[int]:
        """The frames by their worth as a reference, the best first."""

        def worth(index: int) -> tuple[int, float]:
            pyramid = self.pyramid(index)
            level, (slope, offset) = pyramid.levels[0], pyramid.noise[0]
            seen = level > _SEEN * np.sqrt(slope * np.maximum(level, 0) + offset)
            share = float((seen & (self.trust(index, 0) > 0.5)).mean())
            return -round(share / _ALIKE), -sharpness(pyramid)

        worths = list(pool.map(worth, range(len(self.burst))))
        return sorted(range(len(worths)), key=worths.__getitem__)


@dataclass(frozen=True, eq=False)
class _Laid:
    """A frame on the reference's places, in the reference's light.

    Attributes:
        planes: its samples.
        share: of their variance that the shift's filter leaves.
        trust: how far each cell is trusted not to be full.
    """

    planes: Float32[np.ndarray, "4 h w"]
    share: Float32[np.ndarray, "h w"]
    trust: Float32[np.ndarray, "h w"]


def _merged(bracket: _Bracket, pool: ThreadPoolExecutor, progress: Callable[[float], None]) -> MergedBracket:
    """The bracket laid on its best exposed frame, or where most show another scene, on the next best."""
    base: _Base | None = None
    order = bracket.by_exposure(pool)
    progress(_PREPARED)
    for best in order:
        found = _Base.of(bracket, best)
        for count, index in enumerate(order):
            if index != best:
                found.lay(index, pool)
            progress(_PREPARED + (_ALIGNED - _PREPARED) * (count + 1) / len(order))
        if base is None or len(found.exposures) > len(base.exposures):
            base = found
        if 2 * len(base.exposures) > len(order):
            break
    assert base is not None  # a bracket has frames
    return _settled(base, pool, progress)


@dataclass(frozen=True, eq=False)
class _Base:
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

    bracket: _Bracket
    reference: int
    planes: Float32[np.ndarray, "4 h w"]
    light: Float32[np.ndarray, "4 h w"]
    levels: Float32[np.ndarray, "rows columns 4"]
    trust: Float32[np.ndarray, "4 h w"]
    exposures: dict[int, float]
    shifts: dict[int, Float[np.ndarray, "rows columns 2"]]
    kept: dict[int, _Laid]

    @staticmethod
    def of(bracket: _Bracket, reference: int) -> "_Base":
        samples, camera = bracket.samples(reference), bracket.cameras[reference]
        planes = np.empty((4, samples.shape[0] // 2, samples.shape[1] // 2), np.float32)
        of_bursts.planes_of(samples, bracket.cameras[0].gains, planes)
        balanced = replace(camera, gains=bracket.cameras[0].gains)
        return _Base(
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
        if sum(one.planes.nbytes for one in self.kept.values()) + laid.planes.nbytes <= _KEPT:
            self.kept[index] = laid

    def laid(self, index: int, pool: ThreadPoolExecutor) -> _Laid:
        """A frame that shows the same scene, laid on the reference."""
        return self.kept[index] if index in self.kept else self._laid(index, self.exposures[index], pool)

    def _laid(self, index: int, exposure: float, pool: ThreadPoolExecutor) -> _Laid:
        camera, shifts = self.bracket.cameras[0], self.shifts[index]
        planes, share = np.empty_like(self.planes), np.empty(self.planes.shape[1:], np.float32)
        margin = (of_bursts.MARGIN, of_bursts.MARGIN)
        held = np.pad(np.empty_like(self.planes), [(0, 0), margin, margin], constant_values=np.nan)
        of_bursts.planes_of(self.bracket.samples(index), camera.gains / np.float32(exposure), held)
        filters = shift_filters(camera.pattern)

        def lay(rows: tuple[int, int], _: slice) -> None:
            of_bursts.laid(held, shifts, self.levels, filters, rows, (planes, share))

        by_strips(lay, self.levels.shape[0], pool)
        return _Laid(planes, share, _moved(self.bracket.trust(index, _REACH), shifts))

    def departure(
        self, index: int, exposure: float, laid: _Laid, light: Float32[np.ndarray, "4 h w"]
    ) -> "_Departure":
        """What a frame departs from the reference by, by an estimate of the light."""
        own, beneath = np.empty((2, *laid.share.shape), np.float32)
        noise = self.bracket.noise(self.reference, 1.0), self.bracket.noise(index, exposure)
        kernels.departures((self.planes, self.trust), laid.planes, laid.share, light, noise, (own, beneath))
        free = (self.trust >= 0.5).mean(axis=0, dtype=np.float32)
        mean, total = np.empty((2, *own.shape), np.float32)
        of_bursts.box_mean(own * laid.trust, _AROUND, mean)
        of_bursts.box_mean(free * laid.trust, _AROUND, total)
        return _Departure(own, np.where(total > _LEAST, mean / np.maximum(total, _LEAST), 0), beneath)


@dataclass(frozen=True, eq=False)
class _Departure:
    """What a frame departs from the reference by, in squares of the noise.

    Attributes:
        own: of each cell.
        mean: of those around each that are full in neither frame.
        beneath: of each cell below what is full in the reference.
    """

    own: Float32[np.ndarray, "h w"]
    mean: Float32[np.ndarray, "h w"]
    beneath: Float32[np.ndarray, "h w"]


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


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums over frames.

    Attributes:
        planes: weighted samples, weights, and their squares times the variance.
        credible: how credible the most credible frame but the reference is.
        used: how many frames' light each cell has.
        weight: of each frame, as the mean over cells of its share in the weights of the round before.
    """

    planes: tuple[Float32[np.ndarray, "4 h w"], Float32[np.ndarray, "4 h w"], Float32[np.ndarray, "4 h w"]]
    credible: Float32[np.ndarray, "4 h w"]
    used: Float32[np.ndarray, "h w"]
    weight: dict[int, float]


def _summed(
    base: _Base,
    light: Float32[np.ndarray, "4 h w"],
    before: Float32[np.ndarray, "h w"],
    pool: ThreadPoolExecutor,
) -> _Sums:
    """All frames weighed by their variances at an estimate of the light.

    Args:
        base: the reference, and what is laid on it.
        light: the estimate.
        before: mean weight of each cell in the round before.
        pool: strips at a time.
    """
    bracket, reference = base.bracket, base.reference
    noise = bracket.noise(reference, 1.0)
    trust = _deciding(base.trust, decides=base.shortest == 1.0)
    total, weights, squares, credible = np.zeros((4, *base.planes.shape), np.float32)
    used, brought = np.zeros((2, *before.shape), np.float32)
    kernels.begun((base.planes, trust), light, noise, (total, weights, squares))
    used += base.trust.mean(axis=0)
    weight = {reference: _share(weights.mean(axis=0), before)}
    for index, exposure in base.exposures.items():
        if index == reference:
            continue
        laid = base.laid(index, pool)
        apart = base.departure(index, exposure, laid, light)
        decides = exposure <= (1 + _SAME_EXPOSURE) * base.shortest
        trusted = _deciding(laid.trust, decides=decides)
        settings = (*LIMITS, np.float32(decides))
        pair = noise, bracket.noise(index, exposure)
        kernels.added(
            laid.planes,
            (laid.share, trusted, base.trust, apart.own, apart.mean, apart.beneath),
            light,
            pair,
            settings,
            (total, weights, squares, credible, used, brought),
        )
        weight[index] = _share(brought, before)
    return _Sums((total, weights, squares), credible, used, weight)


def _deciding(trust: Float32[np.ndarray, "*any"], *, decides: bool) -> Float32[np.ndarray, "*any"]:
    """Trust that leaves a trace where all frames are full."""
    return np.maximum(trust, _DECIDES) if decides else trust


def _share(weight: Float32[np.ndarray, "h w"], total: Float32[np.ndarray, "h w"]) -> float:
    return float((weight / np.maximum(total, np.float32(1e-6))).mean())


def _settled(base: _Base, pool: ThreadPoolExecutor, progress: Callable[[float], None]) -> MergedBracket:
    """The merged frame, after as many rounds as it takes."""
    light, before = base.light, np.ones(base.trust.shape[1:], np.float32)
    own = base.bracket.noise(base.reference, 1.0)
    for count in range(ROUNDS):
        sums = _summed(base, light, before, pool)
        planes, weights, variances = sums.planes
        before = weights.mean(axis=0)
        shifted = np.empty_like(before)
        trust = _deciding(base.trust, decides=base.shortest == 1.0)
        kernels.settled((base.planes, trust), light, own, sums.planes, (sums.credible, shifted))
        light = around(planes)
        progress(_ALIGNED + (_SETTLED - _ALIGNED) * (count + 1) / ROUNDS)
    kept = _restored(base, planes, shifted, weights / np.maximum(variances, np.float32(1e-20)), pool)
    variances *= kept[:, None, None]
    merged = MergedLight(planes, light, variances, base.bracket.cameras[0], base.shortest)
    names = base.bracket.burst.frames
    frame, variance = stored(names[base.reference], _shortest(base), merged, own)
    progress(1.0)
    odd = tuple((i, "shows another scene") for i in range(len(names)) if i not in base.exposures)
    whole = sum(sums.weight.values())
    return MergedBracket(
        frame,
        base.reference,
        odd,
        sums.used,
        variance,
        {index: log2(exposure) for index, exposure in sorted(base.exposures.items())},
        {index: part / whole for index, part in sorted(sums.weight.items())},
    )


def _shortest(base: _Base) -> RawFrame:
    """The frame of the least exposure."""
    index = min(base.exposures, key=base.exposures.__getitem__)
    return base.bracket.burst.frames[index]


def _restored(
    base: _Base,
    planes: Float32[np.ndarray, "4 h w"],
    shifted: Float32[np.ndarray, "h w"],
    by_one: Float32[np.ndarray, "4 h w"],
    pool: ThreadPoolExecutor,
) -> Float32[np.ndarray, "4"]:
    """Bring the detail back that shifts cost, as for a burst; what that makes of each plane's variance.

    Args:
        base: the reference, and what is laid on it.
        planes: the merged ones, which are changed.
        shifted: share in them of frames other than the reference.
        by_one: the reference's part in their variance.
        pool: strips at a time.
    """
    pattern, usual = base.bracket.cameras[0].pattern, float(np.median(shifted))
    share = round(usual, 2)
    if share <= 0:
        return np.ones(4, np.float32)
    restore(
        planes, base.levels, shifted / np.float32(usual), restoring_filters(pattern, share), pool, _DETAIL
    )
    of_one, of_others = (np.array(kept) for kept in noise_kept(pattern, share))
    part = np.median(by_one.reshape(4, -1), axis=1)
    return np.asarray(part * of_one + (1 - part) * of_others, np.float32)
