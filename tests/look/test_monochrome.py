from dataclasses import replace

import numpy as np
import pytest

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.film import WEIGHTS
from lichtbild.look.monochrome import TOE, Monochrome

RED = Monochrome(WEIGHTS["red"])


def image(samples: np.ndarray) -> LinearImage:
    extent = Extent(*samples.shape[:2])
    return LinearImage(samples, Window.whole(extent), extent)


def grey(stage: Monochrome, colours: np.ndarray) -> np.ndarray:
    """One plane of a row of colours, by the kernel; the other two are the same."""
    planes = stage(image(np.asarray(colours, np.float32)[None])).samples[0]
    np.testing.assert_array_equal(planes, np.repeat(planes[:, 1:2], 3, axis=1))
    return planes[:, 1]


@pytest.mark.parametrize("name", WEIGHTS)
def test_neutrals_keep_their_light(name: str) -> None:
    light = np.geomspace(1e-5, 30, 200)
    found = grey(Monochrome(WEIGHTS[name]), np.repeat(light[:, None], 3, axis=1))
    # The weights of the table sum to 1 to four decimals; products of float32 are right to 1e-7.
    np.testing.assert_allclose(found, light, rtol=1e-6)


def test_colours_that_the_filter_lets_through_are_weighed() -> None:
    colours = np.random.default_rng(0).uniform(0.2, 1.0, (300, 3))
    estimate = colours @ np.array(RED.weights)
    told = estimate > RED.toe * np.linalg.norm(colours, axis=1)
    assert told.mean() > 0.9
    np.testing.assert_allclose(grey(RED, colours)[told], estimate[told], rtol=1e-6)


def test_luminance_is_one_choice_of_weights() -> None:
    colours = np.random.default_rng(1).random((50, 3))
    luminance = REC2020_TO_XYZ[1]
    np.testing.assert_allclose(
        grey(Monochrome(tuple(luminance.tolist())), colours), colours @ luminance, rtol=1e-6
    )


def test_the_toe_begins_where_estimates_of_full_colours_end_below_nothing() -> None:
    assert RED.toe == pytest.approx(-(RED.weights[1] + RED.weights[2]))
    assert Monochrome((0.3, 0.4, 0.3)).toe == TOE


def test_no_light_is_negative_and_the_way_to_none_has_no_corner() -> None:
    along = np.linspace(0, 1, 2001)[:, None]
    colours = along * np.array([0.02, 0.3, 0.6]) + (1 - along) * np.array([0.3, 0.3, 0.3])
    found = grey(RED, colours).astype(float)
    assert (colours @ np.array(RED.weights)).min() < -0.02
    assert found.min() >= 0.0
    assert (np.diff(found) < 1e-8).all()
    # Its slope changes by at most slope^2 / (toe times length), the bend of the exponential at its beginning.
    steps = np.diff(found) * 2000
    assert np.abs(np.diff(steps)).max() < 1.5 * (0.36**2 / (RED.toe * 0.5)) / 2000


def test_scaled_light_gives_a_scaled_grey() -> None:
    colours = np.random.default_rng(2).uniform(-0.1, 1.0, (300, 3))
    np.testing.assert_allclose(grey(RED, 8 * colours), 8 * grey(RED, colours), rtol=2e-5, atol=1e-7)


def test_black_is_black_and_light_of_any_size_is_finite() -> None:
    colours = np.array([[0, 0, 0], [-1e-3, -1e-3, -1e-3], [1e6, 0, 1e6], [0, 1e6, 0], [-5, -5, 3]])
    found = grey(RED, colours)
    assert np.isfinite(found).all() and (found >= 0).all()
    assert found[0] < 1e-6 and found[1] < 1e-4


def test_a_part_of_it_lies_between_colour_and_grey() -> None:
    colours = np.random.default_rng(3).random((1, 40, 3)).astype(np.float32)
    full, half, none = (replace(RED, amount=a)(image(colours)).samples for a in (1.0, 0.5, 0.0))
    np.testing.assert_allclose(half, (full + colours) / 2, atol=2e-7)
    np.testing.assert_allclose(none, colours, atol=1e-7)
