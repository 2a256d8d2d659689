"""Noise spectrum: how the noise of an even patch divides among spatial frequencies, and its banding.

Densities are variances per (cycle/px)^2, over frequencies of both signs: their mean over all frequencies is
the variance.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput

LEAST: Final = 16
"""Pixels of the smaller side below which a patch has no spectrum."""

_ALIKE: Final = {0: 1.0, 1: (2 / 3) ** 2, 2: (1 / 6) ** 2}
"""Squared correlation of a Hann window's frequencies, by their distance in steps."""

_PIECES_ALIKE: Final = 1 + 2 * (1 / 6) ** 2
"""The same of pieces that overlap by half."""

_ASIDE: Final = (2, 3, 4, -2, -3, -4)
"""Frequencies beside an axis, in steps, by which banding is told from other noise; 1 may hold shading."""


@dataclass(frozen=True, eq=False)
class NoiseSpectrum:
    """Power of noise against frequency.

    Attributes:
        density: ``[vertical, horizontal, channel]``, frequencies in the order of the DFT.
        frequency: cycles/px of the rows below, 0 to 0.5.
        radial: mean density at a distance from frequency 0.
        radial_error: standard error of it as a share.
        horizontal: mean over vertical frequencies, variance per cycle/px.
        vertical: mean over horizontal frequencies, variance per cycle/px.
        variance: of the noise, by channel.
    """

    density: Float[np.ndarray, "side side channel"]
    frequency: Float[np.ndarray, " f"]
    radial: Float[np.ndarray, "f channel"]
    radial_error: Float[np.ndarray, " f"]
    horizontal: Float[np.ndarray, "f channel"]
    vertical: Float[np.ndarray, "f channel"]
    variance: Float[np.ndarray, " channel"]

    def centroid(self) -> Float[np.ndarray, " channel"]:
        """Mean frequency of the power, cycles/px: 0.383 for white noise, less for coarse grain."""
        f = np.fft.fftfreq(len(self.density))
        distance = np.hypot(f[:, None], f)[..., None]
        return np.asarray((distance * self.density).sum(axis=(0, 1)) / self.density.sum(axis=(0, 1)))


@dataclass(frozen=True, eq=False)
class Banding:
    """Noise common to whole rows or columns, beyond what other noise brings to them.

    Attributes:
        row: its variance, by channel; chance can bring it below 0.
        column: the same of columns.
        row_error: standard error.
        column_error: standard error.
        row_frequency: cycles/px at which the rows' power stands out most.
        column_frequency: the same of the columns.
    """

    row: Float[np.ndarray, " channel"]
    column: Float[np.ndarray, " channel"]
    row_error: Float[np.ndarray, " channel"]
    column_error: Float[np.ndarray, " channel"]
    row_frequency: Float[np.ndarray, " channel"]
    column_frequency: Float[np.ndarray, " channel"]


def without_surface(patch: Any, order: int) -> Any:
    """A patch without its polynomial surface, of NumPy or JAX.

    Args:
        patch: ``[row, column, channel]``.
        order: largest power of row, and of column; 0 takes the mean away.
    """
    xp = namespace(patch)
    height, width = patch.shape[:2]
    down, across = (xp.asarray(_orthonormal(size, order), dtype=patch.dtype) for size in (height, width))
    # One axis after the other: the sum over both at once takes twenty times as long.
    sums = xp.einsum("yi,yxc->ixc", down, patch)
    factors = xp.einsum("ixc,xj->ijc", sums, across)
    lines = xp.einsum("ijc,xj->ixc", factors, across)
    return patch - xp.einsum("yi,ixc->yxc", down, lines)


def surface_count(order: int) -> int:
    """Terms that `without_surface` takes away."""
    return (order + 1) ** 2


