"""One grey for the three planes of a row: the kernel of `lichtbild.look.monochrome`."""

from typing import Final

import numpy as np

from lichtbild.look.kernels.powers import exp2
from lichtbild.look.kernels.rows import Planes
from lichtbild.numerics.kernel import kernel

_f = np.float32

NO_GREY: Final = np.zeros(0, np.float32)

_PER_E: Final = _f(1.4426950408889634)
_TINY: Final = _f(1e-12)


@kernel
def to_grey(planes: Planes, numbers: np.ndarray) -> None:
    """A row of linear planes brought to one grey in place, by a share.

    ``numbers`` holds the three weights, the toe, and the share.
    """
    red, green, blue = planes[0], planes[1], planes[2]
    wr, wg, wb, toe, share = numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]
    kept = _f(1) - share
    for i in range(red.shape[0]):
        r, g, b = red[i], green[i], blue[i]
        grey = wr * r + wg * g + wb * b
        least = toe * np.sqrt(r * r + g * g + b * b + _TINY)
        # Beyond the toe the exponent is above 0 and its power is not taken.
        low = least * exp2(_PER_E * (grey / least - _f(1)))
        grey = grey if grey > least else low
        grey *= share
        red[i] = kept * r + grey
        green[i] = kept * g + grey
        blue[i] = kept * b + grey
