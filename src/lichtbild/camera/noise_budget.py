"""Noise budget: how much noise the finished picture has, said before anybody measures it.

The noise model of the sensor is carried through the very stages that develop the frame. An evenly lit patch
is given the noise that the model states (photons after Poisson for its slope, Gaussian noise for its
offset), by a fixed seed, and goes through the chain at the place where it lies in the frame, so that lens
shading, white balance, denoising, demosaicing, local tone and the curve do to it what they do to the
photograph. What is left is measured. So the prediction needs no formula for stages that have none, and it
agrees with the formulas of those that have one: gains multiply sigma, a matrix adds squares, a linear filter
leaves the sum of its squared weights.

A prediction is measured as a real patch is, by `patch_noise`.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.camera.patch_noise import PatchNoise, patch_noise, pooled
from lichtbild.camera.photograph import chain
from lichtbild.camera.recipe import Recipe
from lichtbild.core.chain import Chain
from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent, Window
from lichtbild.develop import noise_estimate
from lichtbild.develop.linearise import Linearise, highest_black
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.raw_frame import RawFrame

SIDE: Final = 192
"""Pixels along the side of the square that a prediction is made of, at least."""
_BLOCK: Final = 64
"""Pixels along the side of a block that has random numbers of its own."""
_SMALLEST_PHOTON: Final = 1e-12
"""Light of a photon where the noise is said to have no part of it."""


def predicted_noise(
    frame: RawFrame,
    recipe: Recipe,
    signal: tuple[float, ...],
    *,
    stage: str | None = None,
    window: Window | None = None,
    seed: int = 0,
) -> PatchNoise:
    """The noise that an evenly lit patch of a frame will have after a stage of the recipe.

    Args:
        frame: the frame; the stages are those that develop it.
        recipe: every choice.
        signal: what the sensor sees of the patch: linear samples of each camera plane, 0 black to 1 white.
        stage: name of a stage of the chain; None is the finished picture.
        window: where the patch lies in the result of that stage; None is in the middle. A small patch is
            predicted from several of its size around it, so that chance has little part in the prediction.
        seed: of the noise; the same seed gives the same numbers.

    Raises:
        BadInput: the chain has no such stage, or the signal has not one number for each camera plane.
    """
    stages = _until(chain(frame, recipe), stage)
    window = window or _middle(stages.extent(frame.extent))
    return _noise_in(stages, _Exposed.of(frame, signal, seed), window)


def predicted_noise_in_scene(
    frame: RawFrame,
    recipe: Recipe,
    scene: Float[np.ndarray, "h w planes"],
    window: Window,
    *,
    stage: str | None = None,
    draws: int = 4,
) -> PatchNoise:
    """The noise of a part of a scene after a stage, of whatever the scene is made.

    A denoiser leaves more noise beside an edge than on an even field. Here the whole scene is taken several
    times, each time with other noise, and what differs between the takes is the noise.

    Args:
        frame: the frame; the stages are those that develop it.
        recipe: every choice.
        scene: what the sensor sees, without noise: linear samples of its active area, a plane or all planes.
        window: where the noise is wanted in the result of the stage.
        stage: name of a stage of the chain; None is the finished picture.
        draws: takes of the scene, two or more.

    Raises:
        BadInput: the chain has no such stage, or the scene has not the size of the active area.
    """
    wanted = (*frame.active_area.extent, frame.samples.shape[2])
    if scene.shape != wanted or draws < 2:
        raise BadInput(f"a scene of {wanted} samples and 2 draws are needed, not {scene.shape} and {draws}")
    stages, noise = _until(chain(frame, recipe), stage), noise_estimate.of(frame)
    takes = [stages.render(_Exposed(frame, noise, scene, seed), window) for seed in range(draws)]
    samples = np.array([take.samples for take in takes], np.float64)
    mean, scale = samples.mean(axis=0), np.sqrt(draws / (draws - 1))
    rests = [patch_noise(replace(takes[0], samples=(take - mean) * scale)) for take in samples]
    return replace(pooled(rests), mean=patch_noise(replace(takes[0], samples=mean)).mean)


def noise_budget(
    frame: RawFrame, recipe: Recipe, signal: tuple[float, ...], *, seed: int = 0
) -> dict[str, PatchNoise]:
    """The noise of an evenly lit patch in the middle of the frame after each stage, by the stage's name.

    Args:
        frame: the frame.
        recipe: every choice.
        signal: what the sensor sees of the patch, as for `predicted_noise`.
        seed: of the noise.
    """
    whole, patch = chain(frame, recipe), _Exposed.of(frame, signal, seed)
    names = whole.names[whole.names.index("linearise") if "linearise" in whole.names else 0 :]
    parts = ((name, whole.until(name)) for name in names)
    return {name: _noise_in(part, patch, _middle(part.extent(frame.extent))) for name, part in parts}


@dataclass(frozen=True, eq=False)
class _Exposed:
    """The frame as it would be if it saw another light; only what is asked for is made.

    Attributes:
        frame: whose levels, pattern and places hold.
        noise: the sensor's.
        signal: linear samples of an even light, a number for each plane, or of the whole active area.
        seed: of the noise.
    """

    frame: RawFrame
    noise: NoiseProfile
    signal: tuple[float, ...] | Float[np.ndarray, "h w planes"]
    seed: int

    @staticmethod
    def of(frame: RawFrame, signal: tuple[float, ...], seed: int) -> "_Exposed":
        """The frame's own noise on a signal."""
        planes = frame.samples.shape[2] if frame.cfa is None else len(frame.cfa.colours)
        if len(signal) != planes:
            raise BadInput(f"the signal has {len(signal)} numbers, but the camera has {planes} planes")
        return _Exposed(frame, noise_estimate.of(frame), signal, seed)

    @property
    def window(self) -> Window:
        """The whole stored area."""
        return Window.whole(self.extent)

    @property
    def extent(self) -> Extent:
        """Size of the stored area."""
        return self.frame.extent

    def crop(self, window: Window) -> Any:
        """Codes of a window; those of the masked border are black."""
        frame, area = self.frame, self.frame.active_area
        shape = (*window.extent, frame.samples.shape[2])
        part = replace(frame, samples=np.zeros(shape, np.float32), window=window)
        seen = _overlap(window, area)
        target = Window(
            seen.top - area.top, seen.left - area.left, seen.bottom - area.top, seen.right - area.left
        )
        # What the sensor's stage makes of the lowest code says what black is at each pixel.
        black = Linearise.of(frame).render(part, target).samples.astype(np.float64)
        span = frame.levels.white - highest_black(frame.levels)
        light = self._light(target) - black
        part.samples[window.slices_of(seen)] = _codes(light * span, frame)
        return part

    def _light(self, window: Window) -> Float[np.ndarray, "h w planes"]:
        """Linear samples of a window of the active area; a pixel has the same ones in every window."""
        light = np.zeros((*window.extent, self.frame.samples.shape[2]))
        area = Window.whole(self.frame.active_area.extent)
        for row in range(window.top // _BLOCK, -(-window.bottom // _BLOCK)):
            for column in range(window.left // _BLOCK, -(-window.right // _BLOCK)):
                block = Window(row * _BLOCK, column * _BLOCK, (row + 1) * _BLOCK, (column + 1) * _BLOCK)
                block = _overlap(block, area)
                own = self._block(block, np.random.default_rng([self.seed, row, column]))
                shared = _overlap(window, block)
                light[window.slices_of(shared)] = own[block.slices_of(shared)]
        return light

    def _block(self, block: Window, generator: np.random.Generator) -> Float[np.ndarray, "h w planes"]:
        """Linear samples of a block: photons after Poisson, and what the sensor adds after Gauss."""
        plane = np.arange(self.frame.samples.shape[2])[None, None]
        if self.frame.cfa is not None:
            plane = self.frame.cfa.shifted(block.top, block.left).planes(block.extent)[..., None]
        if isinstance(self.signal, tuple):
            mean = np.asarray(self.signal, np.float64)[plane]
        else:
            area = Window.whole(self.frame.active_area.extent)
            mean = self.signal[area.slices_of(block)].astype(np.float64)
        mean = np.broadcast_to(mean, (*block.extent, mean.shape[2]))
        photon = np.maximum(np.asarray(self.noise.scale), _SMALLEST_PHOTON)[plane]
        photons = generator.poisson(np.maximum(mean, 0) / photon) * photon
        read = np.sqrt(np.asarray(self.noise.offset))[plane] * generator.standard_normal(mean.shape)
        return np.asarray(photons + np.minimum(mean, 0) + read)


def _codes(above: Float[np.ndarray, "h w p"], frame: RawFrame) -> Float[np.ndarray, "h w p"]:
    """Stored codes of so many linear codes above those of code 0; not rounded, where no table asks for it."""
    if frame.samples.dtype.kind != "f":
        above = np.maximum(above, 0)
    if frame.levels.linearisation is None:
        return above
    table = np.maximum.accumulate(frame.levels.linearisation.astype(np.float64))
    return np.asarray(np.interp(above + table[0], table, np.arange(len(table))))


def _overlap(one: Window, other: Window) -> Window:
    """What two windows share."""
    top, left = max(one.top, other.top), max(one.left, other.left)
    bottom, right = min(one.bottom, other.bottom), min(one.right, other.right)
    return Window(top, left, max(top, bottom), max(left, right))


def _noise_in(stages: Chain, patch: _Exposed, window: Window) -> PatchNoise:
    """The noise after the stages, from as many windows of this size as a square about it holds."""
    extent = stages.extent(patch.extent)
    rows, columns = (
        max(1, min(SIDE, size) // max(side, 1)) for side, size in zip(window.extent, extent, strict=True)
    )
    top = _start(window.top, window.height, rows, extent.height)
    left = _start(window.left, window.width, columns, extent.width)
    field = Window(top, left, top + rows * window.height, left + columns * window.width)
    image = stages.render(patch, field)
    tiles = (
        Window(y, x, y + window.height, x + window.width)
        for y in range(field.top, field.bottom, window.height)
        for x in range(field.left, field.right, window.width)
    )
    return pooled([patch_noise(image.crop(tile)) for tile in tiles])


def _start(start: int, side: int, count: int, size: int) -> int:
    """Where ``count`` windows in a row begin, so that they lie about the first one and within the image."""
    return min(max(start - (count // 2) * side, 0), size - count * side)


def _until(stages: Chain, name: str | None) -> Chain:
    if name is None:
        return stages
    try:
        return stages.until(name)
    except ValueError as error:
        raise BadInput(str(error)) from error


def _middle(extent: Extent) -> Window:
    """A square in the middle of an image, as far as it has room for one."""
    height, width = min(SIDE, extent.height), min(SIDE, extent.width)
    top, left = (extent.height - height) // 2, (extent.width - width) // 2
    return Window(top, left, top + height, left + width)
