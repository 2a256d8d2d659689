"""Light that falls on scenes: E = pi L, and lights that mix."""

import math

import numpy as np
import pytest

from lichtbild.colour import observer
from lichtbild.core.errors import BadInput
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import Lighting, grey_lit, one_light, two_lights
from lichtbild.scene.uniform import flat_field, grey_card
from scene.charts import D65, EDGES, FRAME, LIGHTING, TUNGSTEN, WHITE, luminances


def test_a_grey_card_sends_out_its_share_of_lux_over_pi() -> None:
    scene = grey_card(FRAME, one_light(TUNGSTEN, 500.0), 0.18)
    # float32 weights.
    assert luminances(scene) == pytest.approx(np.full((30, 40), 0.18 * 500 / math.pi), rel=1e-7)
    assert observer.luminance(scene.white, EDGES) == pytest.approx(500 / math.pi)


def test_a_flat_field_has_its_luminance() -> None:
    assert luminances(flat_field(FRAME, D65, 42.0)) == pytest.approx(np.full((30, 40), 42.0))


def test_mixed_light_goes_from_one_to_the_other_at_one_level() -> None:
    mixed = two_lights(TUNGSTEN, D65, 1000.0, FRAME)
    scene = grey_lit(FRAME, mixed, np.ones((30, 40)), "white")
    # Shares are float32.
    assert luminances(scene) == pytest.approx(np.full((30, 40), WHITE), rel=1e-6)
    photons = scene.weights @ scene.spectra
    assert photons[3, 0] == pytest.approx(TUNGSTEN.photons_at(1000.0), rel=1e-6)
    assert photons[3, -1] == pytest.approx(D65.photons_at(1000.0), rel=1e-6)
    assert (np.diff(mixed.shares[0, :, 1]) >= 0).all() and mixed.shares[0, 20, 1] > mixed.shares[
        0, 19, 1
    ] > 0.4


def test_lights_that_cannot_light() -> None:
    with pytest.raises(BadInput, match="needs a light"):
        Lighting((), 100.0)
    with pytest.raises(BadInput, match="0 lux or more, not -1"):
        one_light(D65, -1.0)
    with pytest.raises(BadInput, match="sum 1"):
        Lighting((D65, TUNGSTEN), 1.0, np.ones((30, 40, 2)))
    with pytest.raises(BadInput, match="a width above 0"):
        two_lights(D65, TUNGSTEN, 1.0, FRAME, softness=0.0)
    with pytest.raises(BadInput, match="of the same frame"):
        grey_lit(Frame(2, 2, (1.0, 1.0)), two_lights(D65, TUNGSTEN, 1.0, FRAME), np.ones((2, 2)), "")
    with pytest.raises(BadInput, match="0 to 1, not 18"):
        grey_card(FRAME, LIGHTING, 18.0)
