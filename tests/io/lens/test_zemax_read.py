"""Real files, against their texts, against OpticStudio's numbers, and against their own light."""

from math import inf, radians
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lichtbild.core.errors import BadFile, BadInput
from lichtbild.core.units import um
from lichtbild.io.lens.reading import Reading
from lichtbild.io.lens.zemax_read import read_zmx, reading_of
from lichtbild.optics.lens import Aperture, Lens
from lichtbild.optics.medium import Glass, ModelGlass
from lichtbild.optics.paraxial import first_order
from lichtbild.optics.surface import Pose, Toroid
from zemax_files import BACK, FRONT, classic, frames, glasses, read, text_of

REFUSED = {"zemax_double_gaussian.zmx": "surface 1 .* PARAXIAL"}
"""Files with an ideal lens."""


def classic_lens(shared: Path, name: str) -> Lens:
    return reading(shared, name).lens


def reading(shared: Path, name: str) -> Reading:
    return read_zmx(shared / "data/optics/classic" / name, glasses(shared))


@pytest.mark.slow  # takes long
def test_every_classic_file_is_read_or_refused_with_its_reason(shared: Path) -> None:
    files = classic(shared)
    assert len(files) == 18
    for path in files:
        if path.name in REFUSED:
            with pytest.raises(BadFile, match=f"{path.name}: .*{REFUSED[path.name]}"):
                read_zmx(path, glasses(shared))
        else:
            found = read_zmx(path, glasses(shared))
            assert len(found.lens.gaps) == len(found.lens.surfaces) + 1
            assert len(set(found.findings)) == len(found.findings)


def test_a_triplet_as_opticstudio_sees_it(shared: Path) -> None:
    """Quoted in Optiland's issue 710, from OpticStudio 2026 R1.00, at 0.55 um."""
    lens = classic_lens(shared, "optiland_CookeTriplet.zmx")
    assert [gap.medium.name for gap in lens.gaps if isinstance(gap.medium, Glass)] == ["SK16", "F2", "SK16"]
    assert lens.surfaces[0].curvature == 4.5426484276303865e-02
    assert lens.gaps[1].thickness == 3.2589600000000001
    assert lens.stop == 3
    order = first_order(lens)
    assert float(order.focal_length) == pytest.approx(49.99978307143194, rel=1e-10)
    assert float(order.f_number) == pytest.approx(4.999978307143193, rel=1e-10)


def test_a_lens_of_model_glasses(shared: Path) -> None:
    lens = classic_lens(shared, "ef35mm_f2.0.zmx")
    assert lens.aperture == Aperture("stop semi-aperture", 9.8795)
    assert lens.wavelengths == (um(0.486), um(0.587), um(0.656))
    assert lens.gaps[1].medium == ModelGlass(1.58913, 61.2)
    assert lens.surfaces[0].semi_aperture == 16.658411026000977


def test_a_folded_beam_expander_lets_its_axis_arrive(shared: Path) -> None:
    """The last break of the file moves its frame to where the axial ray arrives: signs of tilts hold."""
    lens = classic_lens(shared, "HoO-V2C18Ex46.zmx")
    toroid = next(surface for surface in lens.surfaces if surface.departure is not None)
    assert toroid.departure == Toroid(1 / 1035)
    assert toroid.pose == Pose(tilt=(radians(-3.3200000000000003), 0.0, 0.0))
    assert lens.surfaces[lens.stop].conic == -4.2779999999999996
    assert sum(surface.turn is not None for surface in lens.surfaces) == 3
    place, direction = np.zeros(3), np.array([0.0, 0.0, 1.0])
    for surface, (_, axes, origin) in zip((*lens.surfaces, lens.image), frames(lens), strict=True):
        missed = np.cross(direction, origin - place)  # the ray passes the vertex at this distance
        assert np.linalg.norm(missed) < 1e-8  # where the file's own optimisation stopped
        if surface.mirror:
            normal = axes[:, 2]
            place, direction = origin, direction - 2 * (direction @ normal) * normal


def test_a_glass_of_another_name_is_reported(shared: Path) -> None:
    found = reading(shared, "US02532751-1.zmx").findings
    assert found[0] == "surface 2: its glass SSK4 is taken for SSK4A of SCHOTT"


def test_a_mirror_system_with_decentred_apertures(shared: Path) -> None:
    found = reading(shared, "US08011793-1.zmx")
    assert [surface.mirror for surface in found.lens.surfaces] == [False, True, True, True, True, False]
    assert found.lens.gaps[2].thickness == -400.0
    assert found.lens.surfaces[1].departure.coefficients == (-2.70865e-11, 3.14594e-17, 4.06319e-24)
    assert sum("rectangular aperture" in finding for finding in found.findings) == 3


