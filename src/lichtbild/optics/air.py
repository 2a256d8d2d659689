"""Air: its refractive index, which indices of glass are relative to."""

from typing import Any


def air_index(microns: Any, temperature: Any = 293.15, pressure: Any = 1.0) -> Any:
    """Absolute refractive index of air.

    Source: Kohlrausch, Praktische Physik (1968), volume 1, page 408, the formula that Schott (TIE-19,
    equations 5 and 6) and Zemax use; its dispersion is Edlen's (1953).

    Args:
        microns: wavelengths in micrometres.
        temperature: K.
        pressure: atmospheres.
    """
    s = microns * microns
    standard = 1e-8 * (6432.8 + 2949810.0 * s / (146.0 * s - 1.0) + 25540.0 * s / (41.0 * s - 1.0))
    return 1.0 + standard * pressure / (1.0 + (temperature - 288.15) * 3.4785e-3)
