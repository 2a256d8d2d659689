"""Noise estimate: how a sensor's noise grows with its signal, from the file or from one frame.

A frame is looked at in blocks of 8 x 8 samples of one colour. Two levels of the Haar transform give three
numbers of each: its mean; its *noise*, the mean square of the finest diagonal detail, where scenes have
least; and its *texture*, the mean square of all coarser detail. White noise makes both equal to its variance,
and independent of each other. So blocks may be chosen by their texture without making their noise look less
than it is, and no bias of order statistics has to be undone.

A line, variance against mean, is first laid under what the smoothest blocks of each brightness show. Then it
is fitted to the blocks whose texture is about what it explains, over and over until it stays. What texture
they have left leaks into the noise in a proportion that is fitted with the line::

    noise - line(mean) = leak * (texture - line(mean)),    line(mean) = scale * mean + offset

Source: to choose blocks by some transform coefficients and measure in others is the idea of Ponomarenko et
al., "An automatic approach to lossy compression of AVIRIS images", IGARSS 2007; the line and its weights are
those of Foi et al., "Practical Poissonian-Gaussian noise modeling and fitting for single-image raw-data",
IEEE Trans. Image Processing 17, 1737 (2008), section II; the lower envelope that of Liu et al., "Automatic
estimation and removal of noise from a single image", IEEE Trans. PAMI 30, 299 (2008). The leak is our own.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int

from lichtbild.core.chain import Chain
from lichtbild.core.window import Window
from lichtbild.develop.correction import codes_stages
from lichtbild.develop.linearise import Linearise, highest_black
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame

BLOCK: Final = 8
"""Samples of one colour along a block's side."""
SAMPLED: Final = 1_300_000
"""Pixels that are looked at, about; a smaller frame is looked at as a whole."""
_NOISE_TERMS: Final = 16
_TEXTURE_TERMS: Final = 44
"""Coefficients of each kind in a block: 16 of the finest diagonal detail, 32 + 12 of coarser detail."""
_CLIPPED: Final = 0.97
_FEWEST: Final = 24
"""Blocks without which nothing is estimated."""
_CLASSES: Final = 16
"""Classes of brightness under which the first line is laid, of 64 blocks at least."""
_SMOOTHEST: Final = 0.1
"""Share of a class that the first line trusts."""
_FLAT: Final = 1.5
"""Texture over the line up to which blocks are used: all but 2 % of the flat ones."""
_WANTED: Final = (40, 150)
"""Where fewer blocks are as flat, the flattest tenth of all is used, but this many at least and at most."""
_OUTLIER: Final = 3.0
"""Noise over what is expected beyond which a block is left out: one flat block in 30 000."""
_ROUNDS: Final = 10
_LARGEST_LEAK: Final = 0.5
_LARGEST_READ_NOISE: Final = 0.05
"""Signal above which shot noise outweighs read noise in every sensor: 2 to 6 squared electrons of some 250
that fill a pixel at the highest gain are 0.02."""
_ANCHOR: Final = 16.0
"""Blocks' worth of trust that a plane's line has in the line of all planes, at black and at white."""


def of(frame: RawFrame) -> NoiseProfile:
    """The noise that the file states, a pair for each plane; `estimated` where the frame proves it wrong.

    A frame proves a statement wrong when its smoothest blocks vary by less than half the stated variance:
    texture can only add. So do files whose samples were processed, or compressed with loss, after the noise
    was measured.
    """
    blocks, planes = _blocks(frame), _plane_count(frame)
    stated = frame.noise
    if stated is not None and is_sane(stated) and len(stated.scale) in (1, planes):
        repeats = planes // len(stated.scale)
        stated = NoiseProfile(stated.scale * repeats, stated.offset * repeats)
        if not _is_refuted(stated, blocks):
            return stated
    return _estimated(blocks, planes, _rounding(frame))


def estimated(frame: RawFrame) -> NoiseProfile:
    """The noise of a frame, measured in the frame itself.

    It is the noise of the linear samples before any gain map. Clipped samples are left out. A frame in which
    nothing can be measured (a few pixels, or all of them clipped) is given the noise of rounding alone.
    """
    return _estimated(_blocks(frame), _plane_count(frame), _rounding(frame))


