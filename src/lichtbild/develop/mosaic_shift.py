"""Mosaic shift: what a mosaic would have shown a fraction of a pixel beside its own places.

Samples of one colour lie two pixels apart, too coarse for what a lens shows, so that no plane can be shifted
for itself. The value wanted is the linear estimate of least mean square error from 8 x 8 samples of all
colours around it. A sample is the sum of a luma that all colours share and of what its own colour has::

    covariance(d) = luma(d) + [same colour] * own(d)
    prior(d) = variance * exp(-sqrt(d^2 + top^2) / length)

with a mean of each colour that is unknown: the weights of its own colour sum to 1, those of others to 0. A
correlation that falls exponentially is that of a scene of edges; its smooth top is what lens and pixel make
of it. The filters are made for hardly any noise: they interpolate, and do not smooth.

Source: linear minimum mean square error estimation across a mosaic's colours is that of D. Taubman,
"Generalized Wiener reconstruction of images from colour sensor data using a scale invariant prior", ICIP
2000; that of shifted mosaics, this prior, and what brings back the detail that shifts cost, are our own.
"""

from functools import lru_cache
from typing import Final

import numpy as np
from jaxtyping import Float, Float32, Int

from lichtbild.develop.kernels.merge import STEPS, TAPS

LUMA: Final = (1.0, 3.0, 1.2)
"""Prior of what all colours share: variance, length of its correlation in pixels, and its smooth top."""
OWN: Final = (0.1, 3.0, 1.2)
"""Prior of what a colour has beside it, likewise."""
NOISE: Final = 0.0005
"""Variance of the noise that shifts are made for, of the luma's."""
RESTORED_NOISE: Final = 0.05
"""The same for restoring: detail comes back up to about a third of a cycle a pixel, and no further."""
_FREE: Final = 1e4
"""Variance of each colour's mean, as good as unknown."""
_LEAST_KEPT: Final = 0.4
"""Share of an amplitude below which it is not brought back in full."""
_WINDOW: Final = 2 * TAPS
_MIDDLE: Final = TAPS - 1
"""Of the window, the row and column at or before the place that is wanted."""
_FREQUENCIES: Final = 32

Pattern = tuple[tuple[int, ...], ...]


