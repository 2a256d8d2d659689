"""A scaled lens has the same angles and numbers, and all lengths in proportion."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.io.lens import catalogue_lens
from lichtbild.optics.lens import Aperture, Configuration, FieldPoint
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.sag import row, sag, stacked
from lichtbild.optics.scaled import scaled
from lichtbild.optics.surface import ForbesQbfs, ForbesQcon, Pose, PowerSeries, Surface, Toroid, XYPolynomial

FACTOR = 2.3


def test_first_order_lengths_grow_and_numbers_stay() -> None:
    lens = catalogue_lens("7p-f1.75")
    small, large = first_order(lens), first_order(scaled(lens, FACTOR))
    assert float(large.focal_length) == pytest.approx(FACTOR * float(small.focal_length), rel=1e-12)
    assert float(large.entrance_pupil) == pytest.approx(FACTOR * float(small.entrance_pupil), rel=1e-12)
    assert float(large.working_f_number) == pytest.approx(float(small.working_f_number), rel=1e-12)


@pytest.mark.parametrize(
    "departure",
    [
        PowerSeries((3, 4, 6), (0.02, -0.03, 0.004)),
        ForbesQcon(1.2, (0.1, -0.02)),
        ForbesQbfs(1.2, (0.1, -0.02)),
        XYPolynomial(1.1, ((2, 0), (1, 3)), (0.05, 0.02)),
        Toroid(0.1, (4,), (0.01,)),
    ],
)
def test_sag_is_that_of_the_surface_drawn_larger(departure: object) -> None:
    surface = Surface(0.3, -0.4, departure, semi_aperture=1.0)  # type: ignore[arg-type]
    lens = catalogue_lens("tessar")
    larger = scaled(replace(lens, image=surface), FACTOR).image
    x, y = np.array([0.0, 0.4, -0.3]), np.array([0.5, 0.1, 0.6])
    found = sag(row(stacked((larger,)), 0), jnp.asarray(FACTOR * x), jnp.asarray(FACTOR * y))
    expected = FACTOR * sag(row(stacked((surface,)), 0), jnp.asarray(x), jnp.asarray(y))
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)
    assert larger.semi_aperture == FACTOR


def test_poses_apertures_and_image_heights_are_lengths() -> None:
    lens = catalogue_lens("tessar")
    moved = replace(lens.surfaces[0], pose=Pose((0.1, 0.2, 0.3), (0.01, 0.0, 0.0)))
    lens = replace(
        lens,
        surfaces=(moved, *lens.surfaces[1:]),
        aperture=Aperture("entrance pupil diameter", 4.0),
        field_kind="image height",
        fields=(FieldPoint(0.0, 3.0),),
    )
    found = scaled(lens, 2.0)
    assert found.surfaces[0].pose == Pose((0.2, 0.4, 0.6), (0.01, 0.0, 0.0))
    assert found.aperture.value == 8.0
    assert found.fields[0].y == 6.0
    assert found.object_distance == lens.object_distance


def test_what_cannot_be_scaled_is_refused() -> None:
    lens = catalogue_lens("tessar")
    with pytest.raises(BadInput, match="above 0"):
        scaled(lens, 0.0)
    with pytest.raises(BadInput, match="choose one"):
        scaled(replace(lens, configurations=(Configuration("near"),)), 2.0)
