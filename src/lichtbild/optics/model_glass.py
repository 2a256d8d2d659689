"""Model glass: dispersion of a medium of which a patent tells only the index and the Abbe number.

The index is a power series with the terms 1, lambda^2, lambda^-2 and lambda^-4. Its four coefficients follow,
exactly, from n_d, from n_F - n_C = (n_d - 1) / v_d, and from two relative partial dispersions that ordinary
glasses share, the normal lines through K7 and F2::

    P_gF = (n_g - n_F) / (n_F - n_C) = 0.6438 - 0.001682 v_d + partial
    P_Ct = (n_C - n_t) / (n_F - n_C) = 0.5450 + 0.004743 v_d

Source of the normal lines: Schott, TIE-29, equations 3.2-5 and table of normal lines. Zemax's own model
glass is not published; its dPgF is the same deviation.
"""

from typing import Any, Final

import numpy as np

from lichtbild.optics.dispersion import library
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.spectral_line import C_LINE, D_LINE, F_LINE, G_LINE, T_LINE

_POWERS: Final = (2, -2, -4)


def normal_partial(abbe: Any) -> Any:
    """P_gF of an ordinary glass of that Abbe number (normal line through K7 and F2)."""
    return 0.6438 - 0.001682 * abbe


def _departures(wavelength: Any) -> list[Any]:
    """The three terms less what they are at the d line, so that n_d comes out to the last bit."""
    ratio = wavelength / D_LINE
    return [ratio**power - 1.0 for power in _POWERS]


def _shape_matrix() -> np.ndarray:
    """Coefficients of the terms ``[term, condition]`` for unit n_F - n_C, n_g - n_F and n_C - n_t."""
    pairs = ((F_LINE, C_LINE), (G_LINE, F_LINE), (C_LINE, T_LINE))
    return np.linalg.inv(np.subtract(*(np.array([_departures(pair[i]) for pair in pairs]) for i in (0, 1))))


_SHAPE: Final = tuple(tuple(float(value) for value in row) for row in _shape_matrix())


def model_index(medium: ModelGlass, wavelength: Any) -> Any:
    """Index of a model glass; where its Abbe number is 0 the same for every wavelength.

    Args:
        medium: its index, Abbe number and partial dispersion.
        wavelength: mm.
    """
    xp = library(wavelength, medium.index, medium.abbe, medium.partial)
    dispersive = xp.asarray(medium.abbe) != 0.0
    abbe = xp.where(dispersive, medium.abbe, 1.0)
    spread = xp.where(dispersive, (medium.index - 1.0) / abbe, 0.0)
    conditions = (1.0, normal_partial(abbe) + medium.partial, 0.5450 + 0.004743 * abbe)
    shape = sum(
        sum(entry * condition for entry, condition in zip(row, conditions, strict=True)) * term
        for row, term in zip(_SHAPE, _departures(wavelength), strict=True)
    )
    return medium.index + spread * shape
