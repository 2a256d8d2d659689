"""Region: the samples of a picture about an edge, in its linear light, and why an edge cannot be measured."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64

from lichtbild.core.errors import BadInput
from lichtbild.quality.kernels.edge_samples import (
    FACTS,
    FARTHEST,
    NUMBERS,
    STEPS,
    SUMS,
    WHOLE,
    gathered,
    step_near,
)

Point = tuple[float, float]

SHORTEST = 10.0
"""Least length of an edge, px."""
LONGEST = 1e6
"""Greatest length, reach and distance of an edge from the picture's corner, px."""
LEAST_REACH = 6.0
"""Least way to either side of an edge, px."""
FEWEST = 200
"""Least number of samples about an edge."""
LEAST_CONTRAST = 0.05
"""Least difference of the two sides over their sum."""
MOST_LIGHT = 1e100
"""Greatest light on either side; its square must be a number."""
CLIPPED_SHARE = 0.02
"""Share of samples at the limit of the light from which on an edge counts as clipped."""
NEAR_AXIS = 1.0
"""Degrees about 0 and 45 within which methods with bins of fixed width fail."""


@dataclass(frozen=True, eq=False)
class EdgeRegion:
    """The samples about an edge.

    Attributes:
        samples: column, row and value of each; pixel centres at half-integers.
        start: one end of the edge, (column, row).
        end: the other end.
        reach: to either side, px.
        facts: what the kernel `gathered` tells of them.
    """

    samples: Float64[np.ndarray, "n 3"]
    start: Point
    end: Point
    reach: float
    facts: Float64[np.ndarray, " 9"]

    @property
    def length(self) -> float:
        """From start to end, px."""
        return math.dist(self.start, self.end)

    @property
    def angle(self) -> float:
        """Degrees between the edge and the nearer of the picture's axes, 0 to 45."""
        across, down = abs(self.end[0] - self.start[0]), abs(self.end[1] - self.start[1])
        return math.degrees(math.atan2(min(across, down), max(across, down)))

    @property
    def even_reach(self) -> float:
        """How far the samples reach on the shorter side, whole px, 3 or more."""
        return float(max(3, math.floor(min(-self.facts[FARTHEST], self.facts[FARTHEST + 1]) + 0.51)))

    @property
    def sides(self) -> tuple[float, float]:
        """Mean light far to the left and far to the right; 0 where there is no sample."""
        left, right = self.facts[SUMS : SUMS + 2] / np.maximum(self.facts[NUMBERS : NUMBERS + 2], 1.0)
        return float(left), float(right)

    @property
    def steps(self) -> tuple[float, float]:
        """The smallest difference between values near the light on the left and near that on the right."""
        return float(self.facts[STEPS]), float(self.facts[STEPS + 1])


def edge_region(plane: Float[np.ndarray, "h w"], start: Point, end: Point, reach: float) -> EdgeRegion:
    """The pixels whose centres lie beside the way from start to end, within the reach.

    Args:
        plane: linear light.
        start: one end of the edge, column and row, px; the edge may lie a few pixels beside.
        end: the other end.
        reach: to either side, px; 6 or more.

    Raises:
        BadInput: the ends coincide, are no numbers or far outside, or the reach is below 6 px.
    """
    length = math.dist(start, end)
    if not 0 < length <= LONGEST or max(map(abs, (*start, *end))) > LONGEST:
        raise BadInput(
            f"an edge from {start} to {end} has no length, or none within {LONGEST:g} px:"
            " give two different ends in the picture"
        )
    if not LEAST_REACH <= reach <= LONGEST:
        raise BadInput(
            f"a reach of {reach:g} px cannot serve an edge: {LEAST_REACH:g} px are needed, and"
            f" {LONGEST:g} px are the most"
        )
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    corners = [
        (p[0] - s * along[1] * reach, p[1] + s * along[0] * reach) for p in (start, end) for s in (-1.0, 1.0)
    ]
    height, width = plane.shape
    left = max(0, math.floor(min(c[0] for c in corners)))
    right = min(width, math.ceil(max(c[0] for c in corners)))
    top = max(0, math.floor(min(c[1] for c in corners)))
    bottom = min(height, math.ceil(max(c[1] for c in corners)))
    crop = np.ascontiguousarray(plane[top : max(top, bottom), left : max(left, right)], np.float64)
    samples = np.empty((crop.size, 3))
    line = np.array([start[0] - left, start[1] - top, *along, length, reach])
    facts = np.empty(FACTS)
    count = gathered(crop, line, (float(left), float(top)), samples, facts)
    return EdgeRegion(samples[:count], start, end, float(reach), facts)


