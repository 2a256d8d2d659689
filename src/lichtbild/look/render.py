"""Render: local tone, monochrome, view transform, colour mix and tone bath in one pass over the pixels."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.colour_mix import ColourMix
from lichtbild.look.kernels.render import Parts, render_rows
from lichtbild.look.local_tone import LocalTone
from lichtbild.look.monochrome import Monochrome
from lichtbild.look.tone_bath import ToneBath
from lichtbild.look.view import ViewTransform


@dataclass(frozen=True)
class Render(LocalStage):
    """Stages that follow each other, fused; what is None is left out.

    Attributes:
        local_tone: the first.
        monochrome: the second.
        view: the third.
        colour_mix: the fourth.
        tone_bath: the fifth.
    """

    differentiable: ClassVar[bool] = True

    local_tone: LocalTone | None = None
    monochrome: Monochrome | None = None
    view: ViewTransform | None = None
    colour_mix: ColourMix | None = None
    tone_bath: ToneBath | None = None

    def __call__(self, image: LinearImage) -> LinearImage:
        """The picture, display-linear."""
        if not (isinstance(image.samples, np.ndarray) and image.samples.dtype == np.float32):
            return self.definition(image)
        parts = Parts()
        if self.local_tone is not None:
            parts = parts._replace(tone=self.local_tone.numbers(image.window))
        if self.monochrome is not None:
            parts = parts._replace(grey=self.monochrome.numbers())
        if self.view is not None:
            parts = parts._replace(view=self.view.numbers())
        if self.colour_mix is not None:
            parts = parts._replace(colours=self.colour_mix.numbers())
        if self.tone_bath is not None:
            parts = parts._replace(bath=self.tone_bath.numbers())
        return replace(image, samples=render_rows(image.samples, parts))

    def definition(self, image: LinearImage) -> LinearImage:
        """The stages' definitions, one after another."""
        for stage in (self.local_tone, self.monochrome, self.view, self.colour_mix, self.tone_bath):
            if stage is not None:
                image = stage.definition(image)
        return image
