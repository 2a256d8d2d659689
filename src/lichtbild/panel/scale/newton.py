"""Newton's method for many scales at once: the penalised likelihood of paired comparisons.

Parameters of each scale: the quality of every stimulus, the bias towards the first side of every group of
observers, and one width of ties. Many scales of the same rows, such as those of a bootstrap, are found
together.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from lichtbild.panel.scale.likelihood import AnswerModel

_STEPS: Final = 200
_CLOSE: Final = 1e-10
_LONGEST: Final = 4.0
"""Of a step, JND: the curvature far from the solution says little."""

_WIDE: Final = 3.0
"""Standard deviation of the prior of the logarithm of the ties' width."""


@dataclass(frozen=True)
class Design:
    """What was compared, and what is known beforehand.

    Attributes:
        first: first stimulus of each row.
        second: second one.
        group: group of observers of each row, whose bias is its own.
        n_items: number of stimuli.
        n_groups: number of groups; 0 where no bias is estimated.
        weight: of the squared qualities in the penalty, 1 / JND^2, times one half: 1 / spread^2.
        centre: of the squared mean of the qualities; holds the scale where nothing else does.
        side_weight: of the squared biases.
        tied: whether a width of ties is estimated.
    """

    first: Int[np.ndarray, " row"]
    second: Int[np.ndarray, " row"]
    group: Int[np.ndarray, " row"]
    n_items: int
    n_groups: int
    weight: float
    centre: float
    side_weight: float
    tied: bool

    @property
    def size(self) -> int:
        """Number of parameters, the width always among them."""
        return self.n_items + self.n_groups + 1

    def penalty(self) -> Float[np.ndarray, "parameter parameter"]:
        """Its curvature."""
        n = self.n_items
        matrix = np.zeros((self.size, self.size))
        matrix[:n, :n] = self.centre / n**2
        values = np.full(self.size, self.side_weight)
        values[:n] = self.weight
        values[-1] = 1 / _WIDE**2 if self.tied else 1.0
        matrix[np.diag_indices(self.size)] += values
        return matrix


class Solution(NamedTuple):
    """Parameters of each scale, the likelihood there, and the curvature of the penalised likelihood."""

    theta: Float[np.ndarray, "scale parameter"]
    log_likelihood: Float[np.ndarray, " scale"]
    objective: Float[np.ndarray, " scale"]
    curvature: Float[np.ndarray, "scale parameter parameter"]


class _Point(NamedTuple):
    log_likelihood: Float[np.ndarray, " scale"]
    objective: Float[np.ndarray, " scale"]
    gradient: Float[np.ndarray, "scale parameter"]
    curvature: Float[np.ndarray, "scale parameter parameter"]


