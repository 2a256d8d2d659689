"""What a bench says of edges beside their numbers."""

import numpy as np
import pytest

import exact_edges as exact
from lichtbild.image.chart import Chart, Edge, Paint
from lichtbild.image.specimen import Origin, Specimen
from lichtbild.quality.edge import unbiased
from lichtbild.quality.found_chart import FoundChart, Verdict
from lichtbild.quality.parts.edges import edges
from lichtbild.quality.parts.subject import Conditions, Subject

ANGLE = 5.0


@pytest.mark.parametrize("lossy", [False, True])
def test_a_file_that_was_compressed_with_loss_says_so_of_its_edges_once(lossy: bool) -> None:
    plane = exact.edge(*exact.gaussian_of(0.25, ANGLE), ANGLE).astype(np.float32)
    start, end = exact.ends(ANGLE, plane.shape)
    paints = (Paint("dark", (20.0, 0.0, 0.0)), Paint("light", (80.0, 0.0, 0.0)))
    edge = Edge("right", start, end, 28.0, 0, 1)
    chart = Chart("one", "One", (100.0, 64.0), paints, (), (edge,))
    found = FoundChart(chart, lambda at: np.asarray(at, float), 0, 0.0, (Verdict("right", True),))
    specimen = Specimen("one", "0" * 64, Origin.PICTURE, np.stack([plane] * 3, -1), lossy=lossy)
    told = edges(Subject(specimen, found, Conditions()))
    assert sum(measure.name == "mtf50" and ", red" in measure.where for measure in told.measures) == 1
    assert [unbiased.LOSSY in note for note in told.notes] == [True] * lossy
