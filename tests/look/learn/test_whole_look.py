from dataclasses import replace

import numpy as np
import pytest

from lichtbild.look.bake import bake
from lichtbild.look.learn.display_colour import difference
from lichtbild.look.learn.style_fit import shown
from lichtbild.look.learn.whole_look import whole_look
from lichtbild.look.lut import Lut, nodes
from lichtbild.look.style import style
from look.learn.looks import photograph, red_filter, warm_and_contrasty
from look.learn.test_style_fit import DESIGNED, GREY

PIXELS = photograph(11, 100).reshape(-1, 3)


def table(look) -> Lut:
    return Lut(np.asarray(look(nodes(33).reshape(-1, 3)).reshape(33, 33, 33, 3), np.float32))


def test_the_whole_is_as_near_to_a_look_as_its_table() -> None:
    lut = table(warm_and_contrasty)
    found = whole_look(lut)
    wanted = warm_and_contrasty(PIXELS)
    by_table = difference(lut(PIXELS), wanted).mean()
    assert difference(shown(found.style, PIXELS), wanted).mean() < by_table + 0.1
    assert found.fitted
    assert found.both.mean < 0.2 < found.alone.mean < 0.5 * found.before.mean


@pytest.mark.slow
def test_a_designed_look_needs_next_to_no_residual() -> None:
    found = whole_look(bake(DESIGNED))
    assert found.alone.mean < 0.05 * found.before.mean
    assert found.both.mean < 0.2


def test_black_and_white_of_scene_light_is_told_by_its_weights() -> None:
    found = whole_look(bake(GREY))
    assert found.style.monochrome is not None
    assert found.style.tone_bath is None
    np.testing.assert_allclose(found.style.monochrome.weights, GREY.monochrome.weights, atol=0.02)


def test_other_black_and_white_is_made_by_the_table() -> None:
    found = whole_look(table(red_filter))
    after = shown(found.style, PIXELS)
    assert difference(after, red_filter(PIXELS)).mean() < 0.3
    assert np.ptp(after, axis=1).max() < 1e-5


def test_a_tint_without_hues_is_a_grey_and_a_bath() -> None:
    sepia = replace(style("sepia"), lut=None)
    found = whole_look(bake(sepia))
    assert found.style.monochrome is not None
    assert found.style.tone_bath is not None
    assert max(found.style.tone_bath.b) > 2


def test_where_nothing_serves_the_numbers_are_those_of_natural() -> None:
    upside_down = Lut(1 - nodes(33))
    found = whole_look(upside_down)
    assert not found.fitted
    assert found.style.view == style("natural").view
    np.testing.assert_allclose(shown(found.style, PIXELS), 1 - PIXELS, atol=2e-3)
    assert "natural" in found.told


@pytest.mark.slow
def test_what_is_not_trusted_counts_little() -> None:
    """A fold in blue that nothing is known of does not move the numbers."""
    colours = nodes(33).astype(np.float64)
    changed = np.where(colours[..., 2:] > 0.6, colours[..., ::-1], colours)
    lut = Lut(np.asarray(changed, np.float32))
    unsure = np.where(nodes(9)[..., 2] > 0.55, 60.0, 0.1)
    found, blind = whole_look(lut, unsure), whole_look(lut)
    assert found.before.mean < 0.1 * blind.before.mean
