"""Brighten: the plain picture of a tinted look, shown by a display with headroom.

A tone bath tints by the lightness of the plain picture. Were it applied to the brighter one, the same colour
would get another tint, and another hue. So a look with a bath is rendered plainly, and every colour is then
multiplied by the ratio of the view transform's two curves (`lichtbild.look.view`), which keeps hue and
saturation; for neutral light it is the same ratio. The light that the ratio is taken at is told by the
strongest plane before the tint, through the inverse of the curve.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Final

from lichtbild.core.array import namespace
from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.tone_bath import ToneBath
from lichtbild.look.view import ViewTransform

_ENDS: Final = (1e-6, 1 - 1e-6)
"""Light of the curve from which scene light can be told in float32."""


@dataclass(frozen=True)
class Brighten(LocalStage):
    """Display light, 0 to 1, tinted and raised to 2^headroom.

    Attributes:
        view: the view transform that made it, with the headroom of the display.
        bath: the tint.
    """

    differentiable: ClassVar[bool] = True

    view: ViewTransform
    bath: ToneBath

    def __call__(self, image: LinearImage) -> LinearImage:
        """The picture for the brighter display."""
        samples = image.samples
        xp = namespace(samples)
        red, green, blue = samples[..., :1], samples[..., 1:2], samples[..., 2:]
        strongest = xp.maximum(xp.maximum(red, green), blue)
        curve, view = self.view.curve, self.view
        shown = xp.clip((strongest - view.black) / (1 - view.black), *_ENDS)
        light = curve.knee * (shown ** (-1 / curve.skew) - 1) ** (-1 / curve.contrast)
        return replace(image, samples=self.bath(image).samples * (view.high_curve(light) / shown))
