"""Form crop: even light, slopes and waves of a scene arrive as closed forms say."""

import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.image.scene import Scene
from lichtbild.optics.crop_response import NODES, CropResponse, CropSite
from lichtbild.optics.form_crop import CropImage, form_crop
from optics.responses import BANDS, FOCAL, PITCH, gaussian

SQUARES, FINER = 15, 2
MIDDLE = (0.2, -0.1)


def site() -> CropSite:
    tangents = np.linspace(0.1, 0.3, NODES + 2) / FOCAL
    return CropSite(MIDDLE, Extent(24, 32), PITCH, FINER, BANDS, tangents, (0.03, 0.09), SQUARES, 1, 1)


def response(sigma: float, barrel: float = 0.0) -> CropResponse:
    """Of a lens of 5 mm with tangents (1 + barrel u) r / f, u the squared height scaled to its span."""
    zeros = np.zeros(NODES - 2)
    ratio = np.array([1, barrel, *zeros]) / FOCAL
    light = np.array([[0.5, 0.6, 0.7], [0.05, 0.0, -0.05], *np.zeros((NODES - 2, 3))])
    spread = np.broadcast_to(gaussian(sigma, SQUARES), (3, SQUARES, SQUARES))
    parts = (spread, np.ones(3), ratio, light, np.array([0.5, 0.6, 0.7]), np.array([1, 0, *zeros]) / FOCAL)
    return CropResponse(*map(jnp.asarray, parts))


def scene(weights: np.ndarray, wide: float = 0.05) -> Scene:
    spectra = np.array([[1.0, 2.0, 3.0]])
    return Scene(weights[..., None].astype(np.float32), spectra, BANDS, (wide, wide))


def formed(seen: Scene, sigma: float = 1.5, barrel: float = 0.0) -> CropImage:
    middle = (MIDDLE[0] / FOCAL, MIDDLE[1] / FOCAL)
    return form_crop(response(sigma, barrel), site(), seen, middle)


def scaled_height() -> np.ndarray:
    y, x = site().pixels()
    return (2 * (x * x + y * y) - 0.12) / 0.06


def test_even_light_is_radiance_times_solid_angle() -> None:
    found = formed(scene(np.full((40, 40), 0.5)))
    solid = np.array([0.5, 0.6, 0.7]) + scaled_height()[..., None] * np.array([0.05, 0.0, -0.05])
    np.testing.assert_allclose(found.solid_angle, solid, rtol=1e-12)
    np.testing.assert_allclose(found.irradiance, solid * np.array([0.5, 1.0, 1.5]), rtol=1e-12)
    y, x = site().pixels()
    np.testing.assert_allclose(found.angle, np.hypot(y, x) / FOCAL, rtol=1e-12)


@pytest.mark.parametrize("barrel", [0.0, 0.01])
def test_distortion_says_which_tangent_a_pixel_sees(barrel: float) -> None:
    """A slope's value is its place; straight lines are kept exactly, but for float32 weights."""
    count, wide = 60, 0.06
    place = ((np.arange(count) + 0.5) / count - 0.5) * wide
    found = formed(scene(np.broadcast_to(place, (count, count)) + 1.0, wide), barrel=barrel)
    _, x = site().pixels()
    # A pixel's four squares stand for it: their mean differs by the bend of the ratio times 2.5e-7 mm^2.
    wanted = 1 + x * (1 + barrel * scaled_height()) / FOCAL - MIDDLE[0] / FOCAL
    np.testing.assert_allclose(found.radiance[..., 0], wanted, rtol=0, atol=3e-7)


def test_a_wave_loses_contrast_by_spread_and_pixel() -> None:
    """The spread's transform, summed over its squares, times the cosine of a pixel's two squares."""
    sigma, period = 1.2, 12.0
    count = 480
    wide = 0.05
    square = PITCH / FINER / FOCAL
    place = ((np.arange(count) + 0.5) / count - 0.5) * wide / square
    seen = scene(1 + 0.5 * np.sin(2 * np.pi * place / period)[None] * np.ones((count, 1)), wide)
    found = formed(seen, sigma)
    contrast = np.asarray(found.irradiance / found.solid_angle)[..., 0] - 1
    at = np.arange(SQUARES) - SQUARES // 2
    along = gaussian(sigma, SQUARES).sum(axis=0)
    passed = (along * np.cos(2 * np.pi * at / period)).sum() * np.cos(np.pi / period)
    _, x = site().pixels()
    wanted = 0.5 * passed * np.sin(2 * np.pi * (x - MIDDLE[0]) / (square * FOCAL * period))
    # Keys's cubic is 1 % of (2 pi / 25)^3 off a wave of 25 pixels of the scene: 2e-4 of its amplitude.
    np.testing.assert_allclose(contrast, np.broadcast_to(wanted, contrast.shape), rtol=0, atol=2e-4)


def test_a_scene_much_finer_than_squares_is_refused() -> None:
    with pytest.raises(BadInput, match="coarser scene"):
        formed(scene(np.ones((900, 900)), 0.05))
