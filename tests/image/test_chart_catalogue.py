"""The catalogue: every chart on every paper, its targets within it, and its marks."""

import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Chart, Edge, Grid, Leaves, Star
from lichtbild.image.chart_catalogue import PAPERS, chart_named, chart_names, chart_of_mark


def places(chart: Chart) -> np.ndarray:
    """Corners, ends and points of all targets, and of marks with their quiet borders."""
    found: list[np.ndarray] = []
    for target in chart.targets:
        match target:
            case Edge():
                found += [np.array([target.start, target.end])]
            case Grid():
                found += [
                    target.points.reshape(-1, 2) + target.radius,
                    target.points.reshape(-1, 2) - target.radius,
                ]
            case Star():
                found += [np.array([target.centre]) + step * target.radius for step in (-1, 1)]
            case Leaves():
                found += [np.array([target.corner]), np.array([target.corner]) + target.size[::-1]]
            case _:
                found += [np.array(target.corners)]
    for mark in chart.fiducials:
        found += [np.array([mark.corner]) - mark.side * 3 / 14, np.array([mark.corner]) + mark.side * 17 / 14]
    return np.concatenate(found)


@pytest.mark.parametrize("name", chart_names())
def test_a_printer_reaches_all_of_a_chart(name: str) -> None:
    """On A4 too, where 5.6 mm stay free; no printer of offices leaves more than 5 mm white."""
    chart = chart_named(name, PAPERS["A4"])
    found = places(chart)
    assert (found > 5.5).all() and (found < np.array([297.0, 210.0]) - 5.5).all()
    names = [getattr(target, "name", "") for target in chart.targets]
    assert len({name for name in names if name}) == sum(bool(name) for name in names)


@pytest.mark.parametrize("name", chart_names())
def test_a_chart_is_larger_or_smaller_as_a_whole(name: str) -> None:
    first, second = chart_named(name), chart_named(name, (500.0, 420.0))
    assert second.size == (500.0, 420.0) and second.paints == first.paints
    # As wide as A3, and 203 mm taller, half of it above.
    np.testing.assert_allclose(places(second), places(first) + np.array([0.0, 101.5]), atol=1e-9)
    np.testing.assert_allclose(places(chart_named(name, (594.0, 840.0))), 2 * places(first))


def test_marks_tell_charts_and_lie_clockwise_from_the_upper_left() -> None:
    numbers: list[int] = []
    for name in chart_names():
        marks = chart_named(name).fiducials
        numbers += [mark.number for mark in marks]
        assert len(marks) >= 4 and {chart_of_mark(mark.number) for mark in marks} == {name}
        assert [mark.number % 8 for mark in marks[:4]] == [0, 1, 2, 3]
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = (mark.corner for mark in marks[:4])
        assert max(x0, x3) < min(x1, x2) and max(y0, y1) < min(y2, y3)
    assert len(set(numbers)) == len(numbers)
    assert chart_of_mark(999) is None and chart_of_mark(0) is None


def test_what_is_no_chart() -> None:
    with pytest.raises(BadInput, match="there is no chart 'benhc'; there are bench, "):
        chart_named("benhc")
    with pytest.raises(BadInput, match="50 to 5000 mm"):
        chart_named("bench", (20.0, 400.0))
