"""Crop picture: the chain agrees with the rooms it is made of, and its gradient with finite differences."""

from dataclasses import replace
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from lichtbild.camera.crop_picture import (
    CropCamera,
    CropLook,
    acutance,
    crop_electrons,
    crop_light,
    crop_picture,
    developed,
    infidelity,
    rendered,
    shading_gains,
    true_light,
    usual_development,
)
from lichtbild.camera.design_variables import put_all, values_at
from lichtbild.colour import light
from lichtbild.core.errors import BadInput
from lichtbild.core.units import nm
from lichtbild.core.window import Extent, Window
from lichtbild.image.bands import FINE, Bands
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.optical_image import ChiefAngles, OpticalImage
from lichtbild.io.lens.catalogue import catalogue_lens
from lichtbild.io.sensor_file import catalogue_sensor
from lichtbild.look.style import style
from lichtbild.optics.crop_response import NODES, CropResponse, CropSite
from lichtbild.optics.form_crop import CropImage
from lichtbild.scene.dead_leaves import dead_leaves
from lichtbild.scene.frame import Frame
from lichtbild.scene.lighting import one_light
from lichtbild.scene.uniform import flat_field
from lichtbild.sensor.draws import frame_draws, pattern_draws
from lichtbild.sensor.expose import mean_electrons
from lichtbild.sensor.exposure import Exposure
from optics.responses import gaussian

SIDE, SQUARES, FOCAL = 48, 15, 5.0
BANDS = Bands.even(nm(400), nm(690), 6)
SENSOR = replace(
    catalogue_sensor("imx477").sized(SIDE, SIDE),
    modes=(replace(catalogue_sensor("imx477").modes[0], full_well=7000.0),),
)
EXPOSURE = Exposure(0.01, analogue_gain=1.0, mode="low")
KEYS = 2


def site(middle: tuple[float, float] = (0.0, 0.0)) -> CropSite:
    pitch = SENSOR.pixels.pitch
    far = (np.hypot(*middle) + SIDE * pitch) ** 2
    tangents = np.linspace(0.1, 1.0, NODES + 2) * np.sqrt(far) / FOCAL
    return CropSite(middle, Extent(SIDE, SIDE), pitch, 2, BANDS, tangents, (0.0, far), SQUARES, 1, 1)


def response(sigma: float = 2.0, solid: float = 0.2) -> CropResponse:
    """Of a lens of 5 mm without distortion whose chief angles are heights over its focal length."""
    spread = np.broadcast_to(gaussian(sigma, SQUARES), (len(BANDS), SQUARES, SQUARES))
    zeros = np.zeros(NODES - 1)
    light = np.array([np.full(len(BANDS), solid), np.full(len(BANDS), -0.1 * solid)])
    light = np.concatenate([light, np.zeros((NODES - 2, len(BANDS)))])
    ratio = np.array([1 / FOCAL, *zeros])
    parts = (spread, np.ones(len(BANDS)), ratio, light, np.full(len(BANDS), solid), ratio)
    return CropResponse(*map(jnp.asarray, parts))


@cache
def leaves():
    wide = 1.3 * SIDE * SENSOR.pixels.pitch / FOCAL
    frame = Frame(100, 100, (wide, wide))
    lit = one_light(light.named("D55", FINE.edges), 500.0)
    return dead_leaves(frame, lit, 3, radii=(wide / 30, wide / 6))


def white() -> tuple[np.ndarray, np.ndarray]:
    scene = leaves()
    found = np.asarray(scene.white)
    return found @ FINE.shares_of(scene.bands), found @ BANDS.shares_of(scene.bands)


@cache
def camera() -> CropCamera:
    develop = usual_development(SENSOR, EXPOSURE, np.ones(len(BANDS)), white()[0], BANDS)
    full = SENSOR.response.efficiency(BANDS)[1] @ white()[1] * 0.2 * SENSOR.pixels.pitch**2 * EXPOSURE.time_s
    ev = float(np.log2(SENSOR.modes[0].full_well / full)) - 0.2
    develop = replace(develop, exposure=replace(develop.exposure, ev=ev))
    known = style("natural")
    look = CropLook(known.view, replace(known.sharpen, amount=0.7))
    return CropCamera(catalogue_lens("6p-f1.85"), SENSOR, develop, look)


