"""Sensitivity metamerism: how far a camera's sensitivities are from any combination of an eye's.

    SMI = 100 - 5.5 dE,

dE being the mean distance in CIELAB over the 18 colours of a ColorChecker that is left after the best 3 x 3
matrix. It is 100 for a camera whose sensitivities are a combination of the colour matching functions, for
then a matrix makes every colour right. From spectral sensitivities it belongs to the camera; from a picture
of a card it holds noise, flare and uneven light as well, and is a lower bound.

Source: after ISO 17321-1:2012, sensitivity metamerism index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import cielab
from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality import bootstrap
from lichtbild.quality.colour_correction import ColourCorrection, colour_correction, with_interval
from lichtbild.quality.patch_colour import ADAPTATION, PatchColours

METHOD: Final = "metamerism 1"

SLOPE: Final = 5.5
"""Of the index by mean distance in CIELAB."""
COLOURS: Final = 18
"""Of the card, greys not counted."""

_CLAUSE: Final = "after ISO 17321-1:2012"
_FITS: Final = 40


@dataclass(frozen=True, eq=False)
class Metamerism:
    """Sensitivity metamerism of a camera in a light.

    Attributes:
        index: the index.
        correction: the best matrix, from the camera's numbers (white at 1 each) to XYZ, and what it leaves.
    """

    index: float
    correction: ColourCorrection


def index_of(errors: Float[np.ndarray, " colour"]) -> float:
    """The index of distances in CIELAB."""
    return 100 - SLOPE * float(np.mean(errors))


def metamerism(
    sensitivities: Float[np.ndarray, "channel band"],
    light: Float[np.ndarray, " band"],
    reflectances: Float[np.ndarray, "colour band"],
    matching: Float[np.ndarray, "3 band"],
    *,
    keeps_white: bool = True,
) -> Metamerism:
    """The index by spectra.

    Args:
        sensitivities: of the camera's three channels, by power (or by photons where the light is photons).
        light: of the illuminant in the same bands.
        reflectances: of the colours.
        matching: of the observer, in the unit of the light.
        keeps_white: the matrix must take a perfect white to white, as a picture's does.

    Raises:
        BadInput: the camera has other than three channels, or fewer than four colours are given.
    """
    if len(sensitivities) != 3:
        raise BadInput(f"a 3 x 3 matrix takes a camera of three channels, not of {len(sensitivities)}")
    seen, true = (reflectances * light) @ sensitivities.T, (reflectances * light) @ matching.T
    white, white_xyz = light @ sensitivities.T, light @ matching.T
    x, y, z = white_xyz / white_xyz[1]
    xy = float(x / (x + y + z)), float(y / (x + y + z))
    lab = cielab.from_xyz(true / white_xyz[1], xy)
    best = colour_correction(seen / white, lab, xy, np.ones(3) if keeps_white else None)
    return Metamerism(index_of(best.errors), best)


def measures(patches: PatchColours) -> tuple[Measure, ...]:
    """The index by a photographed card, and the matrix from the picture's light to what it should be.

    The card's coloured patches are taken with the exposure that fits best (it is part of the matrix). Noise
    of the patches lifts the distances, so the index is a lower bound of the camera's.

    Args:
        patches: as `lichtbild.quality.patch_colour.patch_colours` reads them.

    Raises:
        BadInput: fewer than four patches are coloured.
    """
    chosen = patches.of([i for i, grey in enumerate(patches.grey) if not grey])
    if len(chosen.names) < 4:
        raise BadInput(f"metamerism is measured on coloured patches, and the card has {len(chosen.names)}")
    best = with_interval(chosen.light, chosen.reference, draws=60)
    noisy = bootstrap.drawn(chosen.light, chosen.covariance, _FITS)
    fits = (colour_correction(one, chosen.reference, near=best.matrix) for one in noisy)
    indices = np.array([index_of(fit.errors) for fit in fits])
    value = index_of(best.errors)
    # Noise lowers the index: what the draws lost once more, the picture had lost before.
    middle, reach = 2 * value - float(indices.mean()), 1.96 * float(indices.std(ddof=1))
    ends = min(middle - reach, value), min(max(middle + reach, value), 100.0)
    where, count = "coloured patches", f"of {len(chosen.names)} patches"
    bound = f"{count}; a lower bound: the picture's noise, flare and uneven light count as the camera's"
    found = [
        Measure(
            "metamerism_index",
            value,
            "",
            _CLAUSE,
            METHOD,
            ends,
            where,
            None,
            f"{bound}; {ADAPTATION}",
        ),
        Measure(
            "colour_correction_residual",
            float(best.errors.mean()),
            "",
            "CIE 15:2018, 8.2.1",
            METHOD,
            ((100 - ends[1]) / SLOPE, (100 - ends[0]) / SLOPE),
            where,
            None,
            f"{count}; mean distance in CIELAB after the best matrix; {ADAPTATION}",
        ),
    ]
    return (*found, *_entries(best, where))


def _entries(best: ColourCorrection, where: str) -> Sequence[Measure]:
    assert best.interval is not None
    low, high = best.interval
    return [
        Measure(
            f"colour_correction_{'xyz'[row]}{'rgb'[column]}",
            float(best.matrix[row, column]),
            "",
            "matrix of the least mean distance in CIELAB",
            METHOD,
            (float(low[row, column]), float(high[row, column])),
            where,
            None,
            "from the picture's linear light to XYZ under D65; interval over other such colours",
        )
        for row in range(3)
        for column in range(3)
    ]
