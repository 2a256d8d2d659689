"""Examples of every stage, with an image for each: the laws run over this list, and a new stage joins it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

import numpy as np

from lichtbild.core.stage import AbstractStage
from lichtbild.core.window import Extent, Window
from lichtbild.develop.bright_light import CompressBright, ExpandBright
from lichtbild.develop.camera_to_scene import CameraToScene
from lichtbild.develop.colour_matrix import ColourMatrix
from lichtbild.develop.deblur import Deblur
from lichtbild.develop.demosaic import Demosaic
from lichtbild.develop.denoise import Denoise
from lichtbild.develop.enlarge import Enlarge
from lichtbild.develop.exposure import Exposure
from lichtbild.develop.gains import Gains
from lichtbild.develop.geometry import Geometry
from lichtbild.develop.highlights import ClipHighlights, RebuildHighlights
from lichtbild.develop.hot_pixels import HotPixels
from lichtbild.develop.linearise import Linearise
from lichtbild.develop.opcode_stages import CorrectLinear
from lichtbild.develop.quad import BinQuad, RemosaicQuad
from lichtbild.develop.resize import Resize
from lichtbild.develop.white_balance import WhiteBalance
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.cfa import Cfa
from lichtbild.image.fine_detail import FineDetail
from lichtbild.image.levels import Levels
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.metadata import Orientation
from lichtbild.image.mosaic import Mosaic
from lichtbild.image.noise_profile import NoiseProfile
from lichtbild.image.opcode import Area, GainMap
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.image.raw_frame import RawFrame
from lichtbild.look.aces import AcesOutput
from lichtbild.look.brighten import Brighten
from lichtbild.look.by_mask import ByMask
from lichtbild.look.colour_mix import ColourMix
from lichtbild.look.decode import Decode
from lichtbild.look.encode import Encode
from lichtbild.look.finish import Finish
from lichtbild.look.fit_gamut import FitGamut
from lichtbild.look.grain import Grain
from lichtbild.look.local_tone import LocalTone
from lichtbild.look.lut import Lut, nodes
from lichtbild.look.monochrome import Monochrome
from lichtbild.look.quantise import Quantise
from lichtbild.look.render import Render
from lichtbild.look.residual import Residual
from lichtbild.look.style import style
from lichtbild.look.tone_bath import ToneBath
from lichtbild.look.vignette import Vignette

QUAD = Cfa(((0, 0, 1, 1), (0, 0, 1, 1), (1, 1, 2, 2), (1, 1, 2, 2)))
X_TRANS = Cfa(
    tuple(
        tuple("RGB".index(letter) for letter in row)
        for row in ("GBGGRG", "RGRBGB", "GBGGRG", "GRGGBG", "BGBRGR", "GRGGBG")
    )
)
PHONE_NOISE = NoiseProfile((1e-3,), (3e-6,))
MATRIX = np.array([[1.6, -0.5, -0.1], [-0.2, 1.4, -0.2], [0.0, -0.6, 1.6]])


LEVELS = Levels(np.array([[[60.0], [64.0]], [[62.0], [70.0]]]), np.array([1000.0]))
SHADING = tuple(
    GainMap(
        Area(Window(y, x, 300, 400), (0, 1), (2, 2)),
        np.random.default_rng(y + 2 * x).uniform(1, 2, (5, 4, 1)).astype(np.float32),
        (0.25, 0.3),
        (0.0, 0.05),
    )
    for y in (0, 1)
    for x in (0, 1)
)

MONOCHROME = Monochrome((1.3, 0.1, -0.4))
BATH = ToneBath(tuple(3.0 * np.sin(np.arange(11))), tuple(8.0 * np.cos(np.arange(11))))

_CELLS = np.random.default_rng(4).uniform(0.6, 1.4, (5, 7, 6)).astype(np.float32)
REBUILD = RebuildHighlights(_CELLS[..., :3], _CELLS[..., 3:] * np.float32(0.6), 12.0)


ROUNDING = 8 * float(np.finfo(np.float32).eps)
"""XLA may fuse a product and a sum, which rounds once instead of twice; a sixteenth of a 16-bit code."""

LONG_SUMS = CUBE_ROOTS = 0.25 / 65535
"""Sums of many products, which XLA adds in another order; and cube roots, which are libraries' own."""

