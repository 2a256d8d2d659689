"""Marks as OpenCV's detector reads them: the one judge of whether a printed chart will be found."""

import numpy as np
import pytest

from lichtbild.image.chart_catalogue import chart_named, chart_names
from lichtbild.image.chart_raster import Canvas, drawn
from lichtbild.image.charts import marks
from lichtbild.image.charts.paints import reflectance

cv2 = pytest.importorskip("cv2")
SCALE = 2.4
"""Pixels of a millimetre: 1000 pixels across an A3, in which a mark has 34."""


def detected(name: str, *, mirrored: bool = False) -> dict[int, np.ndarray]:
    """Corners of marks by their numbers, px."""
    chart = chart_named(name)
    values = np.array([[reflectance(paint)] for paint in chart.paints])
    rows, columns = (round(SCALE * side) for side in chart.size)
    light = drawn(chart, Canvas.whole(chart, rows, columns, values, np.ones(1)))[..., 0]
    codes = (255 * np.clip(light, 0, 1) ** (1 / 2.2)).astype(np.uint8)
    family = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_1000)
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    found, numbers, _ = cv2.aruco.ArucoDetector(family, settings).detectMarkers(
        np.ascontiguousarray(codes[:, ::-1] if mirrored else codes)
    )
    if numbers is None:
        return {}
    return {int(number): corners[0] for number, corners in zip(np.ravel(numbers), found, strict=True)}


EVERY_DAY = ("esfr-grid", "dynamic-range-ring", "dot-grid")


@pytest.mark.parametrize(
    "name",
    [name if name in EVERY_DAY else pytest.param(name, marks=pytest.mark.slow) for name in chart_names()],
)
def test_all_marks_of_a_chart_are_found_with_their_numbers_and_places(name: str) -> None:
    found = detected(name)
    wanted = chart_named(name).fiducials
    assert set(found) == {mark.number for mark in wanted}
    for mark in wanted:
        (x, y), side = mark.corner, mark.side
        expected = np.array([(x, y), (x + side, y), (x + side, y + side), (x, y + side)])
        # Corners in the order that the detector has for an upright mark; its refinement is good to a pixel.
        np.testing.assert_allclose((found[mark.number] + 0.5) / SCALE, expected, atol=1.0 / SCALE)


def test_a_chart_seen_from_behind_has_no_marks_of_any_chart() -> None:
    assert not any(marks.chart_of(number) is not None for number in detected("esfr-grid", mirrored=True))


def test_codes_are_those_of_the_family() -> None:
    """And mirrored, none of ours is any of its thousand, however it is turned."""
    family = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_1000)
    cells = [(cv2.aruco.generateImageMarker(family, k, 6, borderBits=1)[1:5, 1:5] > 0) for k in range(1000)]
    every = {np.rot90(one, turn).tobytes() for one in cells for turn in range(4)}
    for number in range(1000):
        if marks.chart_of(number) is not None:
            np.testing.assert_array_equal(np.array(marks.code(number)), cells[number])
            assert np.array(marks.code(number))[:, ::-1].tobytes() not in every
    with pytest.raises(ValueError, match="no chart has a mark"):
        marks.code(0)