def noise_spectrum(patch: Float[np.ndarray, "h w channel"], side: int | None = None) -> NoiseSpectrum:
    """The spectrum of an even patch's noise.

    Pieces of one size that overlap by half lose their slope of light, pass a Hann window, and their
    periodograms are averaged. Frequencies below one and a half steps of the transform belong to the shading.

    Args:
        patch: linear light or codes; of several frames, the differences from their mean.
        side: of a piece, px; about a third of the patch's smaller side without it, 16 to 128.

    Raises:
        BadInput: the patch is smaller than a piece.

    Source: Welch, "The use of fast Fourier transform for the estimation of power spectra" (IEEE Trans. Audio
    Electroacoust. 15, 1967), in two dimensions.
    """
    height, width, _ = patch.shape
    smaller = min(height, width)
    piece = side or int(np.clip(2 ** np.floor(np.log2(max(smaller, 1) / 2)), LEAST, 128))
    if piece < LEAST or piece > smaller:
        raise BadInput(
            f"a spectrum in pieces of {piece} px cannot be had from a patch of {width} x {height} px; give a "
            f"larger patch, or pieces of {LEAST} px or more"
        )
    window = np.hanning(piece + 1)[:-1]
    both = (window[:, None] * window)[..., None]
    tops, lefts = (range(0, size - piece + 1, piece // 2) for size in (height, width))
    total = np.zeros((piece, piece, patch.shape[2]))
    for top in tops:
        for left in lefts:
            part = np.asarray(patch[top : top + piece, left : left + piece], np.float64)
            total += np.abs(np.fft.fft2(without_surface(part, 1) * both, axes=(0, 1))) ** 2
    density = total / (len(tops) * len(lefts) * (both**2).sum())
    return _profiles(density, len(tops) * len(lefts))


def _profiles(density: Float[np.ndarray, "side side channel"], pieces: int) -> NoiseSpectrum:
    """Radial mean and the two projections of a density that is a mean of so many periodograms."""
    side = len(density)
    f = np.fft.fftfreq(side)
    ring = np.rint(np.hypot(f[:, None], f) * side).astype(int)
    half = side // 2 + 1
    counts = np.bincount(ring.ravel())[:half]
    channels = density.shape[2]
    sums = [np.bincount(ring.ravel(), density[..., one].ravel())[:half] for one in range(channels)]
    independent = _independent(ring, counts) / 2 * pieces / _PIECES_ALIKE**2
    return NoiseSpectrum(
        density=density,
        frequency=np.arange(half) / side,
        radial=np.stack(sums, axis=1) / counts[:, None],
        radial_error=1 / np.sqrt(np.maximum(independent, 0.5)),
        horizontal=density.mean(axis=0)[:half],
        vertical=density.mean(axis=1)[:half],
        variance=density.mean(axis=(0, 1)),
    )


def _independent(ring: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Frequencies of each ring that count as independent: n^2 over the sum of squared correlations."""
    alike = np.zeros(len(counts))
    for down in range(-2, 3):
        for across in range(-2, 3):
            same = ring == np.roll(ring, (down, across), axis=(0, 1))
            both = _ALIKE[abs(down)] * _ALIKE[abs(across)]
            alike += both * np.bincount(ring[same], minlength=ring.max() + 1)[: len(counts)]
    return np.asarray(counts**2 / alike)


def banding(patch: Float[np.ndarray, "h w channel"], order: int = 2) -> Banding:
    """Noise common to rows and to columns of one patch.

    Rows that differ as wholes have their power at horizontal frequency 0. What noise without banding has
    there is told from the frequencies beside, so that noise whose pixels are alike, as after a demosaic,
    does not count as banding.

    Args:
        patch: an even patch, 16 px or more each way.
        order: of the light's surface that is taken away first.

    Raises:
        BadInput: the patch is too small.

    Source: own definition.
    """
    if min(patch.shape[:2]) < LEAST:
        raise BadInput(f"banding cannot be had from a patch of {patch.shape[:2]} px; give {LEAST} px or more")
    flat = without_surface(np.asarray(patch, np.float64), order)
    power = np.abs(np.fft.fft2(flat, axes=(0, 1))) ** 2 / (flat.shape[0] * flat.shape[1]) ** 2
    row, row_error, row_peak = _excess(power[:, 0], power[:, _ASIDE].mean(axis=1), order)
    column, column_error, column_peak = _excess(power[0], power[_ASIDE, :].mean(axis=0), order)
    return Banding(row, column, row_error, column_error, row_peak, column_peak)


def _excess(axis: np.ndarray, beside: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Power on an axis beyond that beside it, its error, and the frequency where it stands out most."""
    used = np.arange(1 + order // 2, len(axis) - order // 2)
    left = axis[used] - beside[used]
    # Each power is exponential: its deviation is its mean; frequencies of both signs are the same number.
    spread = 2 * beside[used].mean(axis=0) ** 2 * (1 + 1 / len(_ASIDE)) * len(used)
    value = left.sum(axis=0)
    half = len(axis) // 2
    peak = (1 + order // 2 + np.argmax(axis[1 + order // 2 : half + 1], axis=0)) / len(axis)
    error = np.sqrt(spread + 2 * np.maximum(value, 0) ** 2 * 2 / len(used))
    return np.asarray(value), np.asarray(error), np.asarray(peak, float)


def freedom(flat: Float[np.ndarray, "h w"]) -> float:
    """Independent numbers in a picture of mean 0 whose pixels may be alike.

    The variance of a variance is 2 / n times the mean square of the density over the square of its mean; a
    periodogram's square is twice the density's on average.

    Source: Bendat, Piersol, *Random Data*, 4th ed. (2010), section 8.2.2 (statistical bandwidth).
    """
    power = np.abs(np.fft.fft2(flat)) ** 2
    square = float((power**2).sum())
    return float(np.clip(2 * float(power.sum()) ** 2 / square, 1.0, flat.size)) if square else 1.0


def _orthonormal(size: int, order: int) -> np.ndarray:
    x = np.linspace(-1, 1, size)
    return np.asarray(np.linalg.qr(np.stack([x**i for i in range(order + 1)], axis=1))[0])
