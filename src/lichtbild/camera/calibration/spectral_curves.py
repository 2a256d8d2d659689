"""Spectral curves: a sensor's sensitivity to wavelengths, as far as a card of known spectra tells it.

A card's patches in one light or two give few numbers beside a curve's, so that many curves agree with them;
of those that are nowhere negative the smoothest is taken that leaves hardly more than the roughest one does.
It serves to simulate the camera; its matrices are those that were measured.

Source: K. Barnard and B. Funt, "Camera characterization for color research", Color Research & Application
27(3), 152 (2002), section 4, with positivity and smoothness as constraints.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.image.bands import Bands

BANDS: Final = Bands(np.array([nm(10 * tens) for tens in range(38, 73)]))
"""In which curves are told."""
_SMOOTHING: Final = tuple(10.0 ** np.arange(1.0, -5.5, -0.5))
_MORE: Final = 1.1
"""What a smoother curve may leave, as a multiple of what the roughest leaves."""
_PLUS: Final = 0.002
"""And beside, as a share of the patches' numbers."""
_TURNS: Final = 8


@dataclass(frozen=True, eq=False)
class LitCard:
    """A card in a light.

    Attributes:
        numbers: of each patch, black at 0.
        reflectances: of each patch, in `BANDS`.
        photons: of a white in the light, relative, in `BANDS`.
    """

    numbers: Float[np.ndarray, "patch 3"]
    reflectances: Float[np.ndarray, "patch band"]
    photons: Float[np.ndarray, " band"]


@dataclass(frozen=True, eq=False)
class SpectralCurves:
    """Curves of a camera's three colours.

    Attributes:
        values: relative sensitivity to photons, the largest 1, ``[colour, band]``.
        levels: number of the most sensitive band's photons in each card's frame, one for each card.
        error: rms of what is left of the numbers, as a share of a white's.
    """

    values: Float[np.ndarray, "3 band"]
    levels: tuple[float, ...]
    error: float


def spectral_curves(cards: Sequence[LitCard]) -> SpectralCurves:
    """The smoothest curves that agree with cards, whose exposures are not known.

    Raises:
        BadInput: there is no card, or SciPy is not installed.
    """
    if not cards:
        raise BadInput("no card's spectra are known; photograph a ColorChecker Classic or SG")
    lit = [card.reflectances * (card.photons / card.photons.sum()) for card in cards]
    whites = [float(card.numbers.max()) for card in cards]
    numbers = [card.numbers / white for card, white in zip(cards, whites, strict=True)]
    rough = _solved(lit, numbers, _SMOOTHING[-1])
    for smoothing in _SMOOTHING:
        values, levels, error = _solved(lit, numbers, smoothing)
        if error <= _MORE * rough[2] + _PLUS:
            break
    most = float(values.max())
    return SpectralCurves(
        values / most,
        tuple(level * white * most for level, white in zip(levels, whites, strict=True)),
        error,
    )


def _solved(
    lit: Sequence[np.ndarray], numbers: Sequence[np.ndarray], smoothing: float
) -> tuple[np.ndarray, list[float], float]:
    """Curves, exposures and rms of what is left, exposures and curves in turn."""
    nnls = _nnls()
    count = lit[0].shape[1]
    bend = np.diff(np.eye(count + 4), 2, axis=0)[:, 2:-2] * np.sqrt(smoothing) / count
    levels = [1.0] * len(lit)
    curves = np.zeros((3, count))
    for _ in range(_TURNS if len(lit) > 1 else 1):
        seen = np.concatenate([one * level for one, level in zip(lit, levels, strict=True)])
        every = np.concatenate(numbers)
        for colour in range(3):
            right = np.concatenate([every[:, colour], np.zeros(len(bend))])
            curves[colour] = nnls(np.concatenate([seen, bend]), right)[0]
        for index, (one, told) in enumerate(zip(lit, numbers, strict=True)):
            made = one @ curves.T
            levels[index] = float((made * told).sum() / (made**2).sum())
        curves, levels = curves * levels[0], [level / levels[0] for level in levels]
    left = [one @ curves.T * level - told for one, level, told in zip(lit, levels, numbers, strict=True)]
    return curves, levels, float(np.sqrt(np.mean(np.concatenate(left) ** 2)))


def _nnls() -> Any:
    try:
        from scipy.optimize import nnls
    except ImportError as error:
        raise BadInput("calibrating needs SciPy; install it with: pip install 'lichtbild[lab]'") from error
    return nnls
