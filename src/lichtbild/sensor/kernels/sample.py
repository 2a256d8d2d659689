"""Codes of a band of rows: the fast twin of `lichtbild.sensor.expose.drawn` and `codes`."""

from math import exp, floor, log, sqrt
from typing import Any, Final

import numpy as np

from lichtbild.numerics.kernel import kernel
from lichtbild.sensor.kernels.draws import share, words

_u = np.uint64
_SEARCHED: Final = 16.0
_COUNTS: Final = 56


@kernel
def normal(p: Any) -> Any:
    """Twin of `lichtbild.sensor.quantile.normal_quantile`."""
    q = p - 0.5
    if abs(q) <= 0.425:
        a = 0.180625 - q * q
        top = ((59.109374720 * a + 159.29113202) * a + 50.434271938) * a + 3.3871327179
        return q * top / (((67.187563600 * a + 78.757757664) * a + 17.895169469) * a + 1.0)
    r = sqrt(-log(min(p, 1.0 - p))) - 1.6
    top = ((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777
    z = top / ((0.12021132975 * r + 0.73700164250) * r + 1.0)
    return z if q > 0 else -z


@kernel
def poisson(mean: Any, p: Any) -> Any:
    """Twin of `lichtbild.sensor.quantile.poisson_quantile`."""
    if mean < _SEARCHED:
        term = exp(-mean)
        below, count = term, 0
        while p > below and count < _COUNTS - 1:
            count += 1
            term *= mean / count
            below += term
        return float(count)
    z, r = normal(p), sqrt(mean)
    z2 = z * z
    x = mean + r * z + (1 / 3 + z2 / 6) - z * (1 / 36 + z2 / 72) / r
    return max(floor(x + (-8 / 405 + z2 * (7 / 810 + z2 / 270)) / mean), 0.0)


@kernel
def tailed(p: Any, tail: Any) -> Any:
    """Deviate of read noise: normal where the scale ``tail[1]`` is 0, else Tukey's lambda."""
    if tail[1] == 0.0:
        return normal(p)
    if tail[0] == 0.0:
        return (log(p) - log(1.0 - p)) * tail[1]
    return (p ** tail[0] - (1.0 - p) ** tail[0]) * tail[1]


@kernel
def sample(
    electrons: np.ndarray,
    seeds: np.ndarray,
    numbers: tuple[np.ndarray, np.ndarray, np.ndarray],
    lines: tuple[np.ndarray, np.ndarray],
    result: np.ndarray,
) -> None:
    """Write the codes of some rows.

    Args:
        electrons: mean photo-electrons, float32.
        seeds: key, stream, serial number, stream of the pattern, first row, int64.
        numbers: PRNU, DSNU, mean dark electrons, share and factor of hot pixels; readouts; and the shape of
            read noise and its scale, which is 0 for normal noise. Readouts are of each mode (the high one
            first) codes per electron, well, deviation of read noise in codes, largest code and black, and
            of the stored code the factor for the low mode, the knee in codes and the largest code.
        lines: electrons that each of these rows adds, and each column.
        result: codes, uint16.
    """
    fixed, readouts, tail = numbers
    key, stream, serial, pattern, top = seeds[0], seeds[1], seeds[2], seeds[3], seeds[4]
    prnu, dsnu, dark, hot, heat = fixed[0], fixed[1], fixed[2], fixed[3], fixed[4]
    k, well, read, most, black = readouts[0]
    low_k, low_well, low_read, low_most, _ = readouts[1]
    factor, knee, largest, _, _ = readouts[2]
    patterned = prnu > 0 or dsnu > 0 or hot > 0
    for j in range(result.shape[0]):
        for i in range(result.shape[1]):
            mean, offset, warm = float(electrons[j, i]), lines[0][j] + lines[1][i], dark
            if patterned:
                a, b, c, d = words(i, top + j, pattern, serial)
                mean *= max(1.0 + prnu * normal(share(a)), 0.0)
                offset += dsnu * normal(share(b))
                if share(c) < hot:
                    warm *= 1.0 - heat * log(share(d))
            a, b, c, d = words(i, top + j, stream, key)
            charge = poisson(mean + warm, share(a))
            code = black + k * (min(charge, well) + offset) + read * tailed(share(b), tail)
            code = min(max(np.rint(code), 0.0), most)
            if low_k > 0.0:
                if code >= knee:
                    code = (
                        black + low_k * (min(charge, low_well) + offset) + low_read * tailed(share(c), tail)
                    )
                    code = black + factor * (min(max(np.rint(code), 0.0), low_most) - black)
                code = min(max(np.rint(code), 0.0), largest)
            result[j, i] = np.uint16(code)
