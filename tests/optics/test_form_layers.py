"""Scenes with depth."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.image.scene import Scene
from lichtbild.optics.form_image import form_image
from lichtbild.optics.form_layers import AtDistance, form_layers
from optics.responses import everywhere, gaussian, grey, response

EXTENT = Extent(90, 120)
SHAPE = (180, 240)


def disc(radius: float) -> np.ndarray:
    """A blur circle in 31 x 31 squares, soft, so that narrowing leaves nothing below 0."""
    at = np.arange(31) - 15
    found = gaussian_filter(np.clip(radius + 0.5 - np.hypot(at[:, None], at), 0.0, 1.0), 1.0)
    return found / found.sum()


LENS = (
    AtDistance(500.0, response(everywhere(disc(10.0)), EXTENT)),
    AtDistance(1000.0, response(everywhere(disc(4.0)), EXTENT)),
    AtDistance(2000.0, response(everywhere(disc(1.0)), EXTENT)),
    AtDistance(np.inf, response(everywhere(disc(3.0)), EXTENT)),
)
NEAR_SHARP = (
    AtDistance(500.0, response(everywhere(disc(0.7)), EXTENT)),
    AtDistance(np.inf, response(everywhere(disc(10.0)), EXTENT)),
)


def scene(weights: np.ndarray, depth: np.ndarray | float) -> Scene:
    return replace(grey(weights, EXTENT), depth=depth)


def light(responses: tuple[AtDistance, ...], given: Scene) -> np.ndarray:
    return form_layers(responses, given, EXTENT).irradiance[..., 0].astype(float)


def test_an_even_scene_is_even_whatever_its_depth() -> None:
    """Steps, slopes and noise of depth from nearer than all responses to infinity."""
    rng = np.random.default_rng(1)
    depth = np.exp(rng.uniform(np.log(300), np.log(9000), SHAPE))
    depth[40:90, 30:110] = 400.0
    depth[100:160, 100:220] = np.linspace(500, 4000, 120)
    depth[:30] = np.inf
    found = light(LENS, scene(np.ones(SHAPE), depth))
    assert found == pytest.approx(np.ones(EXTENT), rel=1e-4)


@pytest.mark.parametrize("number", range(4))
def test_a_point_at_a_response_is_spread_by_its_point_spread(number: int) -> None:
    """Before a dark scene with other distances all around: light and form to the rounding of transforms."""
    weights, depth = np.zeros(SHAPE), np.full(SHAPE, LENS[number].distance)
    weights[89, 121] = 1.0
    depth[:20], depth[-20:] = 500.0, 3000.0
    found, alone = light(LENS, scene(weights, depth)), light(LENS[number:][:1], scene(weights, 100.0))
    assert found == pytest.approx(alone, abs=2e-5 * alone.max())
    assert alone.sum() == pytest.approx(0.25, rel=1e-4)  # a square is a quarter of a pixel


def test_between_two_responses_light_is_shared_linearly_in_nearness() -> None:
    """Half way in 1 / distance: 1500 mm is a share of 1/3 of the way from 2000 to 1000."""
    weights, depth = np.zeros(SHAPE), np.full(SHAPE, 1500.0)
    weights[89, 121] = 1.0
    depth[:20] = 700.0
    found = light(LENS, scene(weights, depth))
    near, far = (light(LENS[n : n + 1], scene(weights, 100.0)) for n in (1, 2))
    assert found == pytest.approx(near / 3 + 2 * far / 3, abs=2e-5 * found.max())
    assert light(LENS, scene(weights, 1500.0)) == pytest.approx(found, abs=2e-5 * found.max())


def test_one_distance_is_one_layer() -> None:
    weights = np.random.default_rng(3).uniform(size=SHAPE)
    for depth, number in ((1000.0, 1), (np.inf, 3), (100.0, 0), (np.full(SHAPE, 2000.0), 2)):
        expected = form_image(LENS[number].response, scene(weights, depth), EXTENT).irradiance
        np.testing.assert_array_equal(form_layers(LENS, scene(weights, depth), EXTENT).irradiance, expected)


def test_a_sharp_thing_before_a_blurred_background_has_no_halo() -> None:
    """A dark post before an even bright wall: beside its edge the wall is as bright as far away, and it is
    itself dark to the edge, but for what its own point spread mixes."""
    weights, depth = np.ones(SHAPE), np.full(SHAPE, np.inf)
    weights[:, 90:150], depth[:, 90:150] = 0.1, 500.0
    line = light(NEAR_SHARP, scene(weights, depth))[45]
    alone = light(NEAR_SHARP[:1], scene(weights, 500.0))[45]
    assert line == pytest.approx(alone, abs=2e-3)
    assert line[:43] == pytest.approx(np.ones(43), abs=2e-3)
    assert line[47:73] == pytest.approx(np.full(26, 0.1), abs=2e-3)


def test_a_blurred_thing_before_a_sharp_background_is_half_open_at_its_edge() -> None:
    """The edge of a dark half plane 12 squares out of focus: the share of a blur circle beyond a line."""
    sharp_far = (LENS[0], AtDistance(np.inf, response(everywhere(disc(0.7)), EXTENT)))
    weights, depth = np.ones(SHAPE), np.full(SHAPE, np.inf)
    weights[:, 120:], depth[:, 120:] = 0.0, 500.0
    line = light(sharp_far, scene(weights, depth))[45]
    # What lies behind the thing goes on as bright as the wall beside it.
    assert line == pytest.approx(light(LENS[:1], scene(weights, 500.0))[45], abs=2e-3)
    assert line[59:61].mean() == pytest.approx(0.5, abs=0.02)


def test_a_background_s_texture_is_seen_through_a_blurred_edge() -> None:
    """Lines behind stay as high as the thing's opacity leaves them, also where it stands half before them."""
    sharp_far = (LENS[0], AtDistance(np.inf, response(everywhere(disc(0.7)), EXTENT)))
    weights, depth = np.ones(SHAPE), np.full(SHAPE, np.inf)
    weights[:, :120] += 0.5 * np.where(np.arange(180) % 24 < 12, 1, -1)[:, None]
    weights[:, 120:], depth[:, 120:] = 0.0, 500.0
    found = light(sharp_far, scene(weights, depth))[20:70]
    contrast = found.max(axis=0) - found.min(axis=0)
    opacity = 1 - light(LENS[:1], scene((np.arange(240) < 120) * np.ones((180, 1)), 500.0))[45]
    assert contrast[54:59] == pytest.approx(contrast[30] * (1 - opacity[54:59]), rel=0.03)


def test_any_number_of_threads_gives_the_same_bytes() -> None:
    big = Extent(250, 300)
    rng = np.random.default_rng(2)
    given = replace(grey(rng.uniform(size=(500, 600)), big), depth=rng.uniform(400, 5000, (500, 600)))
    lens = tuple(
        AtDistance(d, response(everywhere(gaussian(s)), big)) for d, s in ((600.0, 3.0), (2000.0, 1.0))
    )
    pictures = [form_layers(lens, given, big, threads=n).irradiance.tobytes() for n in (1, 3)]
    assert pictures[0] == pictures[1]


def test_responses_that_do_not_go_together() -> None:
    with pytest.raises(BadInput, match="nearest first"):
        form_layers(LENS[::-1], scene(np.ones(SHAPE), 100.0), EXTENT)
    other = AtDistance(np.inf, response(everywhere(gaussian(1.0)), EXTENT))
    with pytest.raises(BadInput, match="same bands, nodes"):
        form_layers((LENS[0], other), scene(np.ones(SHAPE), 100.0), EXTENT)
