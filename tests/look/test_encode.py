from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.colour import oklab
from lichtbild.core.window import Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import HDR_SPACES, ColourSpace, Picture
from lichtbild.look.encode import CURVES, Encode, from_rec2020
from lichtbild.look.recipe import encode, look_named


def image(samples: Any) -> LinearImage:
    window = Window(0, 0, *samples.shape[:2])
    return LinearImage(samples, window, window.extent)


RANDOM = np.random.default_rng(0).random((8, 9, 3)).astype(np.float32)


@pytest.mark.parametrize("space", ColourSpace)
@pytest.mark.parametrize("gamut", ["clip", "constant-hue"])
def test_white_is_white_and_range_is_kept(space: ColourSpace, gamut: str) -> None:
    picture = Encode(space, gamut)(image(RANDOM))
    assert isinstance(picture, Picture)
    assert picture.samples.dtype == np.float32
    assert picture.samples.min() >= 0 and picture.samples.max() <= 1
    white = Encode(space, gamut)(image(np.ones((1, 1, 3), np.float32))).samples
    # The white of paper is 1; on a display with headroom BT.2408 puts it at 58 % (PQ) and 75 % (HLG).
    wanted = {ColourSpace.REC2100_PQ: 0.5807, ColourSpace.REC2100_HLG: 0.75}.get(space, 1.0)
    np.testing.assert_allclose(white, wanted, atol=2e-4 if space in HDR_SPACES else 1e-6)


@pytest.mark.parametrize("space", HDR_SPACES)
@pytest.mark.parametrize("gamut", ["clip", "constant-hue"])
def test_kernel_equals_definition_in_rec2100(space: ColourSpace, gamut: str) -> None:
    """To a code of 16 bits: PQ takes a power to the 79th of numbers that float32 rounds at 6e-8."""
    wide = ((RANDOM - 0.2) * 8).astype(np.float32)
    stage = Encode(space, gamut)
    exact = stage.definition(image(wide.astype(np.float64))).samples
    # A code of 16 bits is 1e-4 of light. Near black, where the curves are steep, light is compared.
    found = stage(image(wide)).samples
    light, wanted = (CURVES[space].decode(one.astype(np.float64)) for one in (found, exact))
    np.testing.assert_allclose(light, wanted, rtol=1e-4, atol=2e-5 * stage.peak)
    bright = wanted > 0.02
    np.testing.assert_allclose(found[bright], exact[bright], atol=1.6e-5)


@pytest.mark.parametrize("space", HDR_SPACES)
def test_rec2100_keeps_hue_up_to_its_peak(space: ColourSpace) -> None:
    """Colours of eight stops up to the peak and beyond: Oklab hue stays, and nothing lies above the peak."""
    rgb = (RANDOM * 2 - 0.3) * np.exp2(np.linspace(-5, 3, RANDOM.shape[1]))[None, :, None]
    before = oklab.from_rec2020(rgb)
    shown = CURVES[space].decode(Encode(space)(image(rgb.astype(np.float32))).samples.astype(np.float64))
    assert shown.min() >= 0 and shown.max() <= 2.0**2.3 * (1 + 1e-4)
    after = oklab.from_rec2020(shown)
    kept = np.hypot(*after[..., 1:].T).T > 0.02
    turned = np.angle(np.exp(1j * (np.arctan2(*after[..., :0:-1].T) - np.arctan2(*before[..., :0:-1].T)))).T
    assert kept.sum() > 30
    # Hue is what the stage keeps; the float32 of signals leaves a hundredth of a degree.
    assert np.abs(np.degrees(turned))[kept].max() < 0.1


def test_linear_space_is_unbounded() -> None:
    wild = RANDOM * 8 - 2
    np.testing.assert_array_equal(Encode(ColourSpace.LINEAR_REC2020)(image(wild)).samples, wild)


def test_clip_is_matrix_and_curve() -> None:
    soft = RANDOM * 0.05 + 0.4
    picture = encode(look_named("linear"), ColourSpace.SRGB)(image(soft))
    np.testing.assert_allclose(
        CURVES[ColourSpace.SRGB].decode(picture.samples), soft @ from_rec2020(ColourSpace.SRGB).T, atol=1e-6
    )


def test_gradient_is_finite() -> None:
    def total(samples: Any) -> Any:
        return Encode(ColourSpace.SRGB)(image(samples)).samples.sum()

    assert np.isfinite(jax.jit(jax.grad(total))(jnp.asarray(RANDOM))).all()
