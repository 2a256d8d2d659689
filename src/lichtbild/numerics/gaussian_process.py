"""Gaussian process: a smooth function from scattered noisy values, and how far it is known in between.

Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), equations 2.23 to 2.25,
2.30 and 5.12; for complex values the covariance is Hermitian and the value's circular.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float, Num


@dataclass(frozen=True, eq=False)
class GaussianProcess:
    """A process that has seen values.

    Attributes:
        covariance: of what was seen, noise included.
        weights: that covariance's inverse times what was seen.
        evidence: logarithm of how likely the values were, but for a constant.
    """

    covariance: Num[np.ndarray, "n n"]
    weights: Num[np.ndarray, " n"]
    evidence: float

    @staticmethod
    def of(
        covariance: Num[np.ndarray, "n n"], values: Num[np.ndarray, " n"], noise: Float[np.ndarray, " n"]
    ) -> "GaussianProcess":
        """The process after values were seen.

        Args:
            covariance: of the true values, before any is seen.
            values: what was seen, less what was expected.
            noise: variance of the noise in each; positive.
        """
        whole = covariance + np.diag(noise)
        weights = np.linalg.solve(whole, values)
        half = 1.0 if np.iscomplexobj(covariance) else 0.5
        size = float((values.conj() * weights).sum().real)
        spread = 2 * float(np.log(np.diag(np.linalg.cholesky(whole)).real).sum())
        return GaussianProcess(whole, weights, -half * (size + spread))

    def surprises(self) -> Float[np.ndarray, " n"]:
        """How many standard deviations each seen value lies from what all others let expect."""
        return np.asarray(np.abs(self.weights) / np.sqrt(np.diag(self._inverse).real))

    def mean(self, cross: Num[np.ndarray, "m n"]) -> Any:
        """Expected values at places whose covariance with what was seen is ``cross``."""
        return cross @ self.weights

    def left(self, own: Num[np.ndarray, "m m"], cross: Num[np.ndarray, "m n"]) -> Any:
        """Covariance of the values at places now, ``own`` being theirs before any was seen."""
        return own - cross @ self._inverse @ cross.conj().T

    @cached_property
    def _inverse(self) -> Any:
        return np.linalg.inv(self.covariance)
