"""Lenses refined by plain merit functions and by their spots."""

from dataclasses import replace
from math import inf
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.configuration import value_at
from lichtbild.optics.lens import Aperture, Lens
from lichtbild.optics.merit.of_lens import back_focus, focal_length
from lichtbild.optics.merit.operands import FocalLength, Length
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.refine import refine, with_numbers
from lichtbild.optics.refine_spots import Sampling, refine_spots
from lichtbild.optics.surface import PowerSeries, Surface
from optics.merit.forms import front_stop, inner_stop
from optics.simple_lenses import singlet

FREE = (-inf, inf)
FEW = Sampling(3, 4)


def wanted(lens: Lens) -> jax.Array:
    """A focal length of 60 mm and a focus on the image, 1e-3 mm of either counting as 1."""
    found = first_order(lens)
    return jnp.stack([found.focal_length - 60.0, found.defocus]) * 1e3


def test_a_singlet_of_a_wanted_focal_length() -> None:
    lens = singlet(0.012, -0.009, 3.0)
    found = refine(lens, {"surfaces[0].curvature": FREE, "gaps[2].thickness": (1.0, 200.0)}, wanted)
    assert float(first_order(found.lens).focal_length) == pytest.approx(60.0, abs=1e-6)
    assert float(first_order(found.lens).defocus) == pytest.approx(0.0, abs=1e-6)
    assert found.lens.surfaces[1] == lens.surfaces[1]
    assert isinstance(found.lens.surfaces[0].curvature, float)
    assert list(found.history) == sorted(found.history, reverse=True)
    assert found.merit < 1e-6 * found.history[0]


