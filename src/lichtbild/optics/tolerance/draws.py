"""Draws: errors of many builds by chance, the same for the same seed."""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from lichtbild.core.errors import BadInput
from lichtbild.optics.tolerance.budget import Distribution
from lichtbild.optics.tolerance.parameter import Parameter

MOST = 10_000_000
"""More builds than anybody waits for."""


def draws(count: int, parameters: int, distribution: Distribution, seed: int) -> np.ndarray:
    """Errors in limits, ``[build, parameter]``; of more builds with the same seed these are the first.

    A normal distribution has the standard deviation 1/2, so that a limit holds for 95 %; a truncated one is
    the same, drawn again beyond the limit; the uniform one ends there.

    Raises:
        BadInput: no build, or more than `MOST`.
    """
    if not 1 <= count <= MOST:
        raise BadInput(f"{count} builds cannot be drawn; ask for 1 to {MOST}")
    generator = np.random.default_rng(seed)
    chance = generator.random((count, parameters))
    if distribution == "uniform":
        return 2 * chance - 1
    inside = ndtr(-2.0)
    ends = (inside, 1 - inside) if distribution == "truncated normal" else (0.0, 1.0)
    # Half a step of the generator away from 0, whose normal deviate is infinite.
    return np.asarray(ndtri(ends[0] + (ends[1] - ends[0]) * (chance + 2.0**-54)) / 2)


def limits(parameters: Sequence[Parameter]) -> np.ndarray:
    """The limit of each parameter, in our units, ``[parameter]``."""
    return np.array([parameter.limit for parameter in parameters])
