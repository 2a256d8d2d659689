"""Glasses, apertures, edges and labels of single surfaces."""

from dataclasses import replace

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.optics.medium import Air, Glass, Medium, ModelGlass, Thermal
from lichtbild.optics.surface import Surface
from zemax_files import BACK, FRONT, SYSTEM, only_surface, read, text_of

GLASS = Glass("X-1", 2, (1.0, 0.01, 0.1, 0.01, 1.0, 100.0), catalogue="FIRST")
OTHER = Glass("X-1", 2, (1.1, 0.01, 0.1, 0.01, 1.0, 100.0), catalogue="SECOND")


def medium(line: str, *media: Medium, system: tuple[str, ...] = SYSTEM) -> Medium:
    text = text_of(("STOP", "CURV 0.1", line), BACK, system=system)
    return read(text, media).lens.gaps[1].medium


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("COMM none", Air()),
        ("GLAS AIR 0 0 1 0 0", Air()),
        ("GLAS ___BLANK 1 0 1.535 55.7 0.01 0 0 0 0 0", ModelGlass(1.535, 55.7, 0.01)),
        ("GLAS ___BLANK 1 0 1.58913 61.2", ModelGlass(1.58913, 61.2)),
        ("GLAS ___BLANK 2 4 1.5 60 0 0 0 0 0 0", ModelGlass(1.5, 60.0)),
        ("GLAS EP8000 1 0 1.66 20.4 0 0 0 0 0 0", ModelGlass(1.66, 20.4, name="EP8000")),
        ("GLAS X-1 0 0 1.5 40 0 0 0 0 0 0", GLASS),
        ("GLAS x-1 2 3 1.5 40 0 0 0 0 0 0", GLASS),
    ],
)
def test_glasses(line: str, expected: Medium) -> None:
    assert medium(line, GLASS) == expected


@pytest.mark.parametrize(
    ("catalogues", "expected"), [("", GLASS), ("FIRST SECOND", GLASS), ("SECOND FIRST", OTHER)]
)
def test_of_two_glasses_with_one_name_the_catalogue_named_first_has_it(
    catalogues: str, expected: Glass
) -> None:
    system = (*SYSTEM, f"GCAT {catalogues}")
    assert medium("GLAS X-1 0 0 1.5 40 0 0 0 0 0 0", GLASS, OTHER, system=system) is expected


@pytest.mark.parametrize(
    ("catalogues", "numbers", "expected"),
    [
        ("FIRST SECOND", "1.459 55", GLASS),
        ("FIRST SECOND", "1.493 56", OTHER),
        ("SECOND FIRST", "1.459 55", GLASS),
        ("SECOND FIRST", "0 0", OTHER),
        ("FIRST", "1.493 56", GLASS),  # the other one is in none of the file's catalogues
        ("THIRD", "1.493 56", OTHER),
        ("SECOND_2023", "1.5 40", OTHER),
    ],
)
def test_the_numbers_beside_a_name_tell_namesakes_apart(
    catalogues: str, numbers: str, expected: Glass
) -> None:
    system = (*SYSTEM, f"GCAT {catalogues}")
    assert medium(f"GLAS X-1 0 0 {numbers} 0 0 0 0 0 0", GLASS, OTHER, system=system) is expected


def test_the_numbers_after_a_catalogue_s_name_are_no_glass() -> None:
    """Zemax writes 1.5 and 40 there for every glass."""
    with pytest.raises(BadInput, match=r"line \d+ \(GLAS\): .*'NO-SUCH'.*nearest.*--glasses FILE.agf"):
        medium("GLAS NO-SUCH 0 0 1.5 40 0 0 0 0 0 0")


@pytest.mark.parametrize("index", ["0", "-1.5", "100"])
def test_indices_that_no_glass_has_are_refused(index: str) -> None:
    with pytest.raises(BadInput, match="is no glass's"):
        medium(f"GLAS ___BLANK 1 0 {index} 40")


@pytest.mark.parametrize(
    ("lines", "radius"),
    [
        ((), None),
        (('DIAM 1.5 0 0 0 1 ""',), None),  # computed, to let everything pass
        (('DIAM 1.5 1 0 0 1 ""',), 1.5),
        (('DIAM 1.5 1 0 0 1 ""', "FLAP 0 1.5 0"), 1.5),
        (("DIAM 1.5 0 0 0 1", "CLAP 0 1.25 0"), 1.25),
        (("DIAM 1.5 1 0 0 1", "CLAP 0 1.25 0"), 1.25),
        (("CLAP 0 1.25 0", "OBDC 0 0"), 1.25),
        (("CLAP 0 1.25 0", "OBDC 0 2"), None),
    ],
)
def test_only_what_cuts_light_off_is_a_semi_aperture(lines: tuple[str, ...], radius: float | None) -> None:
    assert only_surface("TYPE STANDARD", *lines).semi_aperture == radius


def test_radii_are_not_negative() -> None:
    with pytest.raises(BadInput, match=r"line 16 \(DIAM\): a radius of -1 mm is negative"):
        only_surface("TYPE STANDARD", "DIAM -1 1")


def test_edges_and_labels() -> None:
    surface = only_surface("COMM  Front of L1 ", "MEMA 2.5 1 0 0 1", "CURV 0.1", "CONI -2", unit="CM")
    assert surface == Surface(0.01, -2.0, edge=25.0, label="Front of L1")
    assert only_surface("MEMA 2.5 0 0 0 1").edge is None


def test_light_stays_in_its_medium_at_a_mirror() -> None:
    mirror = ("CURV -0.01", "DISZ -3", "GLAS MIRROR 0 0 1.5 40 0 0 0 0 0 0")
    lens = read(text_of(FRONT, mirror, BACK)).lens
    assert [surface.mirror for surface in lens.surfaces] == [False, True, False]
    assert [gap.medium for gap in lens.gaps] == [Air(), ModelGlass(1.5, 60.0), ModelGlass(1.5, 60.0), Air()]
    assert lens.gaps[2].thickness == -3.0


def test_the_object_s_space_may_be_filled() -> None:
    text = text_of(FRONT, BACK).replace("DISZ INFINITY", "DISZ 5\r\n  GLAS ___BLANK 1 0 1.33 55")
    assert read(text).lens.gaps[0].medium == ModelGlass(1.33, 55.0)


@pytest.mark.parametrize("thickness", ["INFINITY", "1e11", "-1e13", "1e308"])
def test_only_the_object_may_be_infinitely_far(thickness: str) -> None:
    with pytest.raises(BadInput, match="surface 1: its thickness is infinite"):
        only_surface(f"DISZ {thickness}")


def test_offsets_of_glasses_are_reported() -> None:
    text = text_of(("STOP", "GLAS X-1 4 0 1.5 40 0 0 0 0 0.0007 -0.05"), BACK)
    assert read(text, (GLASS,)).findings == ("surface 1: the offset of its glass (0.0007 -0.05) is not kept",)


@pytest.mark.parametrize(("flag", "temperature"), [("0", None), ("1", 313.15)])
def test_indices_stay_as_catalogued_unless_the_file_adjusts_them(
    flag: str, temperature: float | None
) -> None:
    warm = replace(GLASS, thermal=Thermal(reference=298.15))
    text = text_of(("STOP", "GLAS X-1 0 0 1.5 40"), BACK, system=(*SYSTEM, f"ENVD 40 1 {flag}"))
    assert read(text, (warm,)).lens.temperature == temperature
