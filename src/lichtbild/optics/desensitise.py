"""Desensitise: a lens whose spots are least as it is made, not as it is drawn.

The merit is that of `lichtbild.optics.refine_spots` and the expected growth of the spots by the errors of a
tolerance budget (`lichtbild.optics.merit.as_built`)::

    nominal = refine_spots(lens, variables, kept(lens))
    as_made = desensitised(lens, budget, variables, kept(lens))

Both have the same focal length and track, and the f-number of the lens; `tolerance.yield_rate` tells what
share of either's builds is good.
"""

import jax.numpy as jnp
import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.core.units import um
from lichtbild.optics.lens import Lens
from lichtbild.optics.merit.as_built import AsBuilt, Faults
from lichtbild.optics.merit.operands import FocalLength, Length, Operand
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.refine import Bounds, Refined
from lichtbild.optics.refine_spots import USUAL, Sampling, refine_spots
from lichtbild.optics.tolerance.budget import Budget, Distribution
from lichtbild.optics.tolerance.differential import index_change
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.parameter import Parameter, bodies, parameters

TIGHT = um(1.0)
"""Departure from a length to be kept that counts as 1 um of spots, mm."""


def desensitised(  # noqa: PLR0913  those of `refine_spots`, and the budget
    lens: Lens,
    budget: Budget,
    variables: Bounds,
    operands: tuple[Operand, ...] = (),
    *,
    growth: float = 1.0,
    steps: int = 200,
    gain: float = 1e-6,
    sampling: Sampling = USUAL,
) -> Refined:
    """The lens with the least expected spots nearby, once it is made with errors.

    The merit is half the sum of the nominal mean square radii in square micrometres, of what the budget's
    errors are expected to add to them, and of the squares of all other residuals.

    Args:
        lens: as of `refine_spots`.
        budget: limits of errors, and what is adjusted; its limits of contrast do not matter here.
        variables: as of `refine_spots`.
        operands: what else is wanted, as `kept`.
        growth: weight of what is added, beside 1 for the nominal spots.
        steps: most steps.
        gain: relative gain of a step that counts as none; three such in a row end the search.
        sampling: rays.

    Raises:
        BadInput: as of `refine_spots`; or the budget is none for this lens, or weighs less than nothing.
    """
    if not growth >= 0:
        raise BadInput(f"errors of making weigh {growth:g}; give 0 (they do not count) or more")
    term = as_built(lens, budget, growth)
    return refine_spots(lens, variables, (term, *operands), steps=steps, gain=gain, sampling=sampling)


def kept(lens: Lens) -> tuple[Operand, ...]:
    """Operands that keep a lens's focal length, and its length from the first surface to the image."""
    focal = jnp.asarray(float(first_order(lens).focal_length))
    track = jnp.asarray(sum(float(gap.thickness) for gap in lens.gaps[1:]))
    unit = jnp.asarray(TIGHT)
    return FocalLength(focal, focal, unit), Length(0, track, track, unit)


def as_built(lens: Lens, budget: Budget, growth: float = 1.0) -> AsBuilt:
    """The operand of a lens's fields and a budget's errors.

    Args:
        lens: with semi-apertures.
        budget: as of `desensitised`.
        growth: weight of the sum of squares.
    """
    how = budget.compensation
    weight = growth * jnp.asarray([float(point.weight) for point in lens.fields])
    return AsBuilt(faults(lens, budget), weight, jnp.asarray(um(1.0)), how.focus, how.image_tilt)


def faults(lens: Lens, budget: Budget) -> Faults:
    """A budget's errors, each by one standard deviation.

    Form errors and Abbe numbers are left out: what the former do hardly depends on the design, and the latter
    do nothing at one wavelength.
    """
    wrong = parameters(lens, budget)
    share = deviation(budget.distribution)
    across = {p.group: p for p in wrong if p.kind in ACROSS}
    along = [p for p in wrong if p.kind in ALONG]
    count = len(lens.surfaces)
    shift, turn = (np.zeros((len(across), count)) for _ in range(2))
    pivot = np.zeros(len(across), int)
    parts = bodies(lens)
    for row, parameter in enumerate(across.values()):
        place = parameter.place
        own = (place, place)
        if parameter.kind.place == "element":
            own = (parts[place].front, parts[place].back)
        moves = shift if parameter.kind in (Kind.SURFACE_DECENTRE, Kind.ELEMENT_DECENTRE) else turn
        moves[row, own[0] : own[1] + 1] = share * parameter.limit
        pivot[row] = own[0]
    rows = [_along(lens, parameter, share * parameter.limit) for parameter in along]
    gap, bend, index = (
        np.array([row[part] for row in rows]).reshape(len(rows), width)
        for part, width in enumerate((count, count, count + 1))
    )
    return Faults(*map(jnp.asarray, (shift, turn, pivot, gap, bend, index)))


ACROSS = (Kind.SURFACE_DECENTRE, Kind.ELEMENT_DECENTRE, Kind.SURFACE_TILT, Kind.ELEMENT_TILT)
"""Errors that come in pairs, along or about x and y."""

ALONG = (Kind.THICKNESS, Kind.RADIUS, Kind.INDEX)
"""Errors that leave a lens one of revolution."""


def _along(lens: Lens, parameter: Parameter, size: float) -> tuple[np.ndarray, ...]:
    """Changes of gaps, of curvatures and of indices by a parameter."""
    count, place = len(lens.surfaces), parameter.place
    gap, bend, index = np.zeros(count), np.zeros(count), np.zeros(count + 1)
    match parameter.kind:
        case Kind.THICKNESS:
            gap[place - 1] = size
        case Kind.RADIUS:
            bend[place] = -size
        case _:
            index[place] = size * index_change(lens, parameter)[len(lens.wavelengths) // 2]
    return gap, bend, index


def deviation(distribution: Distribution) -> float:
    """The standard deviation of a distribution, in limits."""
    match distribution:
        case "normal":
            return 0.5
        case "uniform":
            return float(1 / np.sqrt(3))
        case _:
            # Within two standard deviations: 1 - 2 * 2 phi(2) / (2 Phi(2) - 1), Abramowitz and Stegun 26.2.
            return 0.5 * float(np.sqrt(1 - 4 * DENSITY_AT_2 / WITHIN_2))


DENSITY_AT_2, WITHIN_2 = 0.05399096651318806, 0.9544997361036416
"""Of the standard normal distribution: its density at 2, and the share within 2."""
