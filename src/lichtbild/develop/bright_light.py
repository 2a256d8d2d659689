"""Bright light: what lies above a bracket's reference white is brought near for demosaicing, and back.

Beside a lamp of 50 times the white, the few percent by which any interpolation rings are whites of a wrong
colour. So light x above the white c of the reference becomes its square root, which meets x at c with the
same slope and in which the noise of photons is even::

    compressed = 2 sqrt(c x) - c,      expanded = ((y + c) / 2)^2 / c

Below c nothing changes, and planes that are equal stay equal.

Source: the square root as what makes the noise of photons even, F. J. Anscombe, "The transformation of
Poisson, binomial and negative-binomial data", Biometrika 35 (1948).
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from lichtbild.core.array import namespace
from lichtbild.core.stage import LocalStage
from lichtbild.image.camera_image import CameraImage
from lichtbild.image.mosaic import Mosaic


@dataclass(frozen=True)
class CompressBright(LocalStage):
    """A mosaic whose light above a limit is compressed.

    Attributes:
        limit: above 0.
    """

    limit: float
    differentiable: ClassVar[bool] = True

    def __call__(self, image: Mosaic) -> Mosaic:
        """The mosaic with its bright light compressed."""
        return replace(image, samples=compressed(image.samples, self.limit))


@dataclass(frozen=True)
class ExpandBright(LocalStage):
    """An image whose light above a limit was compressed, as it was before.

    Attributes:
        limit: as of `CompressBright`.
    """

    limit: float
    differentiable: ClassVar[bool] = True

    def __call__(self, image: CameraImage) -> CameraImage:
        """The image with its bright light as bright as it was."""
        return replace(image, samples=expanded(image.samples, self.limit))


def compressed(light: Any, limit: float) -> Any:
    """Light as it is up to ``limit``, its square root beyond; NumPy or JAX."""
    xp = namespace(light)
    bright = 2 * xp.sqrt(limit * xp.maximum(light, limit)) - limit
    return xp.where(light > limit, bright, light).astype(light.dtype)


def expanded(light: Any, limit: float) -> Any:
    """What `compressed` made, undone."""
    xp = namespace(light)
    bright = (0.5 * (xp.maximum(light, limit) + limit)) ** 2 / limit
    return xp.where(light > limit, bright, light).astype(light.dtype)
