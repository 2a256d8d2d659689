"""Film: what light does to a black-and-white film through a filter, and how to tell it from three numbers.

The film is our own and stands for no product. Its sensitivity to energy is level over the spectrum, as a
panchromatic film's roughly is, from where a lens begins to let light through (half at 395 nm) to the end of
its red (half at 615 nm, 2 % at 660 nm). The filters are modelled too: dyes that cut on or off along a
logistic curve, at the wavelengths that photographic filters of these colours are known for. Light is D65.

`fitted` finds the weights of red, green and blue whose sum comes nearest to the film's answer, over surfaces
that are given: least squares of the error relative to each surface's luminance, with weights that sum to 1.
What remains is the film's own sight, which three numbers do not hold: it is reported in L*.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import cielab, light, observer
from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.monochrome import Monochrome

Edges = Float[np.ndarray, " edges"]
Spectrum = Float[np.ndarray, " band"]
Surfaces = Float[np.ndarray, "surface band"]

_DARKEST_SURFACE: Final = 0.02
"""Luminance below which errors count as if it were this."""


@dataclass(frozen=True)
class Filter:
    """A filter before the lens.

    Attributes:
        cuts_on_nm: it lets half of the light pass here, and more of longer wavelengths; None where nothing
            is held back below.
        cuts_off_nm: likewise for shorter wavelengths.
        softness_nm: of both; from 10 to 90 % it takes 4.4 times this.
    """

    cuts_on_nm: float | None = None
    cuts_off_nm: float | None = None
    softness_nm: float = 7.0

    def transmittance(self, edges: Edges) -> Spectrum:
        """Share of the light that passes, at the middle of each band.

        Args:
            edges: of the bands, mm.
        """
        passes = np.ones(len(edges) - 1)
        if self.cuts_on_nm is not None:
            passes = passes * _rising(edges, self.cuts_on_nm, self.softness_nm)
        if self.cuts_off_nm is not None:
            passes = passes * (1 - _rising(edges, self.cuts_off_nm, self.softness_nm))
        return passes


FILTERS: Final[Mapping[str, Filter]] = MappingProxyType(
    {
        "none": Filter(),
        "light-yellow": Filter(490.0),
        "yellow": Filter(520.0),
        "orange": Filter(550.0),
        "red": Filter(595.0),
        "green": Filter(495.0, 575.0, 10.0),
        "blue": Filter(None, 490.0, 8.0),
    }
)
"""Filters by name."""


WEIGHTS: Final[Mapping[str, tuple[float, float, float]]] = MappingProxyType(
    {
        "none": (0.1206, 0.4213, 0.4581),
        "light-yellow": (0.1853, 0.7346, 0.0801),
        "yellow": (0.3154, 0.7096, -0.0250),
        "orange": (0.5359, 0.5266, -0.0625),
        "red": (1.1464, -0.1080, -0.0384),
        "green": (-0.0633, 0.9355, 0.1278),
        "blue": (0.0357, 0.0189, 0.9454),
    }
)
"""Weights of red, green and blue through each filter, as `benchmarks/fit_monochrome.py` fits them."""


@dataclass(frozen=True)
class Fitted:
    """Weights that tell the film's answer from a colour.

    Attributes:
        weights: of red, green and blue of linear Rec.2020; they sum to 1.
        rms: root mean square, over the surfaces, of the error in L*.
        p95: 95 % of the surfaces have a smaller error in L*.
    """

    weights: tuple[float, float, float]
    rms: float
    p95: float


def sensitivity(edges: Edges) -> Spectrum:
    """The film's sensitivity to energy, relative.

    Args:
        edges: of the bands, mm.
    """
    return np.asarray(_rising(edges, 395.0, 6.0) * (1 - _rising(edges, 615.0, 12.0)))


def answer(filter_name: str, reflectances: Surfaces, edges: Edges) -> Float[np.ndarray, " surface"]:
    """Exposure of the film by surfaces in D65, relative to that by a perfect white.

    Args:
        filter_name: one of `FILTERS`.
        reflectances: of each band.
        edges: of the bands, mm.

    Raises:
        BadInput: there is no such filter.
    """
    if filter_name not in FILTERS:
        raise BadInput(f"no filter is called '{filter_name[:40]}'; there are {', '.join(FILTERS)}")
    energy = light.named("D65", edges).photons(1.0) * observer.photon_energy(edges)
    counted = energy * sensitivity(edges) * FILTERS[filter_name].transmittance(edges)
    return np.asarray(reflectances @ counted / counted.sum())


def rec2020(reflectances: Surfaces, edges: Edges) -> Float[np.ndarray, "surface 3"]:
    """Linear Rec.2020 of surfaces in D65, a perfect white being exactly (1, 1, 1).

    Args:
        reflectances: of each band.
        edges: of the bands, mm.
    """
    photons = light.named("D65", edges).photons(1.0)
    white = np.linalg.solve(REC2020_TO_XYZ, observer.xyz_of(photons, edges))
    found = np.linalg.solve(REC2020_TO_XYZ, observer.xyz_of(reflectances * photons, edges).T).T
    return np.asarray(found / white)


def fitted(filter_name: str, reflectances: Surfaces, edges: Edges) -> Fitted:
    """The weights that tell the film's answer to surfaces from their colours.

    Args:
        filter_name: one of `FILTERS`.
        reflectances: of each band.
        edges: of the bands, mm.

    Raises:
        BadInput: there is no such filter.
    """
    wanted, rgb = answer(filter_name, reflectances, edges), rec2020(reflectances, edges)
    counts = 1 / np.maximum(rgb @ REC2020_TO_XYZ[1], _DARKEST_SURFACE)
    beside_green = (rgb[:, [0, 2]] - rgb[:, 1:2]) * counts[:, None]
    (red, blue), *_ = np.linalg.lstsq(beside_green, (wanted - rgb[:, 1]) * counts, rcond=None)
    weights = float(red), float(1 - red - blue), float(blue)
    errors = missed(weights, filter_name, reflectances, edges)
    return Fitted(weights, float(np.sqrt((errors**2).mean())), float(np.percentile(np.abs(errors), 95)))


def missed(
    weights: tuple[float, float, float], filter_name: str, reflectances: Surfaces, edges: Edges
) -> Float[np.ndarray, " surface"]:
    """Estimated less true L* of the film's answer, that of white being 100.

    Args:
        weights: of red, green and blue.
        filter_name: one of `FILTERS`.
        reflectances: of each band.
        edges: of the bands, mm.

    Raises:
        BadInput: there is no such filter.
    """
    found = Monochrome(weights).definition(_row(rec2020(reflectances, edges))).samples[0, :, 0]
    return np.asarray(cielab.lightness(found) - cielab.lightness(answer(filter_name, reflectances, edges)))


def _row(colours: Float[np.ndarray, "surface 3"]) -> LinearImage:
    """A picture of one row."""
    extent = Extent(1, len(colours))
    return LinearImage(colours[None], Window.whole(extent), extent)


def _rising(edges: Edges, half_nm: float, softness_nm: float) -> Spectrum:
    """A logistic curve in the middle of each band."""
    middle = (edges[1:] + edges[:-1]) / 2 / nm(1)
    return np.asarray(1 / (1 + np.exp((half_nm - middle) / softness_nm)))
