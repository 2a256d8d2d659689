"""Check: what makes a prescription impossible, each said in one sentence before anything is traced."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from math import inf, isfinite
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm, um
from lichtbild.optics.conjugates import check_first_order
from lichtbild.optics.glass import check_medium
from lichtbild.optics.lens import Lens
from lichtbild.optics.paraxial import paraxial_rays
from lichtbild.optics.sag import Shape, sag, stacked
from lichtbild.optics.surface import Surface

SURFACES = 1000
"""More surfaces than any lens has."""

SHORTEST, LONGEST = nm(100), um(20)
"""Wavelengths that optical media have anything to say about, mm."""

HEIGHTS = 33
"""Heights at which neighbouring surfaces are compared."""


def check_lens(lens: Lens) -> tuple[str, ...]:
    """What is doubtful about a lens that can be traced; an impossible one is refused.

    Raises:
        BadInput: counts that do not fit, a stop out of range, numbers that are none, surfaces that cross in
            the beam of the axis, a medium unknown at a wavelength, or no real image.
    """
    _check_counts(lens)
    _check_numbers(lens)
    _check_light(lens)
    for gap in lens.gaps:
        check_medium(gap.medium, lens.wavelengths)
    check_first_order(lens)
    doubts = [doubt for number, surface in enumerate(lens.surfaces) for doubt in _edges(number, surface)]
    return (*doubts, *_crossings(lens))


def _check_counts(lens: Lens) -> None:
    surfaces = len(lens.surfaces)
    if not 1 <= surfaces <= SURFACES:
        raise BadInput(f"the lens has {surfaces} surfaces; 1 to {SURFACES} can be traced")
    if len(lens.gaps) != surfaces + 1:
        raise BadInput(
            f"the lens has {len(lens.gaps)} gaps for {surfaces} surfaces; there is one before each surface "
            "and one more to the image"
        )
    if not 0 <= lens.stop < surfaces:
        raise BadInput(
            f"the stop is surface {lens.stop}, which the lens does not have; it has 0 to {surfaces - 1}"
        )


def _check_numbers(lens: Lens) -> None:
    for path, value in _numbers(lens, ""):
        if not isfinite(value) and not (path == "gaps[0].thickness" and value == inf):
            raise BadInput(f"{path} is {value}; only the distance of the object may be infinite")


def _numbers(value: Any, path: str) -> Iterator[tuple[str, float]]:
    """Every number of a prescription with its path."""
    if is_dataclass(value):
        for field in fields(value):
            if not field.metadata.get("static"):
                yield from _numbers(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))
    elif isinstance(value, tuple):
        for index, entry in enumerate(value):
            yield from _numbers(entry, f"{path}[{index}]")
    elif value is not None:
        yield path, float(value)


def _check_light(lens: Lens) -> None:
    if not lens.fields:
        raise BadInput("the lens has no field points; give at least the one on the axis")
    if not lens.wavelengths or len(lens.weights) != len(lens.wavelengths):
        raise BadInput(
            f"the lens has {len(lens.wavelengths)} wavelengths and {len(lens.weights)} weights; give as many "
            "of the one as of the other, and at least one"
        )
    if not 0 <= lens.primary < len(lens.wavelengths):
        raise BadInput(
            f"the primary wavelength is number {lens.primary}, but there are {len(lens.wavelengths)}, "
            "counted from 0"
        )
    for wavelength in lens.wavelengths:
        if not SHORTEST <= wavelength <= LONGEST:
            raise BadInput(
                f"a wavelength is {wavelength * 1e6:g} nm; those from {SHORTEST * 1e6:g} to "
                f"{LONGEST * 1e6:g} nm can be traced"
            )
    if min(lens.weights) < 0 or max(lens.weights) <= 0:
        raise BadInput("the weights of wavelengths must not be negative, and one of them must be positive")
    for number, point in enumerate(lens.fields):
        if lens.field_kind == "angle" and max(abs(point.x), abs(point.y)) >= np.pi / 2:
            degrees = np.degrees(max(abs(point.x), abs(point.y)))
            raise BadInput(f"field {number} is {degrees:g} degrees off the axis; less than 90 can be traced")


def _edges(number: int, surface: Surface) -> Iterator[str]:
    semi = surface.semi_aperture
    if semi is None:
        return
    if semi <= 0:
        raise BadInput(
            f"surface {number} has a semi-aperture of {semi:g} mm; give one above 0, or none where the light "
            "shall decide"
        )
    bulge = (1 + surface.conic) * surface.curvature**2
    if bulge > 0 and semi * semi * bulge > 1:
        yield (
            f"surface {number} has a semi-aperture of {semi:g} mm, but its base curve ends at "
            f"{bulge**-0.5:g} mm from the axis; rays beyond have missed it"
        )


def _crossings(lens: Lens) -> Iterator[str]:
    """Neighbours that cross within the smaller aperture; those that cross in the axial beam are refused."""
    if len(lens.surfaces) < 2 or any(s.pose is not None or s.turn is not None for s in lens.surfaces):
        return
    beam = np.abs(np.asarray(paraxial_rays(lens).marginal.height)).ravel()
    semi = np.array(
        [beam[i] if s.semi_aperture is None else s.semi_aperture for i, s in enumerate(lens.surfaces)]
    )
    heights = np.linspace(0, 1, HEIGHTS) * np.minimum(semi[:-1], semi[1:])[:, None]
    left, right = (
        np.asarray(_heights(stacked(part), jnp.asarray(heights)))
        for part in (lens.surfaces[:-1], lens.surfaces[1:])
    )
    sense = np.cumprod([-1 if surface.mirror else 1 for surface in lens.surfaces])  # behind each surface
    for number, gap in enumerate(lens.gaps[1:-1]):
        if _is_dummy(lens, number) or _is_dummy(lens, number + 1):
            continue
        between = sense[number] * (gap.thickness + right[number] - left[number])
        crossed = np.flatnonzero(between < -CROSSING)
        if crossed.size:
            where = heights[number][crossed[0]]
            sentence = f"surfaces {number} and {number + 1} cross {where:.4g} mm from the axis"
            if where <= min(beam[number], beam[number + 1]):
                raise BadInput(f"{sentence}, in the beam of the axis; widen the gap between them")
            yield f"{sentence}, within their apertures; the gap is too narrow or the apertures are too wide"


CROSSING = 1e-6
"""Overlap of neighbours that is only rounding, mm."""


def _is_dummy(lens: Lens, number: int) -> bool:
    """A surface with the same medium on both sides (a stop, a reference plane) is nothing to run into."""
    return lens.gaps[number].medium == lens.gaps[number + 1].medium and not lens.surfaces[number].mirror


@jax.jit
def _heights(shapes: Shape, heights: Array) -> Array:
    return jax.vmap(sag)(shapes, heights, jnp.zeros_like(heights))
