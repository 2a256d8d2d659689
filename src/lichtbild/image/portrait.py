"""Portrait: what a photograph needs to be blurred as by a lens, and can be kept beside it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32

from lichtbild.image.depth_map import DepthMap


@dataclass(frozen=True, eq=False)
class Portrait:
    """Distances of a photograph and the matte of its subject, in pixels as it was taken.

    Attributes:
        depth: of what it shows.
        alpha: share of each pixel that the subject covers, 0 to 1; None where none was found. Its pixels
            need not be those of the depth or of the photograph.
        focus_mm: distance of the subject, or of the middle of the picture.
        notes: sentences that the user should know.
    """

    depth: DepthMap
    alpha: Float32[np.ndarray, "row column"] | None
    focus_mm: float
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.focus_mm > 0:
            raise ValueError(f"a subject lies at more than 0 mm, not at {self.focus_mm:g}")
