"""ACES 2: its published tone, OpenColorIO's own transforms, the table, and displays with headroom."""

import sys
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lichtbild.colour import cielab, oklab
from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace
from lichtbild.look import aces
from lichtbild.look.aces import AP1_TO_AP0, EXPOSURE_EV, REC2020_TO_AP1, AcesOutput, baked, shown
from lichtbild.look.encode import from_rec2020
from lichtbild.look.recipe import look_named, stages

EV = np.array([-4, -3, -2, -1, 0, 1, 2, 2.47, 4])
PLAIN = [0.8, 3.4, 11.6, 23.7, 37.8, 52.9, 67.3, 73.3, 88.1]
BRIGHTER = [3.4, 11.6, 23.7, 37.8, 52.9, 67.3, 79.4, 83.9, 93.7]
"""L* of greys, as measured with OpenColorIO 2.6 (anchors of this project, table 2.2)."""

needs_ocio = pytest.mark.skipif(
    find_spec("PyOpenColorIO") is None,
    reason="needs OpenColorIO: pip install 'lichtbild[aces]'",
)


def image(samples: Any) -> LinearImage:
    window = Window(0, 0, *samples.shape[:2])
    return LinearImage(samples, window, window.extent)


def greys(ev: Any) -> Any:
    return (0.18 * np.exp2(np.asarray(ev)))[None, :, None].repeat(3, axis=2).astype(np.float32)


def lightness(samples: Any) -> Any:
    return cielab.from_rec2020(samples.astype(np.float64))[..., 0]


def scene() -> Any:
    """Colours of a scene: from deep shadow to lamps, some of them beyond sRGB."""
    rng = np.random.default_rng(1)
    colour = rng.random((90, 90, 3)) ** 1.5 * 0.8 + 0.02
    return (colour * np.exp2(rng.uniform(-4, 3, (90, 90, 1)))).astype(np.float32)


def hue(samples: Any) -> tuple[Any, Any]:
    """Oklab hue in degrees, and chroma over lightness."""
    lab = oklab.from_rec2020(samples.astype(np.float64))
    chroma = np.hypot(lab[..., 1], lab[..., 2]) / np.maximum(lab[..., 0], 1e-6)
    return np.degrees(np.arctan2(lab[..., 2], lab[..., 1])), chroma


@needs_ocio
def test_greys_are_those_that_were_measured() -> None:
    """The published row shifted by the stop that is added, to the 0.1 L* that it is given in."""
    assert_allclose(lightness(AcesOutput().analytic(image(greys(EV))).samples)[0], BRIGHTER, atol=0.051)
    assert_allclose(
        lightness(AcesOutput().analytic(image(greys(EV - EXPOSURE_EV))).samples)[0], PLAIN, atol=0.051
    )
    assert_allclose(lightness(AcesOutput()(image(greys(EV))).samples)[0], BRIGHTER, atol=0.1)


@needs_ocio
@pytest.mark.parametrize(
    ("name", "space", "headroom"),
    [
        ("SDR-100nit-REC709_2.0", ColourSpace.SRGB, 0.0),
        ("SDR-100nit-P3-D65_2.0", ColourSpace.DISPLAY_P3, 0.0),
        ("HDR-1000nit-REC2020_2.0", ColourSpace.REC2100_PQ, float(np.log2(10))),
    ],
)
def test_it_is_the_transform_that_opencolorio_has_built_in(
    name: str, space: ColourSpace, headroom: float
) -> None:
    ocio = aces.library()
    built_in = ocio.BuiltinTransform(f"ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - {name}")
    processor = ocio.Config.CreateRaw().getProcessor(built_in).getDefaultCPUProcessor()
    limit = aces._limit(space)
    ev = aces._exposure_ev(limit, headroom) if headroom else EXPOSURE_EV
    light = (scene() * 2.0**ev) @ REC2020_TO_AP1.T @ AP1_TO_AP0.T
    wanted = np.ascontiguousarray(light, np.float32)
    processor.applyRGB(wanted.reshape(-1, 3))
    found = shown(scene(), space, headroom) @ aces._LIMITS[limit][0].T
    # OpenColorIO's optimised processor uses fast approximations of powers.
    assert_allclose(found, wanted, atol=2e-4 * 2**headroom)


