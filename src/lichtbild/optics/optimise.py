"""Optimise: bounded damped least squares with exact derivatives.

Each step minimises the quadratic model within the bounds, damped by a multiple of the model's own diagonal,
so that no choice of units matters. The damping follows the ratio of the merit's gain to the model's.

Source: Marquardt, J. SIAM 11, 431 (1963); Nielsen, Damping parameter in Marquardt's method (IMM-REP-1999-05),
for the damping's course; the active set as in Bertsekas, SIAM J. Control Optim. 20, 221 (1982).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from scipy.linalg import cho_factor, cho_solve

Place = TypeVar("Place")


@dataclass(frozen=True)
class Model:
    """A merit function about a place: its value, gradient and Gauss-Newton matrix."""

    merit: float
    gradient: np.ndarray
    matrix: np.ndarray

    @property
    def is_finite(self) -> bool:
        """Whether all of it are numbers; a ray that grazes a surface has no derivatives."""
        return bool(
            np.isfinite(self.merit) and np.isfinite(self.gradient).all() and np.isfinite(self.matrix).all()
        )


@dataclass(frozen=True)
class Found(Generic[Place]):
    """Where a search has come to.

    Args:
        place: the best.
        merit: there.
        steps: that were taken.
        damping: at the end, to go on with.
        is_still: True if the last steps gained next to nothing.
    """

    place: Place
    merit: float
    steps: int
    damping: float
    is_still: bool


LEAST_EXPECTED = 1e-14
"""Relative gain that the model must expect of a step; below it rounding decides."""

LEAST, MOST = 1e-9, 1e9
"""Range of the damping."""


def damped_least_squares(  # noqa: PLR0913  what a search is made of
    start: Place,
    model: Callable[[Place], Model],
    attempt: Callable[[Place, np.ndarray], tuple[Place, float]],
    bounds: Callable[[Place], tuple[np.ndarray, np.ndarray]],
    *,
    steps: int = 100,
    damping: float = 1e-3,
    gain: float = 1e-4,
    patience: int = 3,
    told: Callable[[int, float], None] | None = None,
) -> Found[Place]:
    """Least squares from a start.

    Args:
        start: any place; its merit is finite.
        model: of the merit function about a place.
        attempt: the place after a change of the variables, and the merit there (infinite if light is lost).
        bounds: least and greatest change that the variables may make from a place.
        steps: most steps.
        damping: to begin with.
        gain: relative gain of a step that counts as none.
        patience: how many such steps in a row end the search.
        told: is told each step's number and merit.
    """
    place, here, growth, slow, count = start, model(start), 2.0, 0, 0
    if not here.is_finite:
        return Found(start, here.merit, 0, damping, True)
    while count < steps and slow < patience and damping < MOST:
        count += 1
        low, high = bounds(place)
        change = _step(here, damping, low, high)
        expected = -(here.gradient @ change + change @ here.matrix @ change / 2)
        if not expected > LEAST_EXPECTED * here.merit:
            # Bounds or rounding left nothing: shorter steps bend toward the gradient, and end the search.
            damping, growth, count = damping * growth, growth * 2, count - 1
            continue
        there, merit = attempt(place, change)
        ratio = (here.merit - merit) / expected if np.isfinite(merit) else -1.0
        ahead = model(there) if ratio > 0 else None
        if ahead is not None and ahead.is_finite:
            slow = slow + 1 if here.merit - merit < gain * here.merit else 0
            damping = float(max(damping * max(1 / 3, 1 - (2 * ratio - 1) ** 3), LEAST))
            place, here, growth = there, ahead, 2.0
        else:
            damping, growth = damping * growth, growth * 2
        if told is not None:
            told(count, here.merit)
    return Found(place, here.merit, count, damping, slow >= patience or damping >= MOST)


def _step(here: Model, damping: float, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The damped step within the bounds: variables that it would push out stay on them.

    Variables are scaled by the model's own diagonal, whose floor keeps those still that nothing depends on.
    """
    diagonal = np.diag(here.matrix)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    gradient, low, high = here.gradient / scale, low * scale, high * scale
    damped = here.matrix / np.outer(scale, scale) + (damping + FLOOR) * np.eye(scale.size)
    fixed = np.zeros(low.size, bool)
    change = np.zeros(low.size)
    for _ in range(4):
        free = ~fixed
        if not free.any():
            break
        pull = -(gradient + damped @ np.where(fixed, change, 0.0))[free]
        change[free] = cho_solve(cho_factor(damped[np.ix_(free, free)]), pull)
        out = free & ((change < low) | (change > high))
        if not out.any():
            break
        change = np.clip(change, low, high)
        fixed |= out
    return np.asarray(np.clip(change, low, high) / scale)


FLOOR = 1e-12
"""Least that the diagonal of 1 is raised by, so that rounding leaves the matrix positive."""


__all__ = ["Found", "Model", "damped_least_squares"]