@lru_cache(maxsize=8)
def shift_filters(pattern: Pattern) -> Float32[np.ndarray, "s s 2 2 4 4 t t"]:
    """The weights of all shifts of a mosaic.

    Args:
        pattern: plane index at ``[row][column]`` of the 2 x 2 cell.

    Returns:
        Weights by: fraction of the shift down and right in steps of 1/16 pixel; parity of the window's first
        row and column; pixel of the cell whose value is wanted; plane of the shifted frame; and that plane's
        row and column from the window's first one.
    """
    colours, (y, x) = np.asarray(pattern), _places()
    filters = np.empty((STEPS, STEPS, 2, 2, 4, 4, TAPS, TAPS), np.float32)
    fractions = np.arange(STEPS) / STEPS + _MIDDLE
    for row, column in np.ndindex(2, 2):
        colour = colours[(row + y) % 2, (column + x) % 2]
        inverse = np.linalg.inv(
            _covariance(_squared(y, x), colour[:, None] == colour) + NOISE * np.eye(len(y))
        )
        order = _by_plane(row, column)
        for p in range(4):
            wanted = colour == colours[p // 2, p % 2]
            for i, down in enumerate(fractions):
                distance = (y - down) ** 2 + (x - fractions[:, None]) ** 2
                weights = _covariance(distance, wanted) @ inverse
                filters[i, :, row, column, p] = weights[:, order].reshape(STEPS, 4, TAPS, TAPS)
    return filters


@lru_cache(maxsize=32)
def restoring_filters(
    pattern: Pattern, share: float, noise: float = RESTORED_NOISE
) -> Float32[np.ndarray, "4 4 t t"]:
    """The weights of what a mean of shifted mosaics lacks beside one that was not shifted.

    A shift by half a pixel cannot keep the finest detail: the mean over all shifts passes H of a grey wave's
    amplitude. Where ``share`` of a mean is of shifted mosaics, T = 1 - share * (1 - H) is passed, and what is
    lacking is 1 / T - 1 of the mean's own luma, which its samples tell by the same prior.

    Args:
        pattern: plane index at ``[row][column]`` of the 2 x 2 cell.
        share: 0 to 1.
        noise: variance of the noise that they are made for, of the luma's.

    Returns:
        Weights by pixel of the cell, plane, and the plane's row and column from the window's first one, three
        pixels above and left of the pixel.
    """
    kernel = _lacking(pattern, share)
    reach = len(kernel) // 2
    v, u = (axis.ravel() for axis in np.meshgrid(*(np.arange(-reach, reach + 1),) * 2, indexing="ij"))
    colours, (y, x) = np.asarray(pattern), _places()
    inside = (y < _WINDOW - 1) & (x < _WINDOW - 1)  # as far on one side of the pixel as on the other
    distance = np.subtract.outer(y, _MIDDLE + v) ** 2 + np.subtract.outer(x, _MIDDLE + u) ** 2
    wanted = _prior(distance, LUMA) @ kernel.ravel()
    filters = np.empty((4, 4, TAPS, TAPS), np.float32)
    for p in range(4):
        row, column = _parities(0, 0)[p]
        colour = colours[(row + y) % 2, (column + x) % 2]
        matrix = _prior(_squared(y, x), LUMA) + _FREE * (colour[:, None] == colour)
        matrix += noise * np.eye(len(y))
        weights = np.zeros(len(y))
        weights[inside] = np.linalg.solve(matrix[np.ix_(inside, inside)], wanted[inside])
        filters[p] = weights[_by_plane(row, column)].reshape(4, TAPS, TAPS)
    return filters


@lru_cache(maxsize=32)
def noise_kept(pattern: Pattern, share: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """What restoring makes of the variance of white noise, and of the mean one of shifted white noise.

    Of each pixel of the cell; the second as the mean over shifts by one and three quarters of a pixel.

    Args:
        pattern: as for `restoring_filters`.
        share: likewise.
    """
    at_rest = _parities(0, 0)
    restoring = np.stack(
        [_window(w, at) for w, at in zip(restoring_filters(pattern, share), at_rest, strict=True)]
    )
    restoring[:, _MIDDLE, _MIDDLE] += 1
    shifts = shift_filters(pattern)[STEPS // 4 :: STEPS // 2, STEPS // 4 :: STEPS // 2]
    before, after = 0.0, np.zeros(4)
    for i, j, down, right in np.ndindex(*shifts.shape[:4]):
        parities = _parities(down, right)
        shifted = [_window(shifts[i, j, *at, p], at) for p, at in enumerate(parities)]
        for p in range(4):
            total = np.zeros((2 * _WINDOW, 2 * _WINDOW))
            for v, u in np.ndindex(_WINDOW, _WINDOW):
                q = 2 * ((p // 2 + v - _MIDDLE) % 2) + (p % 2 + u - _MIDDLE) % 2
                total[v : v + _WINDOW, u : u + _WINDOW] += restoring[p, v, u] * shifted[q]
            after[p] += (total**2).sum()
            before += float((shifted[p] ** 2).sum()) / 4
    return tuple((restoring**2).sum(axis=(1, 2)).tolist()), tuple((after / before).tolist())


def _parities(down: int, right: int) -> list[tuple[int, int]]:
    """Parity of the first row and column of the windows of a cell's pixels, for a shift by whole pixels."""
    return [((i + down - _MIDDLE) % 2, (j + right - _MIDDLE) % 2) for i, j in np.ndindex(2, 2)]


def _window(weights: Float32[np.ndarray, "4 t t"], parity: tuple[int, int]) -> Float[np.ndarray, "n n"]:
    """The weights of planes in the rows and columns of a window that begins at this parity."""
    return np.asarray(weights.ravel()[np.argsort(_by_plane(*parity))].reshape(_WINDOW, _WINDOW), float)


def _lacking(pattern: Pattern, share: float) -> Float[np.ndarray, "n n"]:
    """The part of a grey wave that is lacking, as a kernel of pixels without a mean."""
    frequency = np.fft.fftfreq(_FREQUENCIES)
    passed = np.zeros((_FREQUENCIES, _FREQUENCIES))
    filters, place = shift_filters(pattern), np.arange(_WINDOW) - _MIDDLE
    for i, j, row, column in np.ndindex(*filters.shape[:4]):
        taps = (
            filters[i, j, row, column].mean(axis=0, dtype=float).ravel()[np.argsort(_by_plane(row, column))]
        )
        down = np.exp(2j * np.pi * np.outer(frequency, place - i / STEPS))
        across = np.exp(2j * np.pi * np.outer(frequency, place - j / STEPS))
        passed += (down @ taps.reshape(_WINDOW, _WINDOW) @ across.T).real
    kept = 1 - share * (1 - passed / (4 * STEPS**2))
    kernel = np.fft.fftshift(np.fft.ifft2(1 / np.maximum(kept, _LEAST_KEPT) - 1).real)
    middle, reach = _FREQUENCIES // 2, TAPS + 2
    part = kernel[middle - reach : middle + reach + 1, middle - reach : middle + reach + 1]
    return np.asarray(part - part.mean())


def _places() -> tuple[Int[np.ndarray, " n"], Int[np.ndarray, " n"]]:
    """Row and column of each sample of the window."""
    y, x = np.meshgrid(np.arange(_WINDOW), np.arange(_WINDOW), indexing="ij")
    return y.ravel(), x.ravel()


def _squared(y: Int[np.ndarray, " n"], x: Int[np.ndarray, " n"]) -> Int[np.ndarray, "n n"]:
    return np.asarray(np.subtract.outer(y, y) ** 2 + np.subtract.outer(x, x) ** 2)


def _covariance(squared: np.ndarray, same: np.ndarray) -> Float[np.ndarray, "*any"]:
    """Covariance of two samples by their squared distance, and by whether they have one colour."""
    return np.asarray(_prior(squared, LUMA) + np.where(same, _prior(squared, OWN) + _FREE, 0.0))


def _prior(squared: np.ndarray, prior: tuple[float, float, float]) -> Float[np.ndarray, "*any"]:
    variance, length, top = prior
    return np.asarray(variance * np.exp(-np.sqrt(squared + top**2) / length))


def _by_plane(row: int, column: int) -> Int[np.ndarray, " n"]:
    """Samples of a window that begins at this parity: plane by plane, each in its own rows and columns."""
    index = np.arange(_WINDOW**2).reshape(_WINDOW, _WINDOW)
    parts = [index[(i - row) % 2 :: 2, (j - column) % 2 :: 2].ravel() for i, j in np.ndindex(2, 2)]
    return np.concatenate(parts)
