"""Glass: index, dispersion, transmission and thermal expansion of any medium.

Everything takes NumPy or JAX numbers, in the medium, too, and is differentiable by each of them.
"""

from collections.abc import Iterable
from typing import Any, Final, assert_never

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.optics.air import air_index
from lichtbild.optics.dispersion import formula_index, library
from lichtbild.optics.measured_glass import measured_index
from lichtbild.optics.medium import Air, Glass, MeasuredGlass, Medium, ModelGlass, Thermal
from lichtbild.optics.model_glass import model_index
from lichtbild.optics.spectral_line import C_LINE, D_LINE, F_LINE

LEAST_TRANSMISSION: Final = 1e-6
"""Transmission of a sample that its maker prints as 0: catalogues have three digits."""


def refractive_index(
    medium: Medium, wavelength: Any, temperature: Any | None = 293.15, pressure: Any = 1.0
) -> Any:
    """Index of a medium relative to the air around.

    A glass with thermal constants follows temperature and pressure as in Zemax; any other medium keeps its
    index relative to air.

    Args:
        medium: any.
        wavelength: mm, in that air; any shape.
        temperature: of medium and air, K; None is each glass's own reference temperature at one atmosphere,
            that is the dispersion formula as it stands.
        pressure: of the air, atmospheres.

    Raises:
        BadInput: the medium's dispersion formula is unknown.
    """
    match medium:
        case Air():
            return library(wavelength).ones_like(wavelength)
        case ModelGlass():
            return model_index(medium, wavelength)
        case MeasuredGlass():
            return measured_index(medium, wavelength)
        case Glass():
            if medium.thermal is None or temperature is None:
                return formula_index(medium.formula, medium.coefficients, wavelength * 1e3)
            return _index_at(medium, medium.thermal, wavelength, temperature, pressure)
        case _:
            assert_never(medium)


def _index_at(glass: Glass, thermal: Thermal, wavelength: Any, temperature: Any, pressure: Any) -> Any:
    """Relative index at another temperature and pressure.

    Source: Schott, TIE-19, equations 3 to 6; the wavelength is scaled to the air that the glass was measured
    in as in OpticStudio's help, "Index of Refraction Computation".
    """
    microns = wavelength * 1e3
    air_then = air_index(microns, thermal.reference, 1.0)
    air_now = air_index(microns, temperature, pressure)
    scaled = microns * (air_now / air_then)
    index = formula_index(glass.formula, glass.coefficients, scaled)
    change = _absolute_change(thermal, index, scaled, temperature - thermal.reference)
    return index * (air_then / air_now) + change / air_now


def _absolute_change(thermal: Thermal, index: Any, microns: Any, warmer: Any) -> Any:
    """Change of the absolute index over ``warmer`` kelvin (Schott, TIE-19, equation 3).

    A negative lambda_tk, which fits of plastics give, counts as an imaginary one, as in Zemax.
    """
    d0, d1, d2 = thermal.d
    e0, e1 = thermal.e
    resonance = thermal.wavelength * 1e3
    squared = resonance * library(resonance).abs(resonance)
    dispersive = (e0 + e1 * warmer) / (microns * microns - squared)
    return (index * index - 1.0) / (2.0 * index) * warmer * (d0 + warmer * (d1 + warmer * d2) + dispersive)


def abbe_number(medium: Medium) -> Any:
    """v_d = (n_d - 1) / (n_F - n_C) by the dispersion formula as it stands; 0 without dispersion."""
    index, blue, red = (refractive_index(medium, line, None) for line in (D_LINE, F_LINE, C_LINE))
    spread = blue - red
    xp = library(spread)
    dispersive = spread != 0.0
    return xp.where(dispersive, (index - 1.0) / xp.where(dispersive, spread, 1.0), 0.0)


def thermal_expansion(medium: Medium) -> Any:
    """Linear thermal expansion, 1/K; 0 where it is not known."""
    if isinstance(medium, Glass) and medium.thermal is not None:
        return medium.thermal.expansion
    return 0.0


def internal_transmittance(medium: Medium, wavelength: Any, thickness: Any) -> Any:
    """Share of the light that passes a thickness of the medium; 1 where nothing is known.

    Between the samples the absorption coefficient is a straight line, beyond them it is constant, and it
    acts by the law of Lambert and Beer. A sample without any light counts as `LEAST_TRANSMISSION`.

    Args:
        medium: any.
        wavelength: mm.
        thickness: mm, along the ray; broadcasts with the wavelength. Its sign does not matter.
    """
    samples = medium.transmission if isinstance(medium, Glass) else None
    if samples is None:
        xp = library(wavelength, thickness)
        return xp.ones_like(wavelength + thickness)
    xp = library(wavelength, thickness, *samples.wavelengths, *samples.values, *samples.thicknesses)
    at, values, lengths = (
        xp.stack([xp.asarray(number) for number in numbers])
        for numbers in (samples.wavelengths, samples.values, samples.thicknesses)
    )
    absorption = -xp.log(xp.maximum(values, LEAST_TRANSMISSION)) / lengths
    return xp.exp(-xp.interp(wavelength, at, absorption) * xp.abs(thickness))


def check_medium(medium: Medium, wavelengths: Iterable[float]) -> None:
    """Refuse wavelengths at which a medium has no index.

    Args:
        medium: with numbers that are plain floats.
        wavelengths: mm.

    Raises:
        BadInput: a wavelength lies outside the band that the medium is known in, or its index there is no
            positive number.
    """
    band = _band(medium)
    for wavelength in wavelengths:
        if band is not None and not band[0] <= wavelength <= band[1]:
            raise BadInput(
                f"{_described(medium)} is known from {band[0] * 1e6:.0f} to {band[1] * 1e6:.0f} nm, not at "
                f"{wavelength * 1e6:.1f} nm; choose another wavelength or medium"
            )
        with np.errstate(all="ignore"):
            index = float(refractive_index(medium, np.float64(wavelength), None))
        if not (np.isfinite(index) and index > 0.0):
            raise BadInput(
                f"{_described(medium)} has no real index at {wavelength * 1e6:.1f} nm, where its dispersion "
                "formula has no positive value; correct its coefficients or choose another medium"
            )


_ROUNDING: Final = 0.001
"""Bands are printed with three or four digits: so much beyond one is still in it."""

_EXTRAPOLATION: Final = 0.15
"""How far beyond its points a measured glass is used, as a share of the wavelength."""


def _band(medium: Medium) -> tuple[float, float] | None:
    """Wavelengths at which a medium may be used, mm; None where there is no limit."""
    if isinstance(medium, Glass) and medium.band is not None:
        return medium.band[0] * (1.0 - _ROUNDING), medium.band[1] * (1.0 + _ROUNDING)
    if isinstance(medium, MeasuredGlass) and len(medium.wavelengths) > 1:
        first, *_, last = medium.wavelengths
        return first * (1.0 - _EXTRAPOLATION), last * (1.0 + _EXTRAPOLATION)
    return None


def _described(medium: Medium) -> str:
    name = "" if isinstance(medium, Air) else medium.name
    return name or {Air: "air", ModelGlass: "the model glass", MeasuredGlass: "the measured glass"}.get(
        type(medium), "the glass"
    )
