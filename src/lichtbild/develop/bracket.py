"""Bracket: frames of differing exposure become one raw frame of all their light.

Each sample over its frame's exposure is an estimate of the same light. The merge is the mean of greatest
likelihood by the frames' noise models: of estimates y with variances V, that of

    light = sum of w y / sum of w,      w = t / (g V + (e + e^2) V_r)

V = (slope * x * exposure + offset) / exposure^2 is taken at an estimate x of the light, the mean of 3 x 3
cells of what was merged before, never at the sample itself: one that is low by chance would count more, and
the mean be too low. g is the share of V that a shift's filter leaves, e what a frame departs from the
reference by beyond chance, V_r the reference's variance, as in `lichtbild.develop.merge`. t is how far a
sample is trusted not to be full: from 1, where it lies four sigmas of the noise below white, it falls
smoothly to 0 one sigma below; of a frame that is laid on the reference, by the brightest sample around. Where
the reference is full it only says that there is no less light; where all frames are, the shortest decides.

The reference is the frame with most pixels that are neither full nor lost in noise; of several alike, the
sharpest. Frames are aligned by what both can show: the light up to the lower of their whites. Their exposures
come from time, ISO and f-number, and are refined by the ratio of what is well exposed in both frames.

Sources: inverse variance from a camera's noise model as the weight, M. Granados et al., "Optimal HDR
reconstruction with linear digital cameras", CVPR 2010, who also iterate; the likelihood of exposures, M. A.
Robertson, S. Borman and R. L. Stevenson, "Dynamic range improvement through multiple exposures", ICIP 1999.
The trust, the reference that bounds from below, and the weights of what moves are our own.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import log2
from typing import Final

import numpy as np
from jaxtyping import Float32

from lichtbild.core.chain import silent
from lichtbild.core.errors import BadInput
from lichtbild.develop.bracket_base import BracketBase, around
from lichtbild.develop.exposed_frames import ExposedFrames
from lichtbild.develop.kernels import bracket as kernels
from lichtbild.develop.merge import LIMITS, refuse_unmergeable
from lichtbild.develop.merged_light import MergedLight, stored
from lichtbild.develop.mosaic_planes import restore
from lichtbild.develop.mosaic_shift import noise_kept, restoring_filters
from lichtbild.image.burst import Burst
from lichtbild.image.metadata import relative_exposures
from lichtbild.image.raw_frame import RawFrame

ROUNDS: Final = 2
"""How often the light is estimated; the variances of the second mean come from the first."""
_DECIDES: Final = np.float32(1e-6)
"""Trust in the shortest exposure where it is full too."""
_DETAIL: Final = 1.0
"""Light up to which lost detail is brought back: the reference's white."""
_SAME_EXPOSURE: Final = 0.05
_PREPARED, _ALIGNED, _SETTLED = 0.2, 0.6, 0.95
"""Shares of the time after which frames are ready to be aligned, have been laid, and are merged."""


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
        BadInput: the sensor is no Bayer one, samples are floating-point numbers, frames are smaller than
            `merge.LEAST_SIDE`, or an exposure is unknown.
    """
    refuse_unmergeable(burst)
    exposures = relative_exposures([frame.metadata for frame in burst])
    if unknown := [name for name, one in zip(burst.names, exposures, strict=True) if not one]:
        raise BadInput(f"{unknown[0]} does not say its time and ISO, without which no bracket can be merged")
    with ThreadPoolExecutor(threads) as pool:
        return _merged(ExposedFrames.of(burst, pool), pool, progress)


def _merged(
    bracket: ExposedFrames, pool: ThreadPoolExecutor, progress: Callable[[float], None]
) -> MergedBracket:
    """The bracket laid on its best exposed frame, or where most show another scene, on the next best."""
    base: BracketBase | None = None
    order = bracket.by_exposure(pool)
    progress(_PREPARED)
    for best in order:
        found, tell = BracketBase.of(bracket, best), progress if base is None else silent
        for count, index in enumerate(order):
            if index != best:
                found.lay(index, pool)
            tell(_PREPARED + (_ALIGNED - _PREPARED) * (count + 1) / len(order))
        if base is None or len(found.exposures) > len(base.exposures):
            base = found
        if 2 * len(base.exposures) > len(order):
            break
    assert base is not None  # a bracket has frames
    return _settled(base, pool, progress)


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums over frames.

    Attributes:
        planes: weighted samples, weights, and their squares times the variance.
        credible: how credible the most credible frame but the reference is.
        filtered: weight in each cell of frames that lie parts of a pixel beside the reference.
        used: how many frames' light each cell has.
        weight: of each frame, as the mean over cells of its share in the weights of the round before.
    """

    planes: tuple[Float32[np.ndarray, "4 h w"], Float32[np.ndarray, "4 h w"], Float32[np.ndarray, "4 h w"]]
    credible: Float32[np.ndarray, "4 h w"]
    filtered: Float32[np.ndarray, "h w"]
    used: Float32[np.ndarray, "h w"]
    weight: dict[int, float]


