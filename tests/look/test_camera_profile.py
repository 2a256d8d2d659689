from dataclasses import replace

import numpy as np
import pytest

from lichtbild.colour import cielab
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.camera_profile import Render, camera_profile, distance, rendering
from lichtbild.look.profile import ProfileRender
from lichtbild.look.recipe import look_named


def by_profile(render: Render, scene: np.ndarray) -> np.ndarray:
    image = LinearImage(
        scene[None].astype(np.float32), Window.whole(Extent(1, len(scene))), Extent(1, len(scene))
    )
    return ProfileRender.of(camera_profile(render, (), "look"))(image).samples[0]


@pytest.mark.parametrize("name", ["natural", "authentic"])
def test_the_profile_renders_as_the_look_does(name: str) -> None:
    render = rendering(look_named(name))
    found = distance(render, camera_profile(render, (), name))
    assert found.mean < 0.1 and found.most < 0.5 and found.greys < 0.1


def test_a_tint_of_grey_is_lost_and_told() -> None:
    cast = np.array([1.0, 0.8, 0.6])
    found = distance(
        lambda scene: 0.9 * cast * scene, camera_profile(lambda scene: 0.9 * cast * scene, (), "x")
    )
    assert found.greys > 5


def test_greys_up_to_white_have_the_lightness_of_the_look() -> None:
    render = rendering(look_named("authentic"))
    greys = np.repeat(np.geomspace(1e-3, 1, 200)[:, None], 3, axis=1)
    found, wanted = (cielab.from_rec2020(x)[:, 0] for x in (by_profile(render, greys), render(greys)))
    np.testing.assert_allclose(found, wanted, atol=0.1)


def test_a_rendering_without_colour_stays_without() -> None:
    weights = np.array([0.3, 0.6, 0.1])

    def grey(scene: np.ndarray) -> np.ndarray:
        return np.repeat(((scene @ weights) / (0.2 + scene @ weights))[:, None], 3, axis=1)

    scene = 0.05 + 0.9 * np.random.default_rng(1).random((500, 3))
    found = by_profile(grey, scene)
    assert np.ptp(found, axis=1).max() < 2e-3
    np.testing.assert_allclose(found[:, 1], grey(scene)[:, 1], atol=0.01)


def test_the_curve_is_what_the_standard_allows() -> None:
    made = camera_profile(rendering(look_named("natural")), (), "look")
    assert tuple(made.tone_curve[0]) == (0.0, 0.0) and tuple(made.tone_curve[-1]) == (1.0, 1.0)
    assert (np.diff(made.tone_curve[:, 0]) > 0).all() and (np.diff(made.tone_curve[:, 1]) >= 0).all()
    values, hues, saturations, _ = made.look_table.table.shape
    assert values * hues * saturations <= 36 * 32 * 16
    assert made.look_table.table[..., 1:].min() >= 0
    assert replace(made, name="x").calibrations == ()
