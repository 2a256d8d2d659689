"""The look "natural": our view transform, from scene light of any brightness to a display's range.

::

    purity in -> curve on each plane -> hue brought back in part -> purity out

Colours are first mixed a little with their own luminance, so that the curves of the three planes run to
white together (the path to white). The curve is a power of a log-logistic one,
``y = (1 + (b / x)^contrast)^-skew``, whose b puts mid-grey where it is wanted. Neutral stays neutral.

Sources: the log-logistic curve, Reinhard and Devlin (2005) and Hurter and Driffield's response; inset and
outset, Sobotka's AgX (2022); the numbers are solved by ``benchmarks/fit_natural.py`` from the targets in
``catalogue/natural.toml``.
"""

import tomllib
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Final

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core import resources
from lichtbild.core.array import namespace, transformed
from lichtbild.core.errors import BadInput
from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage

GREY: Final = 0.18
"""Mid-grey of the scene."""

_DARKEST: Final = 1e-9
"""Guard of the curve at black: 27 EV below mid-grey."""


@dataclass(frozen=True)
class ViewTransform(LocalStage):
    """Scene light brought to display light, 0 to 1.

    Attributes:
        contrast: steepness of the curve in log light.
        skew: 1 for a symmetrical curve, less for a longer toe, more for a longer shoulder.
        grey: display luminance of mid-grey, 0 to 1.
        black: display luminance of no light.
        inset: share of its luminance mixed into a colour before the curve.
        outset: factor of purity after the curve.
        preserve_hue: share to which the curve's change of hue is undone.
    """

    differentiable: ClassVar[bool] = True

    contrast: float
    skew: float
    grey: float
    black: float
    inset: float
    outset: float
    preserve_hue: float

    def __call__(self, image: LinearImage) -> LinearImage:
        """The picture, display-linear Rec.2020."""
        return replace(image, samples=self.display(image.samples))

    def display(self, scene: Any) -> Any:
        """Display light for scene light, planes on the last axis."""
        xp = namespace(scene)
        mixed = xp.maximum(_purified(scene, 1 - self.inset), _DARKEST)
        curved = self.curve(mixed)
        low, high = _ends(mixed)
        dark, bright = _ends(curved)
        # Each plane's place between the least and the greatest is the colour's hue; the ends are 0 and 1.
        place = (mixed - low) / xp.maximum(high - low, _DARKEST)
        same_hue = dark + (bright - dark) * place
        toned = curved + self.preserve_hue * (same_hue - curved)
        return self.black + (1 - self.black) * _purified(toned, self.outset)

    def curve(self, light: Any) -> Any:
        """Display light, 0 to 1, for positive light of one plane, before black is lifted."""
        grey = (self.grey - self.black) / (1 - self.black)
        knee = GREY * (grey ** (-1 / self.skew) - 1) ** (1 / self.contrast)
        return (1 + (knee / light) ** self.contrast) ** -self.skew


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


def parse(text: bytes, name: str) -> ViewTransform:
    """The view transform that a look's TOML describes in its table ``view``.

    Args:
        text: the file's bytes.
        name: how to call it in messages.

    Raises:
        BadInput: it is no TOML of schema 1, or a number is missing, unknown or out of range.
    """
    try:
        table = tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"look '{name}' is not TOML ({error}); compare it with natural.toml") from error
    if table.get("schema") != 1:
        raise BadInput(f"look '{name}' has schema {table.get('schema')!r}; this version reads 'schema = 1'")
    view = table.get("view")
    wanted = [one.name for one in fields(ViewTransform)]
    if not isinstance(view, dict) or sorted(view) != sorted(wanted):
        raise BadInput(f"look '{name}' needs a table [view] with exactly {', '.join(wanted)}")
    for key, value in view.items():
        low, high = _RANGES[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise BadInput(
                f"look '{name}' has view.{key} = {value!r}; it is a number from {low:g} to {high:g}"
            )
    return ViewTransform(**{key: float(value) for key, value in view.items()})


_RANGES: Final = {
    "contrast": (0.5, 4.0),
    "skew": (0.2, 5.0),
    "grey": (0.05, 0.5),
    "black": (0.0, 0.04),
    "inset": (0.0, 0.5),
    "outset": (0.5, 2.0),
    "preserve_hue": (0.0, 1.0),
}


def natural() -> ViewTransform:
    """The package's own view transform."""
    return parse(resources.read("look", "catalogue", "natural.toml"), "natural")