def test_electrons_are_those_of_the_sensors_room() -> None:
    rng = np.random.default_rng(1)
    irradiance = rng.uniform(1e9, 1e10, (SIDE, SIDE, len(BANDS)))
    y, x = site().pixels()
    heights = np.linspace(0.0, 0.1, 3)
    image = OpticalImage(
        irradiance, BANDS, SENSOR.pixels.pitch, ChiefAngles(heights, 3 * heights), f_number=1.8
    )
    crop = CropImage(*map(jnp.asarray, (irradiance, irradiance, irradiance, 3 * np.hypot(y, x))))
    found = crop_electrons(SENSOR, crop, site(), 0.01)
    np.testing.assert_allclose(found, mean_electrons(SENSOR, image, 0.01), rtol=1e-12)


def test_an_even_white_is_developed_to_white_without_shading() -> None:
    """No noise and no blur: what the lens and the filters took away comes back, off the axis too."""
    at, daylight = site((0.9, -0.6)), light.named("D55", FINE.edges)
    image = crop_light(response(), at, flat_field(Frame(8, 8, (0.5, 0.5)), daylight, 100.0))
    truth = true_light(image, BANDS, white()[1])
    np.testing.assert_allclose(
        truth.samples, np.broadcast_to(truth.samples[0, 0, 0], truth.samples.shape), rtol=2e-3
    )
    electrons = np.asarray(crop_electrons(SENSOR, image, at, 0.01))
    gains = np.asarray(shading_gains(SENSOR, image, at, response().axis, white()[1]))
    develop = replace(camera().develop, denoise=replace(camera().develop.denoise, luma=0.0, chroma=0.0))
    seen = np.asarray(developed(develop, SENSOR, electrons / 1e5, gains).samples)[8:-8, 8:-8]
    # Crosstalk brings more from neighbours where light slants more: 2 % of that of an angle of 0.2.
    np.testing.assert_allclose(seen / seen.mean(), 1.0, rtol=0, atol=0.02)


def score(values):
    moved = put_all(camera(), values)
    image = crop_light(response(), site(), leaves())
    truth = rendered(CropLook(camera().look.view), true_light(image, BANDS, white()[1]))
    pattern, lit = pattern_draws(SENSOR), (image, site(), response().axis)

    def of_key(key: int):
        draws = frame_draws(SENSOR, key), pattern
        return infidelity(crop_picture(moved, lit, EXPOSURE, draws, white()[1]), truth)

    return sum(map(of_key, range(KEYS))) / KEYS


# Long steps meet kinks of a few pixels (ends of neighbourhoods, full wells), short ones rounding in float32:
# 1e-7 of the score over a step, which is less than 1 % of each slope here.
STEPS = {
    "sensor.modes[0].full_well": 8.0,
    "sensor.modes[0].read_noise": 0.08,
    "sensor.pattern.prnu": 3e-4,  # below 1e-4 float32 rounds, and planes that change places make it jump
    "sensor.crosstalk.optical": 2e-4,
    "develop.denoise.luma": 0.004,
    "develop.exposure.ev": 0.004,
    "look.sharpen.amount": 0.004,
}


@pytest.mark.slow
def test_the_gradient_is_that_of_finite_differences() -> None:
    values = values_at(camera(), tuple(STEPS))
    value = jax.jit(score)
    gradient = jax.jit(jax.grad(score))(values)
    for path, step in STEPS.items():
        slopes = []
        for part in (1.0, 0.5):
            up, down = ({**values, path: values[path] + sign * part * step} for sign in (1, -1))
            slopes.append(float(value(up) - value(down)) / (2 * part * step))
        assert float(gradient[path]) == pytest.approx((4 * slopes[1] - slopes[0]) / 3, rel=0.01), path


def test_scores_tell_equal_from_unequal_and_sharp_from_soft() -> None:
    rng = np.random.default_rng(2)
    window = Window.whole(Extent(SIDE, SIDE))
    samples = rng.uniform(0.2, 0.8, (SIDE, SIDE, 3)).astype(np.float32)
    soft = (samples + np.roll(samples, 1, 0) + np.roll(samples, 1, 1)) / 3
    first, second = (rendered(camera().look, LinearImage(s, window, window.extent)) for s in (samples, soft))
    assert float(infidelity(first, first)) == 0.0
    assert float(infidelity(first, second)) == float(infidelity(second, first)) > 1.0
    assert float(acutance(first)) > 1.5 * float(acutance(second))


def test_a_camera_without_bayer_pattern_is_refused() -> None:
    with pytest.raises(BadInput, match="no Bayer pattern"):
        replace(camera(), sensor=catalogue_sensor("main_mid"))
