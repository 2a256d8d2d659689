"""Burst: frames that one camera took of one scene, seconds apart."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lichtbild.image.raw_frame import RawFrame

MERGED = "merged"
"""What became of a frame that is in the picture."""


@dataclass(frozen=True, eq=False)
class Burst:
    """Frames that can be merged: of one size, one colour filter array and the same stored area.

    Attributes:
        frames: in the order in which they were taken, two or more.
        names: what each is called when its user is told about it.

    Raises:
        ValueError: there are fewer than two, names are missing, or a frame does not fit the first.
    """

    frames: tuple[RawFrame, ...]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.frames) < 2 or len(self.names) != len(self.frames):
            raise ValueError(f"a burst of {len(self.frames)} frames has {len(self.names)} names")
        for frame, name in zip(self.frames, self.names, strict=True):
            if reason := misfit(self.frames[0], frame):
                raise ValueError(f"{name} does not fit {self.names[0]}: it {reason}")

    def __iter__(self) -> Iterator[RawFrame]:
        return iter(self.frames)

    def __len__(self) -> int:
        return len(self.frames)


@dataclass(frozen=True, eq=False)
class Gathered:
    """What a raw frame was merged of.

    Attributes:
        frames: name of each file, and what became of it.
        count: of those that are in it.
        used: how many frames' light each cell of 2 x 2 pixels has.
        variance: of each colour in most cells, of that of a single frame, or of a bracket's reference.
        exposures: of a bracket, each frame's name, its exposure in EV from the reference's, and its share of
            the picture's light; empty where all frames had one exposure.
    """

    frames: tuple[tuple[str, str], ...]
    count: int
    used: Float[np.ndarray, "h w"]
    variance: tuple[float, ...]
    exposures: tuple[tuple[str, float, float], ...] = ()


def misfit(first: RawFrame, other: RawFrame) -> str:
    """Why a frame cannot be of a burst with another, to follow "it"; empty where it can."""
    a, b = first.active_area, other.active_area
    if first.extent != other.extent or a != b:
        return f"has {b.width} x {b.height} pixels where the others have {a.width} x {a.height}"
    if first.cfa != other.cfa or first.samples.shape[2] != other.samples.shape[2]:
        return "has another pattern of colour filters than the others"
    if (first.metadata.make, first.metadata.model) != (other.metadata.make, other.metadata.model):
        return f"was taken with another camera ({other.metadata.make} {other.metadata.model})"
    return ""
