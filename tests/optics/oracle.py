"""An independent tracer for the tests: slow, in NumPy, and bracketed, so that it cannot take a wrong root.

It shares the nouns with the library and nothing else: sags by naive powers, the first crossing of each
surface by marching along the ray in small steps and bisecting the first change of sign, Snell's law in
vectors, chief rays by scanning the entrance side and bisecting the height at the stop, from the axis to the
edge of the field in small steps.

A ray is a column: positions and directions are ``[3, ray]``. Conics, power series, poses of surfaces; no
mirrors, no turned axes. A surface ends at `reach`; a ray that meets nothing within is NaN.
"""

from dataclasses import dataclass
from functools import cache
from math import cos, sin

import numpy as np

from lichtbild.optics.lens import Lens
from lichtbild.optics.surface import PowerSeries, Surface

BEYOND, BEYOND_CONIC = 1.3, 2.0
"""How far aspheres and conics reach, in their semi-apertures: as far as the library follows them."""
STEPS = 2048
"""Steps of the march through a surface's depth."""
PAD = 1e-3
"""Of the march, mm before and behind the surface's depth."""
HALVINGS = 52
"""Of a step of the march, at most 0.1 mm: to the last digits."""
ROUNDS = 13
"""Sections in eight of a bracket of 0.005 mm: to 1e-14 mm."""


@dataclass(frozen=True)
class Course:
    """Where rays went.

    Args:
        position: on each surface and on the image, ``[surface, 3, ray]``, global (vertex of surface 0).
        direction: after each surface, ``[surface, 3, ray]``; as before it on the image.
        path: optical path from the start to each surface, ``[surface, ray]``.
        radius: from each surface's own axis, ``[surface, ray]``.
    """

    position: np.ndarray
    direction: np.ndarray
    path: np.ndarray
    radius: np.ndarray


