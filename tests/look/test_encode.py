from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.window import Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace, Picture
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
    np.testing.assert_allclose(white, 1, atol=1e-6)


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
