"""Photographs of colour cards as the bench sees them: cards and nothing else, the covered one refused."""

import os
from pathlib import Path

import pytest

from lichtbild.camera.specimen import specimen
from lichtbild.io.reader import read
from lichtbild.quality.detect.find import search_charts

SHARED = Path(os.environ.get("LICHTBILD_SHARED", Path(__file__).parents[3] / "shared"))
FOLDER = SHARED / "data" / "quality" / "colour_checker"
CARDS = ("classic.png", "colorchecker-classic-mini.jpg", "calibrite-passport.png", "find_color_card.jpg")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="set LICHTBILD_SHARED to the folder of test data"),
]


@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_a_card_and_its_patches_are_no_other_chart(name: str) -> None:
    finding = search_charts(specimen(read(FOLDER / name), name, "0" * 64).light)
    (found,) = finding.found
    assert found.chart.name.startswith("x-rite-") and finding.refused == ()


def test_a_covered_card_is_refused_with_its_reason() -> None:
    path = FOLDER / "partial_card_rgb.png"
    finding = search_charts(specimen(read(path), path.name, "0" * 64).light)
    (reason,) = finding.refused
    assert finding.found == () and "covered" in reason
