"""A view transform taken back, row by row; `lichtbild.look.unrender` is the readable text."""

from typing import Any, Final

import numpy as np

from lichtbild.look.kernels.powers import exp2, log2
from lichtbild.look.kernels.rows import Plane, Planes, join, mix, split
from lichtbild.numerics.kernel import kernel

_f = np.float32

_LN2: Final = _f(0.6931471805599453)
_HALF: Final = _f(0.5)
_LINE, _SQUARE, _CUBE, _FOURTH, _FIFTH, _SIXTH = (
    _f(0.6931471805599453**k / n) for k, n in ((1, 1), (2, 2), (3, 6), (4, 24), (5, 120), (6, 720))
)
_TINY: Final = _f(1e-30)


@kernel
def unrender(
    samples: np.ndarray,
    luminance: np.ndarray,
    numbers: np.ndarray,
    steps: int,
    outputs: tuple[np.ndarray, np.ndarray],
) -> None:
    """Write the scene light and what lies beyond it, for display light ``[row, column, plane]``.

    ``numbers`` are black, outset, inset, share of hue kept, contrast, log2 of the knee, skew, darkest and
    brightest light of the curve, then the factors above and below of each plane.
    """
    height, width, _ = samples.shape
    scene, beyond = outputs
    planes, excess, logs = (
        np.empty((3, width), np.float32),
        np.empty((3, width), np.float32),
        np.empty((3, width), np.float32),
    )
    grey = np.empty(width, np.float32)
    for y in range(height):
        split(samples[y], planes)
        for p in range(3):
            plane = planes[p]
            for i in range(width):
                plane[i] = (plane[i] - numbers[0]) / (_f(1) - numbers[0])
        purify(planes, luminance, _f(1) / numbers[1], grey)
        cut(planes, excess, numbers)
        for p in range(3):
            log_light(planes[p], numbers, logs[p])
        if numbers[3] == _f(1):
            straighten(planes, logs)
        else:
            if numbers[3] > _f(0):
                undo_hue(planes, logs, numbers, steps)
            for p in range(3):
                plane, log_plane = planes[p], logs[p]
                for i in range(width):
                    plane[i] = exp2(log_plane[i])
        purify(planes, luminance, _f(1) / (_f(1) - numbers[2]), grey)
        join(planes, scene[y])
        purify(excess, luminance, numbers[1], grey)
        weigh(excess, numbers)
        join(excess, beyond[y])


@kernel
def purify(planes: Planes, luminance: np.ndarray, factor: Any, grey: Plane) -> None:
    """Distance from luminance times a factor, in place."""
    mix(planes, luminance, grey)
    for p in range(3):
        plane = planes[p]
        for i in range(grey.shape[0]):
            plane[i] = grey[i] + factor * (plane[i] - grey[i])


@kernel
def cut(planes: Planes, excess: Planes, numbers: np.ndarray) -> None:
    """The planes cut to what the curve tells, in place, and what that took."""
    darkest, brightest = numbers[7], numbers[8]
    for p in range(3):
        plane, rest = planes[p], excess[p]
        for i in range(plane.shape[0]):
            known = min(max(plane[i], darkest), brightest)
            rest[i] = plane[i] - known
            plane[i] = known


@kernel
def weigh(excess: Planes, numbers: np.ndarray) -> None:
    """What lies beyond, times the factors for above and below, in place."""
    white = _f(1) - numbers[0]
    for p in range(3):
        plane, above, below = excess[p], white * numbers[9 + p], white * numbers[12 + p]
        for i in range(plane.shape[0]):
            plane[i] *= above if plane[i] > _f(0) else below


@kernel
def exp2_less_1(x: Any) -> Any:
    """``2^x - 1`` for x from 0, right near 0 too."""
    near = x * (_LINE + x * (_SQUARE + x * (_CUBE + x * (_FOURTH + x * (_FIFTH + x * _SIXTH)))))
    far = exp2(x) - _f(1)
    return near if x < _HALF else far


@kernel
def log_light(shown: Plane, numbers: np.ndarray, result: Plane) -> None:
    """log2 of the light that the curve alone shows as this."""
    per_contrast, knee, per_skew = _f(1) / numbers[4], numbers[5], _f(1) / numbers[6]
    for i in range(shown.shape[0]):
        rest = exp2_less_1(-per_skew * log2(shown[i]))
        result[i] = knee - per_contrast * log2(rest)


@kernel
def straighten(toned: Planes, logs: Planes) -> None:
    """Light in place of toned planes where hue is kept wholly: each at its share between the two ends."""
    red, green, blue = toned[0], toned[1], toned[2]
    for i in range(red.shape[0]):
        r, g, b = red[i], green[i], blue[i]
        dark, bright = min(min(r, g), b), max(max(r, g), b)
        x, y, z = logs[0, i], logs[1, i], logs[2, i]
        low, high = exp2(min(min(x, y), z)), exp2(max(max(x, y), z))
        step = (high - low) / max(bright - dark, _TINY)
        red[i] = low + (r - dark) * step
        green[i] = low + (g - dark) * step
        blue[i] = low + (b - dark) * step


@kernel
def undo_hue(toned: Planes, logs: Planes, numbers: np.ndarray, steps: int) -> None:
    """log2 of the middle plane's light, in place of what the curve alone would ask for."""
    share, contrast, knee, skew = numbers[3], numbers[4], numbers[5], numbers[6]
    rise = (_f(1) - share) * contrast * skew
    for i in range(toned.shape[1]):
        r, g, b = toned[0, i], toned[1, i], toned[2, i]
        dark, bright = min(min(r, g), b), max(max(r, g), b)
        middle = max(min(r, g), min(max(r, g), b))
        x, y, z = logs[0, i], logs[1, i], logs[2, i]
        log_low, log_high = min(min(x, y), z), max(max(x, y), z)
        plain = max(min(x, y), min(max(x, y), z))
        low, high = exp2(log_low), exp2(log_high)
        step = (bright - dark) / max(high - low, _TINY)
        straight = log2(max(low + (middle - dark) / max(step, _TINY), low))
        near, far = min(plain, straight), max(plain, straight)
        found = plain + share * (straight - plain)
        for _ in range(steps):
            light = exp2(found)
            ratio = exp2(contrast * (knee - found))
            curved = exp2(-skew * log2(_f(1) + ratio))
            above = (_f(1) - share) * curved + share * (dark + step * (light - low)) - middle
            near = found if above < _f(0) else near
            far = far if above < _f(0) else found
            slope = _LN2 * (rise * curved * ratio / (_f(1) + ratio) + share * step * light)
            newton = found - above / (slope + _TINY)
            inside = newton >= near and newton <= far
            found = newton if inside else _HALF * (near + far)
        found = min(max(found, log_low), log_high)
        logs[0, i] = log_low if r == dark else (log_high if r == bright else found)
        logs[1, i] = log_low if g == dark else (log_high if g == bright else found)
        logs[2, i] = log_low if b == dark else (log_high if b == bright else found)
