import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, maximum_filter, minimum_filter
from scipy.special import erf

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.sharpen import Sharpen

STAGE = Sharpen(amount=1.5, radius=0.8, overshoot=0.05, noise=0.0)


def image(samples: np.ndarray) -> LinearImage:
    extent = Extent(*samples.shape[:2])
    return LinearImage(samples.astype(np.float32), Window.whole(extent), extent)


def of_lightness(light: np.ndarray) -> LinearImage:
    """Neutral pixels whose luminance has this cube root."""
    return image(np.repeat((light**3)[..., None], 3, axis=2))


def lightness(held: LinearImage) -> np.ndarray:
    return np.cbrt(held.samples.astype(np.float64) @ REC2020_TO_XYZ[1])


def edge(low: float, high: float, angle_deg: float, blur: float) -> np.ndarray:
    """A straight edge through the middle of 40 x 40 pixels, blurred by a Gaussian."""
    y, x = np.indices((40, 40)) - 19.6
    across = x * np.cos(np.radians(angle_deg)) + y * np.sin(np.radians(angle_deg))
    return low + (high - low) * 0.5 * (1 + erf(across / (blur * np.sqrt(2))))


@pytest.mark.parametrize("limit", [0.03, 0.05, 0.08])
@pytest.mark.parametrize("angle_deg", [0, 5, 30, 45, 72, 90, 135])
@pytest.mark.parametrize(("low", "high"), [(0.2, 0.25), (0.2, 0.9), (0.02, 1.0), (0.9, 0.3)])
def test_overshoot_never_passes_its_limit(low: float, high: float, angle_deg: float, limit: float) -> None:
    worst = 0.0
    for blur in (0.01, 0.6, 1.0, 2.0):
        stage = Sharpen(amount=4.0, radius=0.8, overshoot=limit, noise=0.0)
        out = lightness(stage(of_lightness(edge(low, high, angle_deg, blur))))
        step = abs(high - low)
        over = max(out.max() - max(low, high), min(low, high) - out.min()) / step
        worst = max(worst, over)
        assert over <= limit + 1e-5
    assert worst > 0.5 * limit  # the limit is what stops it


def test_an_edge_gets_steeper() -> None:
    row = edge(0.3, 0.7, 0, 0.9)[20]
    out = lightness(STAGE(of_lightness(np.tile(row, (9, 1)))))[4]
    assert np.diff(out).max() > 1.2 * np.diff(row).max()


def test_it_is_unsharp_masking_between_local_ends() -> None:
    """Against whole filters of another library."""
    light = np.random.default_rng(0).uniform(0.2, 0.9, (30, 40))
    light = gaussian_filter(light, 1.2)
    mean = gaussian_filter(light, STAGE.radius, mode="nearest", radius=2)
    least, most = (one(light, 5, mode="nearest") for one in (minimum_filter, maximum_filter))
    room = STAGE.overshoot * (most - least)
    expected = np.clip(light + STAGE.amount * (light - mean), least - room, most + room)
    np.testing.assert_allclose(lightness(STAGE(of_lightness(light))), expected, atol=2e-6)


def test_a_flat_stays_and_noise_is_left_alone() -> None:
    flat = of_lightness(np.full((20, 20), 0.6))
    np.testing.assert_allclose(STAGE(flat).samples, flat.samples, rtol=2e-6)
    noise = 0.5 + np.random.default_rng(0).normal(0, 0.002, (100, 100))
    gains = [
        lightness(Sharpen(1.0, 0.8, 0.05, coring)(of_lightness(noise))).std() / noise.std()
        for coring in (0.0, 0.008)
    ]
    assert gains[0] > 1.3 and gains[1] < 1.1


def test_hue_and_saturation_stay() -> None:
    colours = np.random.default_rng(0).random((20, 20, 3)) + 0.01
    out = STAGE(image(colours)).samples
    ratio = out / colours.astype(np.float32)
    np.testing.assert_allclose(ratio, ratio[..., :1].repeat(3, axis=2), rtol=5e-7)


@pytest.mark.parametrize("value", [0.0, -1.0, 1e-12, 16.0])
def test_any_light_gives_a_number(value: float) -> None:
    samples = np.zeros((6, 7, 3), np.float32)
    samples[2:4, 3:] = value
    for found in (STAGE(image(samples)), STAGE.definition(image(samples))):
        assert np.isfinite(found.samples).all()


def test_one_text_for_jax_and_finite_gradient() -> None:
    held = image(np.random.default_rng(0).random((12, 13, 3)))

    @jax.jit
    def samples_and_gradient(light: jax.Array) -> tuple[jax.Array, jax.Array]:
        def samples(light: jax.Array) -> jax.Array:
            return STAGE(LinearImage(light, held.window, held.extent)).samples

        return samples(light), jax.grad(lambda x: samples(x).sum())(light)

    found, gradient = samples_and_gradient(jnp.asarray(held.samples))
    np.testing.assert_allclose(found, STAGE(held).samples, atol=4e-6)
    assert np.isfinite(gradient).all()
