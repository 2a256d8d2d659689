"""Render: local tone, view transform and colour mix in one pass over the pixels."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.colour_mix import ColourMix
from lichtbild.look.kernels.render import NO_MIX, NO_TONE, NO_VIEW, render_rows
from lichtbild.look.local_tone import LocalTone
from lichtbild.look.view import ViewTransform


@dataclass(frozen=True)
class Render(LocalStage):
    """Stages that follow each other, fused; what is None is left out.

    Attributes:
        local_tone: the first.
        view: the second.
        colour_mix: the third.
    """

    differentiable: ClassVar[bool] = True

    local_tone: LocalTone | None = None
    view: ViewTransform | None = None
    colour_mix: ColourMix | None = None

    def __call__(self, image: LinearImage) -> LinearImage:
        """The picture, display-linear."""
        if not (isinstance(image.samples, np.ndarray) and image.samples.dtype == np.float32):
            return self.definition(image)
        rendered = render_rows(
            image.samples,
            NO_TONE if self.local_tone is None else self.local_tone.numbers(image.window),
            NO_VIEW if self.view is None else self.view.numbers(),
            NO_MIX if self.colour_mix is None else self.colour_mix.numbers(),
        )
        return replace(image, samples=rendered)

    def definition(self, image: LinearImage) -> LinearImage:
        """The stages' definitions, one after another."""
        for stage in (self.local_tone, self.view, self.colour_mix):
            if stage is not None:
                image = stage.definition(image)
        return image
