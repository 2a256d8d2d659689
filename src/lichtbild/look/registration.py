"""Registration: whether two pictures show the same things at the same places, whatever their tones.

The gradients of both keep their directions when a look is changed, and lose their lengths here, so that a
strong edge counts as much as a faint one. The peak of their correlation lies where one picture must be
moved to, to lie on the other; its height says how much of them is the same.

Source: Fitch, Kadyrov, Christmas and Kittler, "Orientation correlation", British Machine Vision Conference
(2002), equations 2 to 5.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Plane = Float[np.ndarray, "h w"]


@dataclass(frozen=True)
class Registration:
    """How two pictures lie on one another.

    Attributes:
        down: rows by which the second is moved against the first.
        right: columns, likewise.
        likeness: height of the correlation's peak, 0 for strangers to 1 for the same edges everywhere.
    """

    down: int
    right: int
    likeness: float


def registration(before: Plane, after: Plane) -> Registration:
    """How two pictures of one size lie on one another.

    Args:
        before: lightness of the first.
        after: lightness of the second.
    """
    first, second = np.fft.fft2(_directions(before)), np.fft.fft2(_directions(after))
    correlation = np.fft.ifft2(np.conj(first) * second).real
    peak = np.unravel_index(int(correlation.argmax()), correlation.shape)
    down, right = (
        int(place) - size if 2 * place > size else int(place)
        for place, size in zip(peak, correlation.shape, strict=True)
    )
    energy = np.sqrt((np.abs(first) ** 2).sum() * (np.abs(second) ** 2).sum()) / correlation.size
    return Registration(down, right, float(correlation[peak] / energy) if energy else 0.0)


def _directions(lightness: Plane) -> np.ndarray:
    """Unit vectors of the gradient as complex numbers; faint ones, which noise turns, are shortened."""
    down, right = np.gradient(lightness)
    gradient = right + 1j * down
    size = np.abs(gradient)
    return np.asarray(gradient / (size + 0.5 + np.median(size)))
