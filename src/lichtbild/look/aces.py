"""ACES 2: the output transform of the Academy Color Encoding System, as OpenColorIO computes it.

Scene light in ACES' own primaries goes through a tone scale, a compression of chroma and one of gamut, all in
a model of colour appearance, to the light of a display. Its mid-grey is L* 37.8, a stop darker than a
photograph's, for it is meant for a dark room; so the scene gets a stop more here.

The transform is baked: a table of 73 nodes an axis over the logarithm of scene light, four a stop, whose
entries are cube roots of display light. The first node stands for no light at all, and the last lies where a
display without headroom shows its white, so that black is black and white is white.

On a display with headroom the scene's exposure is such that mid-grey is what it is without. A picture that is
made for common displays, too (Ultra HDR), has their colours there, each as bright as the transform for the
brighter display has it, so that the two agree in hue; one for such displays alone is that transform's own.

Sources: Academy of Motion Picture Arts and Sciences, "ACES 2.0 Output Transforms" (2025), as built into
OpenColorIO 2.5; SMPTE ST 2065-1 (primaries AP0) and Academy S-2014-004 (AP1).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.spaces import D65_XY, P3_TO_XYZ, REC2020_TO_XYZ, SRGB_TO_XYZ, adaptation, rgb_to_xyz
from lichtbild.core.array import transformed
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import HDR_SPACES, ColourSpace
from lichtbild.look.lut import Lut
from lichtbild.look.view import GREY

EXPOSURE_EV: Final = 1.0
"""What the scene gets more, on a display without headroom."""
NODES: Final = 73
RANGE_EV: Final = (-10.0, 8.5)
"""Scene light of the first and the last node, in EV around `CENTRE`."""
CENTRE: Final = 0.1845

_WHITE: Final = (0.32168, 0.33767)
_AP0_TO_XYZ: Final = rgb_to_xyz([(0.7347, 0.2653), (0.0, 1.0), (0.0001, -0.0770)], _WHITE)
_AP1_TO_XYZ: Final = rgb_to_xyz([(0.713, 0.293), (0.165, 0.830), (0.128, 0.044)], _WHITE)
REC2020_TO_AP1: Final = np.linalg.solve(_AP1_TO_XYZ, adaptation(D65_XY, _WHITE) @ REC2020_TO_XYZ)
AP1_TO_AP0: Final = np.linalg.solve(_AP0_TO_XYZ, _AP1_TO_XYZ)
_MOST: Final = 1024.0
"""AP1 light above this, and below 0, is cut before the transform, as its authors have it."""
_NITS: Final = 100.0
"""Peak in cd/m² of the display without headroom that the transform is made for."""
_LIMITS: Final = {
    ColourSpace.SRGB: (SRGB_TO_XYZ, (0.640, 0.330, 0.300, 0.600, 0.150, 0.060)),
    ColourSpace.DISPLAY_P3: (P3_TO_XYZ, (0.680, 0.320, 0.265, 0.690, 0.150, 0.060)),
    ColourSpace.REC2020: (REC2020_TO_XYZ, (0.708, 0.292, 0.170, 0.797, 0.131, 0.046)),
}
_DARKEST: Final = 1e-7
_HALVINGS: Final = 40

Transform = Callable[[Any], Any]


def library() -> Any:
    """OpenColorIO.

    Raises:
        BadInput: it is not installed, or too old for ACES 2.
    """
    try:
        import PyOpenColorIO as ocio
    except ImportError as error:
        raise BadInput("the look 'aces2' needs OpenColorIO: pip install 'lichtbild[aces]'") from error
    if not hasattr(ocio, "FIXED_FUNCTION_ACES_OUTPUT_TRANSFORM_20"):
        raise BadInput(
            f"OpenColorIO {ocio.__version__} knows no ACES 2: pip install --upgrade 'lichtbild[aces]'"
        )
    return ocio


@dataclass(frozen=True)
class AcesOutput(LocalStage):
    """Scene light brought to display light, 0 to 1, or to 2^headroom; of linear Rec.2020 both.

    Attributes:
        space: of the picture; colours stay inside the primaries of sRGB or Display P3, and on displays with
            headroom alone inside those of Rec.2020.
        headroom: stops by which the display's peak lies above the white of paper.

    Raises:
        BadInput: OpenColorIO is not installed.
    """

    space: ColourSpace = ColourSpace.SRGB
    headroom: float = 0.0

    def __post_init__(self) -> None:
        library()

    def __call__(self, image: LinearImage) -> LinearImage:
        """The picture, display-linear Rec.2020, by the baked table."""
        ev = np.log2(np.maximum(np.asarray(image.samples, np.float32), np.float32(_DARKEST)))
        roots = baked(self.space, self.headroom).render(ev)
        matrix = _to_rec2020(_limit(self.space)).astype(np.float32)
        return replace(image, samples=transformed(roots * roots * roots, matrix))

    def analytic(self, image: LinearImage) -> LinearImage:
        """The same without a table, by OpenColorIO for each pixel."""
        light = shown(np.asarray(image.samples, np.float64), self.space, self.headroom)
        samples = transformed(light, _to_rec2020(_limit(self.space)))
        return replace(image, samples=samples.astype(np.float32))


@cache
def baked(space: ColourSpace, headroom: float) -> Lut:
    """Cube roots of display light, in the space's primaries, for the logarithm to base 2 of scene light."""
    low, high = (float(np.log2(CENTRE)) + ev for ev in RANGE_EV)
    steps = np.exp2(np.linspace(low, high, NODES))
    steps[0] = 0.0
    scene = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)
    roots = np.cbrt(shown(scene, space, headroom))
    neutral = np.arange(NODES)
    roots[neutral, neutral, neutral] = roots[neutral, neutral, neutral].mean(axis=1, keepdims=True)
    return Lut(roots.astype(np.float32), (low,) * 3, (high,) * 3, "ACES 2")