NARROWED = 1 / 65535
"""A border that is looked for among cube roots, and then a curve that is steep near black."""


@dataclass(frozen=True)
class Example:
    """A stage, and an image of a given extent that it accepts.

    Attributes:
        name: what the laws call it.
        stage: the stage.
        image: makes an image of an extent.
        differentiable: whether the law of gradients holds.
        rounding: how far JAX's numbers may be from NumPy's.
    """

    name: str
    stage: AbstractStage
    image: Callable[[Extent], Any]
    differentiable: bool = False
    rounding: float = ROUNDING


def samples_of(extent: Extent, planes: int) -> Any:
    """Noise from below black to above white."""
    shape = (extent.height, extent.width, planes)
    return np.random.default_rng(11).uniform(-0.05, 1.3, shape).astype(np.float32)


def mosaic(cfa: Cfa | None, planes: int = 1) -> Callable[[Extent], Mosaic]:
    """Makes a mosaic of noise."""
    return lambda extent: Mosaic(samples_of(extent, planes), Window.whole(extent), extent, cfa)


def spotted(cfa: Cfa) -> Callable[[Extent], Mosaic]:
    """Makes a mosaic of faint noise in which one pixel in twenty is far off."""

    def image(extent: Extent) -> Mosaic:
        noise = samples_of(extent, 1)
        return replace(mosaic(cfa)(extent), samples=np.where(noise > 1.23, noise, noise * np.float32(0.01)))

    return image


def raw_frame(extent: Extent) -> RawFrame:
    """A Bayer sensor's codes of noise."""
    codes = np.random.default_rng(12).integers(0, 1200, (extent.height, extent.width, 1)).astype(np.uint16)
    whole = Window.whole(extent)
    return RawFrame(codes, whole, extent, Cfa.bayer("GRBG"), LEVELS, whole, (0.0, 0.0, *map(float, extent)))


def camera_image(extent: Extent) -> CameraImage:
    """A camera image of noise."""
    return CameraImage(samples_of(extent, 3), Window.whole(extent), extent)


def linear_image(extent: Extent) -> LinearImage:
    """A linear image of noise."""
    return LinearImage(samples_of(extent, 3), Window.whole(extent), extent)


def lit_image(extent: Extent) -> LinearImage:
    """A linear image of noise without black, where a curve of light has no corner."""
    samples = samples_of(extent, 3) * np.float32(0.9) + np.float32(0.1)
    return LinearImage(samples, Window.whole(extent), extent)


def dim_image(extent: Extent) -> LinearImage:
    """A linear image of noise between black and white, between which grain has no corner."""
    samples = samples_of(extent, 3) * np.float32(0.6) + np.float32(0.1)
    return LinearImage(samples, Window.whole(extent), extent)


def picture(extent: Extent) -> Picture:
    """A picture of noise."""
    return Picture(samples_of(extent, 3), Window.whole(extent), extent)


def tone_map() -> LocalTone:
    """Local tone by a map of noise, a cell for every nine pixels."""
    noise = np.random.default_rng(12).uniform(0.0, 1.0, (2, 40, 40)).astype(np.float32)
    return LocalTone(noise * np.array([1.0, -4.0], np.float32)[:, None, None], 9.0, 0.5, 0.3)


def example(stage: AbstractStage, image: Callable[[Extent], Any], note: str = "", **more: Any) -> Example:
    """An example named by its stage, differentiable as the stage says."""
    name = type(stage).__name__ + (f" {note}" if note else "")
    return Example(name, stage, image, **{"differentiable": stage.differentiable, **more})


