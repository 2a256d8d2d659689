"""Observer: what light of any spectrum looks like, as CIE XYZ in absolute units.

Spectra are photons counted in bands, and photons are even within a band. A band is told by its two edges in
mm; neighbouring bands share an edge. Photon radiance is per mm2, luminance per m2: the 1e6 between them is in
the weights here and nowhere else.

Sources: CIE 018:2019 (photometry, K_m = 683.002 lm/W); ISO/CIE 11664-1:2019 (1931 colour matching functions),
as tabulated at 1 nm in colour-science; SI Brochure, 9th edition (h and c, exact).
"""

import importlib
import warnings
from functools import cache
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm

PLANCK: Final = 6.62607015e-34
"""Planck's constant, J s."""
LIGHT_SPEED: Final = 2.99792458e11
"""Speed of light, mm s^-1."""
LUMINOUS_EFFICACY: Final = 683.002
"""K_m: greatest luminous efficacy of radiation, lm W^-1."""

_PER_SQUARE_METRE: Final = 1e6


def colour_science() -> Any:
    """The package colour-science, whose tables of standards are read while the program runs.

    Raises:
        BadInput: it is not installed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it cannot plot
        try:
            return importlib.import_module("colour")
        except ImportError as error:
            raise BadInput("spectra of standards need: pip install colour-science") from error


def band_means(
    wavelength: Float[np.ndarray, " sample"],
    values: Float[np.ndarray, "sample ..."],
    edges: Float[np.ndarray, " edges"],
) -> Float[np.ndarray, "band ..."]:
    """Mean over each band of a curve that is straight between its samples and level beyond them.

    Args:
        wavelength: of the samples, mm, increasing.
        values: at the wavelengths.
        edges: of the bands, mm.
    """
    step = np.diff(wavelength).reshape(-1, *[1] * (values.ndim - 1))
    areas = np.cumsum((values[1:] + values[:-1]) / 2 * step, axis=0)
    to_sample = np.concatenate([np.zeros_like(values[:1]), areas])
    inside = np.clip(edges, wavelength[0], wavelength[-1])
    left = np.clip(np.searchsorted(wavelength, inside, side="right") - 1, 0, len(wavelength) - 2)
    along, beyond, length = (
        part.reshape(-1, *[1] * (values.ndim - 1))
        for part in (inside - wavelength[left], edges - inside, np.diff(wavelength)[left])
    )
    slope = (values[left + 1] - values[left]) / length
    here = values[left] + slope * along
    to_edge = to_sample[left] + (values[left] + here) / 2 * along + here * beyond
    widths = np.diff(edges).reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray(np.diff(to_edge, axis=0) / widths)


@cache
def _matching() -> tuple[Float[np.ndarray, " sample"], Float[np.ndarray, "sample 3"]]:
    """Wavelengths in mm and colour matching functions at 1 nm, with the darkness beyond them."""
    table = colour_science().MSDS_CMFS["CIE 1931 2 Degree Standard Observer"]
    wavelength, values = np.asarray(table.wavelengths, float), np.asarray(table.values, float)
    wavelength = np.concatenate([[wavelength[0] - 1], wavelength, [wavelength[-1] + 1]])
    return nm(1) * wavelength, np.pad(values, ((1, 1), (0, 0)))


def colour_matching(edges: Float[np.ndarray, " edges"]) -> Float[np.ndarray, "band 3"]:
    """The CIE 1931 colour matching functions of the 2 degree observer, mean of each band; the second is V.

    Args:
        edges: of the bands, mm.
    """
    return band_means(*_matching(), edges)


def luminous_efficiency(edges: Float[np.ndarray, " edges"]) -> Float[np.ndarray, " band"]:
    """The photopic luminous efficiency V, mean of each band.

    Args:
        edges: of the bands, mm.
    """
    return colour_matching(edges)[:, 1]


def photon_energy(edges: Float[np.ndarray, " edges"]) -> Float[np.ndarray, " band"]:
    """Mean energy of the photons of each band, J: the mean of hc / wavelength, in closed form.

    Args:
        edges: of the bands, mm, above 0.
    """
    return np.asarray(PLANCK * LIGHT_SPEED * np.diff(np.log(edges)) / np.diff(edges))


def xyz_weights(edges: Float[np.ndarray, " edges"]) -> Float[np.ndarray, "band 3"]:
    """XYZ in cd m^-2 of one photon s^-1 mm^-2 sr^-1 in each band.

    The mean over the band of colour matching function times photon energy.

    Args:
        edges: of the bands, mm.
    """
    wavelength, matching = _matching()
    energy = PLANCK * LIGHT_SPEED / wavelength
    return LUMINOUS_EFFICACY * _PER_SQUARE_METRE * band_means(wavelength, matching * energy[:, None], edges)


def xyz_of(
    photons: Float[np.ndarray, "*any band"], edges: Float[np.ndarray, " edges"]
) -> Float[np.ndarray, "*any 3"]:
    """CIE 1931 XYZ of a photon radiance; Y is the luminance in cd m^-2.

    Photon irradiance instead of radiance gives lux.

    Args:
        photons: of each band, photons s^-1 mm^-2 sr^-1.
        edges: of the bands, mm.
    """
    return np.asarray(photons @ xyz_weights(edges))


def luminance(
    photons: Float[np.ndarray, "*any band"], edges: Float[np.ndarray, " edges"]
) -> Float[np.ndarray, "*any"]:
    """Luminance of a photon radiance, cd m^-2.

    Args:
        photons: of each band, photons s^-1 mm^-2 sr^-1.
        edges: of the bands, mm.
    """
    return np.asarray(photons @ xyz_weights(edges)[:, 1])
