"""A look designed by numbers, and photographs that it is given to: what a meter must get back."""

from io import BytesIO

import numpy as np
import PIL.Image
from jaxtyping import Float

from lichtbild.colour import cielab
from lichtbild.colour.transfer import SRGB
from lichtbild.core.window import Extent, Window
from lichtbild.image.picture import ColourSpace, Picture
from lichtbild.look.encode import from_rec2020

Colours = Float[np.ndarray, "*pixels 3"]

CHROMA = np.array([0.95, 0.92, 0.88, 0.85, 0.78, 0.72, 0.8, 0.85, 0.9, 0.95, 1.0, 1.0])
TURN = np.array([3.0, 2.0, 0.0, -3.0, -6.0, -8.0, -5.0, 0.0, 3.0, 5.0, 6.0, 5.0])
"""Chroma ratio and shift of hue in degrees at CIELAB hues 0, 30 ... 330."""

BLACK = 3.0
SIDE = 32
"""Pixels along a patch: two of the blocks in which a JPEG keeps colour."""

TO_SRGB = from_rec2020(ColourSpace.SRGB)


def rendered(light: Colours) -> Colours:
    """Linear Rec.2020 after the look."""
    lab = cielab.from_rec2020(light)
    given, colour = lab[..., 0], lab[..., 1] + 1j * lab[..., 2]
    hue, fades = np.angle(colour), np.clip(given / 20, 0, 1) * np.clip((100 - given) / 20, 0, 1)
    turned = colour * around(CHROMA, hue) * np.exp(1j * np.radians(around(TURN, hue)))
    # Colours around hue 60 become lighter, opposite ones darker; light tones become warm.
    tone = BLACK + (100 - BLACK) * (given / 100 - 0.09 * np.sin(2 * np.pi * given / 100))
    shown = tone + 0.08 * np.abs(colour) * np.cos(hue - np.pi / 3) * fades
    toned = turned + (1 + 3j) * np.clip((given - 30) / 60, 0, 1) * fades
    return np.asarray(cielab.to_rec2020(np.stack([shown, toned.real, toned.imag], axis=-1)))


def clipped(light: Colours) -> Colours:
    """The same cut to what sRGB holds."""
    return np.asarray(np.clip(rendered(light) @ TO_SRGB.T, 0, 1) @ np.linalg.inv(TO_SRGB).T)


def encoded(codes: Colours) -> Colours:
    """Encoded sRGB after the look, for encoded sRGB."""
    light = SRGB.decode(np.asarray(codes, float)) @ np.linalg.inv(TO_SRGB).T
    return np.asarray(SRGB.encode(np.clip(rendered(light) @ TO_SRGB.T, 0, 1)))


def around(nodes: Float[np.ndarray, "12"], hue: Float[np.ndarray, "*pixels"]) -> Float[np.ndarray, "*pixels"]:
    """The trigonometric polynomial through values at 0, 30 ... 330 degrees, at a hue in radians."""
    found = np.fft.rfft(nodes) / 12
    found[1:-1] *= 2
    waves = (found[k].real * np.cos(k * hue) - found[k].imag * np.sin(k * hue) for k in range(7))
    return np.asarray(sum(waves))


def jpeg(codes: Colours, quality: int = 95) -> Picture:
    """A picture that went through a JPEG, with halved colour as most cameras write it."""
    file = BytesIO()
    whole = np.round(255 * np.asarray(codes)).astype(np.uint8)
    PIL.Image.fromarray(whole).save(file, "JPEG", quality=quality, subsampling=2)
    return picture(np.asarray(PIL.Image.open(file)) / 255)


def picture(codes: Colours) -> Picture:
    """A picture of encoded sRGB."""
    extent = Extent(*codes.shape[:2])
    return Picture(np.asarray(codes, np.float32), Window.whole(extent), extent)


def scene(size: int = 640, seed: int = 0, hues: tuple[float, float] = (0.0, 360.0)) -> Colours:
    """Encoded sRGB of soft patches of many colours and greys, as a photograph has them.

    Args:
        size: rows and columns.
        seed: of its colours.
        hues: of its colours in degrees, from and to.
    """
    random = np.random.default_rng(seed)
    cells = -(-size // SIDE)
    light = random.uniform(2, 98, (cells, cells))
    chroma = np.where(random.random((cells, cells)) < 0.3, 1.0, random.uniform(5, 45, (cells, cells)))
    hue = np.radians(random.uniform(*hues, (cells, cells)))
    lab = np.stack([light, chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
    codes = SRGB.encode(np.clip(cielab.to_rec2020(lab) @ TO_SRGB.T, 0, 1))
    large = np.repeat(np.repeat(codes, SIDE, axis=0), SIDE, axis=1)[:size, :size]
    grain = random.normal(0, 0.004, large.shape)
    return np.asarray(np.clip(large + grain, 0, 1))
