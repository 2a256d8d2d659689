"""Prepared: the frozen lens, and budgets that no build of it could keep."""

from dataclasses import replace

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.io.lens import catalogue_lens
from lichtbild.optics.aim import stop_radius
from lichtbild.optics.apertures import with_semi_apertures
from lichtbild.optics.lens import FieldPoint
from lichtbild.optics.tolerance.budget import ContrastLimit
from lichtbild.optics.tolerance.frozen import field_points, frozen, share_of_field
from lichtbild.optics.tolerance.kind import Kind
from lichtbild.optics.tolerance.prepared import prepared
from optics.toleranced import budget, in_ours, ready

ONE = in_ours({Kind.RADIUS: 0.1})


def test_fields_go_around_the_axis_from_y_over_x() -> None:
    lens = catalogue_lens("triplet")
    edge = max(point.y for point in lens.fields)
    found = field_points(lens, (0.0, 0.5), 4)
    assert found / edge == pytest.approx(
        np.array([[0, 0], [0, 0.5], [0.5, 0], [0, -0.5], [-0.5, 0]]), abs=1e-15
    )
    assert share_of_field((0.0, 0.5), 4).tolist() == [0.0, 0.5, 0.5, 0.5, 0.5]


def test_the_stop_keeps_its_size_and_the_image_height_becomes_an_angle() -> None:
    lens = with_semi_apertures(catalogue_lens("triplet"))
    held = frozen(lens, (0.0, 1.0), 1)
    assert held.aperture.kind == "stop semi-aperture"
    assert float(held.aperture.value) == pytest.approx(float(stop_radius(lens)), rel=1e-12)
    assert held.fields[1].y == pytest.approx(lens.fields[-1].y, rel=1e-12)


@pytest.mark.slow  # compiles for long
def test_limits_above_diffraction_and_fields_that_are_not_there() -> None:
    lens = catalogue_lens("triplet")
    high = replace(budget(limits=ONE), contrast=(ContrastLimit(10.0, (0.0, 0.3), 0.98, 0.3),))
    with pytest.raises(BadInput, match=r"even a lens without aberrations has 0\.9"):
        prepared(lens, high)
    with pytest.raises(BadInput, match="no field off its axis"):
        prepared(replace(lens, fields=(FieldPoint(),)), budget(limits=ONE))


@pytest.mark.slow  # compiles for minutes
def test_errors_are_draws_times_limits() -> None:
    found = ready().errors(4000, 5)
    assert np.std(found, axis=0) * 2 == pytest.approx([p.limit for p in ready().parameters], rel=0.06)
    assert np.array_equal(ready().errors(10, 5, first=6), found[6:10])


@pytest.mark.slow  # compiles for minutes
def test_other_limits_of_a_lens_that_is_ready_are_for_the_same_fields() -> None:
    """Made ready anew, its outermost field of 0.3 would count as the lens's own."""
    given = ready()
    looser = budget(limits={kind: 2 * limit for kind, limit in given.budget.limits.items()})
    found = given.with_limits(looser)
    np.testing.assert_array_equal(found.table.phase, given.table.phase)
    np.testing.assert_array_equal(found.errors(3, 1), 2 * given.errors(3, 1))
    with pytest.raises(BadInput, match="other fields"):
        given.with_limits(replace(looser, azimuths=3))
