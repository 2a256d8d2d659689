"""Crop picture: a few hundred pixels of the final picture of a camera, as a function that JAX differentiates.

::

    lens -> scene's light -> electrons -> codes -> linear -> denoised -> even -> balanced -> colours
         -> scene light -> view -> sharpened -> encoded

Every stage is the camera's own definition. What a whole photograph finds by looking at all of itself is here
a number of the stages: white balance, exposure, the noise profile. Levels of black and white follow the
sensor, and the lens's shading is taken back by its own illumination, as a raw file's opcodes say it; its
distortion stays, and the truth is seen through it, too. Local tone asks for a whole frame, and is left out.

Sources: of each stage in its own file; noise reparametrised, Kingma and Welling, "Auto-encoding variational
Bayes" (2014), section 2.4.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float

from lichtbild.camera.spectral_calibration import observed, shares_in, spectral_colour
from lichtbild.colour import oklab
from lichtbild.colour.spaces import D65_XY, XYZ_TO_REC2020, adaptation
from lichtbild.core.array import transformed
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.develop.colour_matrix import ColourMatrix
from lichtbild.develop.demosaic import Demosaic
from lichtbild.develop.denoise import Denoise
from lichtbild.develop.exposure import Exposure as Brightness
from lichtbild.develop.highlights import ClipHighlights
from lichtbild.develop.white_balance import WhiteBalance
from lichtbild.image.bands import FINE, Bands
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.image.scene import Scene
from lichtbild.look.encode import CURVES, Encode, from_rec2020
from lichtbild.look.sharpen import Sharpen
from lichtbild.look.view import ViewTransform
from lichtbild.optics.crop_response import CropResponse, CropSite
from lichtbild.optics.form_crop import CropImage, form_crop
from lichtbild.optics.lens import Lens
from lichtbild.sensor.crosstalk import spread
from lichtbild.sensor.draws import Draws, PatternDraws
from lichtbild.sensor.expose import codes, drawn
from lichtbild.sensor.exposure import Exposure, dark_codes, noise_profile, setting, white
from lichtbild.sensor.sensor import Sensor


@dataclass(frozen=True, eq=False)
class CropDevelopment:
    """The stages from linear samples to scene light, in the order in which samples meet them.

    Attributes:
        denoise: on the mosaic; its noise profile is a number of the development, and stays when the sensor
            changes.
        white_balance: gains of the planes.
        demosaic: the missing colours.
        highlights: what is done where the sensor was full.
        colour_matrix: from balanced planes to linear Rec.2020.
        exposure: EV to add.
    """

    denoise: Denoise
    white_balance: WhiteBalance
    demosaic: Demosaic
    colour_matrix: ColourMatrix
    highlights: ClipHighlights = field(default_factory=ClipHighlights)
    exposure: Brightness = field(default_factory=Brightness)


@dataclass(frozen=True, eq=False)
class CropLook:
    """The stages from scene light to the picture.

    Attributes:
        view: scene light to display light.
        sharpen: for the display; None leaves it out, as a truth without noise wants it, whose even areas tie
            where local ends are compared and so have no slope there.
        encode: into the output space.
    """

    view: ViewTransform
    sharpen: Sharpen | None = None
    encode: Encode = field(default_factory=Encode)


@dataclass(frozen=True, eq=False)
class CropCamera:
    """A camera, of which a crop is pictured; each of its floats is a design variable by its path.

    Attributes:
        lens: as it is focused.
        sensor: with the crop's rows and columns, which begin where the colour filters do.
        develop: the development.
        look: the look.
    """

    lens: Lens
    sensor: Sensor
    develop: CropDevelopment
    look: CropLook

    def __post_init__(self) -> None:
        if self.sensor.cfa is None or not self.sensor.cfa.is_bayer:
            raise BadInput(f"sensor '{self.sensor.name}' has no Bayer pattern; crops are pictured with one")


def usual_development(
    sensor: Sensor, exposure: Exposure, axis: Any, white: Any, bands: Bands
) -> CropDevelopment:
    """The development that a camera's own calibration asks for, at full strength and without added exposure.

    Args:
        sensor: with three colours.
        exposure: that its noise is told for.
        axis: light that the lens lets through on the axis, of any unit, ``[band]``.
        white: photon radiance of a perfect white diffuser in the scene's light, ``[band]`` of `FINE`.
        bands: of ``axis``.
    """
    through = shares_in(FINE, bands, np.asarray(axis) / np.max(axis))
    colour = spectral_colour(sensor, through, np.asarray(white))
    neutral = colour.as_shot_neutral
    assert neutral is not None
    return CropDevelopment(
        denoise=Denoise(noise_profile(sensor, exposure), "fast", neutral=neutral),
        white_balance=WhiteBalance.of(neutral),
        demosaic=Demosaic(),
        colour_matrix=ColourMatrix.of(colour, neutral),
    )


def crop_light(
    response: CropResponse, site: CropSite, scene: Scene, middle: tuple[float, float] = (0.0, 0.0)
) -> CropImage:
    """The light on the crop, in float32 as all images; see `lichtbild.optics.form_crop`."""
    found = form_crop(response, site, scene, middle)
    return CropImage(
        *(jnp.asarray(part, jnp.float32) for part in (found.irradiance, found.radiance)),
        *(jnp.asarray(part, jnp.float32) for part in (found.solid_angle, found.angle)),
    )


def crop_electrons(sensor: Sensor, image: CropImage, site: CropSite, time_s: Any) -> Array:
    """Expected photo-electrons ``[row, column]`` of a crop that lies off the axis.

    The same as `lichtbild.sensor.expose.mean_electrons`, whose sensors have the axis in their middle.

    Args:
        sensor: of the crop's rows and columns.
        image: light on them.
        site: where they lie.
        time_s: exposure time.
    """
    efficiency = sensor.response.efficiency(site.bands) * (site.pitch**2 * time_s)
    freed = transformed(image.irradiance, efficiency) * _sensitivity(sensor, image, site)
    own = jnp.maximum(jnp.take_along_axis(freed, sensor.planes()[..., None], axis=-1)[..., 0], 0.0)
    found: Array = spread(own, jnp.asarray(sensor.crosstalk.share(image.angle), own.dtype))
    return found


def shading_gains(
    sensor: Sensor, image: CropImage, site: CropSite, axis: Array, white: Any
) -> Float[Array, "row column"]:
    """Gains of each pixel that make an even white as bright as on the axis.

    Args:
        sensor: of the crop's rows and columns.
        image: of the crop.
        site: of the crop.
        axis: solid angle on the axis, sr, ``[band]``.
        white: photon radiance of the white, ``[band]`` of the site's.
    """
    seen = sensor.response.efficiency(site.bands) * white
    here = transformed(image.solid_angle, seen) * _sensitivity(sensor, image, site)
    gains = jnp.asarray(seen @ axis, here.dtype) / here
    return jnp.take_along_axis(gains, sensor.planes()[..., None], axis=-1)[..., 0]


def _sensitivity(sensor: Sensor, image: CropImage, site: CropSite) -> Array:
    """What microlenses let through, ``[row, column, colour]``; the formula is `Microlens.sensitivity`'s."""
    y, x = site.pixels()
    design = sensor.microlens.design.at(np.hypot(y, x))
    apart = image.angle - jnp.asarray(design, image.angle.dtype)
    widths = [sensor.microlens.of_colour(colour) for colour in range(sensor.colours)]
    parts = [jnp.ones_like(apart) if w is None else 2.0 ** -((apart / w) ** 2) for w in widths]
    return jnp.stack(parts, axis=-1)


