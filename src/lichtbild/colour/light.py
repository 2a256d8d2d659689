"""Light: what illuminates a scene, as relative spectral power, by name, temperature or table.

Sources: ISO/CIE 11664-2:2022 and CIE 015:2018 (standard illuminants, daylight of any temperature, fluorescent
and LED lamps), tables from colour-science; Planck's law with the exact constants of the SI.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import observer
from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm

Edges = Float[np.ndarray, " edges"]
Curve = Callable[[Float[np.ndarray, " sample"]], Float[np.ndarray, " sample"]]

BOLTZMANN: Final = 1.380649e-23
"""Boltzmann's constant, J K^-1."""
DAYLIGHT_FROM: Final = 4000.0
"""Light of a temperature is daylight from here on, and a black body below, kelvin."""
COOLEST: Final = 500.0
HOTTEST: Final = 25000.0
"""Daylight is defined up to here, kelvin."""
MUST_COVER: Final = (nm(400), nm(700))
"""A spectrum says nothing about a camera's light unless it covers these wavelengths, mm."""

_NOMINAL: Final = 1.4388 / 1.4380
"""The daylight illuminants are named after temperatures from before the radiation constant changed."""


@dataclass(frozen=True, eq=False)
class Light:
    """A light source, of no absolute level.

    Attributes:
        name: for reports.
        edges: of the bands, mm.
        power: relative spectral power (per wavelength), mean of each band, 0 or more.
    """

    name: str
    edges: Edges
    power: Float[np.ndarray, " band"]

    def __post_init__(self) -> None:
        if len(self.power) != len(self.edges) - 1:
            raise ValueError(f"{len(self.power)} powers do not fit {len(self.edges) - 1} bands")
        if not (np.isfinite(self.power).all() and (self.power >= 0).all()):
            raise BadInput(f"light '{self.name}' has a power below 0 or not finite; correct the spectrum")
        if not (self.power * observer.luminous_efficiency(self.edges)).sum() > 0:
            raise BadInput(f"light '{self.name}' has no power that an eye can see; choose another spectrum")

    @property
    def xy(self) -> tuple[float, float]:
        """CIE 1931 chromaticity."""
        xyz = observer.xyz_of(self._photons, self.edges)
        return float(xyz[0] / xyz.sum()), float(xyz[1] / xyz.sum())

    @property
    def _photons(self) -> Float[np.ndarray, " band"]:
        """Relative photons of each band."""
        photons = self.power * np.diff(self.edges) / observer.photon_energy(self.edges)
        return np.asarray(photons / photons.sum())

    def photons(self, luminance: float) -> Float[np.ndarray, " band"]:
        """Photon radiance of this light at a luminance, photons s^-1 mm^-2 sr^-1.

        Args:
            luminance: cd m^-2, 0 or more.

        Raises:
            BadInput: the luminance is below 0 or not finite.
        """
        return self._photons * (level(luminance, "cd/m2") / observer.luminance(self._photons, self.edges))

    def photons_at(self, lux: float) -> Float[np.ndarray, " band"]:
        """Photon radiance of a perfect white diffuser in this light, photons s^-1 mm^-2 sr^-1.

        Args:
            lux: illuminance; a perfect diffuser has a luminance of lux / pi.

        Raises:
            BadInput: the illuminance is below 0 or not finite.
        """
        return self.photons(level(lux, "lux") / math.pi)


def level(value: float, unit: str) -> float:
    """The level, if it is one.

    Raises:
        BadInput: it is below 0 or not finite.
    """
    if not (math.isfinite(value) and value >= 0):
        raise BadInput(f"a light level is 0 {unit} or more, not {value:g}; give a finite number")
    return float(value)


def of_table(
    name: str,
    wavelength: Float[np.ndarray, " sample"],
    power: Float[np.ndarray, " sample"],
    edges: Edges,
) -> Light:
    """The light of a measured spectrum, straight between its samples and level beyond them.

    Args:
        name: for reports and messages.
        wavelength: mm, increasing.
        power: relative power per wavelength, 0 or more.
        edges: of the bands, mm.

    Raises:
        BadInput: the wavelengths do not increase or do not cover 400 to 700 nm, or a power is below 0.
    """
    check_cover(name, wavelength)
    if not (np.isfinite(power).all() and (power >= 0).all()):
        raise BadInput(f"light '{name}' has a power below 0 or not finite; correct the spectrum")
    return Light(name, edges, observer.band_means(wavelength, power, edges))


