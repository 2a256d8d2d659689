"""Surrogate: steps such as rounding, with a gradient that is declared rather than zero."""

from typing import Any

import numpy as np

from lichtbild.core.array import namespace


def straight_through(value: Any, smooth: Any) -> Any:
    """``value``, whose gradient is that of ``smooth``; NumPy's arrays have none, and pass as they are.

    Source: Bengio, Leonard, Courville, "Estimating or propagating gradients through stochastic neurons for
    conditional computation" (2013), section 3, straight-through estimator.
    """
    if namespace(smooth) is np:
        return value
    from jax.lax import stop_gradient

    return smooth + stop_gradient(value - smooth)


def rounded(value: Any) -> Any:
    """The nearest whole number, halves to even; its declared gradient is 1.

    >>> rounded(np.array([0.4, 0.5, 1.5])).tolist()
    [0.0, 0.0, 2.0]
    """
    return straight_through(namespace(value).round(value), value)
