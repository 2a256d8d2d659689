"""Acutance: how sharp a response looks, weighed by the contrast sensitivity of the eye.

Equations, with frequency v in cycles/degree:

- contrast sensitivity of luminance CSF(v) = 75 v^0.8 exp(-0.2 v) / 34.05, at most 3.000, at 4 cycles/degree;
- acutance Q = integral of MTF(v) CSF(v) dv / integral of CSF(v) dv, the first to the highest frequency that a
  picture holds, 0.5 cycles/px, the second to infinity, 37.17;
- subjective quality factor SQF = mean of MTF over the logarithm of frequency from 3 to 12 cycles/degree,
  per cent.

A response is taken as straight between its frequencies; then acutance is a weighted sum of its values, with
weights that integrate the sensitivity exactly (Gauss and Legendre's rule after v = t^5, which is smooth).

Source: Baxter, Cao, Eliasson and Phillips, "Development of the I3A CPIQ spatial metrics", Proc. SPIE 8293
(2012), after which IEEE 1858; Granger and Cupery, "An optical merit function (SQF), which correlates with
subjective image judgments", Photogr. Sci. Eng. 16, 221 (1972).
"""

from math import gamma, log
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality.viewing import Viewing

METHOD: Final = "acutance 1"
CLAUSE: Final = "after IEEE 1858-2023, acutance"
CLAUSE_SQF: Final = "Granger and Cupery 1972, SQF"

CSF_AREA: Final = 75 / 34.05 * gamma(1.8) / 0.2**1.8
"""Integral of the contrast sensitivity over all frequencies, cycles/degree."""

NYQUIST: Final = 0.5
"""Highest frequency that a picture holds, cycles/px."""

_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(12)
_SQF_BAND = (3.0, 12.0)

Curve = Float[np.ndarray, " frequency"]
Nodes = Float[np.ndarray, "interval node"]


def contrast_sensitivity(frequency: Any) -> Any:
    """Sensitivity of the eye to luminance at ``frequency``, cycles/degree, not negative."""
    xp = namespace(frequency)
    return 75 / 34.05 * frequency**0.8 * xp.exp(-0.2 * frequency)


def _nodes(frequencies: Curve, begin: float, end: float, *, power: int) -> tuple[Nodes, Nodes]:
    """Nodes and weights of a quadrature over each interval, cut to ``begin`` .. ``end``."""
    edges = frequencies.clip(begin, end) ** (1 / power)
    half = np.diff(edges)[:, None] / 2
    place = (edges[:-1, None] + edges[1:, None]) / 2 + half * _NODES
    weight = half * _NODE_WEIGHTS * power * place ** (power - 1)
    return place**power, weight


def _shared(frequencies: Curve, nodes: Nodes, weights: Nodes) -> Curve:
    """Weight of each value of a curve that is straight between its frequencies, in the sum over nodes."""
    right = weights * (nodes - frequencies[:-1, None]) / np.diff(frequencies)[:, None]
    total = np.zeros(len(frequencies))
    total[1:] += right.sum(axis=1)
    total[:-1] += (weights - right).sum(axis=1)
    return total


def _checked(frequencies: Curve) -> Curve:
    found = np.asarray(frequencies, float)
    if found.ndim != 1 or len(found) < 2 or found[0] != 0 or not (np.diff(found) > 0).all():
        raise BadInput("frequencies of a response have to begin at 0 and to grow, two or more of them")
    return found


def acutance_weights(frequencies: Curve, limit: float = float("inf")) -> Curve:
    """Weights whose sum with a response is its acutance.

    Args:
        frequencies: of the response, cycles/degree, from 0 on.
        limit: highest frequency that counts; the response is nothing above it, and above its last frequency.

    Raises:
        BadInput: frequencies that do not begin at 0 or do not grow.
    """
    found = _checked(frequencies)
    nodes, weights = _nodes(found, 0.0, min(limit, float(found[-1])), power=5)
    return np.asarray(_shared(found, nodes, weights * contrast_sensitivity(nodes)) / CSF_AREA)


def acutance(mtf: Any, weights: Curve) -> Any:
    """Acutance of responses, ``[..., frequency]``, NumPy or JAX; 1 for a response of 1 everywhere."""
    xp = namespace(mtf)
    return xp.sum(mtf * xp.asarray(weights, dtype=mtf.dtype), axis=-1)


def viewed_weights(frequencies: Curve, viewing: Viewing, rows: int) -> Curve:
    """Weights of a response whose frequencies are cycles/px, in a picture seen under a viewing condition.

    Args:
        frequencies: cycles/px, from 0 on.
        viewing: how the picture is seen.
        rows: its height, px.

    Raises:
        BadInput: frequencies that end below 0.5 cycles/px, or as ``acutance_weights``.
    """
    found = _checked(frequencies)
    if found[-1] < NYQUIST - 1e-9:
        raise BadInput(
            f"the response ends at {found[-1]:.3f} cycles/px; acutance needs it to 0.5, all that a picture "
            "holds"
        )
    scale = viewing.pixels_per_degree(rows)
    return acutance_weights(found * scale, NYQUIST * scale)


def sqf_weights(frequencies: Curve, limit: float = float("inf")) -> Curve:
    """Weights whose sum with a response is its SQF, per cent; see ``acutance_weights``."""
    found = _checked(frequencies)
    low, high = _SQF_BAND
    nodes, weights = _nodes(found, low, max(low, min(high, limit, float(found[-1]))), power=1)
    return np.asarray(100 / log(high / low) * _shared(found, nodes, weights / nodes))


def measures(
    frequencies: Curve,
    mtf: Curve,
    viewing: Viewing,
    rows: int,
    *,
    error: Curve | None = None,
    where: str = "",
) -> tuple[Measure, ...]:
    """Acutance and subjective quality factor of an edge's response.

    Args:
        frequencies: cycles/px.
        mtf: response.
        viewing: how the picture is seen.
        rows: height of the picture, px.
        error: standard error of the response; None for no interval. Errors at different frequencies are taken
            as wholly correlated, so that the interval is the widest that they allow.
        where: name of the edge or region.
    """
    weights = viewed_weights(frequencies, viewing, rows)
    scale = viewing.pixels_per_degree(rows)
    merit = sqf_weights(np.asarray(frequencies, float) * scale, NYQUIST * scale)
    found = []
    place = f"{where}, {viewing.name}".removeprefix(", ")
    for name, clause, share in (("acutance", CLAUSE, weights), ("sqf", CLAUSE_SQF, merit)):
        value, unit = float(acutance(np.asarray(mtf, float), share)), "%" if name == "sqf" else ""
        reach = None if error is None else 1.96 * float(np.abs(share) @ error)
        interval = None if reach is None else (value - reach, value + reach)
        note = f"seen as {viewing.title}"
        if reach is None:
            note += "; no interval: the response came without errors"
        found.append(Measure(name, value, unit, clause, METHOD, interval, place, None, note))
    return tuple(found)
