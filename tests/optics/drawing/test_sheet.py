"""Sheets say what the lens says, and a dash where it says nothing."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.figure.svg import svg_text
from lichtbild.optics.drawing.sheet import TitleBlock, element_sheet, sheets
from lichtbild.optics.drawing.sheet_table import exact, radius_text, shape_rows, surface_rows
from lichtbild.optics.lens import Aperture, Gap, Lens
from lichtbild.optics.medium import ModelGlass
from lichtbild.optics.surface import Coating, PowerSeries, Surface, XYPolynomial
from optics.phone_lenses import phone_lens

HOSTILE = "<script>x</script> & \x01"


def lens() -> Lens:
    surfaces = (
        Surface(1 / 20, semi_aperture=5.0, edge=6.0, coating=Coating((5e-4,), (0.005,), "AR 17")),
        Surface(-1 / 30, -0.5, PowerSeries((4, 6), (1e-5, -2.5e-8)), semi_aperture=4.0),
    )
    gaps = (Gap(np.inf), Gap(4.0, ModelGlass(1.5168, 64.17, name="BK")), Gap(25.0))
    return Lens(surfaces, gaps, 0, Aperture("f-number", 4.0), name="singlet", source="nobody")


def texts(text: str) -> list[str]:
    root = ElementTree.fromstring(text)
    return ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("}text")]


def test_a_sheet_has_what_the_lens_has() -> None:
    found = texts(svg_text(element_sheet(lens(), 0, TitleBlock(date="2026-11-21"))))
    for said in (
        "20 CX",
        "−30 CX",
        "−0.5",
        "1e−5",
        "−2.5e−8",
        "10.000",
        "8.0000",
        "AR 17",
        "BK",
        "1.516800",
        "64.170",
    ):
        assert said in found
    for said in (
        "4.000",
        "⌀ 12.000",
        "⌀e 10.000",
        "⌀e 8.0000",
        "singlet",
        "nobody",
        "2026-11-21",
        "E1",
        "5 : 1",
    ):
        assert said in found
    # Three tolerances and a chamfer of each surface, three of the material, one coating, who answers for it.
    assert found.count("–") == 2 * 4 + 3 + 1 + 1


def test_the_edge_thickness_is_that_of_the_faces() -> None:
    """4 mm less both sags at their semi-apertures."""
    front = 20 - np.sqrt(20**2 - 5**2)
    r2 = 16.0
    back = -r2 / 30 / (1 + np.sqrt(1 - 0.5 * r2 / 900)) + 1e-5 * r2**2 - 2.5e-8 * r2**3
    assert f"{4 + back - front:.3f}" in texts(svg_text(element_sheet(lens(), 0)))


def test_convex_is_what_bulges_out() -> None:
    assert radius_text(Surface(0.1), 1) == "10 CX"
    assert radius_text(Surface(0.1), -1) == "10 CC"
    assert radius_text(Surface(-0.1), 1) == "−10 CC"
    assert radius_text(Surface(0.0), 1) == "∞"


def test_coefficients_keep_their_digits() -> None:
    assert exact(0.00107853) == "0.00107853"
    assert shape_rows(Surface(0.1)) == ()
    freeform = Surface(0.1, departure=XYPolynomial(2.0, ((2, 1), (0, 3)), (0.25, 0.0)))
    assert shape_rows(freeform) == (("r_norm", "2"), ("x2 y1", "0.25"))
    assert ("λ", "–") in surface_rows(Surface(0.1), 1, 3.0)


def test_hostile_names_are_only_text() -> None:
    block = TitleBlock(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    text = svg_text(element_sheet(replace(lens(), name=HOSTILE), 0, block))
    assert "<script" not in text
    ElementTree.fromstring(text)


def test_there_is_no_such_element() -> None:
    with pytest.raises(BadInput, match="the lens has 1 elements"):
        element_sheet(lens(), 1)


def test_every_text_lies_on_the_paper(shared: Path) -> None:
    """Sheets of a lens with long tables: nothing begins outside the frame."""
    drawn = sheets(phone_lens(shared / "data/optics/phone/US-12416792-B2-e12.json"))
    assert len(drawn) == 9
    for sheet in drawn:
        for node in ElementTree.fromstring(svg_text(sheet)).iter():
            if node.tag.endswith("}text") and node.get("transform") is None:
                assert 80 <= float(node.get("x", "")) <= 1148
                assert 40 <= float(node.get("y", "")) <= 800


def test_same_lens_same_bytes() -> None:
    assert svg_text(element_sheet(lens(), 0)) == svg_text(element_sheet(lens(), 0))
