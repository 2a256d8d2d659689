"""Impossible lenses get one sentence that says what, where and what to do; doubtful ones a remark."""

from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.check import check_lens
from lichtbild.optics.lens import Aperture, FieldPoint, Gap, Lens
from lichtbild.optics.medium import Air, ModelGlass
from lichtbild.optics.surface import PowerSeries, Surface

GLASS = ModelGlass(1.5, 60.0)


def singlet(first: Surface, second: Surface, thickness: float = 2.0) -> Lens:
    return Lens(
        (first, second),
        (Gap(inf), Gap(thickness, GLASS), Gap(19.0)),
        0,
        Aperture("entrance pupil diameter", 4.0),
    )


GOOD = singlet(Surface(0.05, semi_aperture=3.0), Surface(-0.05, semi_aperture=3.0))


def test_a_sound_lens_passes() -> None:
    assert check_lens(GOOD) == ()


@pytest.mark.parametrize(
    ("lens", "sentence"),
    [
        (replace(GOOD, surfaces=(), gaps=(Gap(inf),)), "0 surfaces"),
        (replace(GOOD, gaps=GOOD.gaps[:2]), "2 gaps for 2 surfaces"),
        (replace(GOOD, stop=2), "stop is surface 2, which the lens does not have; it has 0 to 1"),
        (replace(GOOD, gaps=(Gap(inf), Gap(nan, GLASS), Gap(1.0))), r"gaps\[1\].thickness is nan"),
        (replace(GOOD, gaps=(Gap(inf), Gap(inf, GLASS), Gap(1.0))), r"gaps\[1\].thickness is inf"),
        (replace(GOOD, surfaces=(Surface(nan), Surface())), r"surfaces\[0\].curvature is nan"),
        (replace(GOOD, fields=()), "no field points"),
        (replace(GOOD, wavelengths=(), weights=()), "0 wavelengths"),
        (replace(GOOD, weights=(1.0, 1.0)), "1 wavelengths and 2 weights"),
        (replace(GOOD, primary=1), "number 1, but there are 1, counted from 0"),
        (replace(GOOD, wavelengths=(0.55,)), "550000 nm"),
        (replace(GOOD, weights=(-1.0,)), "must not be negative"),
        (replace(GOOD, fields=(FieldPoint(y=np.pi / 2),)), "90 degrees off the axis"),
        (replace(GOOD, surfaces=(Surface(0.05, semi_aperture=-3.0), Surface())), "semi-aperture of -3 mm"),
        (replace(GOOD, aperture=Aperture("f-number", 0.0)), "f-number is 0"),
        (
            singlet(Surface(0.2), Surface(-0.2), 0.1),
            r"cross 0\.7.* mm from the axis, in the beam of the axis; widen",
        ),
        (singlet(Surface(0.05), Surface(-0.05), -2.0), "surfaces 0 and 1 cross 0 mm from the axis"),
        (singlet(Surface(-0.05), Surface(0.05)), "image"),
        (singlet(Surface(0.0), Surface(0.0)), "afocal"),
    ],
)
def test_impossible_lenses_are_refused(lens: Lens, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as caught:
        check_lens(lens)
    assert "\n" not in str(caught.value)


def test_surfaces_that_cross_outside_the_axial_beam_are_doubtful() -> None:
    lens = singlet(Surface(0.05, semi_aperture=8.0), Surface(-0.05, semi_aperture=8.0))
    (doubt,) = check_lens(lens)
    assert "surfaces 0 and 1 cross" in doubt
    # r^2 / 20 is about the thickness of 2 where they cross.
    assert 6.0 < float(doubt.split("cross ")[1].split(" mm")[0]) < 6.6


def test_light_that_a_mirror_turned_round_goes_through_gaps_below_zero() -> None:
    """Behind a mirror a negative gap is one that light can cross, and a positive one is not."""

    def behind_mirror(thickness: float) -> Lens:
        surfaces = (Surface(-0.01, mirror=True), Surface(-0.05), Surface(0.05))
        gaps = (Gap(inf), Gap(-10.0), Gap(thickness, GLASS), Gap(-30.0))
        return Lens(surfaces, gaps, 0, Aperture("f-number", 8.0))

    assert check_lens(behind_mirror(-2.0)) == ()
    with pytest.raises(BadInput, match="surfaces 1 and 2 cross"):
        check_lens(behind_mirror(2.0))


def test_a_dummy_surface_crosses_nothing() -> None:
    """A stop plane within the sag of the first surface is how patents write a front stop."""
    stop = Surface(semi_aperture=3.0)
    bent = Surface(0.3, semi_aperture=3.0)
    lens = Lens(
        (stop, bent, Surface()),
        (Gap(inf), Gap(0.0, Air()), Gap(2.0, GLASS), Gap(5.0)),
        0,
        Aperture("f-number", 4.0),
    )
    assert check_lens(lens) == ()


def test_an_aperture_beyond_the_edge_of_its_sphere_is_doubtful() -> None:
    lens = singlet(Surface(0.05, semi_aperture=21.0), Surface(semi_aperture=3.0))
    assert any("ends at 20 mm" in doubt for doubt in check_lens(lens))


def test_wavy_numbers_are_numbers() -> None:
    surface = Surface(0.05, departure=PowerSeries((4,), (nan,)), semi_aperture=3.0)
    with pytest.raises(BadInput, match=r"surfaces\[0\].departure.coefficients\[0\] is nan"):
        check_lens(singlet(surface, Surface()))
