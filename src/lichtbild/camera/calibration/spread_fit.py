"""Spread fit: the point spreads of a lens over its field, from the responses of edges.

An edge tells the transfer function along its normal, of optics and pixel. The pixel is a square; what is left
is fitted by the terms of `lichtbild.image.measured_lens.SpreadField`, all edges of a colour together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.image.measured_lens import SPREAD_TERMS, SpreadField, spread_transfer

LEAST_EDGES: Final = 3
HIGHEST: Final = 0.6
"""Frequency up to which responses are fitted, cycles/px."""
_SUREST: Final = 0.004
"""Standard deviation that no contrast's is taken for less than."""
_SIMPLE: Final = np.array([True, False, False, True, False, False, False, True, False])
"""Terms that a few edges tell."""
_ENOUGH: Final = 12
"""Edges from which on all terms are fitted."""


@dataclass(frozen=True, eq=False)
class EdgeSeen:
    """What an edge says of one colour.

    Attributes:
        place: (x, y) of its middle, x to the right and y up, half diagonals from the picture's middle.
        normal: unit vector across it, (x, y).
        frequencies: cycles/px, along the normal.
        mtf: response of optics and pixel.
        spread: standard deviation of it.
    """

    place: tuple[float, float]
    normal: tuple[float, float]
    frequencies: Float[np.ndarray, " f"]
    mtf: Float[np.ndarray, " f"]
    spread: Float[np.ndarray, " f"]


@dataclass(frozen=True, eq=False)
class SpreadFit:
    """The point spreads of a colour.

    Attributes:
        field: over the picture.
        rms: of what the fit leaves of the edges' contrasts.
        edges: that were used.
    """

    field: SpreadField
    rms: float
    edges: int


def spread_fit(edges: Sequence[EdgeSeen], pitch: float) -> SpreadFit:
    """The spread field that fits edges of one colour.

    Args:
        edges: three or more.
        pitch: of pixels, mm.

    Raises:
        BadInput: there are too few edges, or SciPy is not installed.
    """
    if len(edges) < LEAST_EDGES:
        raise BadInput(
            f"{len(edges)} edges do not tell how sharp a lens is over its field; photograph a chart with "
            "slanted edges, such as esfr-grid or bench"
        )
    samples = _samples(edges, pitch)
    usual = np.zeros(len(SPREAD_TERMS))
    usual[0], usual[7] = np.log(0.4 * pitch), 0.5
    free = np.ones(len(usual), bool) if len(edges) >= _ENOUGH else _SIMPLE

    def left(values: np.ndarray) -> np.ndarray:
        terms = usual.copy()
        terms[free] = values
        return np.concatenate([samples.left(terms), 0.02 * (values - usual[free])])

    found = _least_squares()(left, usual[free], loss="soft_l1", x_scale=0.3)
    terms = usual.copy()
    terms[free] = found.x
    rms = float(np.sqrt(np.mean((samples.left(terms) * samples.spread) ** 2)))
    return SpreadFit(SpreadField(tuple(terms.tolist())), rms, len(edges))


@dataclass(frozen=True, eq=False)
class _Samples:
    """All edges' contrasts side by side."""

    place: tuple[np.ndarray, np.ndarray]
    wave: tuple[np.ndarray, np.ndarray]
    pixel: np.ndarray
    mtf: np.ndarray
    spread: np.ndarray

    def left(self, terms: np.ndarray) -> np.ndarray:
        model = spread_transfer(terms, self.place, self.wave) * self.pixel
        return np.asarray((model - self.mtf) / self.spread)


def _samples(edges: Sequence[EdgeSeen], pitch: float) -> _Samples:
    parts = []
    for edge in edges:
        wanted = (edge.frequencies > 0) & (edge.frequencies <= HIGHEST) & np.isfinite(edge.mtf)
        waves = edge.frequencies[wanted]
        u, v = (waves * one for one in edge.normal)
        ones = np.ones_like(waves)
        pixel = np.sinc(u) * np.sinc(v)
        spread = np.maximum(np.nan_to_num(edge.spread[wanted], nan=1.0), _SUREST)
        right, up = edge.place
        parts.append([right * ones, up * ones, u / pitch, v / pitch, pixel, edge.mtf[wanted], spread])
    x, y, u, v, pixel, mtf, spread = (np.concatenate(each) for each in zip(*parts, strict=True))
    return _Samples((x, y), (u, v), pixel, mtf, spread)


def _least_squares() -> Any:
    try:
        from scipy.optimize import least_squares
    except ImportError as error:
        raise BadInput("calibrating needs SciPy; install it with: pip install 'lichtbild[lab]'") from error
    return least_squares
