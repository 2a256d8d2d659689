"""Noise curve: the variance of noise against signal, over patches or levels."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality.estimate import Estimate

METHOD: Final = "noise-curve 1"

_STEPS: Final = 20


@dataclass(frozen=True, eq=False)
class NoiseCurve:
    """variance = offset + slope signal + square signal^2.

    Attributes:
        offset: variance without light: read noise and rounding.
        slope: shot noise, of the signal's unit; the inverse of the electrons at signal 1.
        square: of the pixels' responses; 0 where it was not fitted.
        covariance: of the errors of the three, or two.
        misfit: chi-square over its degrees of freedom; far above 1 where the model does not hold, as in
            pictures that were denoised.
    """

    offset: Estimate
    slope: Estimate
    square: Estimate
    covariance: Float[np.ndarray, "term term"]
    misfit: float

    def variance(self, signal: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Variance at signals."""
        return np.asarray(self.offset.value + signal * (self.slope.value + signal * self.square.value))


def noise_curve(
    signal: Float[np.ndarray, " n"],
    variance: Float[np.ndarray, " n"],
    freedom: Float[np.ndarray, " n"],
    *,
    pattern: bool = False,
) -> NoiseCurve:
    """The curve of greatest likelihood through measured variances.

    Args:
        signal: mean of each patch, linear.
        variance: of its noise.
        freedom: independent numbers in each variance.
        pattern: whether the variances hold the pixels' fixed pattern, as those of one frame do: then a term
            of the signal's square is fitted too.

    Raises:
        BadInput: there are too few patches.

    Source: Foi, Trimeche, Katkovnik, Egiazarian, "Practical Poissonian-Gaussian noise modeling and fitting
    for single-image raw-data" (IEEE Trans. Image Process. 17, 2008), eq. 4; weights 2 variance^2 / freedom
    of the model, iterated.
    """
    terms = 3 if pattern else 2
    if len(signal) < terms + 1:
        raise BadInput(f"a noise curve of {terms} terms needs {terms + 1} patches or more, not {len(signal)}")
    design = np.stack([signal**power for power in range(terms)], axis=1)
    expected, found = np.maximum(variance, 1e-30), np.zeros(terms)
    scaled = design
    for _ in range(_STEPS):
        weight = np.sqrt(freedom / 2) / expected
        scaled = design * weight[:, None]
        size = np.linalg.norm(scaled, axis=0)
        found = np.linalg.lstsq(scaled / size, variance * weight, rcond=None)[0] / size
        before = expected
        expected = np.maximum(design @ found, 0.05 * np.maximum(variance, 1e-30))
        if np.abs(expected / before - 1).max() < 1e-9:
            break
    left = (variance - expected) * np.sqrt(freedom / 2) / expected
    covariance = np.linalg.inv(scaled.T @ scaled)
    errors = np.sqrt(np.diag(covariance))
    estimates = [Estimate(float(value), float(error)) for value, error in zip(found, errors, strict=True)]
    return NoiseCurve(
        offset=estimates[0],
        slope=estimates[1],
        square=estimates[2] if pattern else Estimate(0.0, 0.0),
        covariance=covariance,
        misfit=float(left @ left) / (len(signal) - terms),
    )


def measures(found: NoiseCurve, where: str = "") -> tuple[Measure, ...]:
    """The terms of a noise curve; those of linear light are shares of the clip.

    Args:
        found: the curve.
        where: such as "green".
    """
    note = f"chi-square over its degrees of freedom: {found.misfit:.3g}"
    clause = "own definition: variance = offset + slope signal + square signal^2"
    return tuple(
        Measure(name, term.value, "", clause, METHOD, term.interval, where, note=note)
        for name, term in (
            ("noise_offset", found.offset),
            ("noise_slope", found.slope),
            ("noise_square", found.square),
        )
        if term.error > 0
    )
