"""Photographs of colour cards as the bench sees them: cards and nothing else, the covered one refused."""

from pathlib import Path

import pytest

from lichtbild.camera.specimen import specimen
from lichtbild.io.reader import read
from lichtbild.quality.detect.find import search_charts

CARDS = ("classic.png", "colorchecker-classic-mini.jpg", "calibrite-passport.png", "find_color_card.jpg")

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "data" / "quality" / "colour_checker"


@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_a_card_and_its_patches_are_no_other_chart(folder: Path, name: str) -> None:
    finding = search_charts(specimen(read(folder / name), name, "0" * 64).light)
    (found,) = finding.found
    assert found.chart.name.startswith("x-rite-") and finding.refused == ()


def test_a_covered_card_is_refused_with_its_reason(folder: Path) -> None:
    path = folder / "partial_card_rgb.png"
    finding = search_charts(specimen(read(path), path.name, "0" * 64).light)
    (reason,) = finding.refused
    assert finding.found == () and "covered" in reason
