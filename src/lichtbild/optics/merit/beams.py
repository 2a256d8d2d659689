"""Beams: the rays that a merit function looks at, each aimed to pass its point of the stop.

Fields lie along y, so that half of the pupil stands for all of it. While a design moves, rays are aimed anew
from where they were, by the inverse of how the stop's places move with the rays.
"""

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from scipy.special import roots_jacobi

from lichtbild.optics.launch import Beam, beam, launched
from lichtbild.optics.merit.form import Form, train_of
from lichtbild.optics.merit.response import Response, response
from lichtbild.optics.pytree import register
from lichtbild.optics.trace import Passage, Rays, Status, trace_through
from lichtbild.optics.train import Train

ROUNDS = 10
"""Most corrections of a ray's place."""

CLOSE = 1e-9
"""How far from its point of the stop a ray may pass, in stop radii."""


@register
@dataclass(frozen=True)
class Beams:
    """Rays of a merit function; the first of each field is its chief ray, the last run along the rim.

    These have no weight in spots: they tell where the image is, and how wide the light.

    Args:
        angle: of the fields, along y, ``[field]``, rad.
        goal: places on the stop, ``[2, field, 1, ray]``, stop radii.
        share: of each ray in its field and wavelength, ``[field, 1, ray]``; sums to 1.
        wave: weight of each wavelength, ``[wavelength]``; sums to 1.
        place: in the plane across the light, where rays were last, ``[2, field, wavelength, ray]``, mm.
        inverse: how that moves with places on the stop, ``[2, 2, field, wavelength, ray]``.
    """

    angle: Array
    goal: Array
    share: Array
    wave: Array
    place: Array
    inverse: Array

    @property
    def light(self) -> Beam:
        """The light of the fields."""
        point = jnp.stack([jnp.zeros_like(self.angle), self.angle])[:, :, None, None]
        return beam(jnp.asarray(jnp.inf), point)


def half_pupil(rings: int, arms: int) -> tuple[np.ndarray, np.ndarray]:
    """Points of half the unit disc and their weights: Radau's in the squared radius, even ones in angle.

    The outermost ring is the rim itself and the outermost arms lie in the plane of the field, where aspheres
    of high order go wrong first and others would not tell.

    Source: Forbes, J. Opt. Soc. Am. A 5, 1943 (1988), with Radau's rule in place of Gauss's; Abramowitz and
        Stegun, 25.4.31.

    Returns:
        ``[2, ray]`` with x >= 0, and weights that sum to 1.
    """
    nodes, weights = roots_jacobi(rings - 1, 1, 0) if rings > 1 else (np.zeros(0), np.zeros(0))
    nodes, weights = np.r_[nodes, 1.0], np.r_[weights / (1 - nodes), 2 / rings**2]
    radius = np.sqrt((nodes + 1) / 2)[:, None]
    angle = np.linspace(-np.pi / 2, np.pi / 2, arms)
    # The other half has no rays of its own in the plane that both share.
    turned = np.r_[0.5, np.ones(arms - 2), 0.5] / (arms - 1)
    points = np.stack([radius * np.abs(np.cos(angle)), radius * np.sin(angle)]).reshape(2, -1)
    return points, np.outer(weights / 2, turned).ravel()


def half_rim(count: int) -> np.ndarray:
    """Points of half the unit circle from its lowest to its highest, ``[2, ray]``."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, count)
    return np.stack([np.abs(np.cos(angle)), np.sin(angle)])


RIM = 5
"""Rays along half the pupil's rim, which say how wide surfaces must be."""


