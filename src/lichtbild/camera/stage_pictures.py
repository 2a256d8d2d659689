"""Stage pictures: what a person would see of each step from a scene to its photograph.

The scene and the light on the sensor are drawn with their own mean a middle grey and the white of the scene
neutral; the raw frame and what is developed of it as bright as the exposure made them.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.camera.photograph import intermediate
from lichtbild.camera.recipe import Recipe
from lichtbild.camera.spectral_calibration import observed
from lichtbild.colour.spaces import SRGB_TO_XYZ, adaptation
from lichtbild.colour.transfer import SRGB
from lichtbild.image.bands import Bands
from lichtbild.image.optical_image import OpticalImage
from lichtbild.image.raw_frame import RawFrame
from lichtbild.image.scene import Scene

WIDTH = 640
"""Most columns of a stage's picture."""

GREY = 0.18
"""Where the mean of a scene is drawn, in linear light."""

_D65 = (0.3127, 0.3290)


@dataclass(frozen=True, eq=False)
class StagePicture:
    """One step.

    Attributes:
        name: of the step.
        words: what is seen.
        samples: encoded sRGB or grey, 0 to 1, ``[row, column, plane]``.
    """

    name: str
    words: str
    samples: Float[np.ndarray, "h w plane"]


def of_scene(scene: Scene) -> StagePicture:
    """The scene as it would look from where the camera stands, without a lens."""
    small = _reduced(np.asarray(scene.weights, np.float32))
    words = "The scene, spectral radiance before the lens, drawn for the eye."
    return StagePicture(
        "scene", words, _seen(small @ np.asarray(scene.spectra, np.float32), scene.bands, scene)
    )


def of_light(image: OpticalImage, scene: Scene) -> StagePicture:
    """The light that lies on the sensor."""
    words = "The optical image: irradiance on the sensor, with the lens's blur, distortion and shading."
    return StagePicture("optical image", words, _seen(_reduced(image.irradiance), image.bands, scene))


def of_raw(frame: RawFrame) -> StagePicture:
    """The stored codes, means of whole periods of the colour filters, without any correction."""
    black = float(np.mean(frame.levels.black))
    white = float(np.mean(frame.levels.white))
    codes = _reduced((np.asarray(frame.samples, np.float32) - black) / (white - black), whole=4)
    words = "The raw frame: codes above black, white is full. Here and there is noise that the sensor made."
    return StagePicture("raw frame", words, SRGB.encode(np.clip(codes, 0, 1)))


def of_development(frame: RawFrame, recipe: Recipe, stage: str, *, threads: int) -> StagePicture:
    """The developed image in linear light, before the look.

    Args:
        frame: as it was shot.
        recipe: how it is developed.
        stage: whose linear Rec.2020 is drawn.
        threads: tiles at a time.
    """
    from lichtbild.image.picture import ColourSpace
    from lichtbild.look.encode import from_rec2020

    linear = intermediate(frame, recipe, stage, threads=threads)
    samples = _reduced(np.asarray(linear.samples)) @ from_rec2020(ColourSpace.SRGB).T.astype(np.float32)
    words = "Developed: corrected for the lens, white-balanced and exposed, still in proportion to the scene."
    return StagePicture("developed", words, SRGB.encode(np.clip(samples, 0, 1)))


def _seen(photons: np.ndarray, bands: Bands, scene: Scene) -> np.ndarray:
    """Photon radiance as sRGB, the scene's white neutral and its middle grey."""
    xyz = photons @ observed(bands).astype(np.float32)
    if scene.white is not None:
        white = np.asarray(scene.white) @ observed(scene.bands)
        x, y, _ = white / white.sum()
        xyz = xyz @ adaptation((float(x), float(y)), _D65).T.astype(np.float32)
    middle = float(np.mean(xyz[..., 1]))
    rgb = xyz @ np.linalg.inv(SRGB_TO_XYZ).T.astype(np.float32)
    return np.asarray(SRGB.encode(np.clip(rgb * (GREY / middle if middle > 0 else 1.0), 0, 1)))


def _reduced(planes: np.ndarray, whole: int = 1) -> np.ndarray:
    """Means over squares, so that no more than `WIDTH` columns are left; more of a picture of few rows.

    Args:
        planes: ``[row, column, plane]``.
        whole: the squares' sides are multiples of this.
    """
    step = -(-planes.shape[1] // WIDTH)
    step = min(-(-step // whole) * whole, planes.shape[0])
    rows, columns = (side // step for side in planes.shape[:2])
    cut = planes[: rows * step, : columns * step]
    sums = np.add.reduceat(cut, np.arange(0, rows * step, step), axis=0, dtype=np.float32)
    sums = np.add.reduceat(sums, np.arange(0, columns * step, step), axis=1, dtype=np.float32)
    return np.asarray(sums / np.float32(step * step))
