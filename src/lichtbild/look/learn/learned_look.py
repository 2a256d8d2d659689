"""Learned look: a table of the change that a look makes, and how far it can be trusted."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.look.learn.regression import Regression, shown
from lichtbild.look.lut import Lut, nodes

NODES: Final = 33
TRUST_NODES: Final = 9
_COARSE: Final = (NODES + 1) // 2


@dataclass(frozen=True, eq=False)
class LearnedLook:
    """What was learned of a look.

    Attributes:
        lut: encoded sRGB for encoded sRGB.
        trust: CIEDE2000 by which colours after the look are expected to be wrong, at nodes of the cube.
    """

    lut: Lut
    trust: Float[np.ndarray, "nodes nodes nodes"]

    @property
    def trusted_share(self) -> float:
        """Share of the cube of colours that is expected to be right within 2 CIEDE2000."""
        return float((self.trust <= 2).mean())


def learned(regression: Regression) -> LearnedLook:
    """The table of a regression.

    It is evaluated at every second node; the nodes between follow by cubics, which are nearer to it than
    the rounding of 8 bits.
    """
    lab = regression.lab(nodes(_COARSE).reshape(-1, 3).astype(np.float64))
    fine = lab.reshape(_COARSE, _COARSE, _COARSE, 3)
    for axis in range(3):
        fine = between(fine, axis)
    if regression.neutral:
        fine[..., 1:] = 0.0
    table = shown(fine.reshape(-1, 3)).reshape(NODES, NODES, NODES, 3)
    asked = nodes(TRUST_NODES).reshape(-1, 3).astype(np.float64)
    trust = regression.expected_difference(asked).reshape((TRUST_NODES,) * 3)
    return LearnedLook(Lut(np.asarray(table, np.float32)), trust)


def between(values: Float[np.ndarray, "..."], axis: int) -> Float[np.ndarray, "..."]:
    """The values with one more between any two along an axis.

    It is that of the cubic through the four around it, and at both ends of the parabola through three.
    """
    known = np.moveaxis(values, axis, 0)
    middle = np.empty((len(known) - 1, *known.shape[1:]))
    middle[1:-1] = (9 * (known[1:-2] + known[2:-1]) - known[:-3] - known[3:]) / 16
    middle[0] = (3 * known[0] + 6 * known[1] - known[2]) / 8
    middle[-1] = (3 * known[-1] + 6 * known[-2] - known[-3]) / 8
    found = np.empty((2 * len(known) - 1, *known.shape[1:]))
    found[::2], found[1::2] = known, middle
    return np.moveaxis(found, 0, axis)