def test_media_are_variables_too_and_bounds_hold() -> None:
    """The index that would be needed lies beyond its bound; the curvature does the rest."""

    def merit(lens: Lens) -> jax.Array:
        return jnp.stack([focal_length(lens) - 30.0, (back_focus(lens) - 25.0) / 10])

    lens = singlet(0.01, -0.01, 3.0)
    moving = {"gaps[1].medium.index": (1.45, 1.6), "gaps[2].thickness": (0.0, 99.0)}
    heard: list[int] = []
    found = refine(
        singlet(0.01, -0.01, 3.0, image_gap=50.0), moving, merit, told=lambda n, _: heard.append(n)
    )
    assert found.lens.gaps[1].medium.index == 1.6
    assert found.lens.gaps[2].thickness == pytest.approx(25.0, abs=1e-3)
    assert found.is_still
    assert len(heard) == found.steps
    assert lens.gaps[1].medium.index == 1.5


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "no number of the lens may move"),
        ({"surfaces[9].curvature": FREE}, "leads nowhere"),
        ({"surfaces[0].curvature": (0.1, 0.2)}, "out of its bounds 0.1 to 0.2"),
        ({"gaps[0].thickness": FREE}, "cannot move"),
    ],
)
def test_variables_that_cannot_be(variables: dict, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        refine(singlet(0.01, -0.01), variables, wanted)


def test_a_start_without_light() -> None:
    with pytest.raises(BadInput, match="not finite"):
        refine(singlet(0.01, -0.01), {"gaps[2].thickness": FREE}, lambda lens: wanted(lens) * jnp.inf)


MOVING = {f"surfaces[{number}].curvature": FREE for number in (1, 2, 3, 4)}
SHAPED = {f"surfaces[{number}].departure.coefficients[0]": FREE for number in (1, 3, 4)}
GAPS = {"gaps[2].thickness": (0.5, 1.5), "gaps[4].thickness": (0.3, 1.2), "gaps[5].thickness": (4.0, 6.0)}


@pytest.fixture(scope="module")
def spotless():
    """A lens with its spots refined at constant focal length."""
    lens = front_stop()
    focal = float(first_order(lens).focal_length)
    operands = (FocalLength(*map(jnp.asarray, (focal, focal, 0.01))),)
    return lens, operands, refine_spots(lens, MOVING | SHAPED | GAPS, operands, sampling=FEW, steps=60)


def test_spots_become_small(spotless) -> None:
    lens, _, found = spotless
    assert found.merit < 0.05 * found.history[0]
    assert found.lens.stop == lens.stop
    assert found.lens.surfaces[2].conic == lens.surfaces[2].conic
    focal = (float(first_order(each).focal_length) for each in (lens, found.lens))
    assert next(focal) == pytest.approx(next(focal), abs=0.1)
    for path, (low, high) in GAPS.items():
        assert low <= value_at(found.lens, path) <= high


def test_from_elsewhere_the_same_optimum(spotless) -> None:
    """A start whose spots are several times larger ends as well, or better."""
    _, operands, found = spotless
    paths = tuple(MOVING)
    moved = [value_at(found.lens, path) * 1.01 for path in paths]
    start = with_numbers(found.lens, paths, moved)
    again = refine_spots(start, MOVING | SHAPED | GAPS, operands, sampling=FEW, steps=60)
    assert again.history[0] > 2 * found.merit
    assert again.merit < 1.05 * found.merit


@pytest.mark.slow
def test_an_f_number_is_kept(spotless) -> None:
    """The stop follows the f-number: what is told of the lens is what it does with its own stop."""
    lens, operands, _ = spotless
    opened = replace(lens, aperture=Aperture("f-number", 4.5))
    found = refine_spots(opened, MOVING | SHAPED | GAPS, operands, sampling=FEW, steps=80)
    assert float(first_order(found.lens).f_number) == pytest.approx(4.5, rel=1e-12)
    assert found.merit < 0.05 * found.history[0]
    again = refine_spots(found.lens, MOVING | SHAPED | GAPS, operands, sampling=FEW, steps=0)
    assert again.merit == pytest.approx(found.merit, rel=1e-9)


def with_terms(lens: Lens, highest: int) -> Lens:
    """The lens with all even powers up to one, new ones 0."""

    def grown(surface: Surface) -> Surface:
        if not isinstance(surface.departure, PowerSeries):
            return surface
        own = dict(zip(surface.departure.powers, surface.departure.coefficients, strict=True))
        powers = tuple(range(4, highest + 1, 2))
        return replace(surface, departure=PowerSeries(powers, tuple(own.get(n, 0.0) for n in powers)))

    return replace(lens, surfaces=tuple(map(grown, lens.surfaces)))


@pytest.mark.slow  # compiles for long
def test_all_numbers_of_a_phone_lens(shared: Path) -> None:
    """132 numbers to r^20 come to rest; the lens does what was told of it, though its stop has grown."""
    lens = with_terms(inner_stop(shared), 20)
    bent = [number for number, each in enumerate(lens.surfaces) if each.departure is not None]
    shapes = {f"surfaces[{number}].{what}": FREE for number in bent for what in ("curvature", "conic")}
    terms = {f"surfaces[{n}].departure.coefficients[{term}]": FREE for n in bent for term in range(9)}
    focal = float(first_order(lens).focal_length)
    operands = (FocalLength(*map(jnp.asarray, (focal, focal, 0.01))),)
    fine = Sampling(8, 10)
    found = refine_spots(lens, shapes | terms, operands, sampling=fine, steps=400)
    assert found.is_still
    assert found.merit < 0.2 * found.history[0]
    again = refine_spots(found.lens, shapes | terms, operands, sampling=fine, steps=0)
    assert again.merit == pytest.approx(found.merit, rel=1e-6)


@pytest.mark.slow  # compiles for long
def test_operands_beside_the_spots() -> None:
    """A track that must be 0.2 mm shorter is, and spots have their price in it."""
    track = Length(0, *map(jnp.asarray, (0.0, 8.1, 1e-3)))
    found = refine_spots(front_stop(), MOVING | SHAPED | GAPS, (track,), sampling=FEW, steps=30)
    assert sum(gap.thickness for gap in found.lens.gaps[1:]) == pytest.approx(8.1, abs=0.02)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"gaps[2].medium.index": FREE}, "no curvature, conic, thickness or aspheric coefficient"),
        ({"surfaces[1].departure.coefficients[1]": FREE}, "without all lower ones"),
        ({"surfaces[1].departure.coefficients[0]": (-1.0, 1.0)}, "has a bound"),
    ],
)
def test_what_arrays_cannot_move_is_said(variables: dict, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        refine_spots(front_stop(), variables)


@pytest.mark.slow  # compiles for long
def test_history_is_the_spots() -> None:
    """Half the sum of squared radii in micrometres."""
    lens = front_stop()
    none = refine_spots(lens, MOVING, sampling=FEW, steps=0)
    assert none.history[0] == none.merit
    assert none.steps == 0
    assert np.isfinite(none.merit)
    assert none.lens.surfaces[1].curvature == lens.surfaces[1].curvature
