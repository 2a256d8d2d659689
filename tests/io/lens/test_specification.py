"""Specifications as TOML: one lens or a front, and every mistake a sentence."""

from math import radians
from pathlib import Path

import pytest

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.io.lens.specification import read_specification, specifications

EXAMPLES = Path(__file__).parents[3] / "examples"

PLAIN = """
[specification]
elements = 5
f_number = 2.0
image_height_mm = 2.9
field_of_view_deg = 76
track_mm = 4.7
"""


def test_the_examples_are_those_of_the_issue() -> None:
    (five,) = read_specification(EXAMPLES / "lens_5p.toml")
    (six,) = read_specification(EXAMPLES / "lens_6p.toml")
    assert (five.elements, five.f_number, five.image_height, five.track) == (5, 2.0, 2.9, 4.7)
    assert (six.elements, six.f_number, six.image_height, six.track, six.back_focus) == (
        6,
        1.85,
        4.0,
        6.8,
        0.75,
    )
    assert five.half_field == pytest.approx(radians(38), rel=1e-15)
    assert six.spot == pytest.approx(4e-3, rel=1e-12)


def test_units_and_limits() -> None:
    text = PLAIN + 'materials = ["PMMA", "POLYCARB"]\nwavelengths_nm = [450, 650]\ndistortion_percent = 2\n'
    (found,) = specifications(text + "[limits]\nslope_deg = 45\nair_gap_mm = 0.05\n")
    assert found.limits.slope == pytest.approx(radians(45))
    assert found.limits.gap == 0.05
    assert found.wavelengths == pytest.approx((450e-6, 650e-6))
    assert found.distortion == pytest.approx(0.02)
    assert found.materials == ("PMMA", "POLYCARB")


def test_a_focal_length_in_place_of_the_field() -> None:
    (found,) = specifications(PLAIN.replace("field_of_view_deg = 76", "focal_length_mm = 3.7"))
    assert found.focal_length == pytest.approx(3.7, rel=1e-14)


def test_arrays_make_a_front() -> None:
    text = PLAIN.replace("f_number = 2.0", "f_number = [1.8, 2.0, 2.4]").replace(
        "elements = 5", "elements = [5, 6]"
    )
    found = specifications(text)
    assert [(each.elements, each.f_number) for each in found] == [
        (count, number) for count in (5, 6) for number in (1.8, 2.0, 2.4)
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[specification]", "[specfication]", "no key 'specfication'"),
        ("elements = 5", "elements = 5.5", "whole number"),
        ("f_number = 2.0", "f_nubmer = 2.0", "f_number"),
        ("f_number = 2.0", "f_number = []", "empty array"),
        ("f_number = 2.0", 'f_number = "2"', "a number"),
        ("f_number = 2.0", "f_number = 0.3", "etendue"),
        ("track_mm = 4.7", "track_mm = 1.0", "too short"),
        ("field_of_view_deg = 76", "", "one of field_of_view_deg and focal_length_mm"),
        ("field_of_view_deg = 76", "field_of_view_deg = -3", "above 0"),
        ("elements = 5", "elements =", "not TOML"),
        ("f_number = 2.0", "f_number = " + str([2.0] * 1001), "at most 1000"),
    ],
)
def test_mistakes(old: str, new: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        specifications(PLAIN.replace(old, new))


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read_specification(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile, match="UTF-8"):
        read_specification(tmp_path / "bytes.toml")