def region_of(samples: Float64[np.ndarray, "n 3"], start: Point, end: Point, reach: float) -> EdgeRegion:
    """The region of samples that were gathered elsewhere, such as those of one colour of a mosaic.

    Args:
        samples: column, row and value of each, within the reach of the way from start to end.
        start: one end of the edge, column and row, px.
        end: the other end.
        reach: to either side, px; 6 or more.
    """
    length = math.dist(start, end)
    across = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    apart = (samples[:, 1] - start[1]) * across[0] - (samples[:, 0] - start[0]) * across[1]
    facts = np.zeros(FACTS)
    facts[FARTHEST : FARTHEST + 2] = min(apart.min(), 0.0), max(apart.max(), 0.0)
    facts[WHOLE] = samples[:, 2].sum()
    for side, far in enumerate((apart < -0.6 * reach, apart > 0.6 * reach)):
        facts[SUMS + side], facts[NUMBERS + side] = samples[far, 2].sum(), far.sum()
        level = facts[SUMS + side] / max(facts[NUMBERS + side], 1.0)
        facts[STEPS + side] = step_near(samples, len(samples), level)
    return EdgeRegion(samples, start, end, float(reach), facts)


def refusal(region: EdgeRegion, white: float | None = None) -> str:
    """Why an edge cannot be measured, in a sentence; empty where it can.

    Args:
        region: about the edge.
        white: the light at which the picture is clipped; None where it is not.
    """
    if region.length < SHORTEST:
        return f"the edge is {region.length:.1f} px long, {SHORTEST:g} px are needed"
    if len(region.samples) < FEWEST:
        return f"only {len(region.samples)} samples of the edge lie in the picture, {FEWEST} are needed"
    if not math.isfinite(region.facts[WHOLE]):
        return "the light about the edge is not finite"
    if region.facts[NUMBERS : NUMBERS + 2].min() < FEWEST // 10:
        return "one side of the edge lies outside the picture"
    dark, bright = sorted(region.sides)
    if max(abs(bright), abs(dark)) > MOST_LIGHT:
        return f"the light about the edge, {bright:.3g}, is beyond {MOST_LIGHT:g}"
    if bright - dark < LEAST_CONTRAST * max(abs(bright + dark), 1e-12):
        return (
            f"the sides of the edge, {dark:.3g} and {bright:.3g}, differ by less than"
            f" {LEAST_CONTRAST:.0%} of their sum"
        )
    if white is not None:
        share = float((region.samples[:, 2] >= white).mean())
        if share > CLIPPED_SHARE:
            return f"{share:.0%} of the samples are clipped at {white:g}"
    return ""


def classical_refusal(region: EdgeRegion) -> str:
    """Why a method with bins along the edge's normal fails; empty where it does not. Ours has none."""
    if region.angle < NEAR_AXIS:
        return f"the edge leans {region.angle:.2f} degrees from the pixels, {NEAR_AXIS:g} are needed"
    if region.angle > 45.0 - NEAR_AXIS:
        return f"the edge leans {region.angle:.2f} degrees, within {NEAR_AXIS:g} degree of the diagonal"
    return ""