def crop_mosaic(
    sensor: Sensor, electrons: Array, exposure: Exposure, draws: Draws, pattern: PatternDraws
) -> Array:
    """Linear samples ``[row, column]``, 0 for black and 1 for full, noise and codes relaxed.

    Args:
        sensor: of the crop.
        electrons: expected.
        exposure: of the frame; its mode must be named.
        draws: the frame's random numbers.
        pattern: the sensor's.
    """
    charge = drawn(sensor, electrons, exposure, draws, pattern, relaxed=True)
    stored = codes(sensor, charge, exposure, draws, pattern, relaxed=True)
    chosen = setting(sensor, exposure)
    black = dark_codes(sensor, exposure, chosen)
    return jnp.asarray((stored - black) / (white(sensor, chosen) - black), electrons.dtype)


def developed(develop: CropDevelopment, sensor: Sensor, samples: Any, gains: Any) -> LinearImage:
    """Scene light of a crop's linear samples.

    Args:
        develop: the stages.
        sensor: whose colour filters the samples are of.
        samples: ``[row, column]``, NumPy's or JAX's.
        gains: that even the lens's shading, ``[row, column]``.
    """
    window = Window.whole(sensor.pixels.extent)
    mosaic = develop.denoise.definition(Mosaic(samples[..., None], window, window.extent, sensor.cfa))
    even = Mosaic(mosaic.samples * gains[..., None], window, window.extent, sensor.cfa)
    colours = develop.demosaic.definition(develop.white_balance(even))
    return develop.exposure(develop.colour_matrix(develop.highlights(colours)))


