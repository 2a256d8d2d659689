"""Frames of differing exposure averaged by maximum likelihood, cell by cell of 2 x 2 filters.

Mosaics lie as four planes ``[2 * row + column, y, x]``, white balanced, in units of the reference's light: a
frame of exposure e was divided by it. The variance of its samples is then slope * light + offset, a pair for
each plane, and is taken at an estimate of the light, never at the noisy sample.
"""

import numpy as np
from jaxtyping import Float32

from lichtbild.numerics.kernel import kernel

_ONE, _ZERO, _QUARTER = np.float32(1), np.float32(0), np.float32(0.25)
_HALF = np.float32(0.5)
_TINY = np.float32(1e-12)
MOST_APART, UNSEEN = np.float32(1e6), np.float32(1e5)
"""Departure of a cell that a frame does not show, and that from which one is taken for such."""
UNEVEN = np.float32(0.01)
"""Share of the light by which exposures are not in proportion: lamps flicker, shutters and sensors err."""
_Line = Float32[np.ndarray, " n"]
_Map = Float32[np.ndarray, "h w"]
_Planes = Float32[np.ndarray, "4 h w"]
_Noise = Float32[np.ndarray, "4 2"]


@kernel
def peaks(samples: Float32[np.ndarray, "H W"], out: _Map) -> None:
    """The brightest sample of each cell."""
    height, width = out.shape
    for y in range(height):
        top, bottom, line = samples[2 * y], samples[2 * y + 1], out[y]
        for x in range(width):
            line[x] = max(max(top[2 * x], top[2 * x + 1]), max(bottom[2 * x], bottom[2 * x + 1]))


@kernel
def widened(image: _Map, reach: int, out: _Map) -> None:
    """The largest value of squares of ``2 * reach + 1`` pixels."""
    height, width = image.shape
    highest = np.empty(width, np.float32)
    for y in range(height):
        highest[:] = image[y]
        for row in range(max(y - reach, 0), min(y + reach + 1, height)):
            line = image[row]
            for x in range(width):
                highest[x] = max(highest[x], line[x])
        line = out[y]
        for x in range(width):
            most = highest[x]
            for column in range(max(x - reach, 0), min(x + reach + 1, width)):
                most = max(most, highest[column])
            line[x] = most


@kernel
def departures(
    base: tuple[_Planes, _Planes],
    other: _Planes,
    share: _Map,
    light: _Planes,
    noise: tuple[_Noise, _Noise],
    out: tuple[_Map, _Map],
) -> None:
    """The squared difference of two frames over the variance that noise gives it, as the mean of each cell.

    Args:
        base: the reference's planes, and how far each sample is trusted not to be full, 0 to 1.
        other: the other's planes.
        share: of the other's variance that its shift's filter leaves.
        light: the estimate of it.
        noise: of the reference and of the other.
        out: take the part of the mean that is of samples where the reference is not full, and the part of
            those where it is, which only says that there is no less light. Cells that the other does not show
            have a very large one.
    """
    reference, trust = base
    _, height, width = reference.shape
    for y in range(height):
        line, beneath, kept = out[0][y], out[1][y], share[y]
        line[:], beneath[:] = 0, 0
        for p in range(4):
            one, two, here, free = reference[p, y], other[p, y], light[p, y], trust[p, y]
            a, b, c, d = noise[0][p, 0], noise[0][p, 1], noise[1][p, 0], noise[1][p, 1]
            for x in range(width):
                mean = max(here[x], _ZERO)
                variance = a * mean + b + kept[x] * (c * mean + d) + (UNEVEN * mean) ** 2 + _TINY
                difference = two[x] - one[x]
                part = _QUARTER * difference * difference / variance
                if free[x] >= _HALF or not part < MOST_APART:
                    line[x] += part
                elif difference < _ZERO:
                    beneath[x] += part
        for x in range(width):
            if not line[x] < MOST_APART:
                line[x] = MOST_APART


