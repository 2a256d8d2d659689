"""Monochrome: scene light seen by a film, or by a sensor without colours, through a filter.

What a film records is one number: its light by wavelength, weighted by its sensitivity and by the filter
before the lens. Of the spectrum three numbers are left in a photograph, and the film's number is estimated
from them linearly; the weights sum to 1, so that what is neutral keeps its light. `lichtbild.look.film` has
the sensitivity and the filters, and fits the weights.

The estimate of a saturated colour that the filter holds back may be negative. A film's is not: below a small
share of the colour's own light (`Monochrome.toe` times its length in red, green and blue) the estimate goes
over into an exponential, which falls to nothing and stays above it. The farther a filter's estimates go below
nothing, the earlier they begin to bend, so that a lookup table can follow. Scaled light gives a scaled grey
everywhere.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

import numpy as np

from lichtbild.core.array import namespace
from lichtbild.core.stage import LocalStage
from lichtbild.image.linear_image import LinearImage
from lichtbild.look.kernels.render import Parts, render_rows

TOE: Final = 0.05
"""Least share of a colour's length below which estimates bend away from negative light; a grey's is 0.58."""

_TINY: Final = 1e-12


@dataclass(frozen=True)
class Monochrome(LocalStage):
    """Scene-linear Rec.2020 brought to one grey.

    Attributes:
        weights: of red, green and blue; they sum to 1.
        amount: share of the grey in the result, 0 to 1.
    """

    differentiable: ClassVar[bool] = True

    weights: tuple[float, float, float]
    amount: float = 1.0

    def __call__(self, image: LinearImage) -> LinearImage:
        """The image in grey; all three planes hold it."""
        if not (isinstance(image.samples, np.ndarray) and image.samples.dtype == np.float32):
            return self.definition(image)
        return replace(image, samples=render_rows(image.samples, Parts(grey=self.numbers())))

    def definition(self, image: LinearImage) -> LinearImage:
        """The same in one readable text, for NumPy and JAX."""
        xp = namespace(image.samples)
        red, green, blue = (image.samples[..., plane] for plane in range(3))
        estimate = self.weights[0] * red + self.weights[1] * green + self.weights[2] * blue
        least = self.toe * xp.sqrt(red * red + green * green + blue * blue + _TINY)
        # The exponent is kept from rising where its power is not taken: its gradient would be.
        low = least * xp.exp(xp.minimum(estimate / least, 1.0) - 1.0)
        grey = xp.where(estimate > least, estimate, low)[..., None]
        return replace(image, samples=(1 - self.amount) * image.samples + self.amount * grey)

    @property
    def toe(self) -> float:
        """Share of a colour's length below which its estimate bends: what the negative weights sum to."""
        return max(TOE, -sum(min(weight, 0.0) for weight in self.weights))

    def numbers(self) -> Any:
        """What the kernel needs, in float32: see `lichtbild.look.kernels.monochrome`."""
        return np.array([*self.weights, self.toe, self.amount], np.float32)