def check_cover(name: str, wavelength: Float[np.ndarray, " sample"]) -> None:
    """Nothing, if the wavelengths (mm) increase and cover what a camera sees.

    Raises:
        BadInput: they do not.
    """
    if len(wavelength) < 2 or not (np.diff(wavelength) > 0).all():
        raise BadInput(f"spectrum '{name}' has wavelengths that do not increase; sort its rows")
    first, last = wavelength[0] * 1e6, wavelength[-1] * 1e6
    # A micro-nanometre is rounding.
    if first > MUST_COVER[0] * 1e6 + 1e-6 or last < MUST_COVER[1] * 1e6 - 1e-6:
        raise BadInput(
            f"spectrum '{name}' covers {first:g} to {last:g} nm and not all of 400 to 700 nm; "
            "measure more of it"
        )


def of_temperature(kelvin: float, edges: Edges) -> Light:
    """Light of a correlated colour temperature: a black body below 4000 K, CIE daylight from there on.

    Args:
        kelvin: 500 to 25000.
        edges: of the bands, mm.

    Raises:
        BadInput: the temperature lies outside of that.
    """
    if not COOLEST <= kelvin <= HOTTEST:
        raise BadInput(f"a light's temperature is {COOLEST:g} K to {HOTTEST:g} K, not {kelvin:g} K")
    return black_body(kelvin, edges) if kelvin < DAYLIGHT_FROM else daylight(kelvin, edges)


def black_body(kelvin: float, edges: Edges) -> Light:
    """A black body's light, by Planck's law.

    Args:
        kelvin: above 0.
        edges: of the bands, mm.

    Raises:
        BadInput: it is not above 0, or too cold to glow.
    """
    if not (math.isfinite(kelvin) and kelvin > 0):
        raise BadInput(f"a black body's temperature is above 0 K, not {kelvin:g} K")
    return of_function(f"{kelvin:g} K black body", lambda at: planck(at, kelvin), edges)


def planck(wavelength: Float[np.ndarray, " sample"], kelvin: float) -> Float[np.ndarray, " sample"]:
    """Spectral radiance of a black body by wavelength, relative to that at 560 nm.

    Args:
        wavelength: mm.
        kelvin: temperature.
    """
    exponent = observer.PLANCK * observer.LIGHT_SPEED / (BOLTZMANN * kelvin) / wavelength
    at_560 = observer.PLANCK * observer.LIGHT_SPEED / (BOLTZMANN * kelvin) / nm(560)
    # exp(a) - 1 is written exp(a) (1 - exp(-a)), so that the quotient cannot overflow.
    quotient = np.exp(at_560 - exponent) * np.expm1(-at_560) / np.expm1(-exponent)
    return np.asarray((nm(560) / wavelength) ** 5 * quotient)


def of_function(name: str, power: Curve, edges: Edges) -> Light:
    """Light whose power is a function of wavelength in mm, averaged from samples 1 nm apart."""
    count = max(2, math.ceil((edges[-1] - edges[0]) / nm(1)) + 1)
    wavelength = np.linspace(edges[0], edges[-1], count)
    return Light(name, edges, observer.band_means(wavelength, power(wavelength), edges))


def daylight(kelvin: float, edges: Edges) -> Light:
    """CIE daylight of a correlated colour temperature.

    Args:
        kelvin: 4000 to 25000.
        edges: of the bands, mm.

    Raises:
        BadInput: the temperature lies outside of that.

    Source: CIE 015:2018, daylight illuminants, without rounding of the factors M1 and M2.
    """
    x, y = daylight_xy(kelvin)
    below = 0.0241 + 0.2562 * x - 0.7341 * y
    first = (-1.3515 - 1.7703 * x + 5.9114 * y) / below
    second = (0.0300 - 31.4424 * x + 30.0717 * y) / below
    wavelength, basis = _daylight_basis()
    return of_table(f"{kelvin:g} K daylight", wavelength, basis @ np.array([1.0, first, second]), edges)


