"""A photograph as a specimen: its light, by the look `linear` and nothing else, on the sensor's own pixels.

Every number of quality is measured on linear light, so that none depends on taste. A raw frame is neither
cropped, turned, denoised, sharpened nor corrected for its lens, unless that is asked for: what is measured is
the camera. A finished picture is taken as it is; its light is what a display would send out for it.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from lichtbild.camera.recipe import GeometryRecipe, LookRecipe, OutputRecipe, Recipe
from lichtbild.colour.spaces import REC2020_TO_XYZ, SRGB_TO_XYZ
from lichtbild.core.array import transformed
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Window
from lichtbild.develop.recipe import (
    Corrections,
    DeblurChoice,
    DefectsChoice,
    DemosaicChoice,
    DenoiseChoice,
    DevelopRecipe,
    ExposureChoice,
    HighlightsChoice,
)
from lichtbild.develop.shading import gain_mapped
from lichtbild.image.opcode import GainMap
from lichtbild.image.picture import HDR_SPACES, ColourSpace, Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.image.specimen import Origin, Specimen
from lichtbild.look.decode import light_in
from lichtbild.look.encode import from_rec2020

_TO_SRGB: Final = np.linalg.inv(SRGB_TO_XYZ) @ REC2020_TO_XYZ

PLAIN: Final = Recipe(
    develop=DevelopRecipe(
        corrections=Corrections(codes=True, linear=False, colour=False),
        defects=DefectsChoice("off"),
        denoise=DenoiseChoice("off"),
        demosaic=DemosaicChoice("residual"),
        highlights=HighlightsChoice("clip"),
        exposure=ExposureChoice(baseline=False, method="baseline"),
        deblur=DeblurChoice("off"),
    ),
    look=LookRecipe("linear"),
    geometry=GeometryRecipe(default_crop=False, upright=False),
    output=OutputRecipe(space=ColourSpace.LINEAR_REC2020),
)
"""How a raw frame becomes light, and nothing more: black, white, white balance, demosaic, matrix."""


def specimen(
    source: RawFrame | Picture,
    name: str,
    sha256: str,
    *,
    lossy: bool = False,
    corrected: bool = False,
    threads: int = 1,
) -> Specimen:
    """A photograph on the laboratory's bench.

    Args:
        source: a raw frame or a finished picture.
        name: of its file.
        sha256: of its file's bytes.
        lossy: the file was compressed with loss.
        corrected: the corrections of lens and shading that a raw file asks for are made.
        threads: tiles computed at a time.

    Raises:
        BadInput: the picture's light is not bound to a display's white, or the raw frame cannot be developed.
    """
    if isinstance(source, Picture):
        light, told = _light_of(source), source.metadata
        return Specimen(name, sha256, Origin.PICTURE, light, None, None, source.bits, lossy, told)
    # What develops raw frames takes longer to load than a finished picture to read.
    from lichtbild.camera import photograph

    recipe = PLAIN
    if corrected:
        recipe = replace(recipe, develop=replace(recipe.develop, corrections=Corrections()))
    made = photograph.develop(source, recipe, threads=threads)
    light = np.ascontiguousarray(transformed(np.asarray(made.samples), _TO_SRGB), np.float32)
    bits = int(np.ceil(np.log2(float(source.levels.white.max()) + 1)))
    mosaic = _mosaic_of(source, recipe, threads)
    if mosaic is not None and corrected:
        mosaic = _even(mosaic, source)
    return Specimen(name, sha256, Origin.RAW, light, source, mosaic, bits, lossy, source.metadata)


def _mosaic_of(frame: RawFrame, recipe: Recipe, threads: int) -> np.ndarray | None:
    if frame.cfa is None:
        return None
    from lichtbild.camera import photograph

    codes = photograph.intermediate(frame, recipe, "linearise", threads=threads)
    return np.ascontiguousarray(np.asarray(codes.samples, np.float32)[..., 0])


def _even(mosaic: np.ndarray, frame: RawFrame) -> np.ndarray:
    """The mosaic with the gains that its file asks for: light that falls off across an edge makes it soft."""
    samples, whole = mosaic[..., None], Window(0, 0, *mosaic.shape)
    for opcode in frame.opcodes.on_linear:
        if isinstance(opcode, GainMap):
            samples = gain_mapped(opcode, samples, whole, whole.extent)
    return np.ascontiguousarray(samples[..., 0])


def _light_of(picture: Picture) -> np.ndarray:
    if picture.space in HDR_SPACES:
        raise BadInput("a picture for displays with headroom has no white to measure by; export one in sRGB")
    to_srgb = _TO_SRGB @ np.linalg.inv(from_rec2020(picture.space))
    return np.ascontiguousarray(light_in(picture, picture.space, to_srgb), np.float32)
