"""Scaled: the same lens, larger or smaller; angles, f-numbers and indices stay as they are.

Every length is multiplied by the same factor, so that all aberrations in length grow with it, while
diffraction does not.
"""

from dataclasses import replace
from math import inf, isfinite
from typing import Any

from lichtbild.core.errors import BadInput
from lichtbild.optics.lens import Aperture, Gap, Lens
from lichtbild.optics.surface import Departure, Pose, PowerSeries, Surface, Toroid, XYPolynomial


def scaled(lens: Lens, factor: float) -> Lens:
    """The lens with all its lengths multiplied.

    Args:
        lens: without configurations; its object distance stays, for the object is not the lens's.
        factor: finite and above 0.

    Raises:
        BadInput: the factor is neither, or the lens has configurations, whose numbers may be lengths or not.
    """
    if not (isfinite(factor) and factor > 0):
        raise BadInput(f"a lens is scaled by a number above 0, not {factor:g}")
    if lens.configurations:
        raise BadInput("a lens with configurations cannot be scaled; choose one of them first")
    if factor == 1:
        return lens
    imaged = lens.field_kind in ("image height", "real image height")
    fields = tuple(replace(point, x=point.x * factor, y=point.y * factor) for point in lens.fields)
    first, *others = lens.gaps
    return replace(
        lens,
        surfaces=tuple(_surface(surface, factor) for surface in lens.surfaces),
        gaps=(first, *(Gap(gap.thickness * factor, gap.medium) for gap in others)),
        aperture=_aperture(lens.aperture, factor),
        fields=fields if imaged else lens.fields,
        image=_surface(lens.image, factor),
    )


def scaled_departure(departure: Departure | None, factor: float) -> Departure | None:
    """A departure from a base curve with its lengths multiplied."""
    match departure:
        case None:
            return None
        case PowerSeries(powers=powers):
            return PowerSeries(powers, _per_length(powers, departure.coefficients, factor))
        case Toroid(curvature=curvature, powers=powers):
            return Toroid(curvature / factor, powers, _per_length(powers, departure.coefficients, factor))
        case XYPolynomial(powers=pairs):
            return XYPolynomial(
                departure.norm_radius * factor, pairs, tuple(v * factor for v in departure.coefficients)
            )
        case _:
            return type(departure)(
                departure.norm_radius * factor, tuple(v * factor for v in departure.coefficients)
            )


def _per_length(powers: tuple[int, ...], values: tuple[Any, ...], factor: float) -> tuple[Any, ...]:
    return tuple(value * factor ** (1 - power) for power, value in zip(powers, values, strict=True))


def _surface(surface: Surface, factor: float) -> Surface:
    return replace(
        surface,
        curvature=surface.curvature / factor,
        departure=scaled_departure(surface.departure, factor),
        semi_aperture=_length(surface.semi_aperture, factor),
        edge=_length(surface.edge, factor),
        pose=_pose(surface.pose, factor),
        turn=_pose(surface.turn, factor),
    )


def _length(value: Any, factor: float) -> Any:
    return None if value is None else value if value == inf else value * factor


def _pose(pose: Pose | None, factor: float) -> Pose | None:
    if pose is None:
        return None
    x, y, z = pose.decentre
    return replace(pose, decentre=(x * factor, y * factor, z * factor))


def _aperture(aperture: Aperture, factor: float) -> Aperture:
    lengths = ("entrance pupil diameter", "stop semi-aperture")
    return replace(aperture, value=aperture.value * factor) if aperture.kind in lengths else aperture
