"""Refine spots: a lens made better by its spots, thousands of times faster than by a merit of the whole lens.

A centred lens for a far object is turned into arrays, whose rays tell by one pass backward how they move
with every number at once (`lichtbild.optics.merit.response`), and back into a lens at the end. What rays do
is judged by operands of `lichtbild.optics.merit.operands`.

A stop told by its size keeps it; told by the f-number or the entrance pupil's diameter it follows, and every
number's effect upon it is known.
"""

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.core.units import um
from lichtbild.optics.aim import stop_radius
from lichtbild.optics.configuration import parsed
from lichtbild.optics.essence import nameless
from lichtbild.optics.lens import Lens
from lichtbild.optics.merit.beams import Beams, beams
from lichtbild.optics.merit.form import Form, form, lens_of
from lichtbild.optics.merit.normal import Value, normal, value, value_after
from lichtbild.optics.merit.opening import opening
from lichtbild.optics.merit.operands import Operand, Spot
from lichtbild.optics.merit.variables import Variables, values
from lichtbild.optics.object_field import object_field
from lichtbild.optics.optimise import Found, Model, damped_least_squares
from lichtbild.optics.refine import Bounds, Refined, check_start, checked
from lichtbild.optics.surface import PowerSeries

BEYOND = 1.08
"""Apertures at least, in widths of the light: outermost rays of few rings stop short of the rim."""


AIMING = (0.3, 0.6, 0.8, 1.0, 1.0)
"""Shares of the field that rays are first aimed at."""

_Operands: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Sampling:
    """Rays of each field and wavelength: rings in the squared radius, and azimuths of half the pupil."""

    rings: int = 4
    arms: int = 6


USUAL = Sampling()


def refine_spots(
    lens: Lens,
    variables: Bounds,
    operands: tuple[Operand, ...] = (),
    *,
    steps: int = 200,
    gain: float = 1e-6,
    sampling: Sampling = USUAL,
) -> Refined:
    """The lens with the least spots nearby.

    The merit is half the sum of the mean square radii of the fields' spots in square micrometres, about their
    centroids over all wavelengths, weighted by the lens's fields and wavelengths, and of the squares of all
    other residuals.

    Args:
        lens: centred, without mirrors, for a far object, of spheres, conics and even aspheres, with
            semi-apertures on all surfaces; these are widened where the light needs it, and cut nothing off.
        variables: paths and bounds of curvatures, conics, thicknesses and aspheric coefficients; the
            coefficients of a surface from r^4 on without a gap, and without bounds.
        operands: what else is wanted, as `FocalLength` or `Room`.
        steps: most steps.
        gain: relative gain of a step that counts as none; three such in a row end the search.
        sampling: rays; high powers wave between too few.

    Raises:
        BadInput: a lens or variables that this cannot take, or a start at which light is lost.
    """
    paths, low, high, _ = checked(lens, variables)
    moving = _moving(lens, paths, low, high)
    wanted = (Spot(_weights(lens), jnp.asarray(um(1.0))), *operands)
    place = _aimed(wanted, lens, moving, sampling)
    history = [float(value(wanted, *place).merit)]
    check_start(history[0])
    found = _searched(wanted, place, moving, steps, gain, history)
    return Refined(lens_of(_widened(value(wanted, *found.place)), lens), tuple(history), found.is_still)


@dataclass(frozen=True)
class _Moving:
    """Variables as the form has them, and the bounds of their values in that order."""

    which: Variables
    low: np.ndarray
    high: np.ndarray


_Place: TypeAlias = tuple[Form, Beams]


