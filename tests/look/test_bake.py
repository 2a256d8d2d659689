import numpy as np
import pytest

from lichtbild.colour import cielab
from lichtbild.colour.difference import ciede2000
from lichtbild.core.array import transformed
from lichtbild.image.picture import ColourSpace
from lichtbild.look.bake import bake, encoded
from lichtbild.look.encode import CURVES, from_rec2020
from lichtbild.look.filter import Filter
from lichtbild.look.lut import Lut, nodes
from lichtbild.look.style import style

SRGB = ColourSpace.SRGB
LOOK = style("authentic")
FILTER = Filter.of(LOOK, SRGB, SRGB)


def natural_colours(count: int) -> np.ndarray:
    """Encoded colours spread as in photographs: light evenly, chroma mostly small."""
    random = np.random.default_rng(0)
    grey = random.uniform(0.02, 0.98, (count, 1))
    colours = grey + random.normal(0, 1, (count, 3)) * random.exponential(0.08, (count, 1))
    return np.clip(colours, 0, 1)[None]


def lab(colours: np.ndarray) -> np.ndarray:
    linear = CURVES[SRGB].decode(colours.astype(np.float64))
    return np.asarray(cielab.from_rec2020(transformed(linear, np.linalg.inv(from_rec2020(SRGB)))))


def error(table: Lut, colours: np.ndarray) -> np.ndarray:
    return np.asarray(ciede2000(lab(table(colours)), lab(encoded(FILTER, colours, SRGB))))


def test_that_of_natural_is_the_identity() -> None:
    np.testing.assert_allclose(bake(style("natural"), 9).table, nodes(9), atol=1e-4)


def test_it_is_near_the_look_and_nearer_with_more_nodes() -> None:
    colours = natural_colours(20000)
    coarse, fine = error(bake(LOOK, 17), colours), error(bake(LOOK, 33), colours)
    assert fine.mean() < 0.5 * coarse.mean()
    assert fine.mean() < 0.1
    assert np.percentile(fine, 99) < 0.5


def test_fitted_nodes_are_nearer_than_the_look_s_own_values() -> None:
    colours = natural_colours(20000)
    sampled = Lut(encoded(FILTER, nodes(33), SRGB))
    assert error(bake(LOOK, 33), colours).mean() < 0.9 * error(sampled, colours).mean()


@pytest.mark.parametrize("size", [2, 3, 17])
def test_greys_are_neutral_to_the_last_bit_and_the_ends_are_met(size: int) -> None:
    table = bake(LOOK, size)
    grey = np.repeat(np.linspace(0, 1, 999)[:, None], 3, axis=1)
    assert (np.ptp(table(grey), axis=1) == 0).all()
    ends = encoded(FILTER, np.array([[[0.0] * 3, [1.0] * 3]], np.float32), SRGB)[0]
    np.testing.assert_allclose(table.table[0, 0, 0], ends[0], atol=1e-6)
    np.testing.assert_allclose(table.table[-1, -1, -1], ends[1], atol=1e-6)


def test_a_table_for_p3_is_another_one() -> None:
    table = bake(LOOK, 9, ColourSpace.DISPLAY_P3, title="wide")
    assert table.title == "wide"
    assert np.abs(table.table - bake(LOOK, 9).table).max() > 0.005
    assert 0 <= table.table.min() <= table.table.max() <= 1
