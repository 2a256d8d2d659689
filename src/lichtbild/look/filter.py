"""Filter: a look for a picture that is finished already.

Such a picture is taken as one that the look "natural" rendered: the light of its scene is found
(`lichtbild.look.unrender`) and rendered by the wanted look, so that the filter of "natural" changes nothing.
Local tone and sharpening belong to the developing of a scene and are not done again.

What a colour lies beyond the light that can be told, near white and near black, is added after the look. Near
white it is scaled so that white goes where the look shows infinite light; near black, so that a look with
less black than natural does not go below none.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import transformed
from lichtbild.core.stage import LocalStage, NamedStage
from lichtbild.core.window import Extent, Window
from lichtbild.image.linear_image import LinearImage
from lichtbild.image.picture import ColourSpace
from lichtbild.look import gamut
from lichtbild.look.encode import from_rec2020
from lichtbild.look.monochrome import Monochrome
from lichtbild.look.recipe import by_pixel
from lichtbild.look.residual import Residual
from lichtbild.look.style import Style, style
from lichtbild.look.unrender import BRIGHTEST, DARKEST, light_of, unrendered, unrendered_rows
from lichtbild.look.view import ViewTransform
from lichtbild.look.vignette import Vignette

_INFINITE: Final = 1e8
"""Scene light that stands for white, to see where a look shows it."""
_STEEPEST: Final = 64.0
"""Largest factor on what lies beyond natural's curve."""
_ROUNDING: Final = 1e-3
"""Difference of the planes' factors below which they are one: neutral light stays neutral."""

WITHIN: Final = {
    ColourSpace.SRGB: tuple(ColourSpace),
    ColourSpace.DISPLAY_P3: (
        ColourSpace.DISPLAY_P3,
        ColourSpace.REC2020,
        ColourSpace.PROPHOTO,
        ColourSpace.LINEAR_REC2020,
    ),
    ColourSpace.REC2020: (ColourSpace.REC2020, ColourSpace.LINEAR_REC2020),
    ColourSpace.PROPHOTO: (ColourSpace.PROPHOTO, ColourSpace.LINEAR_REC2020),
}
"""Which spaces hold all colours of a space (of Display P3 all but a hair's breadth of red)."""


def _natural() -> ViewTransform:
    return style("natural").view


@dataclass(frozen=True, eq=False)
class Filter(LocalStage):
    """A finished picture's display light as a look would have rendered its scene.

    Attributes:
        stages: the look's own, from scene light to display light, each pixel by itself.
        space: in whose gamut the result lies; in spaces that hold more than white it is not bounded.
        within: whether the picture lies in that gamut, so that only what the look adds is compressed.
        ev: exposure added to the light of the scene.
        base: the view transform that the picture is taken to have gone through.
        lut: the look's table, which comes last.
        vignette: the look's own fall-off, in scene light.
    """

    stages: tuple[NamedStage, ...]
    space: ColourSpace = ColourSpace.SRGB
    within: bool = True
    ev: float = 0.0
    base: ViewTransform = field(default_factory=_natural)
    lut: Residual | None = None
    vignette: Vignette | None = None

    @staticmethod
    def of(
        look: Style,
        source: ColourSpace,
        space: ColourSpace,
        ev: float = 0.0,
        vignette: Vignette | None = None,
    ) -> "Filter":
        """The filter of a style.

        Args:
            look: the style.
            source: of the finished picture.
            space: of the result.
            ev: exposure to add to the light of the scene.
            vignette: the look's own fall-off; None leaves it out.
        """
        stages, within = by_pixel(look), space in WITHIN.get(source, ())
        return Filter(stages, space, within, ev, lut=look.lut, vignette=vignette)

    @property
    def changes_nothing(self) -> bool:
        """Whether every colour stays as it is."""
        is_base = [stage for _, stage in self.stages] == [self.base] and self.lut is None
        return is_base and self.within and not self.ev and self.vignette is None

    def __call__(self, image: LinearImage) -> LinearImage:
        """The picture, display-linear Rec.2020 with no colour that the space lacks."""
        shown = image.samples
        if shown.dtype != np.float32:
            return self.definition(image)
        scene, beyond = unrendered_rows(shown, self.base, *self._beyond)
        rendered = self._rendered(self._framed(replace(image, samples=scene)))
        rendered += self._without_colour(beyond)
        return replace(image, samples=self._inside(rendered, shown, gamut.eased_rows, gamut.constant_hue))

    def definition(self, image: LinearImage) -> LinearImage:
        """The same in one readable text."""
        shown = image.samples
        light = unrendered(shown, self.base)
        above, below = self._beyond
        beyond = self._without_colour(above * light.above + below * light.below)
        rendered = self._rendered(self._framed(replace(image, samples=light.scene))) + beyond
        return replace(image, samples=self._inside(rendered, shown, gamut.eased, gamut.kneed))

    def _inside(self, rendered: Any, shown: Any, ease: Callable[..., Any], knee: Callable[..., Any]) -> Any:
        """The colours brought into the space's gamut, linear Rec.2020."""
        if self.space is ColourSpace.LINEAR_REC2020 or self.space.headroom_ev:
            return self._after_table(rendered)
        matrix = from_rec2020(self.space)
        inside = ease(rendered, shown, matrix) if self.within else knee(rendered, matrix)
        return self._after_table(transformed(inside, np.linalg.inv(matrix)))

    def _after_table(self, shown: Any) -> Any:
        return shown if self.lut is None else self.lut.on_picture(shown).astype(shown.dtype)

    def _framed(self, scene: LinearImage) -> Any:
        """Scene light with the look's fall-off."""
        if self.vignette is None:
            return scene.samples
        kernel = scene.samples.dtype == np.float32
        return (self.vignette(scene) if kernel else self.vignette.definition(scene)).samples

    def _without_colour(self, beyond: Any) -> Any:
        """What lies beyond the light that can be told, as grey as the look makes colours."""
        grey = next((stage for _, stage in self.stages if isinstance(stage, Monochrome)), None)
        if grey is None:
            return beyond
        luminance = transformed(beyond, REC2020_TO_XYZ[1:2])
        return beyond + beyond.dtype.type(grey.amount) * (luminance - beyond)

    def _rendered(self, scene: Any) -> Any:
        """What the look's stages make of scene light ``[row, column, plane]``."""
        extent = Extent(*scene.shape[:2])
        scene = scene * scene.dtype.type(2.0**self.ev) if self.ev else scene
        image = LinearImage(scene, Window.whole(extent), extent)
        for _, stage in self.stages:
            image = stage(image)
        return image.samples

    @cached_property
    def _beyond(self) -> tuple[Any, Any]:
        """Factors, plane by plane, on what lies above and below the light that the base tells."""
        black, curve = self.base.black, self.base.curve
        ends = np.array([light_of(curve, DARKEST), light_of(curve, BRIGHTEST), _INFINITE])
        dark, bright, white = self._rendered(np.repeat(ends[:, None], 3, axis=1)[None])[0]
        above = np.clip((white - bright) / ((1 - black) * (1 - BRIGHTEST)), 0.0, _STEEPEST)
        below = np.clip(dark / (black + (1 - black) * DARKEST), 0.0, 1.0)
        return _even(above), _even(below)


def _even(factors: Float[np.ndarray, "3"]) -> Float[np.ndarray, "3"]:
    """The factors, made one where they differ by rounding alone."""
    return np.full(3, factors.mean()) if np.ptp(factors) < _ROUNDING else factors
