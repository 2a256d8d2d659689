"""Rays of a drawing: they fill the stop, meet every surface and end at the image."""

from math import inf, radians, tan

import numpy as np
import pytest

from lichtbild.optics.drawing.drawn_rays import drawn_rays
from lichtbild.optics.lens import Aperture, FieldPoint, Gap, Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.surface import Surface
from optics.oracle import sag

SURFACES = (
    Surface(1 / 30, semi_aperture=6.0),
    Surface(-1 / 30, semi_aperture=6.0),
    Surface(semi_aperture=4.0),
)


# Nothing but the time in which the aiming of bundles compiles makes this slow.
pytestmark = pytest.mark.slow


def lens() -> Lens:
    gaps = (Gap(inf), Gap(3.0, ModelGlass(1.5, 60.0)), Gap(1.0), Gap(27.0))
    fields = tuple(FieldPoint(y=radians(angle)) for angle in (0, 2, 4, 6, 8, 10))
    return Lens(SURFACES, gaps, 2, Aperture("stop semi-aperture", 4.0), fields=fields)


def test_rays_of_a_few_fields() -> None:
    found = drawn_rays(lens(), count=5)
    assert [bundle.label for bundle in found] == ["0°", "4°", "6°", "10°"]
    vertices = np.array([0.0, 3.0, 4.0, 31.0])
    for bundle in found:
        assert bundle.points.shape == (4, 3, 5)
        np.testing.assert_allclose(bundle.points[:, 0], 0, atol=1e-9)
        for index, surface in enumerate(SURFACES):
            height = sag(surface, bundle.points[index, 0], bundle.points[index, 1])
            np.testing.assert_allclose(bundle.points[index, 2], vertices[index] + height, atol=1e-9)
        # From edge to edge of the stop.
        np.testing.assert_allclose(bundle.points[2, 1, [0, 2, 4]], [-4, 0, 4], atol=1e-6)
        assert bundle.incoming is not None
        slope = bundle.incoming[1] / bundle.incoming[2]
        np.testing.assert_allclose(slope, tan(radians(float(bundle.label[:-1]))), rtol=1e-9)


def test_fields_that_are_asked_for() -> None:
    (found,) = drawn_rays(lens(), [(0.0, radians(1.25))], count=3)
    assert found.label == "1.25°"
    # Near the axis all rays of a field land close together, at about f tan(field).
    assert found.points[-1, 1].mean() == pytest.approx(30.5 * tan(radians(1.25)), rel=0.1)