def _summed(
    base: BracketBase,
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
    filtered, used, brought = np.zeros((3, *before.shape), np.float32)
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
        filtered += np.where(laid.share == 1, 0, brought)
        weight[index] = _share(brought, before)
    return _Sums((total, weights, squares), credible, filtered, used, weight)


def _deciding(trust: Float32[np.ndarray, "*any"], *, decides: bool) -> Float32[np.ndarray, "*any"]:
    """Trust that leaves a trace where all frames are full."""
    return np.maximum(trust, _DECIDES) if decides else trust


def _share(weight: Float32[np.ndarray, "h w"], total: Float32[np.ndarray, "h w"]) -> float:
    return float((weight / np.maximum(total, np.float32(1e-6))).mean())


def _settled(base: BracketBase, pool: ThreadPoolExecutor, progress: Callable[[float], None]) -> MergedBracket:
    """The merged frame, after as many rounds as it takes."""
    light, before = base.light, np.ones(base.trust.shape[1:], np.float32)
    own = base.bracket.noise(base.reference, 1.0)
    for count in range(ROUNDS):
        sums = _summed(base, light, before, pool)
        planes, weights, variances = sums.planes
        before = weights.mean(axis=0)
        trust = _deciding(base.trust, decides=base.shortest == 1.0)
        kernels.settled((base.planes, trust), light, own, sums.planes, sums.credible)
        light = around(planes)
        progress(_ALIGNED + (_SETTLED - _ALIGNED) * (count + 1) / ROUNDS)
    kept = _restored(base, planes, sums.filtered / np.maximum(before, np.float32(1e-6)), pool)
    variances *= kept[:, None, None]
    merged = MergedLight(planes, light, variances, base.bracket.cameras[0], base.shortest)
    names = base.bracket.burst.frames
    frame, variance = stored(names[base.reference], _shortest(base), merged, own)
    progress(1.0)
    odd = tuple((i, "shows another scene") for i in range(len(names)) if i not in base.exposures)
    whole = sum(sums.weight.values())
    told = frame.metadata.merged(len(names), len(base.exposures))
    return MergedBracket(
        replace(frame, metadata=told.with_reference_white(base.shortest)),
        base.reference,
        odd,
        sums.used,
        variance,
        {index: log2(exposure) for index, exposure in sorted(base.exposures.items())},
        {index: part / whole for index, part in sorted(sums.weight.items())},
    )


def _shortest(base: BracketBase) -> RawFrame:
    """The frame of the least exposure."""
    index = min(base.exposures, key=base.exposures.__getitem__)
    return base.bracket.burst.frames[index]


def _restored(
    base: BracketBase,
    planes: Float32[np.ndarray, "4 h w"],
    shifted: Float32[np.ndarray, "h w"],
    pool: ThreadPoolExecutor,
) -> Float32[np.ndarray, "4"]:
    """Bring the detail back that shifts cost, as for a burst; what that makes of each plane's variance.

    Args:
        base: the reference, and what is laid on it.
        planes: the merged ones, which are changed.
        shifted: share in them of frames that a filter had to shift.
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
    return np.asarray((1 - usual) * of_one + usual * of_others, np.float32)
