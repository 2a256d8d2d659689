"""Depth map: how far away is what each pixel shows, and how that is known."""

from dataclasses import dataclass, replace
from math import inf
from typing import Any, Literal, Self, TypeAlias, get_args

import numpy as np
from jaxtyping import Float32

from lichtbild.core.errors import BadInput
from lichtbild.core.window import Extent
from lichtbild.figure.png import png_bytes

DepthSource: TypeAlias = Literal["scene", "dual pixel", "focus bracket", "file", "estimated"]
"""Where distances come from; those of a scene are true, and "estimated" ones are guesses from one picture."""

NEAREST = 10.0
"""Distance below which nothing is told, mm."""


@dataclass(frozen=True, eq=False)
class DepthMap:
    """Distances along the camera's axis of what the pixels of a picture show.

    Its pixels need not be those of the picture: both show the same field, from edge to edge, as it was taken
    (before it is turned upright).

    Attributes:
        distance: mm from the front of the lens, float32 ``[row, column]``, at least 10; infinite if far.
        confidence: from 0, a guess, to 1, sure, of the same shape.
        source: where it comes from.
        note: in a sentence, what the user should know of it; empty where there is nothing.
    """

    distance: Float32[np.ndarray, "row column"]
    confidence: Float32[np.ndarray, "row column"]
    source: DepthSource
    note: str = ""

    def __post_init__(self) -> None:
        if self.distance.ndim != 2 or self.distance.shape != self.confidence.shape or not self.distance.size:
            raise ValueError(
                f"distances of shape {self.distance.shape} do not go with confidences of shape "
                f"{self.confidence.shape}"
            )
        if self.source not in get_args(DepthSource):
            raise ValueError(f"depth comes from one of {', '.join(get_args(DepthSource))}, not {self.source}")
        if not np.all(self.distance >= NEAREST):  # false for what is no number, too
            raise ValueError(f"distances are at least {NEAREST:g} mm and numbers")

    @property
    def extent(self) -> Extent:
        """Rows and columns."""
        return Extent(*self.distance.shape)

    @property
    def vergence(self) -> Float32[np.ndarray, "row column"]:
        """Reciprocal distances, mm^-1; 0 if far. Blur is nearly linear in them."""
        return np.asarray(1 / self.distance, np.float32)

    @property
    def is_estimated(self) -> bool:
        """Whether its distances are guesses from one picture, to be told wherever they are used."""
        return self.source == "estimated"

    def with_note(self, note: str) -> Self:
        """The same, with something that the user should know."""
        return replace(self, note=f"{self.note}; {note}" if self.note else note)

    def _repr_png_(self) -> bytes:
        """The map as a notebook shows it: the nearer, the lighter."""
        near: Any = self.vergence / max(float(self.vergence.max()), 1e-12)
        return png_bytes(near[..., None])


@dataclass(frozen=True)
class DepthRange:
    """What the numbers of a depth picture mean.

    Attributes:
        near: distance of the nearest, mm.
        far: distance of the farthest, mm; it may be infinite.
        kind: "inverse": lighter is nearer, and reciprocal distances are evenly spaced; "distance": darker is
            nearer, and distances are.

    Raises:
        BadInput: near is not before far, or "distance" goes to infinity.
    """

    near: float
    far: float
    kind: Literal["inverse", "distance"] = "inverse"

    def __post_init__(self) -> None:
        if not NEAREST <= self.near < self.far:
            raise BadInput(
                f"depth goes from {NEAREST:g} mm or more to something farther, not from {self.near:g} to "
                f"{self.far:g} mm"
            )
        if self.kind == "distance" and self.far == inf:
            raise BadInput("distances that are evenly spaced end somewhere; give a far end in mm")

    def distances(self, share: Any) -> Any:
        """Distances of shares from 0, black, to 1, white, mm."""
        if self.kind == "distance":
            return self.near + share * (self.far - self.near)
        return 1 / np.maximum(1 / self.far + share * (1 / self.near - 1 / self.far), 1e-12)
