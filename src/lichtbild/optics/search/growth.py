"""Growth: a start becomes a lens as aperture and field open, step by step, with aspheric order.

Each step the lens is corrected for the light that it has, then opened a little further; where light is lost
the step is halved. Surfaces have few aspheric terms while they grow, since high powers run wild beyond the
zone that was looked at, and all of them once aperture and field are open.

Source: the curriculum of Yang, Fu and Heidrich, Nat. Commun. 15, 6568 (2024), here with adaptive steps and
    least squares.
"""

from collections.abc import Callable
from dataclasses import replace

import jax.numpy as jnp
import numpy as np

from lichtbild.optics.search.candidate import Candidate, Failed
from lichtbild.optics.search.descent import Place, descended, fitted, looked_at
from lichtbild.optics.search.start import start
from lichtbild.optics.search.target import (
    TERMS,
    candidate_of,
    field_weights,
    form_of,
    opened,
    operands,
)
from lichtbild.optics.specification import Specification

FIRST = 0.25
"""Share of aperture and field that a lens starts with."""

STRIDE = 0.12
"""By how much they open at first."""

LEAST = 0.01
"""Least step; where not even that is possible, the start is given up."""

RESERVE = 0.12
"""How far beyond the light surfaces shall be well-behaved while they grow."""

HOPELESS = 3e4
"""Merit at which a lens that is less than half open is given up."""

STEPS = 10
"""Of least squares at each opening."""

RETRIES = 3
"""How often a lens that cannot be opened is corrected on, with more reserve, before it is given up."""

LAST_STEPS = 60
"""The same for the lens that is wholly open."""


def order(share: float) -> int:
    """Aspheric terms that a lens open so far may use."""
    return 1 if share < 0.5 else 2


def grown(wanted: Specification, seed: tuple[int, int]) -> Candidate | Failed:
    """A lens from a random start.

    Args:
        wanted: the specification.
        seed: of the search and of the start; the same gives the same.
    """
    first = start(wanted, np.random.default_rng(seed))
    return opened_up(wanted, replace(first, origin=f"start {seed[1]}"), FIRST, order)


def opened_up(
    wanted: Specification, first: Candidate, share: float, order: Callable[[float], int]
) -> Candidate | Failed:
    """A candidate that is corrected for a part of its light, opened until it has all of it.

    Args:
        wanted: the specification.
        first: the candidate.
        share: of aperture and field that it starts with.
        order: aspheric terms that may move, by the share that is open.
    """
    weights = field_weights(wanted)
    tame, open_wide = operands(wanted, weights, 0.0, RESERVE), operands(wanted, weights, 1.0, 0.0)
    form = form_of(wanted, first)
    form = replace(form, stop_radius=jnp.asarray(wanted.stop_radius * share))
    place, merit = looked_at(wanted, tame, form, opened(wanted, share))
    stride, damping, steps, stuck = STRIDE, 1e-2, first.steps, 0
    if not np.isfinite(merit):
        return Failed(share, steps)
    while share < 1.0:
        found = descended(wanted, tame, place, terms=order(share), steps=STEPS, damping=damping, gain=1e-2)
        place, steps, damping = found.place, steps + found.steps, float(np.clip(found.damping, 1e-5, 1e-1))
        if share < 0.5 and found.merit > HOPELESS:
            return Failed(share, steps)
        wider = _opened(wanted, place, share, stride)
        if wider is None:
            stuck += 1
            if stuck > RETRIES:
                return Failed(share, steps)
            tame = operands(wanted, weights, 0.0, RESERVE * (1 + stuck))
        else:
            place, share, stride = wider
            stride = min(1.5 * stride, 0.15)
    found = descended(wanted, open_wide, place, terms=TERMS, steps=LAST_STEPS, damping=damping)
    return candidate_of(
        fitted(found.place),
        first.glasses,
        (found.merit, found.place.radii, steps + found.steps),
        first.origin,
    )


def _opened(
    wanted: Specification, place: Place, share: float, stride: float
) -> tuple[Place, float, float] | None:
    """The lens a little wider open, and by how much; None if light is lost in the least of steps."""
    judged = operands(wanted, field_weights(wanted), 0.0, RESERVE)
    while stride >= LEAST:
        further = min(1.0, share + stride)
        wide = 1.1 * place.widths * (1 + 1.5 * stride / max(share, 0.3))
        form = replace(
            place.form,
            stop_radius=jnp.asarray(wanted.stop_radius * further),
            semi_aperture=jnp.asarray(np.maximum(wide, 0.05)),
        )
        there, merit = looked_at(wanted, judged, form, opened(wanted, further))
        if np.isfinite(merit):
            return there, further, stride
        stride /= 2
    return None
