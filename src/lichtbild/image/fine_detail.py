"""Fine detail: what a burst shows beyond the pixels of a single frame."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int16


@dataclass(frozen=True, eq=False)
class FineDetail:
    """Light on a finer grid, to be added to a frame that was enlarged by interpolation.

    Attributes:
        samples: codes ``[colour, row, column]`` of the whole cells of the frame's active area, in the
            camera's colours, before white balance.
        unit: share of a full sensor that a code of 1 is.
        scale: finer pixels along a pixel.
    """

    samples: Int16[np.ndarray, "3 H W"]
    unit: float
    scale: float