def test_a_lithographic_lens(shared: Path) -> None:
    found = reading(shared, "US05831776-1.zmx")
    assert found.lens.aperture == Aperture("object na", 0.15)
    assert found.lens.field_kind == "real image height"
    assert found.lens.object_distance < inf
    assert found.lens.notes.startswith("The MIT License (MIT)\n\n Copyright (c) 2014, Daniel J. Reiley")
    assert any("telecentric" in finding for finding in found.findings)


def test_a_missing_file_and_a_huge_one(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="name an existing file"):
        read_zmx(tmp_path / "none.zmx")
    with pytest.raises(BadFile, match="cannot be read"):
        read_zmx(tmp_path)
    huge = tmp_path / "huge.zmx"
    with huge.open("wb") as file:
        file.truncate((16 << 20) + 1)
    with pytest.raises(BadFile, match="at most 16 MB"):
        read_zmx(huge)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("  STOP\r\n", ""), r"one surface is the stop \(line STOP\); found: none"),
        (("  CURV -0.01", "  STOP\r\n  CURV -0.01"), "found: 1, 2"),
        (("SURF 3", "SURF 4"), "is surface 4 where 3 should follow"),
        (("CURV -0.01", "CURV 1e400"), r"line 21 \(CURV\): 1e400 is too large"),
        (("DISZ 90", "DISZ INF"), r"line 22 \(DISZ\): 'INF' is no number"),
        (("INFINITY", "-1e300"), "the object is -1e\\+300 mm away"),
    ],
)
def test_lenses_that_are_none(change: tuple[str, str], sentence: str) -> None:
    text = text_of(FRONT, BACK)
    assert change[0] in text
    with pytest.raises(BadInput, match=sentence):
        read(text.replace(*change))


@pytest.mark.parametrize("end", [0, 3])
def test_neither_object_nor_image_is_the_stop(end: int) -> None:
    text = (
        text_of(FRONT, BACK).replace("  STOP\r\n", "").replace(f"SURF {end}\r\n", f"SURF {end}\r\n  STOP\r\n")
    )
    with pytest.raises(BadInput, match=f"surface {end} is the stop; it lies between 1 and 2"):
        read(text)


def test_the_image_may_be_curved_but_no_mirror() -> None:
    text = text_of(FRONT, BACK)
    head, image = text.rsplit("SURF 3", 1)
    lens = read(head + "SURF 3" + image.replace("CURV 0", "CURV -0.05\r\n  CONI -1\r\n  COMM film")).lens
    assert (lens.image.curvature, lens.image.conic, lens.image.label) == (-0.05, -1.0, "film")
    with pytest.raises(BadInput, match="the image, is a mirror"):
        read(head + "SURF 3" + image.replace("CURV 0", "GLAS MIRROR 0 0"))


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A sound file with some of its bytes, words or lines changed."""
    lines = text_of(FRONT, BACK, after=("MNUM 2 1", "THIC 2 1 90", "THIC 2 2 91")).split("\r\n")
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        words = lines[place].split(" ")
        match draw(st.sampled_from(("word", "drop", "repeat", "line"))):
            case "word":
                words[draw(st.integers(0, len(words) - 1))] = draw(WORDS)
                lines[place] = " ".join(words)
            case "drop":
                del words[draw(st.integers(0, len(words) - 1))]
                lines[place] = " ".join(words)
            case "repeat":
                lines.insert(place, lines[place])
            case _:
                lines[place] = draw(st.text(max_size=40))
    data = "\r\n".join(lines).encode(draw(st.sampled_from(("utf-8", "utf-16"))), errors="replace")
    return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


WORDS = st.one_of(
    st.sampled_from(
        ["1e308", "-1e308", "1e-320", "nan", "inf", "INFINITY", "-1", "0", "1e9", '"', "", "\0", "STOP"]
    ),
    st.sampled_from(
        ["XASPHERE", "COORDBRK", "TOROIDAL", "QED_TYPE", "XPOLYNOM", "FLOA", "GLAS", "MNUM", "XDAT"]
    ),
    st.text(max_size=5),
)


@given(data=st.one_of(spoilt(), st.binary(max_size=400)))
def test_whatever_a_file_holds_it_is_a_lens_or_a_sentence(data: bytes) -> None:
    try:
        found = reading_of(data)
    except BadInput as error:
        assert "\n" not in str(error)
    else:
        assert isinstance(found.lens, Lens)
        assert not any("\n" in finding for finding in found.findings)
