"""Specifications that no lens can meet are refused in one sentence that names the bound."""

from dataclasses import replace
from math import radians, tan

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.specification import Limits, Specification, check_specification, field_of

WANTED = Specification(5, 2.0, 2.9, radians(38), 4.7)


def test_a_phone_lens_can_be() -> None:
    check_specification(WANTED)
    assert WANTED.focal_length == pytest.approx(2.9 / tan(radians(38)), rel=1e-15)
    assert WANTED.stop_radius == pytest.approx(WANTED.focal_length / 4, rel=1e-15)
    assert field_of(WANTED.image_height, WANTED.focal_length) == pytest.approx(radians(38), rel=1e-15)


def test_the_edge_of_the_field_keeps_the_light_that_is_asked_for() -> None:
    """Cos^4 of 38 degrees is 0.386: 0.25 and some reserve leave 0.745 of the beam's height."""
    assert WANTED.squeeze == pytest.approx(1.15 * 0.25 / 0.38558, rel=1e-4)
    assert replace(WANTED, half_field=radians(20)).squeeze == 0.6
    assert replace(WANTED, illumination=0.38).squeeze == 1.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"elements": 0}, "0 elements"),
        ({"elements": 40}, "ask for 2 to 9"),
        ({"f_number": 0.4}, "sine condition"),
        ({"f_number": -1.0}, "f number is -1"),
        ({"illumination": 0.6}, r"at most 0\.42 \(cos\^4"),
        ({"back_focus": -0.1}, "no room for the plate"),
        ({"track": 1.5}, "need 1.86 mm"),
        ({"half_field": radians(10), "track": 5.0}, "for the focal length"),
        ({"half_field": radians(70)}, "between 0 and 120"),
        ({"materials": ("PMMA",)}, "two or more"),
        ({"wavelengths": (2e-3,)}, "between 400 and 1000 nm"),
        ({"unvignetted": 1.2}, "at most 1"),
        (
            {"f_number": 0.5, "image_height": 9.0, "track": 8.0, "half_field": radians(40)},
            "too wide for a track",
        ),
    ],
)
def test_what_cannot_be(change: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        check_specification(replace(WANTED, **change))  # type: ignore[arg-type]


def test_thicker_limits_need_a_longer_track() -> None:
    with pytest.raises(BadInput, match=r"need 5\.76 mm"):
        check_specification(replace(WANTED, limits=Limits(centre=1.0)))
