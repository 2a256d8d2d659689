"""Look family: looks that forty numbers describe, for where pictures tell too little for more.

The change of Oklab is linear in the numbers: of lightness a curve, and parts that go with colour; of (a, b),
as a complex number, a tint that goes with lightness, and gains and turns that go with hue.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

LIGHTNESS: Final = 12
COLOUR: Final = 28
_HUES: Final = (-2, -1, 0, 1, 2)
_FIRM: Final = 1e-5
"""What is added to the normal equations, so that numbers that little depends on stay small."""


@dataclass(frozen=True, eq=False)
class FamilyLook:
    """A look of the family.

    Attributes:
        numbers: `LIGHTNESS` for the change of lightness, then `COLOUR` for that of (a, b).
        neutral: whether it leaves no colour.
    """

    numbers: Float[np.ndarray, " numbers"]
    neutral: bool = False

    def lab(self, lab: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "n 3"]:
        """Oklab after the look."""
        light = lab[:, 0] + _of_lightness(lab) @ self.numbers[:LIGHTNESS]
        if self.neutral:
            return np.stack([light, 0 * light, 0 * light], axis=-1)
        colour = _of_colour(lab) @ self.numbers[LIGHTNESS:]
        return np.stack([light, lab[:, 1] + colour.real, lab[:, 2] + colour.imag], axis=-1)


def nearest(lab: Float[np.ndarray, "n 3"], after: Float[np.ndarray, "n 3"]) -> FamilyLook:
    """The look of the family that comes closest to colours before and after, in Oklab."""
    change = after - lab
    colour = _of_colour(lab)
    both = np.concatenate([colour.real, colour.imag])
    return FamilyLook(
        np.concatenate(
            [
                _least_squares(_of_lightness(lab), change[:, 0], _FIRM),
                _least_squares(both, np.concatenate([change[:, 1], change[:, 2]]), _FIRM / 20),
            ]
        )
    )


def _least_squares(
    parts: Float[np.ndarray, "n k"], wanted: Float[np.ndarray, " n"], firm: float
) -> np.ndarray:
    normal = parts.T @ parts / len(parts) + firm * np.eye(parts.shape[1])
    return np.asarray(np.linalg.solve(normal, parts.T @ wanted / len(parts)))


def _of_lightness(lab: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "n k"]:
    light, a, b = lab.T
    chroma = np.hypot(a, b)
    waves = [np.sin(np.pi * count * light) for count in (1, 2, 3, 4)]
    ends = [(1 - light) ** 2, light**2]
    return np.stack([*waves, *ends, chroma, a, b, a * light, b * light, chroma * light], axis=-1)


def _of_colour(lab: Float[np.ndarray, "n 3"]) -> np.ndarray:
    """Complex parts of the change of a + ib."""
    light, a, b = lab.T
    colour = a + 1j * b
    chroma = np.abs(colour)
    direction = np.where(chroma > 1e-6, colour / np.maximum(chroma, 1e-6), 1)
    parts = [np.ones_like(colour), light + 0j, light**2 + 0j]
    for count in _HUES:
        parts += [colour * direction**count, colour * direction**count * (light - 0.5)]
    parts.append(colour * chroma)
    real = np.stack(parts, axis=-1)
    return np.concatenate([real, 1j * real], axis=-1)
