"""Sharpen: edges made steeper for the display, with an overshoot that has a limit.

The lightness of a pixel (the cube root of its luminance, which is L* but for scale) is drawn away from the
Gaussian mean of its neighbourhood, but never further beyond the ends of its 5 x 5 pixels than a share of the
step between them; all planes get the same gain, so that hue and saturation stay. Differences as small as
noise are drawn away less.

Source: unsharp masking is classical; limiting it by local ends is ours, as are the numbers.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.core.array import namespace, transformed
from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.kernels.finish import DARKEST, NO_CURVE, NO_MATRICES, finished

REACH = 2
"""Pixels around one that its sharpening looks at."""


@dataclass(frozen=True)
class Sharpen(LocalStage):
    """Display-linear light with steeper edges.

    Attributes:
        amount: how far lightness is drawn away from its mean, as a share of their difference.
        radius: standard deviation of the mean, in pixels.
        overshoot: how far beyond the local ends lightness may go, as a share of the step between them.
        noise: difference of lightness, on a scale where white is 1, that is drawn away by half.
    """

    differentiable: ClassVar[bool] = True

    amount: float = 0.5
    radius: float = 1.0
    overshoot: float = 0.05
    noise: float = 0.004

    @property
    def halo(self) -> int:
        """Two pixels."""
        return REACH

    def __call__(self, image: LinearImage) -> LinearImage:
        """The sharpened image."""
        if not (isinstance(image.samples, np.ndarray) and image.samples.dtype == np.float32):
            return self.definition(image)
        return replace(
            image, samples=finished(image.samples, self.numbers(), NO_MATRICES, NO_CURVE, bits=None)
        )

    def definition(self, image: LinearImage) -> LinearImage:
        """The same in one readable text, for NumPy and JAX."""
        xp = namespace(image.samples)
        luminance = transformed(image.samples, REC2020_TO_XYZ[1:2])[..., 0]
        light = xp.maximum(luminance, DARKEST) ** (1 / 3)
        w0, w1, w2 = self.weights()
        a, b, c, d, e = _shifted(light, 0)
        mean = w0 * c + w1 * (b + d) + w2 * (a + e)
        a, b, c, d, e = _shifted(mean, 1)
        detail = light - (w0 * c + w1 * (b + d) + w2 * (a + e))
        least, most = _extreme(light, xp.minimum), _extreme(light, xp.maximum)
        # A floor keeps the quotient finite where there is neither detail nor coring.
        square = detail**2
        wanted = light + self.amount * detail * (square / (square + self.noise**2 + 1e-12))
        room = self.overshoot * (most - least)
        bounded = xp.maximum(xp.clip(wanted, least - room, most + room), 0.0)
        return replace(image, samples=image.samples * ((bounded / light) ** 3)[..., None])

    def weights(self) -> tuple[float, float, float]:
        """Shares of a pixel, of its neighbours and of the next ones, in the mean along a line."""
        near, far = (float(np.exp(-0.5 * (step / self.radius) ** 2)) for step in (1, 2))
        total = 1 + 2 * near + 2 * far
        return 1 / total, near / total, far / total

    def numbers(self) -> Any:
        """What the kernel needs, in float32: see `lichtbild.look.kernels.sharpen`."""
        return np.array([*self.weights(), self.amount, self.overshoot, self.noise**2 + 1e-12], np.float32)


def _shifted(plane: Any, axis: int) -> list[Any]:
    """The plane seen from two steps before to two steps after along an axis; its border goes on."""
    xp = namespace(plane)
    margin = [(0, 0), (0, 0)]
    margin[axis] = (REACH, REACH)
    padded, count = xp.pad(plane, margin, mode="edge"), plane.shape[axis]
    cut = (slice(None),) * axis
    return [padded[(*cut, slice(step, step + count))] for step in range(2 * REACH + 1)]


def _extreme(plane: Any, choose: Any) -> Any:
    """The smallest or largest value of 5 x 5 pixels."""
    for axis in (0, 1):
        a, b, c, d, e = _shifted(plane, axis)
        plane = choose(choose(choose(a, b), choose(d, e)), c)
    return plane
