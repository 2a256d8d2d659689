import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.colour import oklab
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.colour_mix import (
    GREY_SATURATION,
    NODES,
    SKIN_HUE,
    SKIN_PALEST,
    SKIN_SECTOR,
    ColourMix,
    Skin,
)

RNG = np.random.default_rng(0)
SATURATED = 20 * GREY_SATURATION  # too much to be shown: the mix of light does not mind
MIX = ColourMix(tuple(RNG.uniform(0.7, 1.3, NODES)), tuple(RNG.uniform(-12, 12, NODES)))


def image(samples: np.ndarray) -> LinearImage:
    extent = Extent(*samples.shape[:2])
    return LinearImage(samples, Window.whole(extent), extent)


def colours(hue_deg: np.ndarray, chroma: float, light: float = 0.6) -> np.ndarray:
    hue = np.radians(hue_deg)
    lab = np.stack([np.full_like(hue, light), chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
    return oklab.to_rec2020(lab)[None]


def measured(mix: ColourMix, hue_deg: np.ndarray, chroma: float) -> tuple[np.ndarray, np.ndarray]:
    """Chroma ratio and shift of hue in degrees; lightness must stay."""
    lab = oklab.from_rec2020(mix.definition(image(colours(hue_deg, chroma))).samples)[0]
    np.testing.assert_allclose(lab[:, 0], 0.6, atol=1e-9)
    turned = np.angle(np.exp(1j * (np.arctan2(lab[:, 2], lab[:, 1]) - np.radians(hue_deg))))
    return np.hypot(lab[:, 1], lab[:, 2]) / chroma, np.degrees(turned)


def test_each_node_gets_what_it_asks_for() -> None:
    # Of the wave of k periods a share rho^k is left, of which 1 - k / 4 (grey / saturation)^4 is the start.
    ratio, shift = measured(MIX, np.arange(0.0, 360.0, 30.0), SATURATED)
    np.testing.assert_allclose(ratio, MIX.chroma, atol=1e-6)
    np.testing.assert_allclose(shift, MIX.hue_deg, atol=1e-5)


def test_between_nodes_it_is_smooth_all_around() -> None:
    bump = ColourMix(tuple(1.0 + 0.2 * (node == 4) for node in range(NODES)))
    ratio, _ = measured(bump, np.arange(0.0, 360.5, 0.5), SATURATED)
    # Twelve nodes hold six waves; their steepest slope is 6 times the amplitude a radian.
    assert np.abs(np.diff(ratio)).max() < 0.2 * 6 * np.radians(0.5)
    assert ratio[0] == pytest.approx(ratio[-1])
    assert ratio.max() == pytest.approx(1.2, abs=1e-3)


def test_greys_never_move_and_pale_colours_move_little() -> None:
    grey = np.repeat(np.linspace(0, 1, 101, dtype=np.float32)[None, :, None], 3, axis=2)
    np.testing.assert_allclose(MIX(image(grey)).samples, grey, atol=2e-6)
    hues = np.arange(0.0, 360.0, 5.0)
    ratio, shift = measured(MIX, hues, 1e-3 * GREY_SATURATION)
    # At grey all hues have the mean chroma, and none is turned: waves fade by 1e-3 and more.
    np.testing.assert_allclose(ratio, np.mean(MIX.chroma), atol=1e-3)
    np.testing.assert_allclose(shift, 0, atol=1e-3 * 20)


def test_grey_is_passed_without_a_bend() -> None:
    # Opponents along a line through grey: their second differences fall with the square of the step.
    bends = []
    for count in (101, 201):
        along = np.linspace(-0.05, 0.05, count)
        lab = np.stack([np.full(count, 0.6), along, 0.5 * along + 1e-9], axis=-1)
        mixed = oklab.from_rec2020(MIX.definition(image(oklab.to_rec2020(lab)[None])).samples)[0]
        bends.append(np.abs(np.diff(mixed, 2, axis=0)).max())
    assert bends[1] < 0.3 * bends[0]


def test_light_and_shade_are_mixed_alike() -> None:
    samples = RNG.random((20, 30, 3))
    once, brighter = (MIX.definition(image(factor * samples)).samples for factor in (1.0, 4.0))
    np.testing.assert_allclose(brighter, 4 * once, atol=1e-9)


def test_a_plain_mix_changes_nothing() -> None:
    samples = RNG.random((20, 30, 3)).astype(np.float32)
    np.testing.assert_allclose(ColourMix()(image(samples)).samples, samples, atol=3e-6)


def test_one_text_for_jax_and_finite_gradient() -> None:
    held = image(RNG.random((6, 7, 3)).astype(np.float32))
    held.samples[0] = 0.0
    held.samples[1] = 0.3

    @jax.jit
    def samples_and_gradient(light: jax.Array) -> tuple[jax.Array, jax.Array]:
        def samples(light: jax.Array) -> jax.Array:
            return MIX(LinearImage(light, held.window, held.extent)).samples

        return samples(light), jax.grad(lambda x: samples(x)[1:].sum())(light)

    found, gradient = samples_and_gradient(jnp.asarray(held.samples))
    np.testing.assert_allclose(found, MIX(held).samples, atol=4e-6)
    assert np.isfinite(gradient).all()


def test_skin_has_its_own_shift_and_the_nodes_chroma() -> None:
    mix = ColourMix(MIX.chroma, MIX.hue_deg, Skin(3.0))
    inner = np.linspace(SKIN_HUE - SKIN_SECTOR[0], SKIN_HUE + SKIN_SECTOR[0], 30)
    ratio, shift = measured(mix, inner, 0.08)
    own = 3.0 / (1 + (SKIN_PALEST / (0.08 / 0.6)) ** 2)
    np.testing.assert_allclose(shift, own, atol=1e-9)
    np.testing.assert_allclose(ratio, measured(MIX, inner, 0.08)[0], atol=1e-9)
    outer = np.linspace(SKIN_HUE + SKIN_SECTOR[1], SKIN_HUE - SKIN_SECTOR[1] + 360, 60)
    np.testing.assert_allclose(measured(mix, outer, 0.08)[1], measured(MIX, outer, 0.08)[1], atol=1e-9)
    half = ColourMix(MIX.chroma, MIX.hue_deg, Skin(3.0, 0.5))
    expected = 0.5 * (own + measured(MIX, inner, 0.08)[1])
    np.testing.assert_allclose(measured(half, inner, 0.08)[1], expected, atol=1e-9)


def test_colours_too_saturated_for_skin_are_the_nodes_affair() -> None:
    mix = ColourMix(MIX.chroma, MIX.hue_deg, Skin(3.0))
    hues = np.array([SKIN_HUE])
    np.testing.assert_allclose(measured(mix, hues, 0.19)[1], measured(MIX, hues, 0.19)[1], atol=1e-9)


def test_a_mix_has_twelve_nodes() -> None:
    with pytest.raises(ValueError, match="12 nodes, not 3 and 12"):
        ColourMix((1.0, 1.0, 1.0))
