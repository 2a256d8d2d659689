"""Bands: ranges of wavelength that photons are counted in."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.core.units import nm


@dataclass(frozen=True, eq=False)
class Bands:
    """Neighbouring ranges of wavelength; what is told of a band is its sum or its mean, never a sample.

    Attributes:
        edges: ends of the bands, mm, increasing; band b reaches from edge b to edge b + 1.
    """

    edges: Float[np.ndarray, " edges"]

    def __post_init__(self) -> None:
        if self.edges.ndim != 1 or len(self.edges) < 2 or not (np.diff(self.edges) > 0).all():
            raise ValueError("bands need two edges or more, each at a longer wavelength than the one before")

    @staticmethod
    def even(first: float, last: float, count: int) -> "Bands":
        """Bands of equal width between two wavelengths in mm."""
        return Bands(np.linspace(first, last, count + 1))

    def __len__(self) -> int:
        return len(self.edges) - 1

    @property
    def middles(self) -> Float[np.ndarray, " band"]:
        """Wavelengths at the middle of each band, mm."""
        return np.asarray((self.edges[1:] + self.edges[:-1]) / 2)

    @property
    def widths(self) -> Float[np.ndarray, " band"]:
        """Width of each band, mm."""
        return np.asarray(np.diff(self.edges))

    def shares_of(self, others: "Bands") -> Float[np.ndarray, "other own"]:
        """What part of each other band lies in each of these; photons are even within a band.

        ``photons @ own.shares_of(others)`` counts photons of other bands in these; rows sum to 1 where these
        cover the other band.
        """
        low = np.maximum(self.edges[None, :-1], others.edges[:-1, None])
        high = np.minimum(self.edges[None, 1:], others.edges[1:, None])
        return np.asarray(np.maximum(high - low, 0.0) / others.widths[:, None])


FINE = Bands.even(nm(377.5), nm(782.5), 81)
"""Bands of 5 nm about 380, 385 ... 780 nm: spectra of lights, objects and sensors come in these."""