def with_pattern(frame: RawFrame, noise: NoiseProfile) -> NoiseProfile:
    """The noise with as much more at black as the frame itself shows.

    A sensor's fixed pattern is in no profile, and of a burst it does not average where the camera hardly
    moved; at night it is most of what is seen. Texture may add to it, so that this is for dark frames.

    Args:
        frame: of a dark scene.
        noise: a pair for each plane, as of `of`.
    """
    shown = estimated(frame).offset
    return NoiseProfile(noise.scale, tuple(map(max, noise.offset, shown)))


def is_sane(noise: NoiseProfile) -> bool:
    """Whether the numbers can be a sensor's: finite, none negative, sigma at mid-grey from 1e-6 to 0.3."""
    scale, offset = np.array(noise.scale), np.array(noise.offset)
    middle = 0.18 * scale + offset
    if not np.isfinite(middle).all() or min(scale.min(), offset.min()) < 0:
        return False
    return bool((middle > 1e-12).all() and (middle < 0.09).all())


@dataclass(frozen=True, eq=False)
class _Blocks:
    """Statistics of unclipped blocks.

    Attributes:
        plane: colour plane of each block.
        mean: mean of its samples.
        noise: mean square of its finest diagonal detail.
        texture: mean square of its coarser detail, but for the differences between its quarters.
    """

    plane: Int[np.ndarray, " n"]
    mean: Float[np.ndarray, " n"]
    noise: Float[np.ndarray, " n"]
    texture: Float[np.ndarray, " n"]

    def __len__(self) -> int:
        return len(self.mean)

    def only(self, chosen: Bool[np.ndarray, " n"]) -> "_Blocks":
        """The chosen blocks."""
        return _Blocks(self.plane[chosen], self.mean[chosen], self.noise[chosen], self.texture[chosen])


