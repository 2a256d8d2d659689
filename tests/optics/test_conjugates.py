"""Lenses that cannot image say why."""

from dataclasses import replace
from math import inf, nan

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.conjugates import check_conjugates, check_first_order
from lichtbild.optics.lens import Aperture, FieldPoint, Lens
from lichtbild.optics.surface import Surface
from optics.simple_lenses import AIR, GLASS, lens_of, singlet


def kepler() -> Lens:
    surfaces = (Surface(0.01), Surface(-0.01), Surface(0.1), Surface(-0.1))
    return lens_of(surfaces, (inf, 0.0, 110.0, 0.0, 20.0), (AIR, GLASS, AIR, GLASS, AIR))


def telecentric(**settings: object) -> Lens:
    surfaces = (Surface(0.02), Surface(-0.02), Surface())
    return lens_of(surfaces, (100.0, 0.0, 50.0, 50.0), (AIR, GLASS, AIR, AIR), stop=2, **settings)


GOOD = singlet(0.01, -0.01)
NA = Aperture("object na", 0.1)
BAD = {
    "afocal": (kepler(), "the lens is afocal"),
    "window": (singlet(0.0, 0.0, 2.0), "the lens is afocal"),
    "diverging": (singlet(-0.01, 0.01), "from a point 100 mm before it"),
    "too near": (singlet(0.01, -0.01, distance=50.0), "from a point 100 mm before it"),
    "collimating": (singlet(0.01, -0.01, distance=100.0), "its image lies at infinity"),
    "convex mirror": (
        lens_of((Surface(0.01, mirror=True),), (inf, -20.0), (AIR, AIR)),
        "from a point 50 mm before it",
    ),
    "stop": (replace(GOOD, stop=2), "the stop is surface 2, but the lens has surfaces 0 to 1"),
    "zero aperture": (replace(GOOD, aperture=Aperture("f-number", 0.0)), "must be greater than 0"),
    "no aperture": (replace(GOOD, aperture=Aperture("f-number", nan)), "must be greater than 0"),
    "na of a far object": (replace(GOOD, aperture=NA), "but the object is at infinity"),
    "na too large": (
        singlet(0.01, -0.01, distance=300.0, aperture=Aperture("object na", 1.0)),
        "it must be less than the index 1",
    ),
    "heights of a far object": (replace(GOOD, field_kind="object height"), "fields are object heights"),
    "angles in telecentric space": (telecentric(aperture=NA), "the lens is telecentric in object space"),
    "pupil at infinity": (
        telecentric(field_kind="object height", fields=(FieldPoint(y=1.0),)),
        "no stop radius follows from the entrance pupil diameter 2",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_go_together_is_refused_in_a_sentence(name: str) -> None:
    lens, sentence = BAD[name]
    with pytest.raises(BadInput) as found:
        check_first_order(lens)
    assert sentence in str(found.value)
    assert "\n" not in str(found.value)


def test_good_lenses_pass_with_their_data() -> None:
    assert float(check_first_order(GOOD).focal_length) == pytest.approx(100.0)
    mirror = lens_of((Surface(-0.01, mirror=True),), (inf, -50.0), (AIR, AIR))
    assert float(check_first_order(mirror).image_distance) == pytest.approx(-50.0)
    check_first_order(telecentric(aperture=NA, field_kind="object height", fields=(FieldPoint(y=1.0),)))
    check_conjugates(singlet(-0.01, 0.01))
