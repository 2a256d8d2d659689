"""Apertures, fields, wavelengths and surroundings, in every form that files give them."""

from math import inf, isinf, radians

import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.units import um
from lichtbild.io.lens.reading import Reading
from lichtbild.optics.lens import Aperture, FieldPoint, Lens, Vignetting
from zemax_files import BACK, FRONT, SYSTEM, changed, read, text_of


def lens_of(*lines: str) -> Lens:
    return reading(*lines).lens


def reading(*lines: str) -> Reading:
    return read(text_of(FRONT, BACK, system=changed(*lines)))


def without(key: str, *lines: str) -> str:
    kept = [line for line in SYSTEM if not line.startswith(key)]
    return text_of(FRONT, BACK, system=[*kept, *lines])


@pytest.mark.parametrize(
    ("line", "aperture"),
    [
        ("ENPD 2.5", Aperture("entrance pupil diameter", 2.5)),
        ("FNUM 1.8 0", Aperture("f-number", 1.8)),
        ("FNUM 1.8 1", Aperture("f-number", 1.8)),
        ("OBNA 0.15 0", Aperture("object na", 0.15)),
    ],
)
def test_apertures(line: str, aperture: Aperture) -> None:
    assert read(without("ENPD", line)).lens.aperture == aperture


def test_the_stop_s_size_is_the_aperture_and_clips_nothing_beside() -> None:
    text = without("ENPD", "FLOA").replace("  STOP", '  STOP\r\n  DIAM 1.25 1 0 0 1 ""\r\n  FLAP 0 1.25 0')
    lens = read(text).lens
    assert lens.aperture == Aperture("stop semi-aperture", 1.25)
    assert lens.surfaces[0].semi_aperture is None
    assert read(text.replace("FLAP 0 1.25", "CLAP 0 2")).lens.surfaces[0].semi_aperture == 2.0


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((), "nothing of the aperture"),
        (("ENPD 0",), r"line 8 \(ENPD\): an aperture of 0 lets no light in"),
        (("ENPD -1",), "lets no light in"),
        (("ENPD",), "has 0 values and needs 1"),
        (("ENPD nan",), "'nan' is no number"),
        (("OBNA 1.2 0",), "not less than 1"),
        (("OBNA 10 1",), "cone angle"),
        (("FLOA",), "no line DIAM"),
    ],
)
def test_apertures_that_are_none(lines: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read(without("ENPD", *lines))


def test_a_working_f_number_of_a_near_object_is_refused() -> None:
    text = without("ENPD", "FNUM 4 1").replace("DISZ INFINITY", "DISZ 100")
    with pytest.raises(BadInput, match="paraxial working f-number at a finite object"):
        read(text)


def test_field_angles_and_weights() -> None:
    lens = lens_of("FTYP 0 0 2 1 0 0 0", "XFLN 0 -3 9", "YFLN 0 38.3 9", "FWGN 1 2.5 9")
    assert lens.field_kind == "angle"
    assert lens.fields == (FieldPoint(), FieldPoint(radians(-3), radians(38.3), 2.5))


@pytest.mark.parametrize("kind", [2, 3])
def test_heights_are_in_the_lens_unit(kind: int) -> None:
    lens = lens_of(f"FTYP {kind} 0 2 1", "YFLN 0 1.5", "UNIT CM")
    assert lens.fields[1].y == 15.0
    assert lens.field_kind == ("image height", "real image height")[kind - 2]


def test_object_heights_need_an_object() -> None:
    text = text_of(FRONT, BACK, system=changed("FTYP 1 0 2 1", "YFLN 0 5"))
    with pytest.raises(BadInput, match="object heights of an object at infinity"):
        read(text)
    lens = read(text.replace("DISZ INFINITY", "DISZ 100")).lens
    assert (lens.field_kind, lens.fields[1].y, lens.object_distance) == ("object height", 5.0, 100.0)


@pytest.mark.parametrize("key", ["{}N", "Z{}"])
def test_vignetting_factors(key: str) -> None:
    names = ("VDX", "VDY", "VCX", "VCY", "VAN")
    lines = (
        f"{key.format(name)} 0 {value}" for name, value in zip(names, (0.1, 0.2, 0.3, 0.4, 30), strict=True)
    )
    first, second = lens_of(*lines).fields
    assert first.vignetting is None
    assert second.vignetting == Vignetting(0.1, 0.2, 0.3, 0.4, radians(30))


def test_old_files_list_their_fields_and_wavelengths() -> None:
    system = ("ENPD 2", "XFLD 0 0", "YFLD 0 7", "FWGT 1 3", "WAVL 0.486 0.588", "WWGT 1 2", "PWAV 2")
    lens = read(text_of(FRONT, BACK, system=system)).lens
    assert lens.fields == (FieldPoint(), FieldPoint(y=radians(7), weight=3.0))
    assert (lens.wavelengths, lens.weights, lens.primary) == ((um(0.486), um(0.588)), (1.0, 2.0), 1)


def test_only_as_many_wavelengths_as_are_used() -> None:
    numbered = [f"WAVM {i} {(40 + i) / 100} {i}" for i in (2, 1, 3, 24)]
    lens = lens_of("FTYP 0 0 2 2", *numbered, "PWAV 2")
    assert (lens.wavelengths, lens.weights, lens.primary) == ((um(0.41), um(0.42)), (1.0, 2.0), 1)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (("WAVM 1 0.05 1",), "a wavelength of 0.05 um lies outside"),
        (("WAVM 1 25 1",), "a wavelength of 25 um lies outside"),
        (("WAVM 2 0.5 1",), "no line WAVM 1"),
        (("WAVM 1e9 0.5 1",), "no whole number from 1 to 100"),
        (("PWAV 2",), "no whole number from 1 to 1"),
        (("FTYP 0 0 1e9 1",), "no whole number from 1 to 200"),
        (("FTYP 0 0 3 1",), r"\(XFLN\): has 2 values and needs 3"),
        (("FTYP 4 0 2 1",), "fields of kind 4"),
        (("UNIT FURLONG",), "FURLONG is no lens unit"),
        (("MODE NSC",), "not sequential"),
        (("ENVD -300 1 0",), "there is no air"),
    ],
)
def test_systems_that_are_none(lines: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        lens_of(*lines)


def test_surroundings_and_names() -> None:
    lens = lens_of(
        "ENVD 40 0.5 1", "NAME  A lens ", "NOTE 0 Source: US 1", "NOTE 4", "NOTE 0 First.", "NOTE 0  Then."
    )
    assert (lens.temperature, lens.pressure, lens.name) == (313.15, 0.5, "A lens")
    assert (lens.source, lens.notes) == ("US 1", "First. Then.")
    assert lens_of("NOTE 0 First.", "NOTE 0 Then.").notes == "First.\nThen."


def test_a_far_object_is_infinitely_far() -> None:
    text = text_of(FRONT, BACK)
    assert read(text).lens.object_distance == inf
    assert isinf(read(text.replace("DISZ INFINITY", "DISZ 1.0E+10")).lens.object_distance)