def _moving(lens: Lens, paths: tuple[str, ...], low: np.ndarray, high: np.ndarray) -> _Moving:
    """Variables by their paths, in the order of `Variables`."""
    rows = [_kind(lens, path) for path in paths]
    order = sorted(range(len(rows)), key=lambda index: rows[index])
    kinds = [[rows[i][1:] for i in order if rows[i][0] == kind] for kind in range(4)]
    for number in range(len(lens.surfaces)):
        terms = [term for own, term in kinds[2] if own == number]
        if terms != list(range(len(terms))):
            raise BadInput(
                f"surface {number} moves some aspheric terms without all lower ones from r^4 on; add these"
            )
    for index in order:
        if rows[index][0] == 2 and np.isfinite([low[index], high[index]]).any():
            raise BadInput(
                f"{paths[index]} has a bound, which refine(lens, ...) keeps; here leave it infinite"
            )
    which = Variables(
        tuple(row for row, _ in kinds[0]),
        tuple(row for row, _ in kinds[1]),
        tuple(kinds[2]),
        tuple(row for row, _ in kinds[3]),
        jnp.asarray([float(surface.semi_aperture or 1.0) for surface in lens.surfaces]),
    )
    return _Moving(which, low[order], high[order])


def _kind(lens: Lens, path: str) -> tuple[int, int, int]:
    """Which kind of variable a path is, of which surface, and which aspheric term."""
    match parsed(path):
        case ("surfaces", int(row), "curvature"):
            return 0, row, 0
        case ("surfaces", int(row), "conic"):
            return 1, row, 0
        case ("surfaces", int(row), "departure", "coefficients", int(place)):
            departure = lens.surfaces[row].departure
            if isinstance(departure, PowerSeries):
                power = departure.powers[place]
                if power >= 4 and power % 2 == 0:
                    return 2, row, power // 2 - 2
        case ("gaps", int(gap), "thickness") if gap > 0:
            return 3, gap - 1, 0
    raise BadInput(
        f"{path} is no curvature, conic, thickness or aspheric coefficient from r^4 on; refine(lens, ...) "
        "moves every number"
    )


def _weights(lens: Lens) -> jax.Array:
    return jnp.asarray([float(point.weight) for point in lens.fields])


def _aimed(wanted: _Operands, lens: Lens, moving: _Moving, sampling: Sampling) -> _Place:
    """The form of a lens, and its beams, aimed from the axis outward in a few steps."""
    tangents = jnp.tan(object_field(lens))
    angles = jnp.arctan(jnp.sqrt(jnp.sum(tangents**2, axis=0)))
    at = form(lens, _radius(lens), lens.wavelengths, moving.which.terms + 1)
    at = replace(at, opening=opening(lens.aperture, lens.primary))
    light = beams(np.asarray(angles), np.asarray(lens.weights, float), sampling.rings, sampling.arms)
    for share in AIMING:
        light = normal(wanted, at, replace(light, angle=share * angles), moving.which).state.beams
    return at, light


def _searched(
    wanted: _Operands, start: _Place, moving: _Moving, steps: int, gain: float, history: list[float]
) -> Found[_Place]:
    """Damped least squares; beams are aimed anew at every place that is kept."""
    fresh = start[1]

    def model(place: _Place) -> Model:
        nonlocal fresh
        found = normal(wanted, *place, moving.which)
        fresh = found.state.beams
        return Model(float(found.merit), np.asarray(found.gradient), np.asarray(found.matrix))

    def attempt(place: _Place, change: np.ndarray) -> tuple[_Place, float]:
        there, found = value_after(wanted, place[0], fresh, moving.which, jnp.asarray(change))
        return (there, found.state.beams), float(found.merit)

    def bounds(place: _Place) -> tuple[np.ndarray, np.ndarray]:
        now = np.asarray(_values(place[0], moving.which))
        return np.minimum(moving.low - now, 0.0), np.maximum(moving.high - now, 0.0)

    def listen(_: int, merit: float) -> None:
        history.append(merit)

    return damped_least_squares(start, model, attempt, bounds, steps=steps, gain=gain, told=listen)


def _widened(found: Value) -> Form:
    """A form whose apertures let all of its light pass."""
    at = found.state.form
    return replace(at, semi_aperture=jnp.maximum(at.semi_aperture, BEYOND * found.state.widths))


def _radius(lens: Lens) -> float:
    return float(_stop_radius(nameless(lens)))


_stop_radius = jax.jit(stop_radius)
_values = jax.jit(values)
