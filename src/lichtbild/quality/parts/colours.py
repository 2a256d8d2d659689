"""What the coloured patches of a card tell: errors of colour, white balance, chroma, metamerism."""

from functools import partial

import numpy as np

from lichtbild.image.chart import Patch
from lichtbild.image.specimen import Origin
from lichtbild.quality import chroma, colour_error, metamerism, white_balance
from lichtbild.quality.parts.subject import Part, Subject
from lichtbild.quality.patch_colour import patch_colours

_ROLES = ("colour", "grey")
"""Of patches whose colour is known; the traps of a flare target have none."""

LEAST = 6
"""Patches of a card below which a mean says nothing of colour."""


def colours(subject: Subject) -> Part:
    """Colour error, white balance and chroma, and metamerism of a raw, of a card's worth of patches."""
    if np.ptp(subject.specimen.light[::16, ::16], axis=2).max() == 0:
        return Part(notes=("The picture has no colours, so that none are judged.",))
    if not any(isinstance(each, Patch) and each.role in _ROLES for each in subject.found.chart.targets):
        return Part()
    patches = patch_colours(subject.specimen.light, subject.found)
    if sum(not grey for grey in patches.grey) < LEAST:
        return Part()
    asked = [colour_error.measures, white_balance.measures, chroma.measures]
    # A finished picture's tone curve is no matrix: the index would blame the sensor for it.
    if subject.specimen.origin is Origin.RAW:
        asked.append(metamerism.measures)
    return Part.each(partial(question, patches) for question in asked)
