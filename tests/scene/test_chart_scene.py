"""Charts as scenes: the light is that of the truth, and the truth is the chart's geometry."""

import math

import numpy as np
import pytest

from lichtbild.colour import observer
from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Chart, Edge, Grid, Paint, Patch
from lichtbild.image.chart_catalogue import chart_named
from lichtbild.image.charts.paints import PAPER_WHITE, reflectance
from lichtbild.scene.chart_scene import Place, chart_scene
from lichtbild.scene.frame import Frame
from lichtbild.scene.reflectance import colour_checker, of_paints
from lichtbild.scene.truth import ChartScene
from scene.charts import EDGES, LIGHTING, WHITE, luminances

FRAME = Frame(300, 400, (0.6, 0.8))


@pytest.fixture(scope="module")
def bench() -> ChartScene:
    return chart_scene(chart_named("bench"), FRAME, LIGHTING)


def inside(borders: tuple[float, float, float, float]) -> tuple[slice, slice]:
    """Rows and columns that lie whole within borders."""
    left, low, right, high = borders
    columns = np.flatnonzero((FRAME.x_edges[:-1] > left) & (FRAME.x_edges[1:] < right))
    rows = np.flatnonzero((FRAME.y_edges[1:] > low) & (FRAME.y_edges[:-1] < high))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def test_patches_send_the_light_of_their_reflectances(bench: ChartScene) -> None:
    """In all bands; float32 of the weights."""
    scene, truth = bench.scene, bench.truth
    assert {"dark skin", "mean 1", "D 2.00", "trap upper left"} <= {patch.name for patch in truth.patches}
    for patch in truth.patches:
        seen = scene.weights[inside(patch.borders)].mean(axis=(0, 1)) @ scene.spectra
        expected = truth.reflectance_of(patch.name) * scene.white
        np.testing.assert_allclose(seen, expected, rtol=1e-5, atol=1e-9 * scene.white.max())


def test_truth_is_the_charts_geometry(bench: ChartScene) -> None:
    chart, truth = chart_named("bench"), bench.truth
    place = Place.within(FRAME, chart)
    # 0.95 of the width: 0.76 tangents on 420 mm.
    assert place.scale == pytest.approx(0.76 / 420)
    patches = [target for target in chart.targets if isinstance(target, Patch)]
    for patch, target in zip(truth.patches, patches, strict=True):
        left, low, right, high = patch.borders
        np.testing.assert_allclose(place.tangents(np.array(target.corners)[0]), (left, high))
        np.testing.assert_allclose(place.tangents(np.array(target.corners)[2]), (right, low))
    edges = [target for target in chart.targets if isinstance(target, Edge)]
    for edge, target in zip(truth.edges, edges, strict=True):
        start, end = place.tangents(np.array([target.start, target.end]))
        normal = np.array([math.cos(edge.normal), math.sin(edge.normal)])
        assert normal @ (end - start) == pytest.approx(0, abs=1e-12)
        np.testing.assert_allclose(edge.point, (start + end) / 2)
    grids = [target.points.reshape(-1, 2) for target in chart.targets if isinstance(target, Grid)]
    assert truth.points is not None and len(truth.points) == 1 + sum(map(len, grids))


def test_edges_are_bright_where_their_normals_point(bench: ChartScene) -> None:
    light = luminances(bench.scene) / WHITE
    for edge in bench.truth.edges:
        for sign, share in ((1, edge.bright), (-1, edge.dark)):
            # Two pixels away.
            x = edge.point[0] + sign * 0.004 * math.cos(edge.normal)
            y = edge.point[1] + sign * 0.004 * math.sin(edge.normal)
            row, column = np.argmin(np.abs(FRAME.y - y)), np.argmin(np.abs(FRAME.x - x))
            assert light[row, column] == pytest.approx(share, rel=1e-5)


def test_dots_lie_where_the_truth_says() -> None:
    chart = chart_scene(chart_named("dot-grid"), FRAME, LIGHTING)
    dark = 0.9 - luminances(chart.scene) / WHITE
    assert chart.truth.points is not None
    for x, y in chart.truth.points[::13]:
        near = dark * (np.hypot(FRAME.x[None] - x, FRAME.y[:, None] - y) < 0.02)
        middle = np.array([(near * FRAME.x[None]).sum(), (near * FRAME.y[:, None]).sum()]) / near.sum()
        # Exact coverage keeps the middle of a disc but for what each pixel's own middle lacks of its part's.
        assert middle == pytest.approx([x, y], abs=0.02 * FRAME.pixel[0])


def test_a_ring_of_densities_keeps_each_of_its_36() -> None:
    """To 17.4 stops below white: float32 has 24 bits for each of them, as nothing is added to them."""
    chart = chart_scene(chart_named("dynamic-range-ring"), FRAME, LIGHTING)
    light = luminances(chart.scene) / WHITE
    for step, patch in enumerate(chart.truth.patches):
        np.testing.assert_allclose(light[inside(patch.borders)], 10 ** (-0.15 * step), rtol=1e-6)


def test_many_paints_are_exact_mixtures_of_few_spectra() -> None:
    """140 paints of 36 samples: as if each had its own spectrum."""
    frame = Frame(60, 80, (0.6, 0.8))
    chart = chart_named("colour-checker-sg")
    scene = chart_scene(chart, frame, LIGHTING)
    assert scene.scene.weights.shape[2] == 37
    names = tuple(str(paint.spectrum) for paint in chart.paints if paint.spectrum)
    assert scene.truth.reflectances is not None
    np.testing.assert_allclose(scene.truth.reflectances[2:], of_paints(names, EDGES), atol=1e-12)


def test_paints_have_about_the_luminance_of_their_lab() -> None:
    """Their spectra are averages of other copies than those that the maker's Lab are of: 2 in L*."""
    classic = chart_named("colour-checker-classic").paints[2:]
    for paints, names in ((classic, None), (chart_named("colour-checker-sg").paints[2:], None)):
        spectra = of_paints(tuple(str(paint.spectrum) for paint in paints), EDGES)
        even = np.ones(len(EDGES) - 1) / observer.photon_energy(EDGES)
        found = observer.luminance(spectra * even, EDGES) / observer.luminance(even, EDGES)
        root = np.cbrt(found), np.cbrt([reflectance(paint) for paint in paints])
        # Equal energy instead of D50 moves the most saturated reds and yellows.
        assert np.abs(116 * (root[0] - root[1])).mean() < 1.0 and names is None
    np.testing.assert_array_equal(
        of_paints(("colour-checker/dark skin",), EDGES)[0], colour_checker(EDGES).values[0]
    )


def test_what_makes_no_scene() -> None:
    chart = Chart("a", "a", (50.0, 60.0), (PAPER_WHITE, Paint("red", (50.0, 60.0, 40.0))))
    with pytest.raises(BadInput, match="spectrum of the paint 'red'"):
        chart_scene(chart, FRAME, LIGHTING)
    with pytest.raises(BadInput, match="above 0 to 1 of its frame"):
        chart_scene(chart_named("bench"), FRAME, LIGHTING, fill=1.2)
    with pytest.raises(BadInput, match="no paint is called"):
        of_paints(("colour-checker/teal",), EDGES)
