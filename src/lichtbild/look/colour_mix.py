"""Colour mix: how strong and how turned each hue is shown, smooth around the circle of hues.

Twelve nodes give a chroma ratio and a shift of hue at every 30 degrees of Oklab hue. Between them runs the
trigonometric polynomial through the nodes: it is smooth without end, and its cosines and sines follow from
those of the colour itself, so that no angle is needed. Near grey, where Oklab chroma is below 3 % of
lightness, everything fades out, so that greys do not move. Chroma over lightness stays when light grows, so
that a colour is mixed alike in light and shade, and on displays with and without headroom.

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

GREY_SATURATION: Final = 0.03
"""Oklab chroma over lightness below which the mix fades out."""

DARKEST: Final = 1e-4
"""Lightness below which saturation is not told."""


@dataclass(frozen=True)
class ColourMix(LocalStage):
    """Chroma and hue of display-linear light changed by hue.

    Attributes:
        chroma: ratio of chroma after to that before, at each node.
        hue_deg: shift of Oklab hue at each node, in degrees, counted as the hue itself.
    """

    differentiable: ClassVar[bool] = True

    chroma: tuple[float, ...] = (1.0,) * NODES
    hue_deg: tuple[float, ...] = (0.0,) * NODES

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
        share = xp.clip(chroma / (GREY_SATURATION * xp.maximum(light, DARKEST)), 0.0, 1.0)
        share = share * share * (3.0 - 2.0 * share)
        ratio, angle = (share * total for total in self._sums(a / chroma, b / chroma))
        kept, cosine, sine = 1 + ratio, xp.cos(angle), xp.sin(angle)
        turned = xp.stack([light, kept * (a * cosine - b * sine), kept * (a * sine + b * cosine)], axis=-1)
        return replace(image, samples=oklab.to_rec2020(turned))

    def numbers(self) -> Float[np.ndarray, "2 13"]:
        """The harmonics in float32, as the kernel needs them: see `lichtbild.look.kernels.render`."""
        return self.harmonics().astype(np.float32)

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
        ratio, shift = ratios[0], shifts[0]
        c, s = cosine, sine
        for k in range(1, NODES, 2):
            ratio = ratio + ratios[k] * c + ratios[k + 1] * s
            shift = shift + shifts[k] * c + shifts[k + 1] * s
            c, s = c * cosine - s * sine, c * sine + s * cosine
        return ratio, shift
