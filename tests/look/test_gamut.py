from functools import partial

import jax
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
    # Cube roots are right to 3e-7, so that light of 1 may be taken for a hair less, and be mapped.
    np.testing.assert_allclose(constant_hue(grey, MATRIX), grey, atol=1e-6)
    np.testing.assert_allclose(constant_hue(grey + 1, MATRIX), np.ones_like(grey), atol=1e-6)


def test_a_stronger_colour_is_never_weaker_after() -> None:
    light, hue = 0.6, np.radians(np.arange(0, 360, 15))[:, None]
    chroma = np.linspace(0.01, 0.45, 200)[None]
    lab = np.stack(np.broadcast_arrays(light, chroma * np.cos(hue), chroma * np.sin(hue)), axis=-1)
    kept = np.hypot(*in_lab(constant_hue(oklab.to_rec2020(lab).astype(np.float32), MATRIX))[..., 1:].T)
    assert np.diff(kept.T, axis=1).min() > -1e-4
    assert kept.max() < 0.4
    assert KNEE < 1


@pytest.mark.parametrize("library", ["numpy", "jax"])
def test_kernel_equals_definition(library: str) -> None:
    text = partial(kneed, to_target=MATRIX)
    expected = text(COLOURS) if library == "numpy" else np.asarray(jax.jit(text)(jnp.asarray(COLOURS)))
    # A code of 16 bits of the encoded picture near mid-grey; dark colours are compared as coarsely.
    np.testing.assert_allclose(constant_hue(COLOURS, MATRIX), expected, atol=1.5e-5)


@pytest.mark.parametrize("hue_deg", [30.0, 140.0, 260.0])
@pytest.mark.parametrize(("share", "kept"), [(0.75, 0.75), (0.9, 0.8 + 0.2 / 3), (1.2, 0.8 + 0.4 / 3)])
def test_the_knee_is_where_it_is_said_to_be(hue_deg: float, share: float, kept: float) -> None:
    """Above t = 0.8 of the border, t + (1 - t) x / (1 + x) with x = (c - t) / (1 - t): 0.9 gives 0.8667."""
    direction = np.array([np.cos(np.radians(hue_deg)), np.sin(np.radians(hue_deg))])

    def inside(chroma: float) -> bool:
        rgb = oklab.to_rec2020(np.array([[[0.6, *(chroma * direction)]]])) @ MATRIX.T
        return bool(((rgb >= 0) & (rgb <= 1)).all())

    border, beyond = 0.0, 0.5
    for _ in range(40):
        middle = (border + beyond) / 2
        border, beyond = (middle, beyond) if inside(middle) else (border, middle)
    asked = oklab.to_rec2020(np.array([[[0.6, *(share * border * direction)]]]))
    for found in (constant_hue(asked.astype(np.float32), MATRIX), np.asarray(kneed(asked, MATRIX))):
        chroma = np.hypot(*in_lab(found)[0, 0, 1:])
        # The straight line after the halvings leaves 1e-6, float32 about as much.
        assert chroma / border == pytest.approx(kept, abs=1e-4)
