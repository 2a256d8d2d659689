"""Noise of a patch: the standard deviation of what should be even.

It is taken about a smooth surface (a polynomial of second order), for no patch is lit quite evenly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.image.linear_image import LinearImage

_LAGS: Final = 12
"""Pixels as far as which noise may depend on its neighbours, for the interval."""
_REC709: Final = np.array([0.2126, 0.7152, 0.0722])
_REC2020: Final = np.array([0.2627, 0.6780, 0.0593])


@dataclass(frozen=True)
class PatchNoise:
    """Noise of an evenly lit patch.

    Attributes:
        mean: of each plane, in the unit of the image: 0 black and 1 white, or linear light.
        sigma: standard deviation of each plane about a smooth surface, in the same unit.
        interval: the range of each sigma that holds 95 % of such patches' true ones: it follows from the
            number of pixels, and from how far neighbours depend on each other.
        luma: standard deviation of luminance (of a picture: of its encoded numbers, weighted by Rec. 709);
            None where there are not three full planes.
    """

    mean: tuple[float, ...]
    sigma: tuple[float, ...]
    interval: tuple[tuple[float, float], ...]
    luma: float | None = None


def patch_noise(image: Any) -> PatchNoise:
    """The noise of an image of an evenly lit patch.

    Args:
        image: a mosaic, camera image, linear image or picture that shows nothing else; 5 x 5 samples of each
            colour at least.
    """
    samples = np.asarray(image.samples)
    if samples.dtype.kind in "ui":
        samples = samples / image.top
    planes = _planes(samples.astype(np.float64), image)
    found = [_noise_of_plane(fields) for fields in planes]
    luma = None
    if len(planes) == 3 and all(len(fields) == 1 for fields in planes):
        weights = _REC2020 if isinstance(image, LinearImage) else _REC709
        luma = _noise_of_plane([sum(w * fields[0] for w, fields in zip(weights, planes, strict=True))])[1]
    means, sigmas, intervals = zip(*found, strict=True)
    return PatchNoise(means, sigmas, intervals, luma)


def pooled(patches: Sequence[PatchNoise]) -> PatchNoise:
    """The noise of several patches of one size and one light: the root of the mean variance.

    Args:
        patches: one at least; chance makes each depart from the others, and none depends on another.
    """
    means = np.array([patch.mean for patch in patches]).mean(axis=0)
    sigmas = np.sqrt(np.square([patch.sigma for patch in patches]).mean(axis=0))
    halves = np.ptp(np.array([patch.interval for patch in patches]), axis=2).mean(axis=0) / 2
    halves = halves / np.sqrt(len(patches))
    lumas = [patch.luma for patch in patches if patch.luma is not None]
    return PatchNoise(
        tuple(means.tolist()),
        tuple(sigmas.tolist()),
        tuple(zip((sigmas - halves).tolist(), (sigmas + halves).tolist(), strict=True)),
        float(np.sqrt(np.square(lumas).mean())) if lumas else None,
    )


def _planes(samples: Float[np.ndarray, "h w p"], image: Any) -> list[list[Float[np.ndarray, "a b"]]]:
    """The fields of each plane: one, or under a filter pattern one for each place in its period."""
    cfa = getattr(image, "cfa", None)
    if cfa is None:
        return [[samples[..., plane]] for plane in range(samples.shape[2])]
    pattern = np.asarray(cfa.shifted(image.window.top, image.window.left).pattern)
    rows, columns = pattern.shape
    return [
        [samples[row::rows, column::columns, 0] for row, column in np.argwhere(pattern == plane)]
        for plane in range(len(cfa.colours))
    ]


def _noise_of_plane(
    fields: list[Float[np.ndarray, "a b"]],
) -> tuple[float, float, tuple[float, float]]:
    """Mean, sigma and its interval, from fields of one plane."""
    residuals = [_without_surface(field) for field in fields]
    variance = float(np.mean([np.mean(residual**2) for residual in residuals]))
    count = sum(_independent(residual) for residual in residuals)
    fourth = float(np.mean([np.mean(residual**4) for residual in residuals]))
    tails = fourth / variance**2 if variance > 0 else 3.0
    # The variance of a sample variance is (kurtosis - 1) / n of its square; sigma has half its error.
    half = 1.96 / 2 * np.sqrt(max(tails - 1, 0.0) / max(count, 1.0))
    sigma = float(np.sqrt(variance))
    return float(np.mean([field.mean() for field in fields])), sigma, (sigma * (1 - half), sigma * (1 + half))


def _without_surface(field: Float[np.ndarray, "a b"]) -> Float[np.ndarray, "a b"]:
    """A field less the polynomial of second order that fits it best, scaled for the terms that took."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, size) for size in field.shape), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1).reshape(-1, 6)
    solution, *_ = np.linalg.lstsq(terms, field.ravel(), rcond=None)
    rest = (field.ravel() - terms @ solution).reshape(field.shape)
    return np.asarray(rest * np.sqrt(field.size / max(field.size - 6, 1)))


def _independent(residual: Float[np.ndarray, "a b"]) -> float:
    """How many independent numbers tell as much about a variance as this field's, which depend on each other.

    Source: Bartlett (1946): the sum of squared autocorrelations divides the count.
    """
    height, width = residual.shape
    spectrum = np.fft.rfft2(residual, (2 * height, 2 * width))
    correlation = np.fft.irfft2(np.abs(spectrum) ** 2, (2 * height, 2 * width))
    if correlation[0, 0] <= 0:
        return float(residual.size)
    rows, columns = min(_LAGS, height - 1), min(_LAGS, width - 1)
    near = correlation[np.ix_(range(-rows, rows + 1), range(-columns, columns + 1))] / correlation[0, 0]
    # Even independent numbers show correlations of 1/n; they are taken off.
    excess = float((near**2).sum()) - (near.size - 1) / residual.size
    return float(residual.size / max(excess, 1.0))
