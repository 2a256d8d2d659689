"""A lens focused on another distance, by moving the whole of it or a group in it."""

from dataclasses import replace
from math import isinf
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from lichtbild.core.errors import BadInput
from lichtbild.optics.essence import plain
from lichtbild.optics.lens import Lens
from lichtbild.optics.meridian import Meridian, follow, meridian
from lichtbild.optics.paraxial_lens import filled
from lichtbild.optics.pupils import paraxial_pupils

FLOOR = 1e-300
"""Least value under a root."""

FARTHEST = 1e6
"""Shift beyond which nothing counts as a focus, mm."""


def at_distance(
    lens: Lens, object_distance: Any, focus_gap: int | tuple[int, int] | None = None, defocus: Any = 0.0
) -> Lens:
    """The lens focused on a distance, exactly, by paraxial rays of the primary wavelength.

    Args:
        lens: any with an image.
        object_distance: from the object to the first surface, mm; infinite for a far one.
        focus_gap: the gap whose thickness changes; by default the last one, which moves the whole lens before
            its image surface. Two gaps are those before and after a group that moves by itself: what one
            gains the other loses, and of two solutions the nearer one is taken.
        defocus: where the paraxial image shall lie behind the image surface, mm, such as
            ``first_order(lens).defocus`` to keep what the lens was designed with.

    Raises:
        BadInput: a gap does not exist or is the object's, or no thickness of it focuses the lens. Inside
            compiled functions, where values are not known, the nearest to a focus is taken instead.
    """
    moves = _moves(lens, focus_gap)
    placed = with_thicknesses(lens, {0: object_distance})
    way = filled(meridian(placed))
    directions = np.zeros(len(way.thickness))
    for gap, sign in moves.items():
        directions[gap if gap < len(lens.surfaces) else -1] = sign
    shift, focused = _shift(way, jnp.asarray(directions), jnp.asarray(defocus, float))
    gaps = {gap: plain(placed.gaps[gap].thickness + sign * shift) for gap, sign in moves.items()}
    _check(object_distance, lens, gaps, focused)
    return with_thicknesses(placed, gaps)


def with_thicknesses(lens: Lens, thicknesses: dict[int, Any]) -> Lens:
    """The lens with other thicknesses of some gaps, mm, by their indices."""
    gaps = tuple(
        replace(gap, thickness=thicknesses.get(index, gap.thickness)) for index, gap in enumerate(lens.gaps)
    )
    return replace(lens, gaps=gaps)


def _moves(lens: Lens, focus_gap: int | tuple[int, int] | None) -> dict[int, int]:
    """The gaps that change, and whether they grow or shrink."""
    last = len(lens.gaps) - 1
    chosen = (last,) if focus_gap is None else (focus_gap,) if isinstance(focus_gap, int) else focus_gap
    for gap in chosen:
        if not 1 <= gap <= last:
            raise BadInput(f"gap {gap} cannot focus the lens; choose one of its gaps 1 to {last}")
    if len(set(chosen)) < len(chosen):
        raise BadInput(f"gap {chosen[0]} cannot both grow and shrink; choose two gaps of 1 to {last}")
    return dict(zip(chosen, (1, -1), strict=False))


@jax.jit
def _shift(way: Meridian, directions: Array, defocus: Array) -> tuple[Array, Array]:
    """How far the gaps must change, mm, and whether that focuses the lens.

    The ray's height at the image is linear in each thickness, so at most a parabola in the shift: three
    values give it, and one Newton step takes back what rounding left.
    """
    seen = paraxial_pupils(way, jnp.asarray(0))

    def height(shift: Array) -> Array:
        moved = replace(way, thickness=way.thickness + directions * shift)
        found = follow(moved, *seen.object)
        miss: Array = found.height[-1] + defocus * found.slope[-1]
        return miss

    low, at, high = (height(jnp.asarray(value)) for value in (-1.0, 0.0, 1.0))
    bend, rate = (high + low) / 2 - at, (high - low) / 2
    discriminant = rate**2 - 4 * bend * at
    root = jnp.sqrt(jnp.maximum(discriminant, FLOOR))
    first = -2 * at / (rate + jnp.where(rate < 0, -root, root))
    shift = first - height(first) / (rate + 2 * bend * first)
    return shift, (discriminant >= 0) & (jnp.abs(shift) < FARTHEST)


def _check(object_distance: Any, lens: Lens, gaps: dict[int, Any], focused: Array) -> None:
    """Refuse what cannot be built, where values are known."""
    before = {gap: lens.gaps[gap].thickness for gap in gaps}
    known = (focused, object_distance, *gaps.values(), *before.values())
    if any(isinstance(value, jax.core.Tracer) for value in known):
        return
    where = "at infinity" if isinf(object_distance) else f"at {float(object_distance):g} mm"
    if not focused:
        names = " and ".join(str(gap) for gap in gaps)
        raise BadInput(f"no thickness of gap {names} focuses the lens {where}; choose another gap")
    for gap, value in gaps.items():
        if value * before[gap] < 0:
            raise BadInput(
                f"to focus the lens {where} gap {gap} would have to be {value:g} mm; focus farther away, or "
                "by another gap"
            )
