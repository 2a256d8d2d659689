"""Polish: a lens that is open is corrected to the end, at all wavelengths, and toward its worst field.

Weights of fields are set anew between descents, in proportion to a power of their spots, so that least
squares comes to what counts: the greatest spot, not the mean.
"""

from dataclasses import replace

import numpy as np

from lichtbild.optics.search.candidate import Candidate
from lichtbild.optics.search.descent import descended, fitted, looked_at
from lichtbild.optics.search.target import (
    CLOSELY,
    SAMPLING,
    TERMS,
    aimed_beams,
    candidate_of,
    field_weights,
    form_of,
    operands,
)
from lichtbild.optics.specification import Specification

ROUNDS = 4
"""Descents with weights set anew between them."""

FAVOUR = 1.0
"""Power of a field's spot over the mean that its weight grows by."""


def score(wanted: Specification, candidate: Candidate) -> float:
    """The greatest RMS radius up to the unvignetted field, mm; faults beside the spots add to it.

    What candidates are compared by: 0.1 mm for each unit of the merit's other residuals that
    the spots do not explain.
    """
    radii = np.array(candidate.radii)
    faults = max(candidate.merit - float(np.sum(field_weights(wanted) * (radii / UNIT) ** 2)) / 2, 0.0)
    return greatest_spot(wanted, candidate) + FAULT * faults


def greatest_spot(wanted: Specification, candidate: Candidate) -> float:
    """The greatest RMS radius up to the unvignetted field, mm."""
    inner = np.array(SAMPLING.fields) <= wanted.unvignetted + 1e-9
    return float(np.array(candidate.radii)[inner].max())


UNIT = 2e-3
FAULT = 1e-3
"""Radius that one unit of other faults is as bad as, mm: a hundredth of the units that limits are in."""


def polished(
    wanted: Specification, candidate: Candidate, steps: int, rounds: int = ROUNDS
) -> Candidate | None:
    """A candidate corrected further, over and over; None if light is lost in all that is found.

    Least squares sees few rays and hides faults between them; what it comes to is judged by many.

    Args:
        wanted: the specification.
        candidate: open to the full aperture and field.
        steps: of each round.
        rounds: with weights set anew between them.
    """
    even = field_weights(wanted)
    plain = operands(wanted, even, 1.0, 0.0)
    place, merit = looked_at(wanted, plain, form_of(wanted, candidate), aimed_beams(wanted))
    if not np.isfinite(merit):
        return None
    count, weights, damping = candidate.steps, even, 1e-3
    best: Candidate | None = None
    for turn in range(rounds + 1):
        seen, merit = looked_at(wanted, plain, place.form, aimed_beams(wanted, CLOSELY))
        there = candidate_of(fitted(seen), candidate.glasses, (merit, seen.radii, count), candidate.origin)
        if np.isfinite(merit) and (best is None or score(wanted, there) < score(wanted, best)):
            best = there
        if turn:
            weights = _favoured(even, weights, seen.radii if np.isfinite(merit) else place.radii)
        if turn == rounds:
            break
        judged = operands(wanted, weights, 1.0, 0.0)
        found = descended(wanted, judged, place, terms=TERMS, steps=steps, damping=damping, gain=3e-4)
        place, count = found.place, count + found.steps
        damping = float(np.clip(found.damping, 1e-6, 1e-2))
    return None if best is None else replace(best, steps=count)


def _favoured(even: np.ndarray, weights: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Weights that favour fields with greater spots, as great in sum as even ones."""
    inner = even >= 1.0
    scale = np.where(inner, (radii / radii[inner].mean()) ** FAVOUR, 1.0)
    favoured = weights * scale
    favoured[inner] *= even[inner].sum() / favoured[inner].sum()
    return favoured