def daylight_xy(kelvin: float) -> tuple[float, float]:
    """Chromaticity (x, y) of CIE daylight of a correlated colour temperature, 4000 to 25000 K.

    Raises:
        BadInput: the temperature lies outside of that.

    Source: CIE 015:2018, daylight illuminants.
    """
    if not DAYLIGHT_FROM <= kelvin <= HOTTEST:
        raise BadInput(f"daylight has {DAYLIGHT_FROM:g} K to {HOTTEST:g} K, not {kelvin:g} K")
    per = 1000.0 / kelvin
    if kelvin <= 7000:
        x = 0.244063 + 0.09911 * per + 2.9678 * per**2 - 4.6070 * per**3
    else:
        x = 0.237040 + 0.24748 * per + 1.9018 * per**2 - 2.0064 * per**3
    return x, -3 * x**2 + 2.870 * x - 0.275


@cache
def _daylight_basis() -> tuple[Float[np.ndarray, " sample"], Float[np.ndarray, "sample 3"]]:
    datasets = observer.colour_science().colorimetry.datasets
    parts = [datasets.SDS_BASIS_FUNCTIONS_CIE_ILLUMINANT_D_SERIES[name] for name in ("S0", "S1", "S2")]
    return nm(1) * np.asarray(parts[0].wavelengths), np.stack([np.asarray(part.values) for part in parts], 1)


def names() -> tuple[str, ...]:
    """The names of the tabulated lights, in order; beside them any temperature of daylight, such as D57."""
    known = set(observer.colour_science().SDS_ILLUMINANTS)
    return tuple(sorted(known | {f"F{number}" for number in range(1, 13)}))


def named(name: str, edges: Edges) -> Light:
    """A standard light by its name, such as "A", "D65", "F2" or "FL2", "LED-B1", or by "3200 K".

    A name is read without regard to case. D with other digits is daylight of the nominal temperature, so
    that D57 is daylight of 5703 K.

    Args:
        name: of the light.
        edges: of the bands, mm.

    Raises:
        BadInput: there is no such light; the sentence has the nearest names.
    """
    wanted = name.strip().upper()
    kelvin = re.fullmatch(r"([0-9]{3,5}(?:\.[0-9]*)?) ?K", wanted)
    if kelvin:
        return of_temperature(float(kelvin[1]), edges)
    known = {one.upper(): one for one in names()}
    if wanted in known:
        key = known[wanted]
        key = f"FL{key[1:]}" if re.fullmatch(r"F[0-9]+", key) else key
        table = observer.colour_science().SDS_ILLUMINANTS[key]
        return of_table(known[wanted], nm(1) * np.asarray(table.wavelengths), np.asarray(table.values), edges)
    if re.fullmatch(r"D[0-9]{2,3}", wanted):
        return daylight(100 * float(wanted[1:]) * _NOMINAL, edges)
    near = ", ".join(known[one] for one in get_close_matches(wanted[:40], list(known), n=3, cutoff=0.0))
    raise BadInput(
        f"no light is called '{name[:40]}'; the nearest are {near}, and D57 or 3200 K name a temperature"
    )


def mixture(lights: Sequence[Light], shares: Sequence[float], name: str = "") -> Light:
    """Lights together, each giving its share of the luminance.

    Args:
        lights: in the same bands.
        shares: of each, 0 or more, not all 0.
        name: for reports; by default made of theirs.

    Raises:
        BadInput: there is no light, shares are below 0 or all 0, or their number is another.
    """
    weights = np.asarray(shares, float)
    if not lights or len(weights) != len(lights):
        raise BadInput(f"a mixture needs a share for each light, not {len(weights)} for {len(lights)}")
    if not ((weights >= 0).all() and 0 < weights.sum() < math.inf):
        raise BadInput("the shares of a mixture of lights are 0 or more and not all 0; correct them")
    edges = lights[0].edges
    if any(not np.array_equal(light.edges, edges) for light in lights):
        raise ValueError("lights of a mixture come in the same bands")
    photons = sum(float(weight) * light.photons(1.0) for light, weight in zip(lights, weights, strict=True))
    power = np.asarray(photons) * observer.photon_energy(edges) / np.diff(edges)
    return Light(name or " + ".join(light.name for light in lights), edges, power / power.max())
