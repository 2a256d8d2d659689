"""From a mosaic of a card to a camera's matrices."""

from pathlib import Path

import numpy as np
import pytest

from lichtbild.camera.calibration.card_matrices import card_matrices
from lichtbild.camera.calibration.card_numbers import card_numbers
from lichtbild.camera.specimen import specimen
from lichtbild.colour import cielab
from lichtbild.colour.spaces import D50_XY, xyz_of
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.image.cfa import Cfa
from lichtbild.image.chart import Chart, Paint, Patch
from lichtbild.io.headerless import read
from lichtbild.quality.colour_plane import Planes, planes_of_mosaic
from lichtbild.quality.detect import cards
from lichtbild.quality.found_chart import FoundChart, Verdict

SIDE, COUNT = 32, 8
LAB = np.random.default_rng(1).uniform((30, -40, -40), (80, 40, 40), (COUNT, 3))
LAB[-2:, 1:] = 0
FORWARD = np.array([[0.62, 0.28, 0.0], [0.25, 0.85, -0.1], [0.02, -0.15, 0.0]])
FORWARD[:, 2] = xyz_of(D50_XY) - FORWARD[:, :2].sum(axis=1)
NUMBERS = 0.5 * cielab.to_xyz(LAB, D50_XY) @ np.linalg.inv(FORWARD).T * (0.6, 1.0, 0.8)


def card(usable: bool = True) -> FoundChart:
    paints = tuple(Paint(str(i), tuple(lab)) for i, lab in enumerate(LAB.tolist()))
    square = np.array([(0, 0), (SIDE, 0), (SIDE, SIDE), (0, SIDE)], float)
    corners = [tuple(map(tuple, (square + np.array([SIDE * i, 0])).tolist())) for i in range(COUNT)]
    targets = tuple(Patch(str(i), corner, i) for i, corner in enumerate(corners))
    chart = Chart("card", "Card", (SIDE, SIDE * COUNT), paints, (), targets)
    verdicts = tuple(Verdict(str(i), usable) for i in range(COUNT))
    return FoundChart(chart, lambda at: np.asarray(at, float), 0, 0.0, verdicts)


def planes(exposure: float = 1.0) -> Planes:
    cfa = Cfa.bayer("BGGR")
    light = np.repeat(exposure * NUMBERS, SIDE, axis=0)
    colour = cfa.planes(Extent(SIDE, SIDE * COUNT))
    mosaic = np.take_along_axis(np.tile(light, (SIDE, 1, 1)), colour[..., None], axis=2)[..., 0]
    return planes_of_mosaic(np.minimum(mosaic, 1.0), cfa)


def test_numbers_of_patches() -> None:
    found = card_numbers(planes(), card())
    assert found.names == tuple("01234567")
    assert found.grey.tolist() == [False] * 6 + [True] * 2
    np.testing.assert_allclose(found.numbers, NUMBERS, rtol=1e-6)


def test_from_mosaic_to_matrices() -> None:
    read = card_numbers(planes(), card())
    found = card_matrices(read.numbers, read.lab, read.grey, (0.3127, 0.329))
    np.testing.assert_allclose(found.calibration.forward_matrix, FORWARD, atol=1e-4)
    np.testing.assert_allclose(found.neutral, (0.6, 1.0, 0.8), atol=1e-4)


def test_full_and_hidden_patches_are_left_out() -> None:
    full = NUMBERS.max(axis=1).argmax()
    found = card_numbers(planes(1.01 / NUMBERS.max()), card())
    assert str(full) not in found.names
    with pytest.raises(BadInput, match="hidden"):
        card_numbers(planes(), card(usable=False))


@pytest.mark.slow
def test_real_frames_of_one_module_agree(shared: Path, tmp_path: Path) -> None:
    """A card in two parks, found and read without a hand: the same camera, within what daylight changes.

    The files do not tell their black; 12 is their publisher's estimate.
    """
    layout = tmp_path / "frames.toml"
    rows = ("width = 2592", "height = 1536", 'dtype = "uint8"', 'cfa = "GRBG"', "white = 255", "black = 12")
    layout.write_text("\n".join(rows), encoding="utf-8")
    matrices = []
    for name in ("iisp_Outdoor1", "iisp_Outdoor3"):
        frame = read(shared / f"data/raw/colour_checker_frames/{name}.raw", layout)
        bench = specimen(frame, name, "0" * 64)
        assert frame.cfa is not None
        assert bench.mosaic is not None
        (found,) = cards.find(bench.light)
        numbers = card_numbers(planes_of_mosaic(bench.mosaic, frame.cfa), found)
        matrices.append(card_matrices(numbers.numbers, numbers.lab, numbers.grey, (0.3127, 0.329)))
        assert matrices[-1].fit.errors.mean() < 6
    np.testing.assert_allclose(matrices[0].neutral, matrices[1].neutral, atol=0.03)
    np.testing.assert_allclose(matrices[0].fit.matrix, matrices[1].fit.matrix, atol=0.1)
