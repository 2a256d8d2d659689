"""Monte Carlo: the contrast of thousands of builds, predicted by derivatives, on all cores."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.optics.tolerance.budget import Compensation
from lichtbild.optics.tolerance.compensation import FEW, MANY, THERE, Adjusted, adjusted
from lichtbild.optics.tolerance.phase_table import Changes, PhaseTable

BLOCK = 64
"""Builds at once: their phases fit into a cache of some MB."""

Told = Callable[[int, int], None]
"""Called with how many builds are done and how many there are."""


def in_silence(done: int, total: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True, eq=False)
class Builds:
    """Builds after compensation.

    Args:
        contrast: polychromatic, ``[build, field, direction, frequency]``; direction 0 is tangential.
        focus: mm, ``[build]``.
        tilt: of the image about x and y, rad, ``[2, build]``.
    """

    contrast: np.ndarray
    focus: np.ndarray
    tilt: np.ndarray

    def __len__(self) -> int:
        return int(self.focus.shape[0])


def predicted(
    table: PhaseTable,
    changes: Changes,
    errors: np.ndarray,
    how: Compensation,
    *,
    threads: int | None = None,
    told: Told = in_silence,
) -> Builds:
    """Builds by derivatives.

    Args:
        table: of the lens without errors.
        changes: by each parameter.
        errors: of each build, in our units, ``[build, parameter]``.
        how: what is adjusted.
        threads: at once; by default one for each core.
        told: of progress.
    """
    # Single precision is good to 1e-5 of contrast here, and takes half the time.
    changes = replace(changes, phase=changes.phase.astype(jnp.float32))
    contrast, moved, left = _in_blocks(table, changes, errors, how, FEW, threads, told)
    away = np.flatnonzero(left > THERE)
    if away.size:
        contrast[away], moved[away], _ = _in_blocks(
            table, changes, errors[away], how, MANY, threads, in_silence
        )
    by_direction = contrast.reshape(*contrast.shape[:2], 2, -1)
    return Builds(by_direction, moved[:, 0], moved[:, 1:].T)


def _in_blocks(  # noqa: PLR0913  the arguments of `predicted` and the number of steps
    table: PhaseTable,
    changes: Changes,
    errors: np.ndarray,
    how: Compensation,
    steps: int,
    threads: int | None,
    told: Told,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Builds after so many steps, block by block on several threads; see `_block`."""
    starts = range(0, len(errors), BLOCK)
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        try:
            for part in pool.map(lambda start: _block(table, changes, errors, how, start, steps), starts):
                parts.append(part)
                told(min(len(parts) * BLOCK, len(errors)), len(errors))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    contrast, moved, left = (np.concatenate(rows) for rows in zip(*parts, strict=True))
    return contrast, moved, left


def as_builds(found: Adjusted) -> Builds:
    """Adjusted builds with directions and frequencies apart."""
    contrast = np.asarray(found.contrast)
    by_direction = contrast.reshape(*contrast.shape[:2], 2, -1)
    return Builds(by_direction, np.asarray(found.focus), np.asarray(found.tilt))


def _block(
    table: PhaseTable, changes: Changes, errors: np.ndarray, how: Compensation, start: int, steps: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Contrasts, focus with tilts, and lengths of the last step, of some builds.

    The last block is filled up, so that all are compiled once.
    """
    own = errors[start : start + BLOCK]
    padded = np.zeros((BLOCK, errors.shape[1]))
    padded[: len(own)] = own
    found = _predicted(table, changes, jnp.asarray(padded), how, steps)
    moved = np.column_stack([np.asarray(found.focus), np.asarray(found.tilt).T])
    count = len(own)
    return np.asarray(found.contrast)[:count], moved[:count], np.asarray(found.left)[:count]


@partial(jax.jit, static_argnames=("how", "steps"))
def _predicted(table: PhaseTable, changes: Changes, errors: Array, how: Compensation, steps: int) -> Adjusted:
    added = jnp.einsum("bk,kfwsm->fwsbm", errors.astype(changes.phase.dtype), changes.phase)
    phase = table.phase.astype(added.dtype)[..., None, :] + added
    return adjusted(table, phase, table.mixed + errors @ changes.mixed, how, steps)


@partial(jax.jit, static_argnames=("how",))
def of_table(table: PhaseTable, how: Compensation) -> Adjusted:
    """One lens, of its own table, as a build."""
    return adjusted(table, table.phase[..., None, :], table.mixed[None], how)