@kernel
def begun(
    base: tuple[_Planes, _Planes], light: _Planes, noise: _Noise, sums: tuple[_Planes, _Planes, _Planes]
) -> None:
    """The sums that a mean begins with: those of the reference alone.

    Args:
        base: as for `departures`.
        light: likewise.
        noise: of the reference.
        sums: takes, of each plane, the weighted samples, the weights, and their squares times the variance.
    """
    reference, trust = base
    total, weights, squares = sums
    _, height, width = reference.shape
    for p in range(4):
        for y in range(height):
            one, here, full = reference[p, y], light[p, y], trust[p, y]
            first, second, third = total[p, y], weights[p, y], squares[p, y]
            for x in range(width):
                variance = noise[p, 0] * max(here[x], _ZERO) + noise[p, 1] + _TINY
                w = full[x] / variance
                first[x], second[x], third[x] = w * one[x], w, w * w * variance


@kernel
def added(
    other: _Planes,
    maps: tuple[_Map, _Map, _Planes, _Map, _Map, _Map],
    light: _Planes,
    noise: tuple[_Noise, _Noise],
    settings: tuple[np.float32, np.float32, np.float32],
    sums: tuple[_Planes, _Planes, _Planes, _Planes, _Map, _Map],
) -> None:
    """A frame added to the sums, each sample by one over its variance and what it departs by.

    Args:
        other: the frame's planes.
        maps: the share of variance that the shift's filter leaves; how far the frame is trusted not to be
            full, and how far the reference; the frame's departure in each cell, its mean around each, and its
            departure below what is full in the reference.
        light: the estimate of it.
        noise: of the reference and of this frame.
        settings: up to which departure, of a cell and of the mean around, a frame is taken to show the same;
            and the least trust in how this frame decides where all are full.
        sums: those of `begun`, added to; how credible the most credible frame is; and of each cell how many
            frames' light it has, and the weight that this frame has in it.
    """
    share, trust, free, own, around, beneath = maps
    total, weights, squares, credible, used, brought = sums
    brought[:] = 0
    for p in range(4):
        a, b, c, d = noise[0][p, 0], noise[0][p, 1], noise[1][p, 0], noise[1][p, 1]
        for y in range(other.shape[1]):
            one, here, kept, not_full = other[p, y], light[p, y], share[y], trust[y]
            first, second, third, sure = total[p, y], weights[p, y], squares[p, y], credible[p, y]
            for x in range(other.shape[2]):
                if own[y, x] >= UNSEEN:
                    continue
                mean = max(here[x], _ZERO)
                unit, variance = a * mean + b + _TINY, kept[x] * (c * mean + d + _TINY)
                if free[p, y, x] >= _HALF:
                    e = max(around[y, x] - settings[1], own[y, x] - settings[0], _ZERO)
                else:
                    e = max(beneath[y, x] - settings[0], _ZERO)
                e *= _ONE + variance / unit
                same = variance / (variance + (e + e * e) * unit)
                w = not_full[x] * same / variance
                first[x] += w * one[x]
                second[x] += w
                third[x] += w * w * variance
                sure[x] = max(sure[x], max(not_full[x], settings[2]) * same)
                used[y, x] += _QUARTER * not_full[x] * same
                brought[y, x] += _QUARTER * w


@kernel
def settled(
    base: tuple[_Planes, _Planes],
    light: _Planes,
    noise: _Noise,
    sums: tuple[_Planes, _Planes, _Planes],
    credible: _Planes,
) -> None:
    """The weighted mean in place of its sum, or the reference where neither it nor another can be believed.

    Args:
        base: as for `departures`.
        light: likewise.
        noise: of the reference.
        sums: the mean takes the place of the first, and its variance that of the last.
        credible: how credible the most credible other frame is.
    """
    reference, trust = base
    mean, weights, variances = sums
    for p in range(4):
        for y in range(reference.shape[1]):
            one, here, free, told = reference[p, y], light[p, y], trust[p, y], credible[p, y]
            first, second, third = mean[p, y], weights[p, y], variances[p, y]
            for x in range(reference.shape[2]):
                unit = noise[p, 0] * max(here[x], _ZERO) + noise[p, 1] + _TINY
                sure = max(free[x], told[x]) if second[x] > _ZERO else _ZERO
                scale = _ONE / second[x] if second[x] > _ZERO else _ZERO
                first[x] = one[x] + sure * (first[x] * scale - one[x])
                doubt = (_ONE - sure) * (_ONE - sure)
                third[x] = sure * sure * third[x] * scale * scale + doubt * unit