@dataclass(frozen=True)
class _Line:
    """Variance against mean, and the share of texture that leaks into the noise."""

    scale: float
    offset: float
    leak: float = 0.3

    def __call__(self, mean: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Variance at each mean."""
        return np.asarray(self.scale * np.maximum(mean, 0) + self.offset)


def _plane_count(frame: RawFrame) -> int:
    return int(frame.samples.shape[2]) if frame.cfa is None else len(frame.cfa.colours)


def _blocks(frame: RawFrame) -> _Blocks:
    """Blocks in bands of rows, spread evenly over the frame."""
    corrections = codes_stages(frame.opcodes.on_codes, frame.active_area)
    chain = Chain((*corrections, ("linearise", Linearise.of(frame))))
    extent = chain.extent(frame.extent)
    # Neighbours in a full image share what demosaicing gave them, so that every second sample is taken.
    period = (2, 2) if frame.cfa is None else frame.cfa.extent
    height, columns = BLOCK * period[0], extent.width // (BLOCK * period[1])
    every = max(1, round(extent.height * extent.width / SAMPLED))
    numbers = np.zeros((0, 5, 0))
    if columns and extent.height >= height:
        tops = range(
            extent.height // height // 2 % every * height, extent.height - height + 1, every * height
        )
        width = columns * BLOCK * period[1]
        bands = (chain.render(frame, Window(top, 0, top + height, width)).samples for top in tops)
        numbers = np.stack([_statistics(band, period) for band in bands]).astype(np.float64)
    mean, noise, texture, lowest, highest = numbers.transpose(1, 0, 2)
    plane = np.broadcast_to(np.repeat(_plane_of_phase(frame, period), columns), mean.shape)
    usable = (highest < _CLIPPED) & (lowest > _darkest(frame))
    return _Blocks(plane[usable], mean[usable], noise[usable], texture[usable])


def _plane_of_phase(frame: RawFrame, period: tuple[int, int]) -> Int[np.ndarray, " phases"]:
    """Colour plane of each place in a period, planes last."""
    if frame.cfa is not None:
        return np.asarray(frame.cfa.pattern).ravel()
    return np.tile(np.arange(frame.samples.shape[2]), period[0] * period[1])


def _statistics(band: Float[np.ndarray, "h w p"], period: tuple[int, int]) -> Float[np.ndarray, "5 n"]:
    """Mean, noise, texture, lowest and highest sample of each block of a band one block high."""
    (rows, columns), (_, width, planes) = period, band.shape
    blocks = width // (BLOCK * columns)
    samples = band.reshape(BLOCK, rows, blocks, BLOCK, columns, planes)
    samples = samples.transpose(0, 3, 1, 4, 5, 2).reshape(BLOCK, BLOCK, -1)
    coarse, first, second, diagonal = _haar(samples)
    mean, *coarser = _haar(coarse)
    texture = _energy(first) + _energy(second) + sum(_energy(detail) for detail in coarser)
    return np.stack(
        [
            mean.mean(axis=(0, 1)) / 4,
            _energy(diagonal) / _NOISE_TERMS,
            texture / _TEXTURE_TERMS,
            samples.min(axis=(0, 1)),
            samples.max(axis=(0, 1)),
        ]
    )


def _haar(samples: Float[np.ndarray, "h w n"]) -> tuple[Float[np.ndarray, "h/2 w/2 n"], ...]:
    """Orthonormal Haar transform of the first two axes: means, details along either, diagonal detail."""
    half = np.float32(0.5)
    upper, lower = samples[::2] * half, samples[1::2] * half
    total, across = upper + lower, upper - lower
    left, right, up, down = total[:, ::2], total[:, 1::2], across[:, ::2], across[:, 1::2]
    return left + right, left - right, up + down, up - down


def _energy(detail: Float[np.ndarray, "h w n"]) -> Float[np.ndarray, " n"]:
    """Sum of squares over the first two axes."""
    return np.asarray(np.square(detail).reshape(-1, detail.shape[2]).sum(axis=0))


def _darkest(frame: RawFrame) -> float:
    """Signal at or below which a sample may have been clipped: that of code 0."""
    if frame.samples.dtype.kind == "f":
        return -np.inf
    code = 0.0 if frame.levels.linearisation is None else float(frame.levels.linearisation[0])
    return float(
        ((code - frame.levels.black.max()) / (frame.levels.white - highest_black(frame.levels))).max()
    )


def _rounding(frame: RawFrame) -> float:
    """Variance that rounding to codes alone adds: a twelfth of a squared step (Bennett 1948)."""
    if frame.samples.dtype.kind == "f":
        return float(np.finfo(np.float32).eps) ** 2 / 12
    step = float(_code_step(frame))
    if frame.levels.linearisation is not None:
        steps = np.diff(frame.levels.linearisation)
        step = float(steps[steps > 0].min()) if (steps > 0).any() else 1.0
    return float(((step / (frame.levels.white - highest_black(frame.levels))) ** 2).min() / 12)


def _code_step(frame: RawFrame) -> int:
    """Step of the codes of eight rows: more than 1 where few bits were stored in the upper part of many."""
    height = frame.extent.height
    codes = np.unique(frame.samples[height // 16 :: max(1, height // 8)])
    return int(np.gcd.reduce(np.diff(codes.astype(np.int64)))) if len(codes) >= _FEWEST else 1


def _is_refuted(stated: NoiseProfile, blocks: _Blocks) -> bool:
    """Whether the smoothest twentieth of the blocks varies by less than half of what is stated."""
    if len(blocks) < _FEWEST:
        return False
    expected = np.asarray(stated.scale)[blocks.plane] * np.maximum(blocks.mean, 0)
    expected = expected + np.asarray(stated.offset)[blocks.plane]
    terms = _NOISE_TERMS + _TEXTURE_TERMS
    found = (_NOISE_TERMS * blocks.noise + _TEXTURE_TERMS * blocks.texture) / terms
    return bool(np.quantile(found / expected, 0.05) < 0.5)


def _estimated(blocks: _Blocks, planes: int, rounding: float) -> NoiseProfile:
    """One line for all planes, and from it one for each."""
    if len(blocks) < _FEWEST:
        return NoiseProfile((rounding,) * planes, (rounding,) * planes)
    pooled = _refined(blocks, _line_under(blocks, rounding), rounding, ())
    black, white = pooled(np.array([0.0])), pooled(np.array([1.0]))
    anchors = ((0.0, float(black[0])), (1.0, float(white[0])))
    lines = []
    for plane in range(planes):
        own = blocks.only(blocks.plane == plane)
        lines.append(pooled if len(own) < _FEWEST else _refined(own, pooled, rounding, anchors))
    return NoiseProfile(tuple(line.scale for line in lines), tuple(line.offset for line in lines))


def _line_under(blocks: _Blocks, rounding: float) -> _Line:
    """The line that lies highest under what the smoothest blocks of each class of brightness show.

    Points under a line cost more than points above it, which texture may have lifted.
    """
    order = np.argsort(blocks.mean)
    points = [(0.0, rounding)]
    for members in np.array_split(order, min(_CLASSES, max(1, len(order) // 64))):
        count = max(8, int(len(members) * _SMOOTHEST))
        smoothest = members[np.argsort(blocks.texture[members])[:count]]
        points.append((float(blocks.mean[smoothest].mean()), float(blocks.noise[smoothest].mean())))
    mean, variance = np.maximum(np.array(points[1:]), (-np.inf, rounding)).T
    lines = [_Line(0.0, float(level)) for level in variance]
    for (x, low), (y, high) in combinations(points, 2):
        scale = (high - low) / (y - x) if y > x else -1.0
        if scale >= 0 and low - scale * x >= rounding:
            lines.append(_Line(scale, low - scale * x))

    def cost(line: _Line) -> float:
        above = np.log(variance / line(mean))
        return float(np.where(above < 0, -4 * above, np.minimum(above, 1)).sum())

    return min(lines, key=cost)


_Anchors = tuple[tuple[float, float], ...]


def _refined(blocks: _Blocks, line: _Line, rounding: float, anchors: _Anchors) -> _Line:
    """The line fitted to the flat blocks, which it chooses itself, until it stays."""
    fewest = min(int(np.clip(len(blocks) // 10, *_WANTED)), len(blocks) - 1)
    for _ in range(_ROUNDS):
        variance = line(blocks.mean)
        # Rounding fills the coefficients unevenly: from nothing to three times its mean.
        uneven = 2 * rounding
        excess = (blocks.texture - uneven) / variance
        flat = excess <= max(_FLAT, float(np.partition(excess, fewest)[fewest]))
        expected = variance + line.leak * np.maximum(blocks.texture - variance, 0)
        flat &= blocks.noise <= _OUTLIER * expected + uneven
        if np.count_nonzero(flat) < _FEWEST // 2:
            break
        line = _fitted(blocks.only(flat), line, rounding, anchors)
    return line


def _fitted(blocks: _Blocks, line: _Line, rounding: float, anchors: _Anchors) -> _Line:
    """The leak, then the line, by least squares with weights from the line so far."""
    variance = line(blocks.mean)
    spread = np.maximum(variance + line.leak * (blocks.texture - variance), variance / 3)
    texture, noise = (blocks.texture - variance) / spread, (blocks.noise - variance) / spread
    # One block's worth of trust that nothing leaks keeps the ratio finite.
    leak = float(np.clip((texture * noise).sum() / ((texture**2).sum() + 1), 0, _LARGEST_LEAK))
    x, y = blocks.mean, (blocks.noise - leak * blocks.texture) / (1 - leak)
    weight = ((1 - leak) / spread) ** 2
    for mean, level in anchors:
        x, y = np.append(x, mean), np.append(y, level)
        weight = np.append(weight, _ANCHOR / level**2)
    return _Line(*_weighted_line(x, y, weight, rounding), leak)


def _weighted_line(
    x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"], weight: Float[np.ndarray, " n"], least: float
) -> tuple[float, float]:
    """Slope and offset by least squares, neither below ``least``, the offset within what the slope allows."""
    weight = weight / weight.sum()
    mean_x, mean_y = (weight * x).sum(), (weight * y).sum()
    spread = (weight * (x - mean_x) ** 2).sum()
    slope = (weight * (x - mean_x) * (y - mean_y)).sum() / spread if spread > 0 else 0.0
    offset = mean_y - slope * mean_x
    if least <= offset <= least + _LARGEST_READ_NOISE * slope:
        return float(slope), float(offset)
    lift = 0.0 if offset < least else _LARGEST_READ_NOISE
    slope = (weight * (x + lift) * (y - least)).sum() / max((weight * (x + lift) ** 2).sum(), 1e-30)
    slope = max(float(slope), least)
    return slope, least + lift * slope
