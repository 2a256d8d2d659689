"""View transform: scene light of any brightness brought to a display's range.

::

    purity in -> curve on each plane -> hue brought back in part -> purity out [-> headroom]

Colours are first mixed a little with their own luminance, so that the curves of the three planes run to
white together (the path to white). The curve is a power of a log-logistic one,
``y = (1 + (b / u)^contrast)^-skew``, whose b puts mid-grey where it is wanted. Neutral stays neutral. Before
it, a toe and a shoulder bend the light::

    t = x^2 / (x + toe)         far below the toe the power of the curve doubles: deep shadows go down faster
    u = t (1 + shoulder t)      far above 1 / shoulder it doubles, too: highlights reach white sooner

Each is a quadratic equation, so that both are undone in closed form; 0 leaves either out.

A display with *headroom* shows light beyond the white of paper. Its curve is of the same family,
``P (1 + (b' / u)^c')^-s'`` of the same bent light, with the peak P = 2^headroom. Three demands fix its three
numbers: the same power of light in deep shadows (c' s' = c s), the same factor there, and the same mid-grey.
Every colour is then the colour of the plain picture times the ratio of the two curves at its strongest plane,
so that its hue and saturation are the same on both displays.

Sources: the log-logistic curve, Reinhard and Devlin (2005) and Hurter and Driffield's response; inset and
outset, Sobotka's AgX (2022); the headroom is our own.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, ClassVar, Final

import numpy as np

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import namespace, transformed
from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.kernels.render import Parts, render_rows

GREY: Final = 0.18
"""Mid-grey of the scene."""

DARKEST: Final = 1e-9
"""Guard of the curve at black: 27 EV below mid-grey."""

BRIGHTEST: Final = 1e12
"""Light above this counts as this where it is bent: its square is a number still."""

_FLATTEST, _HALVINGS = 0.02, 60


@dataclass(frozen=True)
class Curve:
    """Display light ``peak (1 + (knee / u)^contrast)^-skew`` for the bent light u of a plane."""

    peak: float
    knee: float
    contrast: float
    skew: float

    def __call__(self, light: Any) -> Any:
        """Display light for positive bent light."""
        return self.peak * (1 + (self.knee / light) ** self.contrast) ** -self.skew


@dataclass(frozen=True)
class ViewTransform(LocalStage):
    """Scene light brought to display light, 0 to 1, or to 2^headroom.

    Attributes:
        contrast: steepness of the curve in log light.
        skew: 1 for a symmetrical curve, less for a longer toe, more for a longer shoulder.
        grey: display luminance of mid-grey, 0 to 1.
        black: display luminance of no light.
        inset: share of its luminance mixed into a colour before the curve.
        outset: factor of purity after the curve.
        preserve_hue: share to which the curve's change of hue is undone.
        toe: scene light below which shadows go down faster; 0 for no toe.
        shoulder: 1 over the scene light above which highlights reach white sooner; 0 for none.
        headroom: stops by which the display's peak lies above the white of paper.
    """

    differentiable: ClassVar[bool] = True

    contrast: float
    skew: float
    grey: float
    black: float
    inset: float
    outset: float
    preserve_hue: float
    toe: float = 0.0
    shoulder: float = 0.0
    headroom: float = 0.0

    def __call__(self, image: LinearImage) -> LinearImage:
        """The picture, display-linear Rec.2020; its white is 1, and its peak 2^headroom."""
        if not (isinstance(image.samples, np.ndarray) and image.samples.dtype == np.float32):
            return self.definition(image)
        return replace(image, samples=render_rows(image.samples, Parts(view=self.numbers())))

    def definition(self, image: LinearImage) -> LinearImage:
        """The same in one readable text, for NumPy and JAX."""
        return replace(image, samples=self.display(image.samples))

    def display(self, scene: Any) -> Any:
        """Display light for scene light, planes on the last axis."""
        xp = namespace(scene)
        mixed = xp.maximum(_purified(scene, 1 - self.inset), DARKEST)
        curved = self.curve(self.bent(mixed))
        low, high = _ends(mixed)
        dark, bright = _ends(curved)
        # Each plane's place between the least and the greatest is the colour's hue; the ends are 0 and 1.
        place = (mixed - low) / xp.maximum(high - low, DARKEST)
        same_hue = dark + (bright - dark) * place
        toned = curved + self.preserve_hue * (same_hue - curved)
        shown = self.black + (1 - self.black) * _purified(toned, self.outset)
        if not self.headroom:
            return shown
        bent = self.bent(high)
        return shown * (self.high_curve(bent) / self.curve(bent))

    def bent(self, light: Any) -> Any:
        """Light of a plane bent by toe and shoulder; no less than the guard, as is the result."""
        xp = namespace(light)
        light = xp.clip(light, DARKEST, BRIGHTEST)
        # Written so that a toe and a shoulder of 0 change no bit.
        toed = light * (light / (light + self.toe))
        return xp.maximum(toed * (1 + self.shoulder * toed), DARKEST)

    def unbent(self, bent: Any) -> Any:
        """The light that `bent` bends to this; the positive roots of two quadratic equations."""
        xp = namespace(bent)
        # The second form of the root, so that it holds for a shoulder of 0, too.
        toed = 2 * bent / (1 + xp.sqrt(1 + 4 * self.shoulder * bent))
        return (toed + xp.sqrt(toed * (toed + 4 * self.toe))) / 2

    @property
    def curve(self) -> Curve:
        """The curve of one plane, before black is lifted."""
        grey = (self.grey - self.black) / (1 - self.black)
        knee = float(self.bent(np.float64(GREY))) * (grey ** (-1 / self.skew) - 1) ** (1 / self.contrast)
        return Curve(1.0, knee, self.contrast, self.skew)

    @property
    def high_curve(self) -> Curve:
        """The curve of a display with headroom."""
        return _raised(self.curve, self.headroom, float(self.bent(np.float64(GREY))))

    def numbers(self) -> Any:
        """What the kernel needs, in float32: see `lichtbild.look.kernels.render`."""
        curve, high = self.curve, self.high_curve
        return np.array(
            [
                *(1 - self.inset, self.outset, self.preserve_hue, self.black),
                *(curve.contrast, curve.contrast * np.log2(curve.knee), curve.skew),
                *(high.contrast, high.contrast * np.log2(high.knee), high.skew, self.headroom),
                *(self.toe, self.shoulder),
            ],
            np.float32,
        )


@cache
def _raised(curve: Curve, headroom: float, grey: float) -> Curve:
    """The curve with another peak, the same in deep shadows and at mid-grey.

    With n = c s and the peak P, the same shadows mean b' = b P^(1/n); the same grey then means
    ``(k^-c' + v^c')^(1/c') = (1 + v^c)^(1/c)`` with v = b over the bent grey and k = P^(1/n). The left side
    falls as c' grows, so that halving finds c'.
    """
    power = curve.contrast * curve.skew
    k, v = 2.0 ** (headroom / power), curve.knee / grey
    wanted = (1 + v**curve.contrast) ** (1 / curve.contrast)
    flat, steep = _FLATTEST, curve.contrast
    for _ in range(_HALVINGS):
        middle = (flat + steep) / 2
        if (k**-middle + v**middle) ** (1 / middle) > wanted:
            flat = middle
        else:
            steep = middle
    return Curve(curve.peak * 2.0**headroom, curve.knee * k, steep, power / steep)


def _ends(rgb: Any) -> tuple[Any, Any]:
    """The smallest and the largest plane; pairwise, which NumPy does much faster than along a short axis."""
    xp = namespace(rgb)
    red, green, blue = rgb[..., :1], rgb[..., 1:2], rgb[..., 2:]
    low = xp.minimum(xp.minimum(red, green), blue)
    return low, xp.maximum(xp.maximum(red, green), blue)


def _purified(rgb: Any, factor: float) -> Any:
    """The colours with their distance from their own luminance times a factor."""
    luminance = transformed(rgb, REC2020_TO_XYZ[1:2])
    return luminance + factor * (rgb - luminance)
