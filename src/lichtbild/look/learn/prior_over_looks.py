"""Prior over looks: how a look's change of a colour goes with its change of other colours.

The change, in Oklab, is taken as a Gaussian process: a sum of a shift, linear parts, a curve of each plane
of encoded RGB, a curve of lightness, and two smooth functions of three dimensions. How large each part is,
and over what distance it changes, are our measurements on public lookup tables of films (none of those that
`benchmarks/look_learn.py` tests with), by the marginal likelihood of colours before and after
(`benchmarks/look_parts.py`).

Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), sections 2.2, 4.2 and 5.4.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.look.learn.display_colour import to_oklab


@dataclass(frozen=True)
class Part:
    """A part of the change: its variance, and the distance over which it changes.

    Attributes:
        variance: in Oklab squared.
        reach: distance in the coordinates that it is a function of.
        chroma_reach: the same along a and b of Oklab.
    """

    variance: float
    reach: float = 1.0
    chroma_reach: float = 1.0


SHIFT: Final = Part(0.01151)
LINEAR_LAB: Final = Part(0.09616)
LINEAR_RGB: Final = Part(0.0004558)
CURVES: Final = Part(0.0001752, 0.2466)
LIGHTNESS: Final = Part(0.003138, 0.2451)
IN_LAB: Final = Part(0.00004, 0.4396, 0.04096)
IN_RGB: Final = Part(0.004033, 0.7199)
ROUNDING: Final = 4.372e-7
"""Variance, in Oklab squared, of what a pair has of its own: rounding, and kinks of tables."""

Places = tuple[Float[np.ndarray, "_ 3"], Float[np.ndarray, "_ 3"]]
"""Colours in encoded sRGB and in Oklab."""


def places(encoded: Float[np.ndarray, "n 3"]) -> Places:
    """Colours as the parts take them."""
    return encoded, np.asarray(to_oklab(encoded))


def covariance(some: Places, others: Places) -> Float[np.ndarray, "n m"]:
    """Of the changes of some colours with those of others, each of L, a and b by itself; Oklab squared."""
    (rgb, lab), (other_rgb, other_lab) = some, others
    found = SHIFT.variance + LINEAR_LAB.variance * (lab @ other_lab.T)
    found += LINEAR_RGB.variance * (rgb @ other_rgb.T)
    for plane in range(3):
        found += CURVES.variance * _bell(rgb[:, plane], other_rgb[:, plane], CURVES.reach)
    found += LIGHTNESS.variance * _bell(lab[:, 0], other_lab[:, 0], LIGHTNESS.reach)
    scale = np.array([IN_LAB.reach, IN_LAB.chroma_reach, IN_LAB.chroma_reach], lab.dtype)
    found += IN_LAB.variance * _smooth(lab / scale, other_lab / scale)
    found += IN_RGB.variance * _smooth(rgb / rgb.dtype.type(IN_RGB.reach), other_rgb / IN_RGB.reach)
    return np.asarray(found)


def variance(some: Places) -> Float[np.ndarray, " n"]:
    """Of the change of each colour: the diagonal of `covariance`."""
    rgb, lab = some
    parts = SHIFT.variance + 3 * CURVES.variance + LIGHTNESS.variance + IN_LAB.variance + IN_RGB.variance
    linear = LINEAR_LAB.variance * (lab**2).sum(axis=1) + LINEAR_RGB.variance * (rgb**2).sum(axis=1)
    return np.asarray(parts + linear)


def _bell(some: Float[np.ndarray, " n"], others: Float[np.ndarray, " m"], reach: float) -> np.ndarray:
    """The squared exponential covariance."""
    apart = (some[:, None] - others) / some.dtype.type(reach)
    return np.asarray(np.exp(-0.5 * apart * apart))


def _smooth(some: Float[np.ndarray, "n 3"], others: Float[np.ndarray, "m 3"]) -> np.ndarray:
    """The Matern covariance of order 5/2, at the distances in units of its reach."""
    square = (some * some).sum(axis=1)[:, None] + (others * others).sum(axis=1) - 2 * (some @ others.T)
    apart = np.sqrt(5 * np.maximum(square, 0))
    return np.asarray((1 + apart + apart * apart / 3) * np.exp(-apart))