def beams(
    angles: np.ndarray,
    wave: np.ndarray,
    rings: int = 4,
    arms: int = 6,
    squeeze: np.ndarray | None = None,
    rim: int = RIM,
) -> Beams:
    """Beams that fill the stop, or a part of it.

    Args:
        angles: of the fields, ``[field]``, rad.
        wave: weights of the wavelengths.
        rings: of the pupil.
        arms: of half the pupil, at least 2.
        squeeze: share of the stop's height that is left for each field; by default all of it.
        rim: rays along half the rim.
    """
    inside, weights = half_pupil(rings, arms)
    points = np.c_[np.zeros(2), inside, half_rim(rim)]
    weights = np.r_[0.0, weights, np.zeros(rim)]
    left = np.ones(len(angles)) if squeeze is None else np.asarray(squeeze, float)
    goal = np.stack([points[0] * np.ones((len(angles), 1)), points[1] * left[:, None]])[:, :, None]
    shape = (2, len(angles), len(wave), points.shape[1])
    return Beams(
        angle=jnp.asarray(angles, float),
        goal=jnp.asarray(goal),
        share=jnp.broadcast_to(jnp.asarray(weights), (len(angles), 1, weights.size)),
        wave=jnp.asarray(wave / np.sum(wave)),
        place=jnp.zeros(shape),
        inverse=jnp.broadcast_to(jnp.eye(2).reshape(2, 2, 1, 1, 1), (2, *shape)),
    )


@register
@dataclass(frozen=True)
class Hits:
    """Where the rays of beams meet the image, ``[field, wavelength, ray]``.

    Args:
        x: mm.
        y: mm.
        slope: cosine of the ray's direction along y, of chief rays only, ``[field, wavelength]``.
    """

    x: Array
    y: Array
    slope: Array


@register
@dataclass(frozen=True)
class Flight:
    """Beams on their way through a form.

    Args:
        beams: aimed.
        start: rays before the first surface.
        passage: at every surface.
        widths: how wide the light is on each surface, ``[surface]``, mm.
        lost: share of rays that do not arrive or were not aimed.
    """

    beams: Beams
    start: Rays
    passage: Passage
    widths: Array
    lost: Array

    @property
    def hits(self) -> Hits:
        """Where the rays meet the image."""
        last = self.passage.position[-1]
        return Hits(last[0], last[1], self.passage.direction[-1, 1, ..., 0])