def sag(surface: Surface, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Height of a surface over its vertex plane, mm; NaN where its conic has none."""
    r2 = x * x + y * y
    root = 1 - (1 + surface.conic) * surface.curvature**2 * r2
    z = surface.curvature * r2 / (1 + np.sqrt(np.where(root < 0, np.nan, root)))
    powers, coefficients = _series(surface)
    return z + np.power.outer(np.sqrt(r2), powers) @ coefficients


def normal(surface: Surface, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Unit normal of a surface, toward +z, ``[3, ray]``."""
    r = np.sqrt(x * x + y * y)
    root = 1 - (1 + surface.conic) * surface.curvature**2 * r**2
    slope = surface.curvature * r / np.sqrt(np.where(root < 0, np.nan, root))
    powers, coefficients = _series(surface)
    slope = slope + np.power.outer(r, powers - 1) @ (powers * coefficients)
    safe = np.where(r == 0, 1.0, r)
    vector = np.stack([-slope * x / safe, -slope * y / safe, np.ones_like(r)])
    return vector / np.sqrt(1 + slope**2)


def _series(surface: Surface) -> tuple[np.ndarray, np.ndarray]:
    """Powers of r and their coefficients."""
    departure = surface.departure
    if departure is None:
        return np.zeros(0), np.zeros(0)
    assert isinstance(departure, PowerSeries)
    return np.array(departure.powers, float), np.array(departure.coefficients, float)


@cache
def _depth(surface: Surface, reach: float) -> tuple[float, float]:
    """Lowest and highest sag within the reach, and never further from the vertex than the reach."""
    r = np.linspace(0, reach, 4001)
    z = sag(surface, r, np.zeros_like(r))
    return max(float(np.nanmin(z)), -reach) - PAD, min(float(np.nanmax(z)), reach) + PAD


def crossing(
    surface: Surface, position: np.ndarray, direction: np.ndarray, reach: float, steps: int = STEPS
) -> np.ndarray:
    """Length along each ray to its first passage from before a surface to behind it, in the surface's frame.

    Negative where the surface lies behind the start, as that of a stop set back from a vertex does. NaN
    where a ray misses.
    """
    low, high = _depth(surface, reach)
    planes = np.linspace(low, high, steps + 1)[:, None]
    lengths = (planes - position[2]) / direction[2]

    def behind(length: np.ndarray) -> np.ndarray:
        x, y, z = (position[axis] + length * direction[axis] for axis in range(3))
        with np.errstate(over="ignore", invalid="ignore"):
            height = z - sag(surface, x, y)
        return np.where(x * x + y * y <= reach**2, height, np.nan)

    heights = behind(lengths)
    change = (heights[:-1] < 0) & (heights[1:] >= 0)
    step = np.argmax(change, axis=0)
    rays = np.arange(position.shape[1])
    near = np.where(change.any(axis=0), lengths[step, rays], np.nan)
    far = lengths[step + 1, rays]
    for _ in range(HALVINGS):
        middle = 0.5 * (near + far)
        before = behind(middle) < 0
        near, far = np.where(before, middle, near), np.where(before, far, middle)
    return 0.5 * (near + far)


def refract(direction: np.ndarray, normals: np.ndarray, before: float, after: float) -> np.ndarray:
    """Direction after a surface by Snell's law; NaN where all is reflected."""
    ratio = before / after
    incidence = np.sum(direction * normals, axis=0)
    root = 1 - ratio**2 * (1 - incidence**2)
    cosine = np.sqrt(np.where(root < 0, np.nan, root))
    return ratio * direction + (cosine - ratio * incidence) * normals


def _frames(lens: Lens) -> list[tuple[np.ndarray, np.ndarray]]:
    """Origin and rotation (columns: the local axes) of every surface, the image's last."""
    frames, z = [], 0.0
    for index, surface in enumerate((*lens.surfaces, lens.image)):
        if index:
            z += lens.gaps[index].thickness
        origin, turned = np.array([0.0, 0.0, z]), np.eye(3)
        assert surface.turn is None
        if surface.pose is not None:
            assert not surface.pose.tilt_first
            origin = origin + np.array(surface.pose.decentre)
            for axis, angle in enumerate(surface.pose.tilt):
                turned = turned @ _rotation(axis, angle)
        frames.append((origin, turned))
    return frames


def _rotation(axis: int, angle: float) -> np.ndarray:
    """Right-handed rotation about a coordinate axis."""
    turned = np.eye(3)
    first, second = (axis + 1) % 3, (axis + 2) % 3
    turned[first, first] = turned[second, second] = cos(angle)
    turned[second, first], turned[first, second] = sin(angle), -sin(angle)
    return turned


def reach(surface: Surface) -> float:
    """Radius within which a surface is there, mm; without a semi-aperture, where its conic ends or 50 mm."""
    if surface.semi_aperture is not None and surface.semi_aperture > 0:
        beyond = BEYOND_CONIC if surface.departure is None else BEYOND
        return beyond * surface.semi_aperture
    steep = (1 + surface.conic) * surface.curvature**2
    return min(50.0, 0.999 / steep**0.5) if steep > 0 else 50.0


def trace(
    lens: Lens,
    indices: list[float],
    position: np.ndarray,
    direction: np.ndarray,
    last: int | None = None,
    steps: int = STEPS,
) -> Course:
    """Rays through a lens, from anywhere before it.

    Args:
        lens: the prescription.
        indices: of refraction, one for each gap.
        position: starts, ``[3, ray]``, mm, in the frame of surface 0 before its pose.
        direction: unit vectors.
        last: index of the surface to end on; None is the image.
        steps: of each march.
    """
    surfaces = [*lens.surfaces, lens.image]
    frames = _frames(lens)
    end = len(surfaces) - 1 if last is None else last
    rows, path = [], np.zeros(position.shape[1])
    for index in range(end + 1):
        surface, (origin, turned) = surfaces[index], frames[index]
        image = index == len(surfaces) - 1
        start, along = turned.T @ (position - origin[:, None]), turned.T @ direction
        length = crossing(surface, start, along, 1e3 if image else reach(surface), steps)
        met = start + length * along
        if not image:
            bent = refract(along, normal(surface, met[0], met[1]), indices[index], indices[index + 1])
            direction = turned @ bent
        position = turned @ met + origin[:, None]
        path = path + indices[index] * length
        rows.append((position, direction, path, np.sqrt(met[0] ** 2 + met[1] ** 2)))
    return Course(*(np.stack([row[part] for row in rows]) for part in range(4)))


def meridional(angle: float, heights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Parallel rays in the yz plane, by their signed distance from the vertex of surface 0."""
    zeros = np.zeros_like(heights)
    position = np.stack([zeros, heights * cos(angle), -heights * sin(angle)])
    direction = np.stack([zeros, zeros + sin(angle), zeros + cos(angle)])
    return position, direction


def _stop_height(
    lens: Lens, indices: list[float], angle: float, heights: np.ndarray, steps: int
) -> np.ndarray:
    """Where meridional rays meet the stop, mm from its centre."""
    course = trace(lens, indices, *meridional(angle, heights), last=lens.stop, steps=steps)
    return course.position[-1, 1]


def chief_heights(
    lens: Lens, indices: list[float], angles: np.ndarray, wanted: np.ndarray, window: float = 0.05
) -> np.ndarray:
    """Distance of chief rays from the vertex of surface 0, on the branch continuous from the axis.

    Args:
        lens: a centred lens with a far object.
        indices: one for each gap.
        angles: rad, rising, the first near 0; steps of less than 0.03 keep to the branch.
        wanted: indices of those angles that heights are returned for; to others a straight line leads.
        window: half width of each scan, mm for a lens whose stop is 1 mm wide.

    Raises:
        ValueError: no root within the window, or more than one.
    """
    found: list[float] = []
    for number, angle in enumerate(angles):
        slope = found[-1] - found[-2] if len(found) > 1 else 0.0
        guess = found[-1] + slope if found else 0.0
        scan = guess + np.linspace(-window, window, 21)
        heights = _stop_height(lens, indices, angle, scan, 256)
        changes = np.flatnonzero(heights[:-1] * heights[1:] <= 0)
        if len(changes) == 0:
            raise ValueError(f"no chief ray within {window} mm of {guess} at {angle} rad")
        nearest = changes[np.argmin(np.abs(scan[changes] - guess))]
        (low, high), (below, above) = scan[nearest : nearest + 2], heights[nearest : nearest + 2]
        if number in wanted:
            found.append(_bisected(lens, indices, angle, low, high))
        else:
            found.append(low + (high - low) * below / (below - above) if below != above else low)
    return np.array(found)[wanted]


def _bisected(lens: Lens, indices: list[float], angle: float, low: float, high: float) -> float:
    """Root of the height at the stop in a bracket, by sections of eight."""
    for _ in range(ROUNDS):
        scan = np.linspace(low, high, 9)
        heights = _stop_height(lens, indices, angle, scan, 256)
        change = np.flatnonzero(heights[:-1] * heights[1:] <= 0)
        if len(change) == 0:
            break
        low, high = scan[change[0]], scan[change[0] + 1]
    return 0.5 * (low + high)


def field_steps(fractions: np.ndarray, full: float, by: float = 0.02) -> np.ndarray:
    """Angles from 0 to the full field in steps of at most ``by`` rad, with the wanted ones among them."""
    count = int(np.ceil(full / by))
    return np.unique(np.concatenate([np.linspace(0, full, count + 1), full * fractions]))
