"""Grain: the noise of a film that is no larger and no smaller than its data sheet says, at any size.

A film is known by its *RMS granularity*: a thousand times the standard deviation of its density D, seen
through an aperture of 48 um, where D is 1. The picture's long side is 36 mm of film, whatever its pixels.

::

    density    D = -log10(luminance), 0 at white and below
    amplitude  sigma(D) = sigma(1) (D (1 - D / D_max) / (1 - 1 / D_max))^1/2
    spectrum   W(f) = W(0) exp(-(2 pi s f)^2), W(0) = sigma(1)^2 A / rho
    pixel      the mean of the film's grain over its square
    light      luminance 10^-(sigma n), with the mean light kept; hue and saturation kept

A is the aperture's area, 1810 um^2, and s the standard deviation of a grain's profile. A white spectrum would
give ``sigma sqrt(A) = const`` (Selwyn); grains are not infinitely small, and rho is the share of the variance
that the aperture leaves of them. Of an even density the standard deviation is that of grains that cover each
other by chance.

The noise of a place is a hash of the seed, the row and the column, so that it needs no neighbour's, and the
same seed always gives the same bytes.

Sources: Selwyn, "A theory of graininess", Photographic Journal 75, 571 (1935); ISO 10505:2009 and ANSI
PH2.40, for the aperture and the density; Dainty and Shaw, "Image Science" (1974), chapters 3 and 8, for the
amplitude, the spectrum and their relation through an aperture. D_max and the numbers of our looks are our own
choice.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, erf, exp, log, log10, pi, sqrt
from typing import Any, ClassVar, Final

import numpy as np
from jaxtyping import Float32

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import namespace, transformed
from lichtbild.core.stage import LocalStage
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.kernels.finish import NO_CURVE, NO_MATRICES, NO_SHARPENING, finished
from lichtbild.look.kernels.grain import (
    CENTRE,
    DARKEST,
    FIRST,
    FIRST_EV,
    NORMAL,
    ODD,
    PLACES_PER_EV,
    SECOND,
    GrainNumbers,
)

FILM_WIDTH_UM: Final = 36_000.0
"""Long side of the film that a picture is thought to be, in um."""
APERTURE_UM: Final = 48.0
"""Diameter of the aperture that granularity is measured through, in um."""
DENSEST: Final = 3.0
"""Density that has no grain left: L* 0.9, about the black of our looks."""
_AREA: Final = pi * APERTURE_UM**2 / 4
_PER_FWHM: Final = 1 / sqrt(8 * log(2))
_PLACES: Final = 256
_FAINTEST_TAP: Final = 2e-4
_STEPS: Final = 2000
_LEAST: Final = 1e-12
"""Keeps the slope of a root finite where there is no grain."""


@dataclass(frozen=True)
class Grain(LocalStage):
    """Display-linear light with the grain of a film.

    Attributes:
        granularity: 1000 times the standard deviation of density through 48 um at density 1, 0 or more.
        size_um: width of a grain on film 36 mm wide, in um, where its profile has half of its height.
        colour: noise of the planes' own beside the common one, as a share of it; 0 is grey.
        seed: of the picture, 64 bits.
        tone: for a display with headroom, by `tone_between`: stops below white that the plain picture has
            where this one has -16 EV around white, then each 32nd of a stop. Empty for the plain one.
    """

    differentiable: ClassVar[bool] = True

    granularity: float
    size_um: float = 9.0
    colour: float = 0.0
    seed: int = 0
    tone: tuple[float, ...] = ()

    def times(self, strength: float) -> "Grain":
        """The same with so many times the granularity."""
        return replace(self, granularity=strength * self.granularity)

    def __call__(self, image: LinearImage) -> LinearImage:
        """The image with its grain."""
        if not (isinstance(image.samples, np.ndarray) and image.samples.dtype == np.float32):
            return self.definition(image)
        grain = self.numbers(image.window, image.extent)
        grown = finished(image.samples, NO_SHARPENING, NO_MATRICES, NO_CURVE, None, grain=grain)
        return replace(image, samples=grown)

    def definition(self, image: LinearImage) -> LinearImage:
        """The same in one readable text, for NumPy and JAX."""
        xp = namespace(image.samples)
        law, taps, _, _, _ = self.numbers(image.window, image.extent)
        square, slope, share, *bias = (float(number) for number in law)
        ev = -xp.log2(xp.maximum(transformed(image.samples, REC2020_TO_XYZ[1:2]), DARKEST))
        if self.tone:
            places = FIRST_EV + np.arange(len(self.tone)) / PLACES_PER_EV
            ev = xp.interp(-ev, places, np.asarray(self.tone)).astype(image.samples.dtype)
        spread = xp.sqrt(xp.maximum(square * ev * (1 - slope * ev), 0.0) + _LEAST)
        noise = drawn_noise(self.seed, image.window, taps, layers=4 if share else 1)
        common, own = noise[..., :1], noise[..., 1:]
        varied = common + share * (own - transformed(own, REC2020_TO_XYZ[1:2])) if share else common
        varied = xp.asarray(varied, dtype=image.samples.dtype)
        bend = spread * (varied + xp.asarray(bias, dtype=image.samples.dtype) * spread)
        return replace(image, samples=image.samples * xp.exp2(-bend))

    def numbers(self, window: Window, extent: Extent) -> GrainNumbers:
        """What the kernel needs for a window: see `lichtbild.look.kernels.grain`."""
        pixel = FILM_WIDTH_UM / max(extent)
        taps, variance = pixel_taps(self.size_um, pixel)
        density_per_ev = log10(2)
        white = self.granularity / 1000 * sqrt(_AREA / aperture_share(self.size_um)) / pixel
        square = white**2 / density_per_ev / (1 - 1 / DENSEST)
        # The mean of 2^-(b n) is 2^(b^2 ln 2 / 2) for normal n of variance 1.
        own = REC2020_TO_XYZ[1]
        parts = 1 + self.colour**2 * (1 - 2 * own + (own**2).sum())
        law = [square, density_per_ev / DENSEST, self.colour, *(parts * variance * log(2) / 2)]
        return (
            np.asarray(law, np.float32),
            taps,
            _keys(self.seed),
            np.asarray(self.tone, np.float32),
            np.asarray([window.top, window.left], np.int64),
        )


def tone_between(shown: Any, plain: Any) -> tuple[float, ...]:
    """`Grain.tone` from luminances that two renditions give the same rising light; white is 1."""
    ev = [np.log2(np.maximum(light, 2.0 ** (FIRST_EV - 1))) for light in (shown, plain)]
    places = np.arange(FIRST_EV, 6.0, 1 / PLACES_PER_EV)
    return tuple(float(value) for value in -np.interp(places, *ev))


@lru_cache(maxsize=64)
def aperture_share(size_um: float) -> float:
    """The share of the variance of white noise that the 48 um aperture leaves of grains of a size.

    It is the mean of the overlap of the aperture with itself, moved, over the grain's own autocorrelation.
    """
    spread = size_um * _PER_FWHM
    if spread < 0.01:
        return 1.0
    reach = min(APERTURE_UM, 16 * spread)
    r = (np.arange(_STEPS) + 0.5) * reach / _STEPS
    t = r / APERTURE_UM
    overlap = 2 / pi * (np.arccos(t) - t * np.sqrt(1 - t * t))
    near = np.exp(-((r / (2 * spread)) ** 2)) * r / (2 * spread**2)
    return float((near * overlap).sum() * reach / _STEPS)


@lru_cache(maxsize=64)
def pixel_taps(size_um: float, pixel_um: float) -> tuple[Float32[np.ndarray, " taps"], float]:
    """Weights by which white noise of pixels becomes grain that pixels see, along rows and columns.

    The covariance of the means of two pixels is the grain's autocorrelation, a Gaussian of variance 2 s^2,
    blurred by both pixels; the weights are those whose autocorrelation that is.

    Returns:
        an odd number of weights with the sum 1, and the variance of noise that they leave of 1.
    """
    spread = sqrt(2) * size_um * _PER_FWHM / pixel_um

    def raised(x: float) -> float:
        """The function whose second derivative is a normal distribution's density."""
        if spread < 1e-3:
            return max(x, 0.0)
        u = x / spread
        return x * 0.5 * (1 + erf(u / sqrt(2))) + spread * exp(-u * u / 2) / sqrt(2 * pi)

    places = np.minimum(np.arange(_PLACES), _PLACES - np.arange(_PLACES))
    covariance = np.array([raised(j + 1) - 2 * raised(j) + raised(j - 1) for j in map(float, places)])
    taps = np.fft.irfft(np.sqrt(np.maximum(np.fft.rfft(covariance).real, 0.0)), _PLACES)[: _PLACES // 2]
    reach = int(np.flatnonzero(np.abs(taps) > _FAINTEST_TAP * taps[0]).max())
    reach = min(reach, ceil(6 * spread) + 4)
    whole = np.concatenate([taps[reach:0:-1], taps[: reach + 1]])
    whole /= whole.sum()
    return whole.astype(np.float32), float((whole**2).sum() ** 2)


def drawn_noise(
    seed: int, window: Window, taps: Float32[np.ndarray, " taps"], layers: int = 1
) -> Float32[np.ndarray, "h w layers"]:
    """Noise of pixels drawn out by taps along rows and columns, as the kernel draws it."""
    reach = len(taps) // 2
    rows = np.arange(window.top - reach, window.bottom + reach)
    columns = np.arange(window.left - reach, window.right + reach)
    drawn = []
    for layer in range(layers):
        noise = white_noise(seed, rows, columns, layer)
        across = sum(tap * noise[:, k : k + window.width] for k, tap in enumerate(taps))
        drawn.append(sum(tap * across[k : k + window.height] for k, tap in enumerate(taps)))
    return np.stack(drawn, axis=-1)


def white_noise(seed: int, rows: Any, columns: Any, layer: int = 0) -> Float32[np.ndarray, "h w"]:
    """Normal variates of places, each by the seed and its place alone: see `lichtbild.look.kernels.grain`."""
    keys = _keys(seed)
    with np.errstate(over="ignore"):
        row = rows.astype(np.uint32) * np.uint32(ODD) + keys[0]
        first = _hashed(row, np.uint32(layer))
        second = _hashed(first ^ keys[1], keys[0])
        h = _hashed(columns.astype(np.uint32)[None, :] + first[:, None], second[:, None])
    total = sum(((h >> np.uint32(shift)) & np.uint32(255)).astype(np.float32) for shift in (0, 8, 16, 24))
    x = total - np.float32(CENTRE)
    n1, n3, n5 = (np.float32(factor) for factor in NORMAL)
    return np.asarray(x * (n1 + x * x * (n3 + x * x * n5)))


def _hashed(v: Any, key: Any) -> Any:
    v = (v ^ (v >> np.uint32(16))) * np.uint32(FIRST)
    v = ((v ^ (v >> np.uint32(15))) + key) * np.uint32(SECOND)
    return v ^ (v >> np.uint32(16))


def _keys(seed: int) -> Any:
    """Both halves of a seed."""
    return np.array([seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF], np.uint32)