def rendered(look: CropLook, light: LinearImage) -> Picture:
    """The picture that a look makes of scene light, in float64.

    At the border of the gamut the slope of a quotient of margins is asked for, which float32 cannot tell.
    """
    light = replace(light, samples=light.samples.astype(float))
    shown = look.view.definition(light)
    return look.encode.definition(shown if look.sharpen is None else look.sharpen.definition(shown))


def crop_picture(
    camera: CropCamera,
    light: tuple[CropImage, CropSite, Array],
    exposure: Exposure,
    draws: tuple[Draws, PatternDraws],
    white: Any,
) -> Picture:
    """The final picture of a crop.

    Args:
        camera: whose lens the light came through.
        light: on the crop, where it lies, and the solid angle on the axis ``[band]``.
        exposure: of the frame; its mode must be named.
        draws: the frame's random numbers and the sensor's.
        white: photon radiance of a perfect white in the scene's light, ``[band]`` of the site's.
    """
    image, site, axis = light
    electrons = crop_electrons(camera.sensor, image, site, exposure.time_s)
    samples = crop_mosaic(camera.sensor, electrons, exposure, *draws)
    gains = shading_gains(camera.sensor, image, site, axis, white)
    return rendered(camera.look, developed(camera.develop, camera.sensor, samples, gains))


def true_light(image: CropImage, bands: Bands, white: Any) -> LinearImage:
    """The scene where a crop looks, as an observer sees it who is adapted to its white; white is 1.

    Args:
        image: of the crop.
        bands: of its light.
        white: photon radiance of a perfect white, ``[band]``.
    """
    weights = observed(bands)
    seen = np.asarray(white) @ weights
    xy = (float(seen[0] / seen.sum()), float(seen[1] / seen.sum()))
    matrix = XYZ_TO_REC2020 @ adaptation(xy, D65_XY) @ weights.T / seen[1]
    samples = transformed(image.radiance, matrix)
    window = Window(0, 0, *samples.shape[:2])
    return LinearImage(samples, window, window.extent)


def perceived(picture: Picture) -> Array:
    """Oklab ``[row, column, 3]`` of a picture as it is shown.

    Source: Ottosson, "A perceptual color space for image processing" (2020).
    """
    linear = CURVES[picture.space].decode(picture.samples)
    if picture.space is not ColourSpace.LINEAR_REC2020:
        linear = transformed(linear, np.linalg.inv(from_rec2020(picture.space)))
    return jnp.asarray(oklab.from_rec2020(linear))


def infidelity(picture: Picture, truth: Picture, margin: int = 8) -> Array:
    """Mean squared distance of two pictures in Oklab, times 1e4, so that 1 is a distance of 0.01.

    Args:
        picture: to be judged.
        truth: what it should show, of the same size.
        margin: pixels along the borders that do not count, for stages look beyond them.
    """
    apart = perceived(picture) - perceived(truth)
    inner = apart[margin : apart.shape[0] - margin, margin : apart.shape[1] - margin]
    return 1e4 * jnp.mean(jnp.sum(inner.astype(float) ** 2, axis=-1))


def acutance(picture: Picture, margin: int = 8) -> Array:
    """Root mean square of the steps of Oklab's lightness between neighbours: how sharp a picture looks.

    Args:
        picture: to be judged.
        margin: pixels along the borders that do not count.
    """
    light = perceived(picture)[..., 0]
    inner = light[margin : light.shape[0] - margin, margin : light.shape[1] - margin].astype(float)
    down, right = jnp.diff(inner, axis=0), jnp.diff(inner, axis=1)
    return jnp.sqrt(jnp.mean(down**2) + jnp.mean(right**2) + 1e-24)
