"""Sag tables against closed forms."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.drawing.sag_table import best_fit_curvature, csv, is_of_revolution, sag_table
from lichtbild.optics.surface import PowerSeries, Surface, XYPolynomial


def test_a_sphere_departs_from_nothing() -> None:
    found = sag_table(Surface(-1 / 8, semi_aperture=5.0), rows=6)
    root = np.sqrt(64 - found.height**2)
    np.testing.assert_allclose(found.height, [0, 1, 2, 3, 4, 5])
    np.testing.assert_allclose(found.sag, root - 8, atol=1e-14)
    np.testing.assert_allclose(found.slope, -found.height / root, atol=1e-9)
    np.testing.assert_allclose(found.departure, 0, atol=1e-12)
    assert found.sphere_radius == pytest.approx(-8, rel=1e-12)


def test_a_plane_has_a_plane() -> None:
    found = sag_table(Surface(semi_aperture=2.0))
    assert found.sphere_radius == np.inf
    assert not found.departure.any()


def test_the_best_fit_is_the_best() -> None:
    """No other curvature has a smaller sum of squares over the area."""
    surface = Surface(0.05, -3.0, PowerSeries((4,), (4e-4,)), semi_aperture=4.0)
    best = best_fit_curvature(surface, 4.0)
    r = 4 * np.sqrt((np.arange(2000) + 0.5) / 2000)
    wanted = 0.05 * r**2 / (1 + np.sqrt(1 + 2 * 0.05**2 * r**2)) + 4e-4 * r**4

    def lack(c: float) -> float:
        return float(((wanted - c * r**2 / (1 + np.sqrt(1 - c**2 * r**2))) ** 2).sum())

    assert lack(best) < min(lack(best * 0.999), lack(best * 1.001))


def test_a_wavy_rim_keeps_a_sphere() -> None:
    """A departure steeper than any sphere still has a best fit, finite and within the aperture."""
    surface = Surface(0.0, 0.0, PowerSeries((4,), (0.5,)), semi_aperture=3.0)
    found = sag_table(surface)
    assert abs(found.sphere_radius) >= 3.0
    assert np.isfinite(found.departure).all()


def test_given_heights() -> None:
    surface = Surface(0.0, 0.0, PowerSeries((4,), (1e-3,)), semi_aperture=2.0)
    found = sag_table(surface, np.array([0.5, 1.5]))
    np.testing.assert_allclose(found.sag, 1e-3 * np.array([0.5, 1.5]) ** 4, rtol=1e-13)
    np.testing.assert_allclose(found.slope, 4e-3 * np.array([0.5, 1.5]) ** 3, rtol=1e-7)


def test_a_table_as_text_keeps_every_digit() -> None:
    found = sag_table(Surface(0.1, semi_aperture=3.0), rows=4)
    head, *rows = csv(found).splitlines()
    assert head == "height_mm,sag_mm,slope,departure_um"
    read = np.array([[float(cell) for cell in row.split(",")] for row in rows])
    np.testing.assert_array_equal(read[:, 1], found.sag)


def test_an_aperture_is_needed() -> None:
    with pytest.raises(BadInput, match="semi-aperture"):
        sag_table(Surface(0.1))
    assert sag_table(Surface(0.1), semi_aperture=1.0).height[-1] == 1.0


def test_freeforms_are_not_of_revolution() -> None:
    assert is_of_revolution(Surface(0.1))
    assert not is_of_revolution(Surface(0.1, departure=XYPolynomial(1.0, ((1, 1),), (0.1,))))
