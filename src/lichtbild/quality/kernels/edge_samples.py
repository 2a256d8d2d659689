"""Edge samples: the pixels beside a line, and what is to be known of them before they are measured."""

import math

import numpy as np
from jaxtyping import Float64

from lichtbild.numerics.kernel import kernel

SUMS, NUMBERS, FARTHEST, WHOLE, STEPS, FACTS = 0, 2, 4, 6, 7, 9
"""Places of the facts: sum and number of the samples far to the left and to the right, how far they reach
there, the sum of all, and the smallest difference between values near the left level and the right one."""
_Samples = Float64[np.ndarray, "n 3"]


@kernel
def gathered(
    crop: Float64[np.ndarray, "h w"],
    line: Float64[np.ndarray, " 6"],
    corner: tuple[float, float],
    out: _Samples,
    facts: Float64[np.ndarray, " 9"],
) -> int:
    """Column, row and value of the pixels whose centres lie beside a line; how many they are.

    Args:
        crop: of a picture.
        line: its beginning in the crop, its direction, its length and how far beside it counts.
        corner: of the crop in the picture, column and row.
        out: takes them, row by row.
        facts: takes what is to be known of them.
    """
    count = 0
    facts[:] = 0.0
    for row in range(crop.shape[0]):
        y = row + 0.5 - line[1]
        for column in range(crop.shape[1]):
            x = column + 0.5 - line[0]
            along = x * line[2] + y * line[3]
            apart = y * line[2] - x * line[3]
            if 0.0 <= along <= line[4] and abs(apart) <= line[5]:
                value = crop[row, column]
                out[count, 0] = column + 0.5 + corner[0]
                out[count, 1] = row + 0.5 + corner[1]
                out[count, 2] = value
                facts[FARTHEST] = min(facts[FARTHEST], apart)
                facts[FARTHEST + 1] = max(facts[FARTHEST + 1], apart)
                facts[WHOLE] += value
                if abs(apart) > 0.6 * line[5]:
                    side = 0 if apart < 0.0 else 1
                    facts[SUMS + side] += value
                    facts[NUMBERS + side] += 1.0
                count += 1
    for side in range(2):
        facts[STEPS + side] = step_near(out, count, facts[SUMS + side] / max(facts[NUMBERS + side], 1.0))
    return count


@kernel
def step_near(samples: _Samples, count: int, level: float) -> float:
    """The smallest difference between values near a level: the step of codes; next to nothing without.

    Sought from the three values that are nearest to the level.
    """
    near0, near1, near2 = math.inf, math.inf, math.inf
    own0, own1, own2 = level, level, level
    for i in range(count):
        value = samples[i, 2]
        apart = abs(value - level)
        if not apart < near2 or apart in (near0, near1):
            continue
        if apart < near0:
            near0, near1, near2 = apart, near0, near1
            own0, own1, own2 = value, own0, own1
        elif apart < near1:
            near1, near2, own1, own2 = apart, near1, value, own1
        else:
            near2, own2 = apart, value
    least = math.inf
    farthest = max(abs(own0 - level), max(abs(own1 - level), abs(own2 - level)))
    for i in range(count):
        value = samples[i, 2]
        if abs(value - level) > farthest + least:  # so it is farther from each of the three
            continue
        for own in (own0, own1, own2):
            apart = abs(value - own)
            if 0.0 < apart < least:
                least = apart
    return least if least < math.inf else 0.0
