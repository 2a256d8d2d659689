"""Stabilise: samples of shot and read noise made into samples whose noise is 1 everywhere, and back.

With variance ``scale`` * mean + ``offset``, a sample y becomes

    f(y) = 2 y / (sqrt(scale max(y, 0) + c) + sqrt(c)),    c = offset + 3/8 scale^2,

which is the generalised Anscombe transform less its value at black, continued below black by its tangent, so
that no noise is cut. The mean of f(y) is not f of the mean: `restored` is the exact unbiased inverse, found
by summing over photon counts and read noise and kept as a polynomial. Near a full sensor it also takes back
what clipping the noise took from the mean.

Source: Makitalo and Foi, "Optimal inversion of the generalized Anscombe transformation for Poisson-Gaussian
noise", IEEE Trans. Image Processing 22, 91 (2013); Foi, "Clipped noisy images: heteroskedastic modeling and
practical denoising", Signal Processing 89, 2609 (2009).
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace

_SMALLEST_DEVIATION: Final = 1e-7
_DEGREE: Final = 5
REACH: Final = 3.5
"""How far below the limit clipping of unit noise is felt."""
PLATEAU: Final = float((2 * np.pi) ** -0.5)
"""How far clipping pulls the mean of unit noise down whose true mean is the limit."""


@dataclass(frozen=True)
class Stabiliser:
    """The transform for one plane's noise; all numbers belong to light where 1 is a full sensor.

    Attributes:
        scale: shot-noise slope.
        offset: c of the module's formula.
        lowest: mean of stabilised samples where there is no light.
        width: stabilised distance over which the bias falls, 2 sqrt(c) / scale.
        bias: coefficients of the inverse's bias in 1 / (1 + stabilised / width), lowest power first.
        white: a full sensor, stabilised.
    """

    scale: float
    offset: float
    lowest: float
    width: float
    bias: tuple[float, ...]
    white: float

    @staticmethod
    @lru_cache(maxsize=64)
    def of(scale: float, offset: float) -> "Stabiliser":
        """The transform for noise of variance ``scale`` * mean + ``offset``."""
        total = max(offset + 0.375 * scale**2, _SMALLEST_DEVIATION**2)
        root = float(np.sqrt(total))
        white = 2 / (float(np.sqrt(scale + total)) + root)
        if scale * 1e4 < root:
            return Stabiliser(scale, total, 0.0, 1e6, (0.0,) * (_DEGREE + 1), white)
        lowest, bias = _bias(max(total / scale**2 - 0.375, 0.0))
        return Stabiliser(
            scale, total, lowest, 2 * root / scale, tuple(float(scale * c) for c in bias), white
        )

    def stabilised(self, samples: Any) -> Any:
        """Samples whose noise has a variance of about 1."""
        xp = namespace(samples)
        bright = xp.maximum(samples, xp.zeros_like(samples))
        return 2 * samples / (xp.sqrt(self.scale * bright + self.offset) + self.offset**0.5)

    def restored(self, values: Any, removed: Any = 1.0) -> Any:
        """The light whose stabilised samples have these means.

        Args:
            values: what denoising made of stabilised samples.
            removed: share of the noise that denoising removed; with 0 this is the plain inverse.
        """
        xp = namespace(values)
        values = values + removed * _unclipped(values - self.white)
        ratio = self.width / (xp.maximum(values, self.lowest) + self.width)
        bias = 0.0 * values
        for coefficient in reversed(self.bias):
            bias = bias * ratio + coefficient
        bright = xp.maximum(values, xp.zeros_like(values))
        return values * (self.offset**0.5 + 0.25 * self.scale * bright) + removed * bias


def _unclipped(below: Any) -> Any:
    """What to add to the mean of unit noise that was clipped, given that mean less the limit."""
    xp = namespace(below)
    near = xp.clip(below, -REACH, -PLATEAU)
    step = 0.0 * below
    for coefficient in reversed(UNCLIPPED):
        step = step * near + coefficient
    return step - xp.clip(below + PLATEAU, 0.0, PLATEAU)


def _fit_of_clipping() -> tuple[float, ...]:
    """Polynomial in the clipped mean of unit noise less the limit: true mean less clipped mean."""
    true = np.linspace(-REACH, 0, 400)
    below = np.array([0.5 * math.erfc(-z * 0.5**0.5) for z in true])
    lost = true * below + np.exp(-(true**2) / 2) * PLATEAU
    # Nothing and no slope at the reach, all of it at the limit.
    falling = ((true - lost + REACH)[:, None]) ** np.arange(2, 7)
    weights = np.where(true == 0, 1e3, 1.0)
    fit, *_ = np.linalg.lstsq(falling * weights[:, None], lost * weights, rcond=None)
    shift = np.polynomial.Polynomial((REACH, 1.0))
    total = sum((c * shift**k for k, c in enumerate(fit, 2)), np.polynomial.Polynomial((0.0,)))
    return tuple(float(c) for c in total.coef)


UNCLIPPED: Final = _fit_of_clipping()
"""Coefficients of what clipping took, lowest power first; 0 at the reach, `PLATEAU` at the limit."""


def _bias(variance: float) -> tuple[float, Float[np.ndarray, " n"]]:
    """Lowest stabilised mean and coefficients of the bias for photon counts with this read-noise variance.

    Counts are photo-electrons: their shot-noise slope is 1.
    """
    total = variance + 0.375
    ratio = np.linspace(1.0, 0.02, 40)
    counts = total * (1 / ratio**2 - 1)
    means = np.array([_stabilised_mean(float(count), variance) for count in counts])
    plain = means * (np.sqrt(total) + 0.25 * np.maximum(means, 0))
    width = 2 * np.sqrt(total)
    at = width / (means + width)
    # Towards many photons the bias is 1/4: the curvature of the square root times the noise.
    powers = at[:, None] ** np.arange(1, _DEGREE + 1)
    rest, *_ = np.linalg.lstsq(powers, counts - plain - 0.25, rcond=None)
    return float(means[0]), np.concatenate([[0.25], rest])


def _stabilised_mean(count: float, variance: float) -> float:
    """Mean of the stabilised sum of a Poisson count and Gaussian noise."""
    total, (nodes, weights) = variance + 0.375, _gaussian()
    if count > 100 or variance > 50:
        samples, chances = count + np.sqrt(count + variance) * nodes, weights
    else:
        photons = np.arange(int(count + 12 * np.sqrt(count + 1)) + 8)
        # No light at all is the limit of very little; ln n! is the sum of the logarithms.
        factorials = np.cumsum(np.log(np.maximum(photons, 1)))
        likelihood = np.exp(photons * math.log(max(count, 1e-12)) - count - factorials)
        samples = photons[:, None] + np.sqrt(variance) * nodes
        chances = likelihood[:, None] * weights
    values = 2 * samples / (np.sqrt(np.maximum(samples, 0) + total) + np.sqrt(total))
    return float((values * chances).sum())


@lru_cache(maxsize=1)
def _gaussian() -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """Nodes and weights of the mean over a standard normal number."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    return nodes, weights / weights.sum()
