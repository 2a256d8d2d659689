"""Grain of a row: white noise that only its seed and its place decide, drawn out to grains, as a gain."""

from typing import Any, Final

import numpy as np

from lichtbild.look.kernels.powers import exp2, log2
from lichtbild.look.kernels.rows import Plane, Planes, mix
from lichtbild.numerics.kernel import kernel

_f = np.float32
_u = np.uint32

GrainNumbers = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Numbers of the law; taps of a grain; two keys of the seed, uint32; places of a curve of tone; row and
column of the first pixel, int64."""

NO_GRAIN: Final[GrainNumbers] = (
    np.zeros(0, np.float32),
    np.zeros(0, np.float32),
    np.zeros(0, np.uint32),
    np.zeros(0, np.float32),
    np.zeros(0, np.int64),
)

DARKEST: Final = 2.0**-24
"""Luminance below which there is no grain to be seen."""
FIRST_EV: Final = -16.0
"""Light in EV, where white is 0, of the first place of a curve of tone."""
PLACES_PER_EV: Final = 32.0

ODD, FIRST, SECOND = 0x9E3779B9, 0x7FEB352D, 0x846CA68B
"""The golden ratio of 2^32, which spreads counters; and the factors of a hash."""
CENTRE: Final = 510.0
"""Mean of a sum of four bytes."""
NORMAL: Final = (6.573105213875e-03, 2.727881712e-10, 3.305909699e-14)
"""Factors of the deviation from that mean, of its third and of its fifth power."""

_FIRST, _SECOND, _ODD = _u(FIRST), _u(SECOND), _u(ODD)
_LOW: Final = _u(0x00FF00FF)
_N1, _N3, _N5 = (_f(c) for c in NORMAL)


@kernel
def hashed(v: Any, key: Any) -> Any:
    """A number of 32 bits of which each depends on every bit of ``v``; the key enters half way."""
    v = _u(v ^ _u(v >> _u(16)))
    v = _u(v * _FIRST)
    v = _u(v ^ _u(v >> _u(15)))
    v = _u(_u(v + key) * _SECOND)
    return _u(v ^ _u(v >> _u(16)))


@kernel
def white_noise(row: int, left: int, layer: int, keys: np.ndarray, noise: Plane) -> None:
    """Normal variates of a row of pixels from the column ``left``, each by its place alone.

    Four bytes of a hash are added; an odd polynomial of their sum has the second, fourth and sixth moment of
    a normal variate.
    """
    first = hashed(_u(_u(_u(row) * _ODD) + keys[0]), _u(layer))
    second = hashed(_u(first ^ keys[1]), keys[0])
    begin = _u(_u(left) + first)
    for i in range(noise.shape[0]):
        h = hashed(_u(begin + _u(i)), second)
        pair = _u(_u(h & _LOW) + _u(_u(h >> _u(8)) & _LOW))
        total = np.int32(_u(_u(pair & _u(0xFFFF)) + _u(pair >> _u(16))))
        x = _f(total) - _f(CENTRE)
        square = x * x
        noise[i] = x * (_N1 + square * (_N3 + square * _N5))


@kernel
def drawn_across(noise: Plane, taps: np.ndarray, result: Plane) -> None:
    """The row's weighted sums along itself; the noise begins and ends as far outside as the taps reach."""
    for i in range(result.shape[0]):
        result[i] = _f(0)
    for k in range(taps.shape[0]):
        weight = taps[k]
        for i in range(result.shape[0]):
            result[i] += weight * noise[i + k]


@kernel
def drawn_down(ring: np.ndarray, y: int, taps: np.ndarray, result: Plane) -> None:
    """The weighted sum of rows around row ``y``, of which ``ring`` holds row r at (r + reach) % taps."""
    count = taps.shape[0]
    for i in range(result.shape[0]):
        result[i] = _f(0)
    for k in range(count):
        line, weight = ring[(y + k) % count], taps[k]
        for i in range(result.shape[0]):
            result[i] += weight * line[i]


@kernel
def amplitude(planes: Planes, luminance: np.ndarray, grain: GrainNumbers, result: Plane) -> None:
    """How far the light of each pixel varies, in EV for a noise of 1."""
    numbers, tone = grain[0], grain[3]
    square, slope = numbers[0], numbers[1]
    mix(planes, luminance, result)
    for i in range(result.shape[0]):
        result[i] = -log2(max(result[i], _f(DARKEST)))
    if tone.shape[0]:
        toned(tone, result)
    for i in range(result.shape[0]):
        ev = result[i]
        result[i] = np.sqrt(max(square * ev * (_f(1) - slope * ev), _f(0)))


@kernel
def toned(tone: np.ndarray, ev: Plane) -> None:
    """Stops below white by a curve of tone, in place."""
    last = tone.shape[0] - 1
    for i in range(ev.shape[0]):
        place = min(max((-ev[i] - _f(FIRST_EV)) * _f(PLACES_PER_EV), _f(0)), _f(last))
        before = min(np.int32(place), last - 1)
        ev[i] = tone[before] + (tone[before + 1] - tone[before]) * (place - _f(before))


@kernel
def grow(
    planes: Planes, luminance: np.ndarray, y: int, grain: GrainNumbers, held: tuple[np.ndarray, np.ndarray]
) -> None:
    """Grain on row ``y`` of a window, in place; rows are asked for in order from the first.

    Args:
        planes: of the row.
        luminance: weights of the planes.
        y: row in the window.
        grain: its numbers.
        held: by `room`, kept from row to row.
    """
    numbers, taps, keys, _, origin = grain
    ring, lines = held
    count, layers = taps.shape[0], ring.shape[0]
    reach, width = count // 2, planes.shape[1]
    noise, bend, spread = lines[0], lines[1, :width], lines[2, :width]
    for r in range(y + reach if y else -reach, y + reach + 1):
        for layer in range(layers):
            white_noise(origin[0] + r, origin[1] - reach, layer, keys, noise)
            drawn_across(noise, taps, ring[layer, (r + reach) % count])
    amplitude(planes, luminance, grain, spread)
    for layer in range(layers):
        drawn_down(ring[layer], y, taps, lines[3 + layer, :width])
    if layers > 1:
        coloured(lines, luminance, numbers[2], width)
    for p in range(3):
        plane, varied, bias = planes[p], lines[3 + p if layers > 1 else 3], numbers[3 + p]
        if layers > 1 or p == 0:
            for i in range(width):
                bend[i] = exp2(-spread[i] * (varied[i] + bias * spread[i]))
        for i in range(width):
            plane[i] *= bend[i]


@kernel
def coloured(lines: np.ndarray, luminance: np.ndarray, share: Any, width: int) -> None:
    """Noise of each plane, in rows 3 to 5, of a common one there and of the planes' own in rows 4 to 6.

    The planes' own noise is taken without its luminance, so that grey has the granularity that it had.
    """
    for i in range(width):
        common, red, green, blue = lines[3, i], lines[4, i], lines[5, i], lines[6, i]
        grey = luminance[0] * red + luminance[1] * green + luminance[2] * blue
        lines[3, i] = common + share * (red - grey)
        lines[4, i] = common + share * (green - grey)
        lines[5, i] = common + share * (blue - grey)


@kernel
def room(grain: GrainNumbers, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of drawn-out noise by layer, and lines for a row's own use; nothing where there is no grain."""
    numbers, count = grain[0], grain[1].shape[0]
    layers = 0 if numbers.shape[0] == 0 else 4 if numbers[2] > _f(0) else 1
    wide = width + count - 1 if layers else 0
    return np.empty((layers, count, width), np.float32), np.empty((7, wide), np.float32)
