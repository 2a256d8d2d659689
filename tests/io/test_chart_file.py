"""Charts as files: the same bytes each time, at the right size."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Chart, Disc, Leaves, Polygon, Star
from lichtbild.image.charts.paints import INK, PAPER_WHITE, grey
from lichtbild.image.picture import ColourSpace
from lichtbild.io.chart_file import write_chart, write_record
from lichtbild.io.picture_file import read_picture

CHART = Chart(
    "small",
    "A <small> chart",
    (50.8, 76.2),
    (PAPER_WHITE, INK, grey(0.2), grey(0.7)),
    (
        Polygon(((10.0, 10.0), (30.0, 8.0), (28.0, 30.0)), 1),
        Disc((50.0, 12.5), 5.0, 2),
        Star((20.0, 40.0), 8.0, 0.5, 12, 1, 3),
        Leaves((40.0, 25.0), (20.0, 30.0), (0.5, 8.0), (0.1, 0.5), 4),
    ),
)


@pytest.mark.parametrize("suffix", [".pdf", ".svg", ".png", ".tif"])
def test_the_same_chart_gives_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    if suffix == ".pdf":
        pytest.importorskip("reportlab")
    for name in ("a", "b"):
        write_chart(CHART, tmp_path / (name + suffix), dpi=50.0)
    first, second = ((tmp_path / (name + suffix)).read_bytes() for name in ("a", "b"))
    assert first == second and len(first) > 1000
    other = Chart("small", CHART.title, CHART.size, CHART.paints, CHART.shapes[:1])
    write_chart(other, tmp_path / f"c{suffix}", dpi=50.0)
    assert (tmp_path / f"c{suffix}").read_bytes() != first


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_pictures_tell_their_size_on_paper(suffix: str, tmp_path: Path) -> None:
    place = tmp_path / f"a{suffix}"
    write_chart(CHART, place, dpi=50.0, space=ColourSpace.DISPLAY_P3)
    with Image.open(place) as image:
        assert image.size == (150, 100)
        # PNG holds whole pixels a metre: 1969 for 50 an inch.
        assert image.info["dpi"] == pytest.approx((50.0, 50.0), rel=3e-4)
    picture = read_picture(place)
    assert (picture.space, picture.bits) == (ColourSpace.DISPLAY_P3, 16)
    assert (picture.samples[0, 0] == 1).all() and picture.samples[32, 40].max() < 0.25


def test_a_pdf_is_as_large_as_its_paper_and_asks_not_to_be_scaled(tmp_path: Path) -> None:
    pytest.importorskip("reportlab")
    write_chart(CHART, tmp_path / "a.pdf", dpi=50.0)
    data = (tmp_path / "a.pdf").read_bytes()
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", data)
    assert box is not None and [float(side) for side in box.groups()] == pytest.approx([216.0, 144.0])
    assert b"/PrintScaling /None" in data


def test_a_drawing_has_places_in_millimetres(tmp_path: Path) -> None:
    write_chart(CHART, tmp_path / "a.svg", dpi=50.0)
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert 'width="76.2mm" height="50.8mm" viewBox="0 0 76.2 50.8"' in text
    assert '<polygon points="10,10 30,8 28,30"' in text and "A &lt;small&gt; chart" in text
    assert text.count("data:image/png;base64,") == 2 and '<circle cx="50" cy="12.5" r="5"' in text


def test_the_record_holds_geometry_and_values(tmp_path: Path) -> None:
    chart = Chart(**{**vars(CHART), "targets": (CHART.shapes[2], CHART.shapes[3])})
    write_record(chart, tmp_path / "a.json")
    told = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert told["size_mm"] == [50.8, 76.2] and [one["type"] for one in told["targets"]] == ["star", "leaves"]
    paint = told["paints"][2]
    assert paint["reflectance"] == 0.2 and paint["density"] == pytest.approx(-np.log10(0.2), abs=1e-4)
    assert paint["lab_d50"] == pytest.approx([51.837, 0, 0], abs=1e-3) and paint["in_srgb_of_paper"]


def test_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"'.gif' is no format of charts; choose .pdf"):
        write_chart(CHART, tmp_path / "a.gif")
    with pytest.raises(BadInput, match="drawings have colours in srgb"):
        write_chart(CHART, tmp_path / "a.svg", space=ColourSpace.DISPLAY_P3)
    with pytest.raises(BadInput, match="10 to 4800 dots an inch, not 3"):
        write_chart(CHART, tmp_path / "a.png", dpi=3.0)
    assert list(tmp_path.iterdir()) == []
