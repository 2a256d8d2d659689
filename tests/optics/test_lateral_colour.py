from dataclasses import replace

import numpy as np
import pytest

from lichtbild.optics.glass import refractive_index
from lichtbild.optics.lateral_colour import lateral_colour, longitudinal_colour, on_average
from lichtbild.optics.medium import ModelGlass
from optics.ball_lens import FOCAL, RADIUS, ball_lens

FLINT = ModelGlass(1.5, 30.0)


def _dispersive(thickness: float = RADIUS):
    lens = ball_lens(stop=1.0)
    first, second = (replace(gap, medium=FLINT) for gap in lens.gaps[1:3])
    gaps = (
        lens.gaps[0],
        replace(first, thickness=thickness),
        replace(second, thickness=2 * RADIUS - thickness),
        lens.gaps[3],
    )
    return replace(lens, gaps=gaps)


def test_chief_rays_through_the_middle_of_a_ball_do_not_part() -> None:
    found = lateral_colour(_dispersive())
    np.testing.assert_allclose(found.radial, 0.0, atol=1e-11)
    assert bool(found.found.all())


def test_colours_are_counted_from_the_primary_one_and_outward() -> None:
    found = lateral_colour(_dispersive(2.0))
    assert np.all(np.asarray(found.radial[:, 1]) == 0.0)
    np.testing.assert_allclose(found.radial, found.shift[1], atol=1e-14)
    assert float(found.radial[2, 0] * found.radial[2, 2]) < 0
    mirrored = lateral_colour(_dispersive(2.0), [[0.0, 0.0], [0.0, -0.2], [0.0, -0.5]])
    upright = lateral_colour(_dispersive(2.0), [[0.0, 0.0], [0.0, 0.2], [0.0, 0.5]])
    np.testing.assert_allclose(mirrored.radial, upright.radial, atol=1e-13)
    np.testing.assert_allclose(upright.extent, np.ptp(np.asarray(upright.radial), axis=1))


def test_zones_of_a_ball_by_snells_law() -> None:
    """A ray that passes the stop at h, by Snell's law in two triangles about the centre."""
    lens = _dispersive()
    found = longitudinal_colour(lens, zones=4)
    assert bool(found.found.all())
    for wave, length in enumerate(lens.wavelengths):
        index = float(refractive_index(FLINT, np.float64(length)))
        for zone, stop in enumerate((0.25, 0.5, 0.75, 1.0)):
            assert float(found.focus[wave, zone]) == pytest.approx(_crossing(index, stop) - FOCAL, abs=1e-10)


def _crossing(index: float, stop: float) -> float:
    """From the centre to where a ray parallel to the axis crosses it, for its height at the middle plane."""
    low, high = 0.0, RADIUS * 0.99
    for _ in range(200):
        height = (low + high) / 2
        incidence = np.arcsin(height / RADIUS)
        inner = np.arcsin(height / RADIUS / index)
        # Inside, its distance from the centre is R sin(inner), and it slopes by incidence - inner.
        at_middle = RADIUS * np.sin(inner) / np.cos(incidence - inner)
        low, high = (height, high) if at_middle < stop else (low, height)
    return RADIUS * np.sin(incidence) / np.sin(2 * (incidence - inner))


def test_the_middle_of_the_zones() -> None:
    found = longitudinal_colour(_dispersive(), zones=4)
    focus = np.asarray(found.focus[1])
    assert on_average(found)[1] == pytest.approx(focus @ [0.1, 0.2, 0.3, 0.4], rel=1e-12)
