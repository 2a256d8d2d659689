"""Essence: a lens without what a computation does not ask for.

A compiled function is compiled again for each new structure of its arguments, and names and labels are
structure. Without them lenses of as many surfaces, aspheres of the same kind and media with the same kind of
formula share what is compiled. Numbers keep their gradients; those left out have none.
"""

from dataclasses import replace
from typing import Any

import jax

from lichtbild.optics.lens import FieldPoint, Gap, Lens
from lichtbild.optics.medium import Air, Glass, Medium
from lichtbild.optics.surface import Surface


def nameless(lens: Lens) -> Lens:
    """The lens without names, notes, coatings, transmissions and other configurations."""
    return replace(
        lens,
        surfaces=tuple(replace(surface, label="", coating=None) for surface in lens.surfaces),
        gaps=tuple(Gap(gap.thickness, _nameless(gap.medium)) for gap in lens.gaps),
        fields=tuple(FieldPoint(point.x, point.y) for point in lens.fields),
        image=Surface(),
        weights=(1.0,) * len(lens.wavelengths),
        configurations=(),
        name="",
        source="",
        notes="",
    )


def _nameless(medium: Medium) -> Medium:
    if isinstance(medium, Air):
        return medium
    if isinstance(medium, Glass):
        return replace(medium, name="", catalogue="", transmission=None, band=None)
    return replace(medium, name="")


def plain(value: Any) -> Any:
    """A number as Python's own where it is known, as a file wants it; JAX's where a gradient follows it."""
    return value if isinstance(value, jax.core.Tracer) else float(value)
