"""Wave and ray aberrations to sixty digits, for what is left of them in the limit of a small pupil and field.

An oracle for third-order sums: real rays in decimal numbers through conics with a term in r^2 and r^4, the
optical path to a sphere about the Gaussian image point, and nothing of the library but its nouns. The first
surface is a plane in air, the stop, so that the entrance pupil is the stop itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from lichtbild.optics.lens import Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.surface import PowerSeries, Surface

DIGITS = 60
Vector = tuple[Decimal, Decimal, Decimal]
ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Wave:
    """Aberrations for a pupil of radius a and a field of slope t, both times a small number e.

    Args:
        path: reference path less the ray's, over e^4, mm.
        x: where the ray meets the Gaussian image plane, over e^3, mm.
        y: the same, less the Gaussian image's height.
    """

    path: Decimal
    x: Decimal
    y: Decimal


def limit(lens: Lens, x: float, y: float, field: float) -> Wave:
    """Aberrations of the ray through (x, y) on the stop, mm, in a field of slope ``field``, for vanishing
    e."""
    with localcontext() as context:
        context.prec = DIGITS
        # Two sizes of e take away the next order, e^2, and leave e^4.
        wide, narrow = (_scaled(lens, x, y, field, Decimal(e)) for e in ("1e-4", "5e-5"))
        return Wave(
            (4 * narrow.path - wide.path) / 3,
            ((4 * narrow.x - wide.x) / 3),
            ((4 * narrow.y - wide.y) / 3),
        )


def _scaled(lens: Lens, x: float, y: float, field: float, e: Decimal) -> Wave:
    slope = Decimal(field) * e
    image, pupil, height = _gaussian(lens, slope)
    centre = (ZERO, height, image)
    radius = _norm(_minus(centre, (ZERO, ZERO, pupil)))
    chief, _ = _to_sphere(lens, (ZERO, ZERO), slope, centre, radius)
    path, (at, direction) = _to_sphere(lens, (Decimal(x) * e, Decimal(y) * e), slope, centre, radius)
    reach = (image - at[2]) / direction[2]
    miss = (at[0] + reach * direction[0], at[1] + reach * direction[1] - height)
    return Wave((chief - path) / e**4, miss[0] / e**3, miss[1] / e**3)


def _gaussian(lens: Lens, slope: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Places of the image and the exit pupil from the first vertex, and the chief ray's height on the
    image."""
    index, rays, place = ONE, [(ONE, ZERO), (ZERO, ONE)], ZERO
    for number, surface in enumerate(lens.surfaces):
        after = -index if surface.mirror else _index(lens, number + 1).copy_sign(index)
        power = (after - index) * _curvature(surface)
        rays = [(y, (index * u - y * power) / after) for y, u in rays]
        index = after
        if number < len(lens.surfaces) - 1:
            gap = Decimal(lens.gaps[number + 1].thickness)
            rays, place = [(y + gap * u, u) for y, u in rays], place + gap
    (y, u), (chief, inclined) = rays
    return place - y / u, place - chief / inclined, slope * (chief - y / u * inclined)


def _to_sphere(
    lens: Lens, start: tuple[Decimal, Decimal], slope: Decimal, centre: Vector, radius: Decimal
) -> tuple[Decimal, tuple[Vector, Vector]]:
    """Optical path from a plane wave through the stop's centre to the reference sphere, and the ray
    behind."""
    direction = _unit((ZERO, slope, ONE))
    at: Vector = (*start, ZERO)
    path, index, vertex = _dot(direction, at), ONE, ZERO
    for number, surface in enumerate(lens.surfaces):
        origin = (ZERO, ZERO, vertex)
        length = _meeting(surface, _minus(at, origin), direction)
        at, path = _along(at, direction, length), path + index * length
        normal = _normal(surface, at)
        after = index if surface.mirror else _index(lens, number + 1)
        direction = _bent(direction, normal, index, after, surface.mirror)
        index, vertex = after, vertex + Decimal(lens.gaps[number + 1].thickness)
    offset = _minus(at, centre)
    along = _dot(direction, offset)
    length = -along - (along**2 - _dot(offset, offset) + radius**2).sqrt()
    return path + index * length, (at, direction)


