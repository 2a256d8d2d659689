"""Colour mix: how strong and how turned each hue is shown, smooth around the circle of hues.

Twelve nodes give a chroma ratio and a shift of hue at every 30 degrees of Oklab hue. Between them runs the
trigonometric polynomial through the nodes: it is smooth without end, and its cosines and sines follow from
those of the colour itself, so that no angle is needed. The opponents a and b are divided by a length::

    l = (C^4 + (0.1 L)^4)^(1/4)        chroma C far from grey, a tenth of the lightness L at grey

so that a wave of k periods fades as the k-th power of chroma towards grey: the mix is a smooth function of a
and b there, too, and bends nothing as a colour passes grey; a lookup table can follow it. At grey all hues
have the mean chroma ratio, none is turned, and grey does not move. Chroma over lightness stays when light
grows, so that a colour is mixed alike in light and shade, and on displays with and without headroom.

Skin has a sector of hue for itself: in it nothing is left of the shift that the nodes ask for, and skin has
its own; at the sector's ends, and where colours are too saturated for skin, the nodes come back smoothly.
Pale skin is skin, too: a turn moves a grey nowhere. Chroma stays with the nodes. CIELAB, by whose hue skin is
judged, is a straight line below L* 8 and turns hues there towards red; in the sector that is made up for.

Source: Ottosson, "A perceptual color space for image processing" (2020), for Oklab; trigonometric
interpolation at equal steps is the discrete Fourier transform.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import oklab
from lichtbild.core.array import namespace
from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.kernels.render import Parts, render_rows

NODES: Final = 12
"""Hues at which the mix is given: 0, 30, ... 330 degrees of Oklab hue."""

GREY_SATURATION: Final = 0.1
"""Oklab chroma over lightness below which hues are mixed ever more alike."""

DARKEST: Final = 1e-4
"""Lightness below which saturation is not told."""

SKIN_HUE: Final = 64.0
"""Middle of the sector of skin, degrees of Oklab hue."""
SKIN_SECTOR: Final = (25.0, 45.0)
"""Degrees from there up to which skin is itself, and from which on nothing is skin."""
SKIN_SATURATION: Final = (0.20, 0.30)
"""Oklab chroma over lightness up to which skin is itself, and from which on nothing is skin."""
SKIN_PALEST: Final = 0.012
"""Oklab chroma over lightness at which half of skin's own shift is done: what is grey has no hue to keep."""
SKIN_DARK: Final = (0.195, 0.245)
"""Oklab lightness below which CIELAB is a straight line for skin, and above which it is a cube root."""
SKIN_TURN: Final = np.radians(45.0).item()
"""What that line turns CIELAB's hue of skin, for each unit of Oklab chroma over lightness."""


@dataclass(frozen=True)
class Skin:
    """What is done to skin in place of what the nodes ask for.

    Attributes:
        hue_deg: shift of Oklab hue, in degrees.
        strength: share to which skin is kept from the nodes, 0 to 1.
    """

    hue_deg: float = 0.0
    strength: float = 1.0