def flight(form: Form, beams: Beams) -> tuple[Train, Flight]:
    """Beams through a form, aimed anew."""
    train, light = train_of(form), beams.light
    known, inverse = _known(form, beams)

    def miss(place: Array) -> Array:
        return _miss(form, train, beams, place)

    def step(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        count, place, left = state
        place = place + jnp.sum(inverse * left[None], axis=1)
        return count + 1, place, miss(place)

    def goes_on(state: tuple[Array, Array, Array]) -> Array:
        return (state[0] < ROUNDS) & jnp.any(jnp.abs(state[2]) > CLOSE)

    _, place, left = lax.while_loop(goes_on, step, (jnp.int32(0), known, miss(known)))
    start = launched(light, place)
    passage = trace_through(train, start)
    missed = jnp.max(jnp.abs(left), axis=0) > 1e3 * CLOSE
    lost = jnp.mean((passage.status != Status.PASSED) | missed)
    radius = jnp.sqrt(jnp.max(jnp.sum(passage.place**2, axis=1), axis=(1, 2, 3)))
    return train, Flight(replace(beams, place=place), start, passage, radius[:-1], lost)


def followed(form: Form, beams: Beams) -> tuple[Train, Rays, Passage]:
    """Beams that are aimed already, whose derivatives by the form are those of rays that stay aimed.

    Args:
        form: of the lens.
        beams: aimed through it, with their inverses there (`responses`).
    """
    train = train_of(form)
    place, inverse = lax.stop_gradient(_known(form, beams))
    place = place + jnp.sum(inverse * _miss(form, train, beams, place)[None], axis=1)
    start = launched(beams.light, place)
    return train, start, trace_through(train, start)


def _known(form: Form, beams: Beams) -> tuple[Array, Array]:
    """Places to aim from, and how they move with places on the stop."""
    if form.stop:
        return beams.place, beams.inverse
    return _in_front(beams.light, beams.goal * form.stop_radius, beams.place)


def _miss(form: Form, train: Train, beams: Beams, place: Array) -> Array:
    """How far rays pass from their points of the stop, mm."""
    front = train.rows(slice(form.stop + 1))
    reached = trace_through(front, launched(beams.light, place)).place[-1]
    return beams.goal * form.stop_radius - reached


def _in_front(light: Beam, goal: Array, like: Array) -> tuple[Array, Array]:
    """Places of rays through points of the plane of the first vertex, and how they move with these."""
    across = light.across[:, :2] * jnp.ones_like(like)[None]
    return jnp.sum(across * goal, axis=1), across


OUT = np.array([[1.0, 0, 0], [0, 1.0, 0], [0, 0, 0]]), np.array([[0.0, 0, 0], [0, 0, 0], [0, 1.0, 0]])
"""Outputs: x and y of the position, and the cosine along y of the direction."""


def responses(form: Form, train: Train, flown: Flight) -> tuple[Response, Array, Beams]:
    """How hits move with all surfaces and with places on the stop; and the beams with their new inverses."""
    found, pull, inverse = aimed_response(form, train, flown.beams, flown.start, flown.passage)
    return found, pull, replace(flown.beams, inverse=inverse)


def aimed_response(
    form: Form, train: Train, beams: Beams, start: Rays, passage: Passage
) -> tuple[Response, Array, Array]:
    """How hits move with all surfaces while rays keep their places on the stop, and with these places.

    Returns:
        Responses; derivatives by the places, ``[output, 2, field, wavelength, ray]``; and the inverse of how
        places on the stop move with the rays'.
    """
    to_image = response(train, start, passage, *map(jnp.asarray, OUT))
    front = train.rows(slice(form.stop + 1))
    part = jax.tree.map(lambda v: v[: form.stop + 1], _surfaces(passage))
    passage = replace(passage, **part)
    at_stop = response(front, start, passage, jnp.asarray(OUT[0][:2]), jnp.asarray(OUT[1][:2]))
    light, place = beams.light, beams.place
    by_place_image, by_place_stop = (_by_place(light, place, each) for each in (to_image, at_stop))
    inverse = _inverted(by_place_stop)
    # Aimed rays keep their places at the stop: what moves these is taken back through the launch.
    pull = jnp.sum(by_place_image[:, :, None] * inverse[None], axis=1)
    return _less(to_image, at_stop, pull), pull, inverse


def _surfaces(passage: Passage) -> dict[str, Array]:
    return {name: getattr(passage, name) for name in ("position", "direction", "cosine", "path", "place")}


def _by_place(light: Beam, place: Array, found: Response) -> Array:
    """Derivatives of outputs by the two numbers that a ray is launched by, ``[output, 2, ...]``."""
    _, pull = jax.vjp(lambda place: launched(light, place), place)
    moved = (jnp.moveaxis(part, 1, 0) for part in (found.position, found.direction))
    return jnp.asarray(jax.vmap(lambda p, d: pull(Rays(p, d))[0])(*moved))


def _inverted(columns: Array) -> Array:
    (a, b), (c, d) = columns
    whole = a * d - b * c
    whole = jnp.where(jnp.abs(whole) < 1e-12, 1e-12, whole)
    return jnp.stack([jnp.stack([d, -b]), jnp.stack([-c, a])]) / whole


def _less(image: Response, stop: Response, pull: Array) -> Response:
    """Responses at fixed places on the stop."""

    def less(name: str) -> Array:
        whole, part = getattr(image, name), getattr(stop, name)
        return jnp.asarray(whole.at[: part.shape[0]].add(-jnp.sum(pull[None] * part[:, None], axis=2)))

    return replace(image, **{name: less(name) for name in ("height", "slope_x", "slope_y", "ratio")})
