"""Refine: a lens made better from where it is, by any merit function of a lens.

A merit is a plain function from a `Lens` to residuals; design variables are the lens's numbers by their
paths, each with its bounds::

    def merit(lens: Lens) -> Array:
        return jnp.ravel(wavefront_errors(lens))

    better = refine(lens, {"surfaces[3].curvature": (0.1, 0.3), "gaps[4].thickness": (0.2, 0.6)}, merit)

Steps are damped least squares with the exact Jacobian, by forward differentiation through the lens room.
The first step of a merit on lenses of one structure waits while it is compiled.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.core.errors import BadInput
from lichtbild.optics import pytree  # noqa: F401  lenses are pytrees, numbers are doubles
from lichtbild.optics.configuration import value_at, with_change
from lichtbild.optics.lens import Change, Lens
from lichtbild.optics.optimise import Model, damped_least_squares

Bounds: TypeAlias = Mapping[str, tuple[float, float]]
"""Paths of the numbers that may move, and the least and greatest value of each."""

Merit: TypeAlias = Callable[[Lens], Array]
"""Residuals of a lens, of any shape; half the sum of their squares is to become least."""


@dataclass(frozen=True)
class Refined:
    """A lens after a search.

    Args:
        lens: the best.
        history: the merit (half the sum of squared residuals) at the start and after each step.
        is_still: True if the search ended since its last steps gained next to nothing.
    """

    lens: Lens
    history: tuple[float, ...]
    is_still: bool

    @property
    def merit(self) -> float:
        """Half the sum of squared residuals, at the end."""
        return self.history[-1]

    @property
    def steps(self) -> int:
        """How many were tried."""
        return len(self.history) - 1


def refine(
    lens: Lens,
    variables: Bounds,
    merit: Merit,
    *,
    steps: int = 50,
    gain: float = 1e-6,
    told: Callable[[int, float], None] | None = None,
) -> Refined:
    """The lens where a merit function is least nearby.

    Args:
        lens: to begin with; its apertures stay as they are unless they are variables.
        variables: paths and bounds; infinite ones do not bound.
        merit: residuals; infinite or NaN where a lens makes no sense, from where steps are taken back.
        steps: most steps.
        gain: relative gain of a step that counts as none; three such in a row end the search.
        told: is told each step's number and merit.

    Raises:
        BadInput: a path that leads to no number, a start out of its bounds or one that has no finite merit.
    """
    paths, low, high, start = checked(lens, variables)

    def model(numbers: np.ndarray) -> Model:
        found = _normal(lens, jnp.asarray(numbers), paths, merit)
        return Model(float(found[0]), *map(np.asarray, found[1:]))

    def attempt(numbers: np.ndarray, change: np.ndarray) -> tuple[np.ndarray, float]:
        there = np.clip(numbers + change, low, high)
        value = float(_value(lens, jnp.asarray(there), paths, merit))
        return there, value if np.isfinite(value) else np.inf

    first = float(_value(lens, jnp.asarray(start), paths, merit))
    check_start(first)
    history = [first]

    def listen(count: int, value: float) -> None:
        history.append(value)
        if told is not None:
            told(count, value)

    found = damped_least_squares(
        start, model, attempt, lambda at: (low - at, high - at), steps=steps, gain=gain, told=listen
    )
    return Refined(with_numbers(lens, paths, found.place.tolist()), tuple(history), found.is_still)


def checked(lens: Lens, variables: Bounds) -> tuple[tuple[str, ...], np.ndarray, np.ndarray, np.ndarray]:
    """Paths of variables, their least and greatest values, and those of the lens.

    Raises:
        BadInput: as of `refine`.
    """
    paths = tuple(variables)
    if not paths:
        raise BadInput("no number of the lens may move; name at least one, such as gaps[2].thickness")
    low, high = (np.array([variables[path][end] for path in paths], float) for end in (0, 1))
    values = [value_at(lens, path) for path in paths]
    for path, value, least, most in zip(paths, values, low, high, strict=True):
        if value is None or not np.isfinite(float(value)):
            raise BadInput(f"{path} is {value}, which cannot move; give it a number first")
        if not least <= float(value) <= most:
            raise BadInput(f"{path} is {float(value):g}, out of its bounds {least:g} to {most:g}; widen them")
    return paths, low, high, np.array(values, float)


def check_start(merit: float) -> None:
    """Refuse a start without a finite merit."""
    if not np.isfinite(merit):
        raise BadInput(
            "the merit of the lens to begin with is not finite: light is lost there, or a residual is NaN; "
            "begin with fewer fields, a smaller aperture or another lens"
        )


def with_numbers(lens: Lens, paths: tuple[str, ...], numbers: Any) -> Lens:
    """The lens with new numbers at some paths."""
    for index, path in enumerate(paths):
        lens = with_change(lens, Change(path, numbers[index]))
    return lens


@partial(jax.jit, static_argnames=("paths", "merit"))
def _value(lens: Lens, numbers: Array, paths: tuple[str, ...], merit: Merit) -> Array:
    return jnp.sum(jnp.ravel(merit(with_numbers(lens, paths, numbers))) ** 2) / 2


@partial(jax.jit, static_argnames=("paths", "merit"))
def _normal(lens: Lens, numbers: Array, paths: tuple[str, ...], merit: Merit) -> tuple[Array, Array, Array]:
    """The merit, its gradient and Gauss's approximation of its second derivatives."""

    def twice(numbers: Array) -> tuple[Array, Array]:
        found = jnp.ravel(merit(with_numbers(lens, paths, numbers)))
        return found, found

    jacobian, found = jax.jacfwd(twice, has_aux=True)(numbers)
    return jnp.sum(found**2) / 2, jacobian.T @ found, jacobian.T @ jacobian