DETAIL = FineDetail(
    np.random.default_rng(13).integers(-900, 900, (3, 104, 120)).astype(np.int16), 1 / 32768, 2.0
)
"""Of an image of 53 x 61 pixels, whose odd row and column are left out."""
SHADED = tuple((f"shading_{number}", CorrectLinear(opcode)) for number, opcode in enumerate(SHADING))

BY_MASK = ByMask(
    (("inside", style("authentic").view),),
    (("local_tone", tone_map()), ("outside", style("natural").view)),
    np.random.default_rng(14).normal(0.3, 0.2, (4, 8, 9)).astype(np.float32),
    8.0,
)

EXAMPLES: list[Example] = [
    # Not as differentiable: codes are whole numbers. test_linearise holds the gradient.
    example(Linearise(LEVELS, Window(1, 2, 11, 12)), raw_frame, differentiable=False),
    example(Gains(SHADING, WhiteBalance((2.0, 1.0, 1.5))), mosaic(Cfa.bayer("GRBG")), "bayer"),
    example(WhiteBalance((2.0, 1.0, 1.5)), mosaic(Cfa.bayer("GRBG")), "bayer"),
    example(WhiteBalance((2.0, 1.0, 1.5)), mosaic(X_TRANS), "x-trans"),
    example(WhiteBalance((2.0, 1.0, 1.5)), mosaic(None, 3), "linear"),
    example(Demosaic("residual"), mosaic(Cfa.bayer("RGGB")), "residual RGGB"),
    example(Demosaic("residual"), mosaic(Cfa.bayer("GBRG")), "residual GBRG"),
    *(example(Demosaic(method), mosaic(Cfa.bayer("BGGR")), method) for method in ("bilinear", "malvar")),
    example(Demosaic("generic"), mosaic(Cfa.bayer("GRBG")), "generic bayer"),
    example(Demosaic(), mosaic(X_TRANS), "x-trans"),
    example(Demosaic(), mosaic(QUAD), "quad"),
    example(Demosaic(), mosaic(None, 3), "linear"),
    *(
        example(HotPixels(NoiseProfile((1e-5,), (1e-6,))), spotted(cfa), note)
        for cfa, note in ((Cfa.bayer("GBRG"), "bayer"), (X_TRANS, "x-trans"), (QUAD, "quad"))
    ),
    *(
        example(Denoise(PHONE_NOISE), made, f"fast {note}", rounding=LONG_SUMS)
        for note, made in (
            ("GBRG", mosaic(Cfa.bayer("GBRG"))),
            ("monochrome", mosaic(None)),
            ("planes", mosaic(None, 3)),
            ("x-trans", mosaic(X_TRANS)),
        )
    ),
    example(BinQuad(), mosaic(QUAD)),
    example(RemosaicQuad(), mosaic(QUAD)),
    example(CompressBright(0.4), mosaic(Cfa.bayer("RGGB"))),
    example(ExpandBright(0.4), camera_image),
    example(ClipHighlights(), camera_image),
    example(REBUILD, camera_image),
    example(CameraToScene(REBUILD, ColourMatrix(MATRIX), Exposure(-0.4)), camera_image, "rebuilt"),
    example(CameraToScene(ClipHighlights(), ColourMatrix(MATRIX), None), camera_image, "clipped"),
    example(ColourMatrix(MATRIX), camera_image),
    example(Deblur(-0.15, -0.03, (185.0, 154.0), (1e-4, 1e-6), 1.4), linear_image),
    example(Exposure(0.7), linear_image),
    *(example(Geometry(orientation=o), linear_image, o.name.lower()) for o in Orientation),
    example(
        Geometry(
            default_crop=(3.0, 5.0, 40.0, 37.0), flip="vertical", quarter_turns=3, crop=(0.1, 0.2, 0.9, 1.0)
        ),
        linear_image,
        "crop, flip and turn",
    ),
    example(Geometry(angle=0.1, crop=(0.0, 0.1, 0.8, 1.0)), linear_image, "straighten"),
    example(
        Geometry(scale=(1.5, 1.0), orientation=Orientation.TRANSVERSED, angle=-0.3),
        linear_image,
        "scale and turn",
    ),
    *(example(Enlarge(scale), camera_image, f"{scale:g}x") for scale in (1.5, 2.0)),
    example(Enlarge(2.0, DETAIL, (2.0, 1.0, 1.5), SHADED, Cfa.bayer("GRBG")), camera_image, "with detail"),
    example(Resize(23), linear_image, "smaller"),
    example(Resize(100), linear_image, "small enough"),
    example(Resize(100, enlarge=True), linear_image, "larger"),
    example(Vignette(_CELLS[..., 0], 13.0), linear_image),
    example(tone_map(), lit_image),
    example(tone_map(), linear_image, "with negative light"),
    example(style("natural").view, lit_image),
    example(replace(style("natural").view, headroom=2.0), lit_image, "with headroom"),
    example(style("natural").view, linear_image, "with negative light"),
    example(replace(style("modern").view, headroom=2.0), lit_image, "with toe, shoulder and headroom"),
    example(style("modern").view, linear_image, "with toe and shoulder, negative light"),
    example(style("authentic").colour_mix or ColourMix(), linear_image, rounding=CUBE_ROOTS),
    example(ColourMix(chroma=(1.0, 1.2) * 6), linear_image, "without skin", rounding=CUBE_ROOTS),
    example(MONOCHROME, linear_image),
    example(replace(MONOCHROME, amount=0.6), lit_image, "in part"),
    example(BATH, linear_image, rounding=CUBE_ROOTS),
    example(
        Brighten(replace(style("natural").view, headroom=2.0), BATH), linear_image, rounding=4 * CUBE_ROOTS
    ),
    example(
        Render(tone_map(), view=style("authentic").view, colour_mix=style("authentic").colour_mix),
        linear_image,
        "in colour",
        rounding=CUBE_ROOTS,
    ),
    example(
        Render(tone_map(), MONOCHROME, style("authentic").view, None, BATH),
        linear_image,
        "toned",
        rounding=CUBE_ROOTS,
    ),
    example(Residual(Lut(nodes(5) ** np.float32(1.3))), linear_image),
    example(style("natural").sharpen, linear_image, rounding=CUBE_ROOTS),
    example(Grain(10.0, 6.0, seed=9), dim_image, rounding=LONG_SUMS),
    example(Grain(30.0, 150.0, 0.4, 3 << 40), dim_image, "in colour, of many pixels", rounding=LONG_SUMS),
    example(Encode(), linear_image, rounding=NARROWED),
    example(Encode(ColourSpace.DISPLAY_P3, "clip"), linear_image, "clip"),
    example(FitGamut(), linear_image, rounding=NARROWED),
    # Not as differentiable: a pixel lies where the border bends within the step of the differences.
    example(FitGamut(headroom=1.0), lit_image, "with headroom", differentiable=False),
    *(
        example(Finish(style("natural").sharpen, Encode(space, gamut), Quantise(bits)), linear_image, note)
        for space, gamut, bits, note in (
            (ColourSpace.SRGB, "constant-hue", 8, "8 bits"),
            (ColourSpace.DISPLAY_P3, "clip", 16, "16 bits, clip"),
            (ColourSpace.SRGB, "constant-hue", 16, "16 bits"),
        )
    ),
    example(Finish(quantise=Quantise(12)), linear_image, "12 bits, not sharpened"),
    example(Finish(style("natural").sharpen, grain=Grain(10.0, seed=5)), linear_image, "8 bits, with grain"),
    *(example(Quantise(bits), picture, f"{bits} bits") for bits in (8, 10, 16)),
    *(example(Decode(space), picture, space.value) for space in (ColourSpace.SRGB, ColourSpace.PROPHOTO)),
]
EXAMPLES.append(example(BY_MASK, linear_image))
if find_spec("PyOpenColorIO") is not None:
    EXAMPLES.append(example(AcesOutput(headroom=1.0), linear_image))
"""Every stage at least once."""