@needs_ocio
@pytest.mark.parametrize("space", [ColourSpace.SRGB, ColourSpace.DISPLAY_P3, ColourSpace.REC2100_PQ])
@pytest.mark.parametrize("headroom", [0.0, 2.0])
def test_the_table_is_right_to_the_eye(space: ColourSpace, headroom: float) -> None:
    """CIEDE2000 against the analytic transform: anchor of this project 0.08 in the mean and 0.48 at 99 %."""
    import colour

    stage = AcesOutput(space, headroom)
    found, exact = (
        colour.XYZ_to_Lab(one.samples / 2**headroom @ REC2020_TO_XYZ.T, np.array([0.3127, 0.3290]))
        for one in (stage(image(scene())), stage.analytic(image(scene())))
    )
    apart = colour.delta_E(found, exact, method="CIE 2000")
    assert apart.mean() < 0.08 and np.quantile(apart, 0.99) < 0.48


@needs_ocio
def test_neutrals_stay_neutral_black_is_black_and_white_white() -> None:
    out = AcesOutput()(image(greys(np.linspace(-14, 12, 300)))).samples
    assert np.ptp(out, axis=2).max() < 1e-6
    assert (np.diff(out[0, :, 0]) >= 0).all()
    assert out[0, -1, 0] == pytest.approx(1, abs=1e-6)
    assert AcesOutput()(image(np.zeros((1, 1, 3), np.float32))).samples.max() == 0


@needs_ocio
@pytest.mark.parametrize("space", [ColourSpace.SRGB, ColourSpace.DISPLAY_P3, ColourSpace.REC2100_PQ])
@pytest.mark.parametrize("headroom", [1.0, 2.0, 2.3])
def test_mid_grey_is_the_same_with_headroom(space: ColourSpace, headroom: float) -> None:
    plain, bright = (AcesOutput(space, ev)(image(greys([0.0]))).samples for ev in (0.0, headroom))
    assert_allclose(np.log2(bright / plain), 0, atol=0.02)


@needs_ocio
def test_both_renditions_of_a_picture_have_one_hue() -> None:
    plain, bright = (AcesOutput(ColourSpace.SRGB, ev)(image(scene())).samples for ev in (0.0, 2.0))
    (first, strength), (second, _) = hue(plain), hue(bright)
    turned = np.abs((second - first + 180) % 360 - 180)
    assert turned[strength > 0.03].max() < 1
    assert bright.max() > 3 and bright.max() <= 4 * (1 + 1e-6)


@needs_ocio
def test_the_look_renders_and_keeps_to_the_space() -> None:
    ((name, stage),) = stages(look_named("aces2"), space=ColourSpace.DISPLAY_P3, headroom=1.0)
    assert name == "aces2" and stage == AcesOutput(ColourSpace.DISPLAY_P3, 1.0)
    wide = np.array([[[0.0, 0.9, 0.0], [2.0, 0.0, 0.1], [0.0, 0.1, 3.0]]], np.float32)
    for space in (ColourSpace.SRGB, ColourSpace.DISPLAY_P3):
        inside = AcesOutput(space)(image(wide)).samples @ from_rec2020(space).T
        assert inside.min() > -1e-6 and inside.max() < 1 + 1e-6
    assert baked(ColourSpace.SRGB, 0.0) is baked(ColourSpace.SRGB, 0.0)


def test_without_opencolorio_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PyOpenColorIO", None)
    with pytest.raises(BadInput, match=r"pip install 'lichtbild\[aces\]'"):
        stages(look_named("aces2"))


def test_it_has_no_strength() -> None:
    with pytest.raises(BadInput, match="has no strength"):
        look_named("aces2", strength=0.5)