def _assembled(design: Design, slopes: tuple[np.ndarray, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Gradient and negative curvature of the likelihood, by parameter."""
    d, dd, w, dw, ww = slopes
    n_scales, size, n = len(d), design.size, design.n_items
    columns, signs = [design.first, design.second], [1.0, -1.0]
    if design.n_groups:
        columns.append(n + design.group)
        signs.append(1.0)
    offset = np.arange(n_scales)[:, None]
    gradient = np.zeros((n_scales, size))
    places, bends = [], []
    cross = np.zeros((n_scales, size))
    for i, a in zip(columns, signs, strict=True):
        place = (offset * size + i).ravel()
        gradient += np.bincount(place, (a * d).ravel(), n_scales * size).reshape(n_scales, size)
        cross += np.bincount(place, (a * dw).ravel(), n_scales * size).reshape(n_scales, size)
        for j, b in zip(columns, signs, strict=True):
            places.append((offset * size**2 + i * size + j).ravel())
            bends.append((-a * b * dd).ravel())
    curvature = np.bincount(np.concatenate(places), np.concatenate(bends), n_scales * size**2)
    matrix: np.ndarray = curvature.reshape(n_scales, size, size)
    if design.tied:
        gradient[:, -1] = w.sum(1)
        matrix[:, -1, :] -= cross
        matrix[:, :, -1] -= cross
        matrix[:, -1, -1] -= ww.sum(1)
    return gradient, matrix


class _Data(NamedTuple):
    design: Design
    model: AnswerModel
    counts: Float[np.ndarray, "scale row 3"]
    about: Float[np.ndarray, "scale parameter"]
    penalty: Float[np.ndarray, "parameter parameter"]


def _point(data: _Data, theta: Float[np.ndarray, "scale parameter"]) -> _Point:
    design = data.design
    d = theta[:, design.first] - theta[:, design.second]
    if design.n_groups:
        d = d + theta[:, design.n_items + design.group]
    value, *slopes = data.model.slopes(d, theta[:, -1:], data.counts)
    gradient, curvature = _assembled(design, tuple(np.broadcast_to(each, d.shape) for each in slopes))
    away = theta - data.about
    pulled = away @ data.penalty
    likelihood = value.sum(1)
    return _Point(
        likelihood,
        likelihood - (away * pulled).sum(1) / 2,
        gradient - pulled,
        curvature + data.penalty,
    )


def _step(point: _Point, damping: Float[np.ndarray, " scale"], free: np.ndarray | None) -> np.ndarray:
    """Newton's step, or the one that leaves a contrast of the parameters as it is."""
    matrix = point.curvature
    if damping.any():
        scale = np.einsum("bii->bi", matrix).max(1)
        matrix = matrix + (damping * scale)[:, None, None] * np.eye(matrix.shape[1])
    if free is None and len(matrix) == 1:
        return _single(matrix, point.gradient)
    if free is None:
        return np.asarray(np.linalg.solve(matrix, point.gradient[..., None])[..., 0])
    both = np.linalg.solve(matrix, np.stack([point.gradient, free], -1))
    step, along = both[..., 0], both[..., 1]
    share = (free * step).sum(1) / (free * along).sum(1)
    return np.asarray(step - share[:, None] * along)


def _single(matrix: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """One scale of very many stimuli: by Cholesky where it can be, which is half the work."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve  # of the extra "panel"

    try:
        factor = cho_factor(matrix[0], check_finite=False)
    except LinAlgError:
        return np.linalg.solve(matrix, gradient[..., None])[..., 0]
    return np.asarray(cho_solve(factor, gradient[0], check_finite=False))[None]


def solved(
    design: Design,
    model: AnswerModel,
    counts: Float[np.ndarray, "scale row 3"],
    start: Float[np.ndarray, "scale parameter"],
    held: Float[np.ndarray, "scale parameter"] | None = None,
    about: Float[np.ndarray, "scale parameter"] | None = None,
) -> Solution:
    """Parameters of greatest penalised likelihood, of each scale.

    Args:
        design: what was compared.
        model: how answers come about.
        counts: of first, second and tie in each row.
        start: where to begin.
        held: of each scale, a contrast of the parameters that keeps its value at the start.
        about: of each scale, the centre of the prior; 0 unless given.
    """
    centre = np.zeros_like(start) if about is None else about
    data = _Data(design, model, counts, centre, design.penalty())
    theta, point = start.copy(), _point(data, start)
    damping = np.zeros(len(theta))
    for _ in range(_STEPS):
        step = _step(point, damping, held)
        step *= np.minimum(1.0, _LONGEST / np.maximum(np.abs(step).max(1), _CLOSE))[:, None]
        tried = _point(data, theta + step)
        # Near the solution a rise is lost in rounding: what does not fall by more than that is taken.
        better = tried.objective >= point.objective - 1e-12 * (1 + np.abs(point.objective))
        theta = np.where(better[:, None], theta + step, theta)
        if better.all():
            point = tried
        else:
            point = _Point(*(_chosen(better, new, old) for new, old in zip(tried, point, strict=True)))
        damping = np.where(better, damping / 10 * (damping > 1e-6), np.maximum(damping * 10, 1e-3))
        if (np.abs(step).max(1) < _CLOSE).all() or (damping > 1e12).any():
            break
    return Solution(theta, point.log_likelihood, point.objective, point.curvature)


def _chosen(better: np.ndarray, new: np.ndarray, old: np.ndarray) -> np.ndarray:
    return np.where(better.reshape(-1, *[1] * (new.ndim - 1)), new, old)