def _bent(direction: Vector, normal: Vector, before: Decimal, after: Decimal, mirror: bool) -> Vector:
    cosine = _dot(direction, normal)
    if mirror:
        return _along(direction, normal, -2 * cosine)
    ratio = before / after
    refracted = (1 - ratio**2 * (1 - cosine**2)).sqrt().copy_sign(cosine)
    return _along(tuple(ratio * d for d in direction), normal, refracted - ratio * cosine)  # type: ignore[arg-type]


def _meeting(surface: Surface, at: Vector, direction: Vector) -> Decimal:
    """Distance to the surface, by Newton's method from the vertex plane."""
    length = -at[2] / direction[2]
    for _ in range(8):
        x, y, z = _along(at, direction, length)
        slope = _slope(surface, x * x + y * y)
        miss = z - _sag(surface, x * x + y * y)
        length -= miss / (direction[2] - 2 * slope * (x * direction[0] + y * direction[1]))
    return length


def _coefficients(surface: Surface) -> tuple[Decimal, Decimal]:
    series = surface.departure if isinstance(surface.departure, PowerSeries) else PowerSeries((), ())
    found = dict(zip(series.powers, series.coefficients, strict=True))
    return Decimal(found.get(2, 0.0)), Decimal(found.get(4, 0.0))


def _curvature(surface: Surface) -> Decimal:
    return Decimal(surface.curvature) + 2 * _coefficients(surface)[0]


def _sag(surface: Surface, v: Decimal) -> Decimal:
    c, (second, fourth) = Decimal(surface.curvature), _coefficients(surface)
    return c * v / (1 + _root(surface, v)) + second * v + fourth * v * v


def _slope(surface: Surface, v: Decimal) -> Decimal:
    second, fourth = _coefficients(surface)
    return Decimal(surface.curvature) / (2 * _root(surface, v)) + second + 2 * fourth * v


def _root(surface: Surface, v: Decimal) -> Decimal:
    return (1 - (1 + Decimal(surface.conic)) * Decimal(surface.curvature) ** 2 * v).sqrt()


def _normal(surface: Surface, at: Vector) -> Vector:
    slope = _slope(surface, at[0] ** 2 + at[1] ** 2)
    return _unit((-2 * slope * at[0], -2 * slope * at[1], ONE))


def _index(lens: Lens, gap: int) -> Decimal:
    medium = lens.gaps[gap].medium
    return Decimal(medium.index) if isinstance(medium, ModelGlass) else ONE


def _along(at: Vector, direction: Vector, length: Decimal) -> Vector:
    return tuple(p + length * d for p, d in zip(at, direction, strict=True))  # type: ignore[return-value]


def _minus(a: Vector, b: Vector) -> Vector:
    return _along(a, b, -ONE)


def _dot(a: Any, b: Any) -> Decimal:
    return sum((p * q for p, q in zip(a, b, strict=True)), ZERO)


def _norm(a: Vector) -> Decimal:
    return _dot(a, a).sqrt()


def _unit(a: Vector) -> Vector:
    norm = _norm(a)
    return tuple(p / norm for p in a)  # type: ignore[return-value]


def solved(of: Callable[[float, float, float], Wave]) -> dict[str, float]:
    """Coefficients W040 ... W311, mm, from five rays at a full and half pupil (Welford, equation 8.10)."""
    axial = of(0.0, 1.0, 0.0).path
    up, down = of(0.0, 1.0, 1.0).path - axial, of(0.0, -1.0, 1.0).path - axial
    half = of(0.0, 0.5, 1.0).path - axial / 16
    across = of(1.0, 0.0, 1.0).path - axial
    # up = 131 + 222 + 220 + 311, down = -131 + 222 + 220 - 311, half = 131 / 8 + (222 + 220) / 4 + 311 / 2.
    odd, even = (up - down) / 2, (up + down) / 2
    coma = (odd / 2 - (half - even / 4)) * 8 / 3
    named = {"w040": axial, "w131": coma, "w222": even - across, "w220": across, "w311": odd - coma}
    return {name: float(value) for name, value in named.items()}
