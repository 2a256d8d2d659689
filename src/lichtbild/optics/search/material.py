"""Material: the media of a specification as indices, and lenses made of them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lichtbild.optics.glass import refractive_index
from lichtbild.optics.media import find
from lichtbild.optics.medium import Glass
from lichtbild.optics.specification import Specification


@dataclass(frozen=True)
class Palette:
    """What elements may be made of, from the weakest dispersion to the strongest.

    Args:
        names: of the media.
        index: at the middle of the band, one for each.
        spread: index at its blue end less that at its red end.
    """

    names: tuple[str, ...]
    index: np.ndarray
    spread: np.ndarray


@lru_cache
def palette(wanted: Specification) -> Palette:
    """The specification's materials in the order of their relative dispersion."""
    band = (
        min(wanted.wavelengths),
        (min(wanted.wavelengths) + max(wanted.wavelengths)) / 2,
        max(wanted.wavelengths),
    )
    rows = np.array([indices(name, band) for name in wanted.materials])
    spread = rows[:, 0] - rows[:, 2]
    order = np.argsort(spread / (rows[:, 1] - 1), kind="stable")
    return Palette(tuple(wanted.materials[i] for i in order), rows[order, 1], spread[order])


@lru_cache
def medium(name: str) -> Glass:
    """A medium by its name.

    Raises:
        BadInput: there is none of that name.
    """
    found = find(name)
    assert isinstance(found, Glass)
    return found


def indices(name: str, wavelengths: tuple[float, ...]) -> tuple[float, ...]:
    """Of a medium at wavelengths, as its formula stands."""
    return tuple(float(refractive_index(medium(name), wave, None)) for wave in wavelengths)
