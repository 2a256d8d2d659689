"""Prior of a look: how alike its changes of two colours are, before anything is known of it.

With c = a* + i b* of chroma C* and hue h before,

::

    change of L*  =  tone(L*) + C* shade(h, L*)        + rest(L*, a*, b*)
    change of c   =  c factor(h, L*, C*) + tint(L*)    + rest(L*, a*, b*)

and each function on the right is smooth, of a size that looks have. The sizes and lengths are our own,
chosen so that the tables of public looks are likely under them.

Sources: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), section 4.2; Hastie and
Tibshirani, "Varying-coefficient models", J. R. Statist. Soc. B 55, 757 (1993).
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Num

Colours = Float[np.ndarray, "_ 3"]

SHIFT, SLOPE, TONE = 10.0, 0.3, 6.0
"""L* by which a tone moves as a whole, L* per L* by which it turns, and L* by which it bends."""

SHADE: Final = (2.0, 4.0)
"""L* by which colours of C* 25 are shifted, all alike and each hue for itself."""

FACTOR: Final = (0.6, 0.3)
"""Change of the factor on c, for all colours alike and for each by itself."""

TINT: Final = (3.0, 3.0)
"""a* and b* of greys, for all alike and for each by itself."""

TONE_LENGTH, SHADE_LENGTH, FACTOR_LENGTH, TINT_LENGTH, CHROMA_LENGTH = 15.0, 40.0, 30.0, 25.0, 40.0
"""L*, and C*, over which the functions keep their values."""

HUE_LENGTH: Final = 0.7
"""Radians over which hues are treated alike."""

REST_LENGTH: Final = 20.0
"""CIELAB over which the rest keeps its value."""


@dataclass(frozen=True, eq=False)
class _Polar:
    """Lightness, complex colour, chroma, and direction of the hue."""

    light: Float[np.ndarray, " n"]
    colour: Num[np.ndarray, " n"]
    chroma: Float[np.ndarray, " n"]
    hue: Num[np.ndarray, " n"]

    @staticmethod
    def of(lab: Colours) -> "_Polar":
        colour = lab[:, 1] + 1j * lab[:, 2]
        chroma = np.abs(colour)
        return _Polar(lab[:, 0], colour, chroma, colour / np.maximum(chroma, 1e-9))


def light_covariance(one: Colours, other: Colours, rest: float) -> Float[np.ndarray, "n m"]:
    """Covariance of the changes of L* of two sets of colours.

    Args:
        one: CIELAB before.
        other: CIELAB before.
        rest: size of the rest in L*.
    """
    a, b = _Polar.of(one), _Polar.of(other)
    turned = np.outer(a.light - 50, b.light - 50)
    tone = SHIFT**2 + SLOPE**2 * turned + TONE**2 * _near(a.light, b.light, TONE_LENGTH)
    by_hue = SHADE[0] ** 2 + SHADE[1] ** 2 * _near_hues(a, b)
    shade = np.outer(a.chroma, b.chroma) / 25**2 * by_hue * _near(a.light, b.light, SHADE_LENGTH)
    return np.asarray(tone + shade + _rest(one, other, rest))


def colour_covariance(one: Colours, other: Colours, rest: float) -> Num[np.ndarray, "n m"]:
    """Covariance of the changes of a* + i b* of two sets of colours; arguments as for `light_covariance`."""
    a, b = _Polar.of(one), _Polar.of(other)
    near = _near_hues(a, b) * _near(a.light, b.light, FACTOR_LENGTH)
    factor = FACTOR[0] ** 2 + FACTOR[1] ** 2 * near * _near(a.chroma, b.chroma, CHROMA_LENGTH)
    tint = TINT[0] ** 2 + TINT[1] ** 2 * _near(a.light, b.light, TINT_LENGTH)
    return np.asarray(np.outer(a.colour, b.colour.conj()) * factor + tint + _rest(one, other, rest))


def _near(one: Any, other: Any, length: float) -> Any:
    """1 for equal numbers, less the farther they are apart."""
    return np.exp(-0.5 * ((one[:, None] - other[None]) / length) ** 2)


def _near_hues(one: _Polar, other: _Polar) -> Any:
    """1 for equal hues, less the farther they are apart around the circle."""
    cosine = (one.hue[:, None] * other.hue[None].conj()).real
    return np.exp((cosine - 1) / HUE_LENGTH**2)


def _rest(one: Colours, other: Colours, size: float) -> Any:
    apart = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None] - 2 * one @ other.T
    return size**2 * np.exp(-0.5 * np.maximum(apart, 0.0) / REST_LENGTH**2)
