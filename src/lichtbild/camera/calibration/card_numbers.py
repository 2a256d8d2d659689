"""Card numbers: what a sensor itself has in the patches of a card, before demosaicking and white balance."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from lichtbild.core.errors import BadInput
from lichtbild.image.chart import Patch
from lichtbild.quality.colour_plane import COLOURS, ColourPlane, Planes
from lichtbild.quality.found_chart import FoundChart
from lichtbild.quality.patch_samples import PatchSamples, in_plane, patch_samples

CLIPPED = 0.01
"""Share of full samples above which a patch tells no colour."""
_NEUTRAL = 3.0
"""Chroma up to which a paint counts as grey."""


@dataclass(frozen=True, eq=False)
class CardNumbers:
    """Patches of a card in a sensor's planes.

    Attributes:
        names: of the patches.
        numbers: mean of each in red, green and blue, black at 0 and white at 1.
        lab: CIELAB under D50, as the card's maker tells it.
        grey: which are greys.
    """

    names: tuple[str, ...]
    numbers: Float[np.ndarray, "patch 3"]
    lab: Float[np.ndarray, "patch 3"]
    grey: Bool[np.ndarray, " patch"]


def card_numbers(planes: Planes, found: FoundChart) -> CardNumbers:
    """The usable patches of role ``colour`` or ``grey`` that are nowhere full.

    Args:
        planes: of the mosaic in which the card was found, linear, black at 0 and white at 1.
        found: the card.

    Raises:
        BadInput: no patch is usable.
    """
    bad = {verdict.target for verdict in found.verdicts if not verdict.usable}
    names, numbers, labs = [], [], []
    for target in found.chart.targets:
        if not isinstance(target, Patch) or target.role not in ("colour", "grey") or target.name in bad:
            continue
        places = found.to_picture(np.asarray(target.corners, float))
        corners = tuple((float(x), float(y)) for x, y in places)
        samples = [[_samples(plane, corners) for plane in planes[colour]] for colour in COLOURS]
        if max(_full(one) for group in samples for one in group) > CLIPPED:
            continue
        names.append(target.name)
        numbers.append([float(np.mean([one.mean[0] for one in group])) for group in samples])
        labs.append(found.chart.paints[target.paint].lab)
    if not names:
        raise BadInput(f"no patch of the card {found.chart.name} can be used: all are hidden or too bright")
    lab = np.array(labs)
    return CardNumbers(tuple(names), np.array(numbers), lab, np.hypot(lab[:, 1], lab[:, 2]) < _NEUTRAL)


def _samples(plane: ColourPlane, corners: tuple[tuple[float, float], ...]) -> PatchSamples:
    return patch_samples(plane.samples, in_plane(corners, plane.phase, plane.period))


def _full(samples: PatchSamples) -> float:
    """Share of samples at white."""
    return float((samples.values >= 1).mean())
