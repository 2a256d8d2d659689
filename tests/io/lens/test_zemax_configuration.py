"""Configurations: what differs from the lens as the file writes it."""

from math import inf, isinf, radians

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.units import um
from lichtbild.io.lens.reading import Reading
from lichtbild.io.lens.zemax_configuration import number_at
from lichtbild.optics.lens import Change, Configuration
from zemax_files import BACK, FRONT, changed, read, text_of


def reading(*lines: str, system: tuple[str, ...] | None = None) -> Reading:
    return read(text_of(FRONT, BACK, system=system or changed(), after=lines))


def test_thicknesses_titles_and_what_stays() -> None:
    lens = reading(
        "MNUM 2 1",
        'LTTL 0 1 "far" 0 0 0 1 1 0 0.0 "" 0',
        'LTTL 0 2 "near by" 0 0 0 1 1 0 0.0 "" 0',
        'MOFF 0 1 "" 0 0 0 1 1 0 0.0 "" 0',
        'THIC 0 1 1e10 0 0 0 1 1 1 0 0 "" 0',
        'THIC 0 2 150 0 0 0 1 1 1 0 0 "" 0',
        'THIC 2 1 90 0 0 0 1 1 1 0 0 "" 0',
        'THIC 2 2 92.5 0 0 0 1 1 1 0 0 "" 0',
    ).lens
    assert lens.configurations == (
        Configuration("far"),
        Configuration("near by", (Change("gaps[0].thickness", 150.0), Change("gaps[2].thickness", 92.5))),
    )


@pytest.mark.parametrize(
    ("operand", "change"),
    [
        ("CRVT 1 1 0.5", Change("surfaces[0].curvature", 0.05)),
        ("CONN 2 1 -1.5", Change("surfaces[1].conic", -1.5)),
        ("YFIE 2 1 20", Change("fields[1].y", radians(20))),
        ("XFIE 2 1 20", Change("fields[1].x", radians(20))),
        ("FLWT 1 1 3", Change("fields[0].weight", 3.0)),
        ("FVCY 2 1 0.25", Change("fields[1].vignetting.cy", 0.25)),
        ("FVAN 2 1 90", Change("fields[1].vignetting.angle", radians(90))),
        ("WAVE 1 1 0.55", Change("wavelengths[0]", um(0.55))),
        ("WLWT 1 1 7", Change("weights[0]", 7.0)),
        ("APER 0 1 3", Change("aperture.value", 30.0)),
        ("TEMP 0 1 60", Change("temperature", 333.15)),
        ("PRES 0 1 0.5", Change("pressure", 0.5)),
        ("THIC 1 1 4", Change("gaps[1].thickness", 40.0)),
        ("SDIA 1 1 0.3", Change("surfaces[0].semi_aperture", 3.0)),
    ],
)
def test_operands(operand: str, change: Change) -> None:
    front = (*FRONT, "DIAM 0.5 1")
    system = changed("UNIT CM", "VCYN 0 0.5")
    lens = read(text_of(front, BACK, system=system, after=("MNUM 1 1", operand))).lens
    assert lens.configurations == (Configuration("configuration 1", (change,)),)
    assert number_at(lens, change.path) not in (None, change.value)


def test_what_is_not_kept_is_named() -> None:
    found = reading(
        "MNUM 2 1", "STPS 0 2 2", "GLSS 1 2 BK7", "SDIA 1 2 3", "FVDX 1 2 0.5", "FVDY 1 2 0", "THIC 9 1 1"
    )
    assert found.findings == (
        "operands of the configurations that are not kept: STPS 0, GLSS 1, SDIA 1, FVDX 1, THIC 9",
    )
    assert found.lens.configurations == (Configuration("configuration 1"), Configuration("configuration 2"))


def test_one_configuration_that_changes_nothing_is_none() -> None:
    assert reading("MNUM 1 1", 'MOFF 0 1 ""').lens.configurations == ()
    assert reading("MNUM 1 1", "THIC 2 1 90").lens.configurations == ()


def test_a_far_object_comes_near() -> None:
    text = text_of(FRONT, BACK, after=("MNUM 2 1", "THIC 0 1 100", "THIC 0 2 1E+10"))
    (first, second) = read(text.replace("DISZ INFINITY", "DISZ 100")).lens.configurations
    assert first.changes == ()
    assert isinf(second.changes[0].value)
    assert second.changes[0] == Change("gaps[0].thickness", inf)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("THIC 1 3 4", r"line 28 \(THIC\): 3 is no whole number from 1 to 2"),
        ("THIC 1 1 abc", r"\(THIC\): 'abc' is no number"),
        ("THIC 1", "has 1 values and needs 2"),
        ("THIC -1 1 1", "no whole number from 0 to 1000"),
        ("LTTL 0 9 x", "no whole number from 1 to 2"),
    ],
)
def test_operands_that_are_none(line: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        reading("MNUM 2 1", line)


@pytest.mark.parametrize("count", ["0", "1e9", "nan", ""])
def test_counts_that_are_none(count: str) -> None:
    with pytest.raises(BadInput, match="MNUM"):
        reading(f"MNUM {count}")
