"""A measured lens for tests."""

import numpy as np

from lichtbild.image.measured_lens import MeasuredLens, SpreadField

HEIGHTS = np.linspace(0, 1, 5)


def measured_lens(width: float = 0.5e-3, lateral: float = 0.0) -> MeasuredLens:
    """A lens of 4 mm, f/2, with a barrel of 5 % and a Gaussian spread of a width in mm."""
    gaussian = SpreadField((float(np.log(width)), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 30.0, 0.0))
    return MeasuredLens(
        "Lens",
        4.0,
        2.0,
        HEIGHTS,
        np.stack([1 - fall * HEIGHTS**2 for fall in (0.5, 0.4, 0.3)]),
        (-0.05, 0.0, 0.0),
        np.array([[lateral, 0, 0, 0], [-lateral, 0, 0, 0]], float),
        (gaussian, gaussian, gaussian),
    )