@dataclass(frozen=True)
class ColourMix(LocalStage):
    """Chroma and hue of display-linear light changed by hue.

    Attributes:
        chroma: ratio of chroma after to that before, at each node.
        hue_deg: shift of Oklab hue at each node, in degrees, counted as the hue itself.
        skin: what is done to skin; None has the nodes rule it, too.
    """

    differentiable: ClassVar[bool] = True

    chroma: tuple[float, ...] = (1.0,) * NODES
    hue_deg: tuple[float, ...] = (0.0,) * NODES
    skin: Skin | None = None

    def __post_init__(self) -> None:
        if not len(self.chroma) == len(self.hue_deg) == NODES:
            raise ValueError(
                f"a colour mix has {NODES} nodes, not {len(self.chroma)} and {len(self.hue_deg)}"
            )

    def __call__(self, image: LinearImage) -> LinearImage:
        """The image with its colours mixed."""
        if not (isinstance(image.samples, np.ndarray) and image.samples.dtype == np.float32):
            return self.definition(image)
        return replace(image, samples=render_rows(image.samples, Parts(colours=self.numbers())))

    def definition(self, image: LinearImage) -> LinearImage:
        """The same in one readable text, for NumPy and JAX."""
        xp = namespace(image.samples)
        lab = oklab.from_rec2020(image.samples)
        light, a, b = lab[..., 0], lab[..., 1], lab[..., 2]
        chroma = xp.sqrt(a * a + b * b + 1e-16)
        length = (chroma**4 + (GREY_SATURATION * xp.maximum(light, DARKEST)) ** 4) ** 0.25
        ratio, angle = self._sums(a / length, b / length)
        if self.skin is not None:
            angle = _with_skin(self.skin, (light, a, b, chroma), angle)
        kept, cosine, sine = 1 + ratio, xp.cos(angle), xp.sin(angle)
        turned = xp.stack([light, kept * (a * cosine - b * sine), kept * (a * sine + b * cosine)], axis=-1)
        return replace(image, samples=oklab.to_rec2020(turned))

    def numbers(self) -> Float[np.ndarray, "rows 13"]:
        """The harmonics, and the skin if there is one, in float32: see `lichtbild.look.kernels.render`."""
        rows = self.harmonics()
        if self.skin is not None:
            inner, outer = np.cos(np.radians(SKIN_SECTOR))
            own = [self.skin.strength, np.radians(self.skin.hue_deg), SKIN_TURN]
            own += [np.cos(np.radians(SKIN_HUE)), np.sin(np.radians(SKIN_HUE)), outer, 1 / (inner - outer)]
            own += [SKIN_SATURATION[1], 1 / (SKIN_SATURATION[1] - SKIN_SATURATION[0])]
            own += [SKIN_DARK[1], 1 / (SKIN_DARK[1] - SKIN_DARK[0]), SKIN_PALEST**2]
            rows = np.vstack([rows, [*own, 0.0]])
        return rows.astype(np.float32)

    def harmonics(self) -> Float[np.ndarray, "2 13"]:
        """Of the chroma ratio less 1 and of the shift in radians: mean, then cosines and sines."""
        nodes = np.array([np.array(self.chroma) - 1, np.radians(self.hue_deg)])
        found = np.fft.rfft(nodes, axis=1) / NODES
        found[:, 1:-1] *= 2
        pairs = np.stack([found.real, -found.imag], axis=-1)[:, 1:]
        return np.concatenate([found.real[:, :1], pairs.reshape(2, -1)], axis=1)

    def _sums(self, cosine: Any, sine: Any) -> Any:
        """The two trigonometric polynomials at the hue whose cosine and sine are given."""
        ratios, shifts = self.harmonics().tolist()
        ratio, shift = ratios[0], shifts[0] * (cosine * cosine + sine * sine)
        c, s = cosine, sine
        for k in range(1, NODES, 2):
            ratio = ratio + ratios[k] * c + ratios[k + 1] * s
            shift = shift + shifts[k] * c + shifts[k + 1] * s
            c, s = c * cosine - s * sine, c * sine + s * cosine
        return ratio, shift


def _with_skin(skin: Skin, colour: tuple[Any, Any, Any, Any], angle: Any) -> Any:
    """The shift in radians that the nodes ask for, and in the sector of skin skin's own.

    Args:
        skin: what is done to it.
        colour: Oklab lightness, a, b and chroma.
        angle: the shift by the nodes.
    """
    light, a, b, chroma = colour
    xp = namespace(light)
    inner, outer = np.cos(np.radians(SKIN_SECTOR)).tolist()
    middle = np.radians(SKIN_HUE).item()
    from_middle = (a * np.cos(middle).item() + b * np.sin(middle).item()) / chroma
    saturation = chroma / xp.maximum(light, DARKEST)
    pale = _smooth((SKIN_SATURATION[1] - saturation) / (SKIN_SATURATION[1] - SKIN_SATURATION[0]))
    is_skin = skin.strength * pale * _smooth((from_middle - outer) / (inner - outer))
    dark = _smooth((SKIN_DARK[1] - light) / (SKIN_DARK[1] - SKIN_DARK[0]))
    coloured = saturation**2 / (saturation**2 + SKIN_PALEST**2)
    own = coloured * np.radians(skin.hue_deg).item() + SKIN_TURN * dark * saturation
    return angle + is_skin * (own - angle)


def _smooth(x: Any) -> Any:
    """0 below 0, 1 above 1, and a cubic without a corner between them."""
    x = namespace(x).clip(x, 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)
