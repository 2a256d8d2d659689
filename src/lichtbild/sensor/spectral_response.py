"""Spectral response: electrons that a photon frees in a pixel of each colour, filters and cover included."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.image.bands import FINE, Bands
from lichtbild.sensor.scalar import Scalar, check, library


@dataclass(frozen=True)
class Peak:
    """One Gaussian of a curve.

    Attributes:
        height: quantum efficiency at the middle.
        centre: wavelength, mm.
        width: standard deviation, mm.
    """

    height: Scalar
    centre: Scalar
    width: Scalar

    def __post_init__(self) -> None:
        check("height of a peak of quantum efficiency", self.height, 0.0, 1.0)
        check("wavelength of a peak", self.centre, nm(200), nm(1200), "mm")
        check("width of a peak", self.width, nm(1), nm(1000), "mm")


@dataclass(frozen=True)
class FilterCurves:
    """Smooth curves: for each colour a sum of Gaussians, times an infrared and an ultraviolet cut.

    A parametric stand-in where no measured curve may be shipped; a cut is the logistic function of the
    wavelength's distance from the cut over the slope.

    Attributes:
        peaks: of each colour.
        infrared_cut: wavelength of half transmission, mm.
        infrared_slope: mm.
        ultraviolet_cut: as the infrared one.
        ultraviolet_slope: mm.
    """

    peaks: tuple[tuple[Peak, ...], ...]
    infrared_cut: Scalar = 655e-6
    infrared_slope: Scalar = 6e-6
    ultraviolet_cut: Scalar = 405e-6
    ultraviolet_slope: Scalar = 5e-6

    def __post_init__(self) -> None:
        for name in ("infrared", "ultraviolet"):
            check(f"the {name} cut", getattr(self, f"{name}_cut"), nm(200), nm(1200), "mm")
            check(f"the slope of the {name} cut", getattr(self, f"{name}_slope"), nm(0.5), nm(100), "mm")

    @property
    def colours(self) -> int:
        """Number of curves."""
        return len(self.peaks)

    def efficiency(self, bands: Bands) -> Any:
        """Mean quantum efficiency ``[colour, band]``; 0 outside 377.5 to 782.5 nm.

        In overlapping bands the lines that are nearest to a steep cut fall a little below 0 beside it.
        """
        return self._fine() @ bands.means_of(FINE)

    def _fine(self) -> Any:
        x = FINE.middles
        cuts = _cut((x - self.infrared_cut) / self.infrared_slope)
        cuts = cuts * _cut((self.ultraviolet_cut - x) / self.ultraviolet_slope)
        curves = [sum(_gauss(x, peak) for peak in of_colour) * cuts for of_colour in self.peaks]
        return library(*curves).stack(curves)


@dataclass(frozen=True, eq=False)
class ResponseTable:
    """Measured curves.

    Attributes:
        values: mean quantum efficiency ``[colour, band]``.
        bands: of the values.
    """

    values: Any
    bands: Bands

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.bands):
            raise BadInput(
                f"quantum efficiency is [colour, {len(self.bands)} bands]; got {self.values.shape}"
            )
        if isinstance(self.values, np.ndarray) and not ((self.values >= 0) & (self.values <= 1)).all():
            raise BadInput(
                "quantum efficiency lies from 0 to 1; divide by what makes the largest less than 1"
            )

    @property
    def colours(self) -> int:
        """Number of curves."""
        return int(self.values.shape[0])

    def efficiency(self, bands: Bands) -> Any:
        """Mean quantum efficiency ``[colour, band]``; 0 outside the table, as of `FilterCurves`."""
        return self.values @ bands.means_of(self.bands)


SpectralResponse: TypeAlias = FilterCurves | ResponseTable


def _gauss(x: np.ndarray, peak: Peak) -> Any:
    d = (x - peak.centre) / peak.width
    return peak.height * library(d).exp(-0.5 * d * d)


def _cut(x: Any) -> Any:
    return 1 / (1 + library(x).exp(x))