def shown(
    scene: Float[np.ndarray, "*pixels 3"], space: ColourSpace, headroom: float
) -> Float[np.ndarray, "*pixels 3"]:
    """Display light in the primaries of the space, 0 to 2^headroom, for scene light in linear Rec.2020."""
    limit = _limit(space)
    if space in HDR_SPACES:
        return np.asarray(_transform(limit, headroom)(scene * 2.0 ** _exposure_ev(limit, headroom)))
    common = _transform(limit, 0.0)(scene * 2.0**EXPOSURE_EV)
    if not headroom:
        return np.asarray(common)
    bright = _transform(limit, headroom)(scene * 2.0 ** _exposure_ev(limit, headroom))
    weights = _LIMITS[limit][0][1:2]
    gain = transformed(bright, weights) / np.maximum(transformed(common, weights), _DARKEST)
    room = 2.0**headroom / np.maximum(common.max(axis=-1, keepdims=True), _DARKEST)
    return np.asarray(common * np.minimum(gain, room))


@cache
def _exposure_ev(limit: ColourSpace, headroom: float) -> float:
    """Exposure for a display with headroom that puts mid-grey where it is without."""
    grey = np.full((1, 3), GREY)
    wanted = _transform(ColourSpace.SRGB, 0.0)(grey * 2.0**EXPOSURE_EV).mean()
    bright, low, high = _transform(limit, headroom), EXPOSURE_EV - 3, EXPOSURE_EV + 3
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if bright(grey * 2.0**middle).mean() < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


@cache
def _transform(limit: ColourSpace, headroom: float) -> Transform:
    """The transform from linear Rec.2020 to display light in the limiting primaries, 1 being 100 cd/m²."""
    ocio, peak = library(), 2.0**headroom
    numbers = [round(_NITS * peak), *_LIMITS[limit][1], *D65_XY]  # peaks are whole numbers there
    function = ocio.FixedFunctionTransform(ocio.FIXED_FUNCTION_ACES_OUTPUT_TRANSFORM_20, numbers)
    depth = ocio.BIT_DEPTH_F32
    processor = (
        ocio.Config.CreateRaw()
        .getProcessor(function)
        .getOptimizedCPUProcessor(depth, depth, ocio.OPTIMIZATION_LOSSLESS)
    )

    def transform(scene: Any) -> Any:
        cut = np.clip(transformed(scene, REC2020_TO_AP1), 0.0, _MOST)
        light = np.ascontiguousarray(transformed(cut, AP1_TO_AP0), np.float32)
        processor.applyRGB(light.reshape(-1, 3))
        return np.clip(light, 0.0, peak)

    return transform


def _limit(space: ColourSpace) -> ColourSpace:
    """The space that colours are to stay inside of.

    For a peak of 100 cd/m² ACES names no primaries wider than P3, and with them OpenColorIO 2.6 makes some
    yellows grey.
    """
    if space in HDR_SPACES:
        return ColourSpace.REC2020
    return ColourSpace.SRGB if space is ColourSpace.SRGB else ColourSpace.DISPLAY_P3


def _to_rec2020(limit: ColourSpace) -> Float[np.ndarray, "3 3"]:
    """Matrix from the limiting primaries to linear Rec.2020; its rows sum to 1, so neutrals stay."""
    matrix = np.linalg.solve(REC2020_TO_XYZ, _LIMITS[limit][0])
    return np.asarray(matrix / matrix.sum(axis=1, keepdims=True))
