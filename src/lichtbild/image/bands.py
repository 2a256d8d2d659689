"""Bands: ranges of wavelength that photons are counted in."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.core.units import nm


@dataclass(frozen=True, eq=False)
class Bands:
    """Ranges of wavelength; what is told of a band is its sum or its mean, never a sample.

    Light lies in the one band that holds its wavelength, or, where bands overlap, in the two whose middles
    are next to it, the more the nearer. What depends smoothly on wavelength, such as a lens or a sensor, is
    then a straight line between middles, not a step at an edge, whatever the light, lines of lamps as well:
    a dozen bands serve for what would take many steps.

    Attributes:
        edges: ends of the bands, mm, increasing; band b reaches from edge b to edge b + 1, and where bands
            overlap on to the middles of its neighbours.
        overlapping: whether they do.
    """

    edges: Float[np.ndarray, " edges"]
    overlapping: bool = False

    def __post_init__(self) -> None:
        if self.edges.ndim != 1 or len(self.edges) < 2 or not (np.diff(self.edges) > 0).all():
            raise ValueError("bands need two edges or more, each at a longer wavelength than the one before")

    @staticmethod
    def even(first: float, last: float, count: int, *, overlapping: bool = False) -> "Bands":
        """Bands of equal width between two wavelengths in mm."""
        return Bands(np.linspace(first, last, count + 1), overlapping)

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

        Raises:
            ValueError: the others overlap, and are not these: what was shared cannot be counted anew.
        """
        if others.overlapping:
            if self.overlapping and np.array_equal(self.edges, others.edges):
                return np.eye(len(self))
            raise ValueError("light that was counted in overlapping bands cannot be counted in other ones")
        if self.overlapping:
            return np.asarray(np.diff(self._within(others.edges), axis=0) / others.widths[:, None])
        low = np.maximum(self.edges[None, :-1], others.edges[:-1, None])
        high = np.minimum(self.edges[None, 1:], others.edges[1:, None])
        return np.asarray(np.maximum(high - low, 0.0) / others.widths[:, None])

    def means_of(self, others: "Bands") -> Float[np.ndarray, "other own"]:
        """What a curve that was told in other bands is in each of these.

        ``values @ own.means_of(others)`` are means over these bands, 0 beyond the others. Where these overlap
        they are values at the middles, of that line between them which is nearest to the curve by least
        squares over `FINE`. The product of light and curve, so told, then misses the true one by the product
        of what the two deviate from such lines, and by nothing if either is one.

        Raises:
            ValueError: the others overlap.

        Source: de Boor, A Practical Guide to Splines (revised ed. 2001), chapter XIV, least squares.
        """
        if not self.overlapping:
            return others.shares_of(self).T
        # Where these are finer than `FINE`, or lie beyond it, the smallest of all that are as near.
        return np.asarray(others.shares_of(FINE).T @ np.linalg.pinv(self.shares_of(FINE)).T)

    def _within(self, wavelength: Float[np.ndarray, " n"]) -> Float[np.ndarray, "n own"]:
        """Integral of each overlapping band's share up to wavelengths, mm."""
        knots = np.concatenate([self.edges[:1], self.middles, self.edges[-1:]])
        shares = np.eye(len(self))[[0, *range(len(self)), -1]]
        sums = np.cumsum((shares[1:] + shares[:-1]) / 2 * np.diff(knots)[:, None], axis=0)
        sums = np.concatenate([np.zeros((1, len(self))), sums])
        at = np.clip(wavelength, knots[0], knots[-1])
        left = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, len(knots) - 2)
        along = ((at - knots[left]) / np.diff(knots)[left])[:, None]
        here = shares[left] + (shares[left + 1] - shares[left]) * along
        return np.asarray(sums[left] + (shares[left] + here) / 2 * along * np.diff(knots)[left, None])


FINE = Bands.even(nm(377.5), nm(782.5), 81)
"""Bands of 5 nm about 380, 385 ... 780 nm: spectra of lights, objects and sensors come in these."""
