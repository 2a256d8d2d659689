"""Edges drawn at known places, averaged over pixels, in each colour of a picture and of a mosaic."""

import numpy as np
import pytest

from chart_pictures import rendered
from lichtbild.core.errors import BadInput
from lichtbild.image.cfa import Cfa
from lichtbild.image.chart import Chart, Edge, Paint
from lichtbild.quality import lateral_colour
from lichtbild.quality.colour_plane import planes_of, planes_of_mosaic
from lichtbild.quality.edge_position import edge_position
from lichtbild.quality.found_chart import FoundChart, Verdict
from lichtbild.quality.lateral_colour import edge_displacement

SIZE = (80, 60)
TURN = 0.1
NORMAL = np.array([np.cos(TURN), -np.sin(TURN)])
MIDDLE = np.array([31.3, 40.2])
ALONG = np.array([np.sin(TURN), np.cos(TURN)])
ENDS = [tuple((MIDDLE + length * ALONG).tolist()) for length in (-30, 30)]


def edge(offset: float, softness: float = 0.8, size: tuple[int, int] = SIZE) -> np.ndarray:
    """A nearly upright edge, ``offset`` px to the right of the middle along its normal."""

    def light(places: np.ndarray) -> np.ndarray:
        return 0.5 + 0.4 * np.tanh(((places - MIDDLE) @ NORMAL - offset) / softness)

    return rendered(light, size, 3)


def test_offset_is_exact() -> None:
    """Sums over whole lines are integrals, whatever the blur: 0.002 px is what the window's ends cut off."""
    for offset, softness in ((0.0, 0.05), (0.37, 0.8), (-0.8, 1.5)):
        found = edge_position(edge(offset, softness), *ENDS, 14.0)
        assert float(found.offset) == pytest.approx(offset, abs=2e-3)
        np.testing.assert_allclose(found.normal, NORMAL, atol=1e-12)
        assert float(found.contrast) == pytest.approx(0.8, abs=1e-3)


def test_level_edges_are_the_same_turned() -> None:
    upright = edge_position(edge(0.37), *ENDS, 14.0)
    level = edge_position(edge(0.37).T, ENDS[0][::-1], ENDS[1][::-1], 14.0)
    assert float(level.offset) == float(upright.offset)
    assert level.normal == upright.normal[::-1]


def test_noise_is_told() -> None:
    """120 noisy edges spread as their own errors say, to 3 / sqrt(240)."""
    random, clean = np.random.default_rng(0), edge(0.2)
    found = [edge_position(clean + 0.01 * random.standard_normal(SIZE), *ENDS, 14.0) for _ in range(120)]
    offsets = np.array([one.offset for one in found])
    told = np.mean([one.sigma**2 for one in found]) ** 0.5
    assert offsets.std() == pytest.approx(told, rel=3 / np.sqrt(240))


def test_displacement_in_a_picture_and_in_a_mosaic() -> None:
    light = np.stack([edge(0.25), edge(0.0), edge(-0.4)], axis=-1)
    for cfa, most in ((None, 2e-3), (Cfa.bayer("RGGB"), 0.02), (Cfa.bayer("GBRG"), 0.02)):
        planes = planes_of(light)
        if cfa is not None:
            index = np.tile(np.array(cfa.pattern), (SIZE[0] // 2, SIZE[1] // 2))[..., None]
            planes = planes_of_mosaic(np.take_along_axis(light, index, axis=2)[..., 0], cfa)
        found = edge_displacement(planes, *ENDS, 14.0)
        assert float(found["red"][0]) == pytest.approx(0.25, abs=most)
        assert float(found["blue"][0]) == pytest.approx(-0.4, abs=most)


def test_edges_of_a_chart_tell_of_the_radius() -> None:
    """The edge lies to the right of the middle of a wide picture: what moves right moves outward.

    Its normal is 0.1 rad off the radius, so the radial part is 1 / cos of the angle between them.
    """
    size = (80, 400)
    light = np.stack([edge(0.25), edge(0.0), edge(-0.4)], axis=-1)
    wide = np.pad(light, ((0, 0), (300, 40), (0, 0)), "edge")
    start, end = ((x + 300, y) for x, y in ENDS)
    paints = (Paint("white", (90.0, 0.0, 0.0)), Paint("black", (10.0, 0.0, 0.0)))
    chart = Chart("edge", "Edge", (80.0, 400.0), paints, (), (Edge("right", start, end, 15.0, 1, 0),))
    found = FoundChart(chart, lambda at: np.asarray(at, float), 0, 0.0, (Verdict("right", True),))
    red, blue = lateral_colour.measures(planes_of(wide), found, size)
    out = MIDDLE + np.array([100, -40])
    cosine = float(NORMAL @ out) / float(np.linalg.norm(out))
    assert red.value == pytest.approx(0.25 / cosine, abs=2e-3)
    assert blue.value == pytest.approx(-0.4 / cosine, abs=2e-3)
    assert red.note.startswith("radial")


def test_edges_too_small() -> None:
    with pytest.raises(BadInput, match="too small"):
        edge_position(edge(0.0), (30.0, 30.0), (31.0, 35.0), 14.0)
    with pytest.raises(BadInput, match="leaves"):
        edge_position(edge(0.0), (10.0, 10.0), (10.0, 60.0), 14.0)
