import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.colour import oklab
from lichtbild.image.picture import ColourSpace
from lichtbild.look.encode import from_rec2020
from lichtbild.look.gamut import KNEE, constant_hue, kneed

MATRIX = from_rec2020(ColourSpace.SRGB)
COLOURS = np.random.default_rng(0).random((60, 60, 3)).astype(np.float32) ** 2


def in_lab(target_rgb: np.ndarray) -> np.ndarray:
    return oklab.from_rec2020(target_rgb.astype(np.float64) @ np.linalg.inv(MATRIX).T)


def test_hue_and_lightness_stay_and_chroma_never_grows() -> None:
    before, after = oklab.from_rec2020(COLOURS.astype(np.float64)), in_lab(constant_hue(COLOURS, MATRIX))
    np.testing.assert_allclose(after[..., 0], before[..., 0], atol=1e-3)
    chroma, kept = np.hypot(*before[..., 1:].T), np.hypot(*after[..., 1:].T)
    assert (kept <= chroma + 1e-4).all()
    turned = np.angle(np.exp(1j * (np.arctan2(*after[..., :0:-1].T) - np.arctan2(*before[..., :0:-1].T))))
    assert np.abs(np.degrees(turned))[kept > 0.02].max() < 0.5


def test_colours_below_the_knee_are_not_touched() -> None:
    inside = COLOURS * 0.1 + 0.4
    np.testing.assert_allclose(constant_hue(inside, MATRIX), inside @ MATRIX.T, atol=2e-7)


def test_neutrals_white_and_black() -> None:
    grey = np.repeat(np.linspace(0, 1, 257, dtype=np.float32)[None, :, None], 3, axis=2)
    np.testing.assert_allclose(constant_hue(grey, MATRIX), grey, atol=3e-7)
    np.testing.assert_array_equal(constant_hue(grey + 1, MATRIX), np.ones_like(grey))


def test_a_stronger_colour_is_never_weaker_after() -> None:
    light, hue = 0.6, np.radians(np.arange(0, 360, 15))[:, None]
    chroma = np.linspace(0.01, 0.45, 200)[None]
    lab = np.stack(np.broadcast_arrays(light, chroma * np.cos(hue), chroma * np.sin(hue)), axis=-1)
    kept = np.hypot(*in_lab(constant_hue(oklab.to_rec2020(lab).astype(np.float32), MATRIX))[..., 1:].T)
    assert np.diff(kept.T, axis=1).min() > -1e-4
    assert kept.max() < 0.4
    assert KNEE < 1


@pytest.mark.parametrize("array", [np.asarray, jnp.asarray])
def test_kernel_equals_definition(array: object) -> None:
    expected = np.asarray(kneed(array(COLOURS), MATRIX))  # type: ignore[operator]
    # One 16-bit code of the encoded picture near mid-grey; dark colours are compared as coarsely.
    np.testing.assert_allclose(constant_hue(COLOURS, MATRIX), expected, atol=2e-5)
