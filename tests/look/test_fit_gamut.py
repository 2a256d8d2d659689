"""Both renditions of an Ultra HDR picture: one hue, one mid-grey, whatever the look."""

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lichtbild.colour import oklab
from lichtbild.core.window import Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace
from lichtbild.look.encode import CURVES, from_rec2020
from lichtbild.look.fit_gamut import FitGamut
from lichtbild.look.recipe import ACES, LOOKS, encode, fitted, look_named, stages

HEADROOM = 2.0
RENDERING = [
    name
    for name, look in LOOKS.items()
    if look.renders and (name != ACES or find_spec("PyOpenColorIO") is not None)
]


def image(samples: Any) -> LinearImage:
    window = Window(0, 0, *samples.shape[:2])
    return LinearImage(samples, window, window.extent)


def scene() -> Any:
    """Colours from five stops under mid-grey to five above, greys among them, many beyond sRGB."""
    rng = np.random.default_rng(8)
    colours = rng.random((50, 60, 3)) ** 2
    colours[:5] = 1.0
    light = colours / colours.max(axis=2, keepdims=True) * 0.18 * np.exp2(rng.uniform(-5, 5, (50, 60, 1)))
    return light.astype(np.float32)


def renditions(name: str, space: ColourSpace, light: Any) -> tuple[Any, Any]:
    """Linear Rec.2020 of the common and of the brighter rendition, as a picture's space holds them."""
    look = look_named(name)
    shown: Any = image(light)
    for _, stage in stages(look, space=space):
        shown = stage(shown)
    codes = encode(look, space)(shown).samples.astype(np.float64)
    bright: Any = image(light)
    for _, stage in (*stages(look, space=space, headroom=HEADROOM), *fitted(look, space, HEADROOM)):
        bright = stage(bright)
    return CURVES[space].decode(codes) @ np.linalg.inv(from_rec2020(space)).T, bright.samples


@pytest.mark.parametrize("space", [ColourSpace.SRGB, ColourSpace.DISPLAY_P3])
@pytest.mark.parametrize("name", RENDERING)
def test_hue_is_the_same_in_both_renditions(name: str, space: ColourSpace) -> None:
    """Oklab hue within the issue's degree, of colours whose chroma is a twentieth of their lightness."""
    plain, bright = (oklab.from_rec2020(one) for one in renditions(name, space, scene()))
    angle = np.arctan2(bright[..., 2], bright[..., 1]) - np.arctan2(plain[..., 2], plain[..., 1])
    turned = np.abs(np.degrees(np.angle(np.exp(1j * angle))))
    strong = [np.hypot(one[..., 1], one[..., 2]) / np.maximum(one[..., 0], 0.1) for one in (plain, bright)]
    counts = np.minimum(*strong) > 0.02
    if counts.any():  # a look in black and white has no hue
        assert turned[counts].max() < 1


@pytest.mark.parametrize("name", RENDERING)
def test_mid_grey_is_as_bright_in_both_renditions(name: str) -> None:
    plain, bright = renditions(name, ColourSpace.SRGB, np.full((1, 1, 3), 0.18, np.float32))
    assert_allclose(np.log2(bright / plain), 0, atol=0.02)


@pytest.mark.parametrize("name", RENDERING)
def test_the_brighter_rendition_is_inside_the_space_and_uses_its_peak(name: str) -> None:
    _, bright = renditions(name, ColourSpace.SRGB, scene())
    planes = bright @ from_rec2020(ColourSpace.SRGB).T
    assert planes.min() > -1e-4 and 2.5 < planes.max() <= 4 * (1 + 1e-5)


def test_kernel_equals_definition_and_lights_inside_stay() -> None:
    light = (scene() / 3).astype(np.float32)
    stage = FitGamut(ColourSpace.SRGB, HEADROOM)
    # A code of 16 bits near mid-grey, of a range four times as wide.
    exact = stage.definition(image(light.astype(np.float64))).samples
    assert_allclose(stage(image(light)).samples, exact, atol=6e-5)
    calm = (0.5 + 0.1 * scene() / scene().max()).astype(np.float32)
    assert_allclose(stage(image(calm)).samples, calm, rtol=3e-6)
