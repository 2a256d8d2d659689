"""Edge response as a function of the picture, for NumPy and JAX: the fitted model, linear about one edge.

The path and the blur are those of an edge once measured. With them kept, the response is the modulus of a
linear map of the samples, so that it can be differentiated; what a picture's change does to the path counts
in second order only, since a shift leaves the modulus alone.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Complex128, Float, Float64, Int64

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.quality.edge.region import Point, edge_region, refusal
from lichtbild.quality.edge.unbiased import EdgeFit, fitted
from lichtbild.quality.kernels.edge_fit import CONTRAST, KNOWN, PATH, TAIL, WIDTH
from lichtbild.quality.kernels.edge_settle import LN_SIGMA, MOVED, refreshed
from lichtbild.quality.kernels.edge_sums import STEP

_SCALE = 0.06  # of the deviation's prior, share of the contrast
_FREQUENCIES = np.linspace(0.0, 1.0, 41)


@dataclass(frozen=True, eq=False)
class EdgeOperator:
    """The linear map from the samples about an edge to its response before the modulus.

    Attributes:
        rows: of the samples' pixels.
        columns: of them.
        frequencies: cycles/px, from 0, rising.
        real: real part of the map, for each frequency.
        imaginary: imaginary part.
    """

    rows: Int64[np.ndarray, " n"]
    columns: Int64[np.ndarray, " n"]
    frequencies: Float64[np.ndarray, " f"]
    real: Float64[np.ndarray, "f n"]
    imaginary: Float64[np.ndarray, "f n"]


def edge_operator(
    plane: Float[np.ndarray, "h w"],
    start: Point,
    end: Point,
    reach: float,
    *,
    frequencies: Float64[np.ndarray, " f"] = _FREQUENCIES,
) -> EdgeOperator:
    """The map for an edge of which a picture is at hand; arguments as of `measure_edge`.

    Raises:
        BadInput: between the ends lies no edge that could be measured.
    """
    region = edge_region(plane, start, end, reach)
    if reason := refusal(region):
        raise BadInput(reason)
    fit = fitted(region, straight=True)
    apart = _apart(region.samples, fit)
    near = np.abs(apart) <= fit.reach
    design = _splines_at(apart[near], fit.model.splines.shape[1]) @ _columns(fit).T
    weight = 1e4  # noise of 1 % of the contrast
    precision = weight * design.T @ design + _prior(fit)
    map_ = np.linalg.solve(precision, weight * design.T)
    response = _waves(fit, frequencies) @ map_
    pixels = np.floor(region.samples[near, :2]).astype(np.int64)
    return EdgeOperator(pixels[:, 1], pixels[:, 0], frequencies, response.real, response.imag)


def edge_mtf(plane: Any, operator: EdgeOperator) -> Any:
    """The response at the operator's frequencies, NumPy or JAX as the picture is; 1 at frequency 0."""
    xp = namespace(plane)
    samples = plane[operator.rows, operator.columns]
    real = xp.asarray(operator.real) @ samples
    imaginary = xp.asarray(operator.imaginary) @ samples
    return xp.sqrt(real * real + imaginary * imaginary) / abs(real[0])


def edge_mtf50(plane: Any, operator: EdgeOperator) -> Any:
    """The frequency of the first fall to one half, cycles/px; by a line between two of the map's.

    A response that never falls so far has none: NaN of NumPy. Of JAX it is the last frequency, whose slope is
    0, so that a design goes on from there.
    """
    xp = namespace(plane)
    mtf = edge_mtf(plane, operator)
    below = mtf < 0.5
    if xp is np and not below.any():
        return np.float64(np.nan)
    at = xp.maximum(xp.argmax(below), 1)
    frequencies = xp.asarray(operator.frequencies)
    share = (mtf[at - 1] - 0.5) / (mtf[at - 1] - mtf[at])
    found = frequencies[at - 1] + share * (frequencies[at] - frequencies[at - 1])
    return xp.where(below.any(), found, frequencies[-1])


def _apart(samples: Float64[np.ndarray, "n 3"], fit: EdgeFit) -> Float64[np.ndarray, " n"]:
    x, y = samples[:, 0] - fit.frame[0], samples[:, 1] - fit.frame[1]
    return np.asarray(y * fit.frame[2] - x * fit.frame[3])


def _splines_at(apart: Float64[np.ndarray, " n"], count: int) -> Float64[np.ndarray, "n k"]:
    """The fine spline's B-splines at distances."""
    at = np.abs(apart[:, None] / STEP + 0.5 * (count - 1) - np.arange(count))
    return np.asarray(np.clip(2 - at, 0, None) ** 3 / 6 - 4 * np.clip(1 - at, 0, None) ** 3 / 6)


def _columns(fit: EdgeFit) -> Float64[np.ndarray, "m k"]:
    """Fine splines of the parameters but those of the path."""
    known = np.zeros((KNOWN, fit.model.splines.shape[1]))
    refreshed(fit.state[:8], fit.frame, fit.model.tail, known)
    return np.concatenate([known[:6], fit.model.splines])


def _prior(fit: EdgeFit) -> Float64[np.ndarray, "m m"]:
    kept = [*range(PATH), *range(TAIL, fit.model.prior.shape[0])]
    prior = fit.model.prior[np.ix_(kept, kept)].copy()
    prior[PATH + 2 :, PATH + 2 :] /= _SCALE**2
    prior[PATH, PATH] /= 0.2**2
    return prior


def _waves(fit: EdgeFit, frequencies: Float64[np.ndarray, " f"]) -> Complex128[np.ndarray, "f m"]:
    """The Fourier transforms of the parameters' spreads."""
    count, sigma = fit.model.splines.shape[1], np.exp(fit.state[LN_SIGMA])
    turn = 2 * np.pi * frequencies
    waves = np.zeros((len(frequencies), PATH + 2 + fit.model.splines.shape[0]), complex)
    places = (np.arange(count) - 0.5 * (count - 1)) * STEP
    lobes = 1j * turn * STEP * np.sinc(frequencies * STEP) ** 4
    waves[:, PATH + 2 :] = lobes[:, None] * np.exp(-1j * np.outer(turn, places)) @ fit.model.splines.T
    shifted = np.exp(-1j * turn * fit.state[MOVED])
    box = np.sinc(frequencies * fit.frame[2]) * np.sinc(frequencies * fit.frame[3])
    core = np.exp(-0.5 * (turn * sigma) ** 2) * box * shifted
    waves[:, CONTRAST] = core
    waves[:, CONTRAST + 1] = -1j * turn * core
    waves[:, WIDTH] = -((turn * sigma) ** 2) * core
    waves[:, PATH] = np.exp(-turn * fit.model.tail) * shifted
    waves[:, PATH + 1] = (turn * sigma) ** 4 / 24 * core
    return waves
