"""Vary: a polished lens changed at random and corrected again: another glass in an element, or a kick.

A glass is changed by degrees, so that the lens can follow; a kick is halved until all light comes through.
"""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np

from lichtbild.optics.search.candidate import Candidate
from lichtbild.optics.search.descent import descended, fitted, looked_at
from lichtbild.optics.search.material import indices, palette
from lichtbild.optics.search.polish import polished
from lichtbild.optics.search.target import (
    SAMPLING,
    TERMS,
    aimed_beams,
    band,
    candidate_of,
    field_weights,
    form_of,
    operands,
)
from lichtbild.optics.specification import Specification

DEGREES = 5
"""Steps from one glass to another."""

STEPS = 8
"""Of least squares at each of them."""

KICKS = (0.01, 0.03, 0.1)
"""Sizes of kicks: changes of a curvature times the semi-aperture, and of a distance in parts of itself."""

HALVINGS = 6
"""How often a kick is halved before it is given up."""


def varied(wanted: Specification, candidate: Candidate, seed: tuple[int, ...], steps: int) -> Candidate:
    """A candidate after a random change, corrected again; the same one if the change loses light.

    Args:
        wanted: the specification.
        candidate: polished.
        seed: the same gives the same.
        steps: of each round of the correction.
    """
    draw = np.random.default_rng(seed)
    changed = _reglazed(wanted, candidate, draw) if draw.random() < 0.5 else _kicked(wanted, candidate, draw)
    return (changed and polished(wanted, changed, steps, 2)) or candidate


def _reglazed(wanted: Specification, candidate: Candidate, draw: np.random.Generator) -> Candidate | None:
    """Another glass in one element, by degrees."""
    which = int(draw.integers(len(candidate.glasses)))
    name = str(draw.choice([name for name in palette(wanted).names if name != candidate.glasses[which]]))
    glasses = tuple(name if i == which else each for i, each in enumerate(candidate.glasses))
    form, judged = (
        form_of(wanted, candidate),
        operands(wanted, field_weights(wanted), 1.0, 0.0),
    )
    row, light = 2 * which + 2, aimed_beams(wanted)
    old, new = np.asarray(form.index[row]), np.asarray(indices(name, band(wanted, SAMPLING.waves)))
    count, damping = candidate.steps, 1e-2
    for degree in range(1, DEGREES + 1):
        index = old + (new - old) * degree / DEGREES
        place, merit = looked_at(
            wanted, judged, replace(form, index=form.index.at[row].set(jnp.asarray(index))), light
        )
        if not np.isfinite(merit):
            return None
        found = descended(wanted, judged, place, terms=TERMS, steps=STEPS, damping=damping)
        form, light, count = found.place.form, found.place.beams, count + found.steps
        damping = float(np.clip(found.damping, 1e-5, 1e-2))
    origin = f"{candidate.origin}, {name} in {which + 1}"
    return candidate_of(fitted(found.place), glasses, (found.merit, found.place.radii, count), origin)


def _kicked(wanted: Specification, candidate: Candidate, draw: np.random.Generator) -> Candidate | None:
    """Curvatures and distances moved at random."""
    size = float(draw.choice(KICKS))
    bends = draw.normal(size=len(candidate.curvature)) / np.array(candidate.widths[1:-2])
    shifts = draw.normal(size=len(candidate.thickness)) * np.array(candidate.thickness)
    shifts[[0, -2, -1]] = 0.0
    judged = operands(wanted, field_weights(wanted), 1.0, 0.0)
    for _ in range(HALVINGS):
        changed = replace(
            candidate,
            curvature=_sum(candidate.curvature, size * bends),
            thickness=_sum(candidate.thickness, size * shifts),
            origin=f"{candidate.origin}, kick",
        )
        if np.isfinite(looked_at(wanted, judged, form_of(wanted, changed), aimed_beams(wanted))[1]):
            return changed
        size /= 2
    return None


def _sum(values: tuple[float, ...], change: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in np.array(values) + change)
