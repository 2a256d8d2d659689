"""Lamplight: the white of a night, by the votes of what its lamps light.

A lit window, a sign and a street lamp are each brighter than anything that they light, so that at night no
measure of the brightest finds the light of a street. But there are few kinds of lamps, and what they light is
mostly grey: each cell that has the colour of a lamp votes for the lamps of about that colour, and is counted
by how light it is. The lamp with most votes is moved to the middle of its voters.

So under one lamp white is white; under several it is the white of the one that lights most, and the others
keep their colours beside it.

Sources: votes, Sapiro, "Color and illuminant voting", IEEE TPAMI 21, 1210 (1999); the move to the middle,
mean shift, Comaniciu and Meer, IEEE TPAMI 24, 603 (2002).
"""

from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.temperature import xy_of
from lichtbild.develop import colour_matrix
from lichtbild.image.calibration import CameraColour

Planes = Float[np.ndarray, "cell plane"]

LAMPS: Final = ((1900.0, 12000.0), (-10.0, 35.0))
"""Temperatures and tints of lamps: from high-pressure sodium, 1959 K, and as far from a black body as the
lights of the day."""
KINDS: Final = (40, 6)
"""Temperatures, even in their reciprocals, and tints that are voted for."""
ALIKE: Final = 0.05
"""Difference of the logarithms of planes' ratios, as a standard deviation, by which a vote falls off."""
FOREIGN: Final = 2.0
"""How many of them a cell may be away from all lamps, to vote."""
_MOVES: Final = 20


def lamplight(cells: Planes, colour: CameraColour) -> tuple[float, ...] | None:
    """Camera planes, largest 1, of the lamp that most of the cells vote for; None where none votes.

    Args:
        cells: camera planes of what is neither full nor black, each above 0.
        colour: the camera's calibration, with one light or more.
    """
    lamps, seen = _ratios(_lamps(colour)), _ratios(cells)
    light = np.cbrt(cells.mean(axis=1))
    near = np.full(len(cells), np.inf)
    for lamp in lamps:
        near = np.minimum(near, _square(seen, lamp))
    voters = near <= FOREIGN**2
    if not voters.any():
        return None
    seen, light = seen[voters], light[voters]
    chosen = lamps[int(np.argmax([light @ np.exp(-0.5 * _square(seen, lamp)) for lamp in lamps]))]
    for _ in range(_MOVES):
        votes = light * np.exp(-0.5 * _square(seen, chosen))
        chosen = votes @ seen / votes.sum()
    planes = np.exp([0.0, *chosen])
    return tuple(float(value) for value in planes / planes.max())


def _lamps(colour: CameraColour) -> Float[np.ndarray, "lamp plane"]:
    (coolest, hottest), tints = LAMPS
    return np.array(
        [
            colour_matrix.neutral(colour, xy_of(1e6 / mired, tint))
            for mired in np.linspace(1e6 / hottest, 1e6 / coolest, KINDS[0])
            for tint in np.linspace(*tints, KINDS[1])
        ]
    )


def _ratios(planes: Planes) -> Float[np.ndarray, "cell ratio"]:
    """Logarithms of all planes but the first, over the first."""
    return np.asarray(np.log(planes[:, 1:] / planes[:, :1]))


def _square(
    seen: Float[np.ndarray, "cell ratio"], lamp: Float[np.ndarray, " ratio"]
) -> Float[np.ndarray, " cell"]:
    """Squared distance from a lamp in units of `ALIKE`."""
    return np.asarray((((seen - lamp) / ALIKE) ** 2).sum(axis=1))
