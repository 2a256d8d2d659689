"""Focusing on another distance, exactly."""

from math import inf
from typing import TypeAlias

import jax
import jax.numpy as jnp
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.focusing import at_distance
from lichtbild.optics.lens import Lens
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.surface import Surface
from optics.simple_lenses import AIR, GLASS, lens_of, singlet
from optics.test_paraxial import aspheric_pair


@pytest.mark.parametrize("distance", [150.0, 1000.0, 1e6, inf])
def test_a_thin_lens_moves_to_the_image_distance(distance: float) -> None:
    focused = at_distance(singlet(0.01, -0.01), distance)
    assert focused.gaps[0].thickness == distance
    assert focused.gaps[-1].thickness == pytest.approx(1 / (0.01 - 1 / distance), rel=1e-14)
    assert isinstance(focused.gaps[-1].thickness, float)
    assert float(first_order(focused).defocus) == pytest.approx(0.0, abs=1e-12)


Gap: TypeAlias = int | tuple[int, int] | None


@pytest.mark.parametrize("gap", [None, 2, 4, (3, 5), (5, 2)])
@pytest.mark.parametrize("distance", [400.0, inf])
def test_any_gap_or_group_brings_the_focus_to_the_image(gap: Gap, distance: float) -> None:
    lens = at_distance(aspheric_pair(), inf)
    focused = at_distance(lens, distance, gap)
    assert float(first_order(focused).defocus) == pytest.approx(0.0, abs=1e-11)
    changed = {index for index in range(6) if focused.gaps[index].thickness != lens.gaps[index].thickness}
    allowed = {5} if gap is None else {gap} if isinstance(gap, int) else set(gap)
    if distance < inf:
        assert changed == allowed | {0}
    if isinstance(gap, tuple):
        assert sum(focused.gaps[index].thickness for index in gap) == pytest.approx(
            sum(lens.gaps[index].thickness for index in gap), rel=1e-14
        )


def test_a_defocus_can_be_kept() -> None:
    lens = aspheric_pair()
    kept = first_order(lens).defocus
    assert abs(float(kept)) > 0.1
    focused = at_distance(lens, 300.0, defocus=kept)
    assert float(first_order(focused).defocus) == pytest.approx(float(kept), rel=1e-12)


def relay() -> Lens:
    """Two thin lenses, the object in the front focus of the first one: light between them is parallel."""
    surfaces = (Surface(0.01), Surface(-0.01), Surface(0.01), Surface(-0.01))
    return lens_of(surfaces, (100.0, 0.0, 30.0, 0.0, 100.0), (AIR, GLASS, AIR, GLASS, AIR))


def test_moving_a_stop_focuses_nothing() -> None:
    with pytest.raises(BadInput, match="no thickness of gap 2 and 3 focuses the lens at infinity"):
        at_distance(aspheric_pair(), inf, (2, 3))


def test_a_gap_of_parallel_light_focuses_nothing() -> None:
    with pytest.raises(BadInput, match=r"no thickness of gap 2 focuses the lens at 100 mm"):
        at_distance(relay(), 100.0, 2, defocus=5.0)


def test_a_distance_that_is_too_near_is_refused() -> None:
    with pytest.raises(BadInput, match=r"to focus the lens at 50 mm gap 2 would have to be -100 mm"):
        at_distance(singlet(0.01, -0.01), 50.0)


@pytest.mark.parametrize("gap", [0, 3, -1, (1, 3)])
def test_gaps_that_are_not_there_are_refused(gap: Gap) -> None:
    with pytest.raises(BadInput, match="choose one of its gaps 1 to 2"):
        at_distance(singlet(0.01, -0.01), 500.0, gap)


def test_a_group_needs_two_gaps() -> None:
    with pytest.raises(BadInput, match="gap 2 cannot both grow and shrink"):
        at_distance(singlet(0.01, -0.01), 500.0, (2, 2))


def test_gradients_flow_through_focusing() -> None:
    """d s' / d s = -(s' / s)^2 of a thin lens, compiled or not."""

    def image(distance: jax.Array) -> jax.Array:
        return jnp.asarray(at_distance(singlet(0.01, -0.01), distance).gaps[-1].thickness)

    for differentiated in (jax.grad(image), jax.jit(jax.grad(image))):
        assert float(differentiated(300.0)) == pytest.approx(-0.25, rel=1e-10)
