"""From the bins of an edge's profile to its response, as sfrmat5 goes: difference, window, transform.

What is linear in the light is one text for NumPy and JAX; the standard error follows the same steps back.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.array import namespace
from lichtbild.quality.edge.iso_projection import OVERSAMPLING, Projection, half_up, hann, projected

_STRONGEST: Final = 10.0
"""Greatest factor by which the response of the difference is corrected."""

Plane = Float[np.ndarray, "row column"]


@dataclass(frozen=True, eq=False)
class HeldEdge:
    """Where an edge lies, held while its light changes.

    Attributes:
        projection: samples of each bin of the profile.
        shift: bins by which the line spread is moved to its window's middle.
        falling: the left side is the brighter one.
    """

    projection: Projection
    shift: int
    falling: bool


def held_edge(plane: Plane, curve: Float[np.ndarray, " power"], falling: bool) -> HeldEdge:
    """Bins and middle of an edge in a window of whole turns.

    Args:
        plane: light.
        curve: the edge's column by row.
        falling: the left side is the brighter one.
    """
    projection = projected((plane.shape[0], plane.shape[1]), curve)
    spread = _line_spread(projection.profile(plane), falling)
    top = float(np.flatnonzero(spread == spread.max()).mean()) + 1
    return HeldEdge(projection, half_up(top - half_up((len(spread) + 1) / 2)), falling)


def _line_spread(profile: Any, falling: bool) -> Any:
    """Difference over two bins, halved; ends repeat their neighbours."""
    xp = namespace(profile)
    inner = (profile[2:] - profile[:-2]) * (-0.5 if falling else 0.5)
    return xp.concatenate([inner[:1], inner, inner[-1:]])


def response(plane: Any, held: HeldEdge) -> Any:
    """Response of an edge whose place is held, of NumPy or JAX.

    Differentiable with regard to the light. That the light also moves the edge is left out, which is no
    approximation as long as it does not: bins are steps of the place.
    """
    spread = _line_spread(held.projection.profile(plane), held.falling)
    xp = namespace(spread)
    bins = spread.shape[0]
    moved = xp.concatenate([spread[max(held.shift, 0) :], xp.zeros(max(held.shift, 0), spread.dtype)])
    back = max(-held.shift, 0)
    moved = xp.concatenate([xp.zeros(back, spread.dtype), moved[: bins - back]])
    window = xp.asarray(hann(bins, np.array([bins / 2]))[0], dtype=spread.dtype)
    spectrum = xp.abs(xp.fft.rfft(moved * window))
    correction = xp.asarray(_correction(bins), dtype=spread.dtype)
    return spectrum[: len(correction)] / spectrum[0] * correction


def _correction(bins: int) -> Float[np.ndarray, " frequency"]:
    """Inverse response of the difference (fir2fix of sfrmat5, with its index), at half of all frequencies."""
    whole = bins // 2 + 1
    argument = np.pi * np.arange(1, whole + 1) / (whole + 1)
    factor = np.minimum(np.abs(argument / np.sin(argument)), _STRONGEST)
    factor[0] = 1.0
    return np.asarray(factor[: half_up(whole / 2)])


def response_error(plane: Plane, held: HeldEdge) -> Float[np.ndarray, " frequency"]:
    """Standard error of the response by the scatter of samples within bins.

    Scatter about a straight line within a bin is taken for noise, independent from sample to sample; what is
    linear in the profile is propagated exactly, the modulus to first order.
    """
    projection = held.projection
    variance = _bin_variance(plane, projection)
    bins = len(variance)
    correction = _correction(bins)
    place = np.arange(bins)
    moved = place - held.shift
    inside = (moved >= 0) & (moved < bins)
    window = np.where(inside, hann(bins, np.array([bins / 2]))[0][moved.clip(0, bins - 1)], 0.0)
    turn = np.exp(-2j * np.pi * np.arange(len(correction))[:, None] * moved / bins) * window
    # The spectrum is the sum of turn times spread; a bin of the profile enters spreads on both its sides.
    share = np.zeros_like(turn)
    share[:, 1:] += turn[:, :-1] / 2
    share[:, :-1] -= turn[:, 1:] / 2
    spectrum = turn @ _line_spread(projection.profile(plane), falling=False)
    modulus, whole = np.abs(spectrum), np.abs(spectrum[0])
    unit = np.conj(spectrum / np.maximum(modulus, 1e-300))
    gradient = (unit[:, None] * share).real / whole
    gradient -= (modulus / whole**2)[:, None] * (unit[0] * share[0]).real
    return np.asarray(np.sqrt(gradient**2 @ variance) * correction)


def _bin_variance(plane: Plane, projection: Projection) -> Float[np.ndarray, " bin"]:
    """Variance of each bin's mean."""
    weights = projection.weights
    profile = projection.profile(plane)
    centre = (weights * projection.distances).sum(axis=1, keepdims=True)
    slope = np.gradient(profile) * OVERSAMPLING
    left = plane.reshape(-1)[projection.samples] - profile[:, None]
    left = left - slope[:, None] * (projection.distances - centre)
    effective = 1 / (weights**2).sum(axis=1)
    spread = (weights * left**2).sum(axis=1)
    many = effective > 2.5
    typical = float(np.mean(spread[many] * effective[many] / (effective[many] - 2))) if many.any() else 0.0
    # Few samples tell their own scatter badly: their bins take the mean one.
    own = np.where(many, spread * effective / np.maximum(effective - 2, 1), typical)
    return np.asarray(own / effective)
