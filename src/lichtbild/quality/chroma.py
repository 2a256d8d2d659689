"""Chroma: how strong a camera's colours are, and how far their hues turn.

Chroma level is 100 times the mean chroma of the camera's patches over that of the references; saturation is
chroma over lightness, which no change of exposure much moves.

Sources: after IEEE 1858-2023, "chroma level"; CIE 15:2018 section 8.2.1 (chroma, hue) and 8.2.2, whose
saturation of CIELUV is taken over to CIELAB.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality import bootstrap
from lichtbild.quality.colour_error import colour_errors
from lichtbild.quality.patch_colour import ADAPTATION, PatchColours

METHOD: Final = "chroma 1"

COLOURED: Final = 8.0
"""Chroma of a reference from which a patch counts as coloured and has a hue."""

_LEVEL: Final = "after IEEE 1858-2023, chroma level"
_CIELAB: Final = "CIE 15:2018, 8.2.1"


@dataclass(frozen=True, eq=False)
class Chroma:
    """Chroma of patches; arrays of NumPy or JAX.

    Attributes:
        ratio: chroma of each patch over that of its reference.
        saturation: chroma over lightness of each, relative to that of its reference.
        hue_shift: by which each hue is turned, degrees, -180 to 180, positive from red to yellow.
        level: mean chroma over mean chroma of the references.
    """

    ratio: Any
    saturation: Any
    hue_shift: Any
    level: Any


def chroma(light: Any, reference: Any, grey: Any = None) -> Chroma:
    """Chroma of patches against their references, all of which have some.

    Args:
        light: linear light of sRGB's primaries, ``[..., patch, RGB]``, NumPy or JAX.
        reference: CIELAB under D65, ``[patch, 3]``.
        grey: patches whose lightness sets the exposure, as of `colour_errors`; they count in nothing else.
    """
    xp = namespace(light)
    coloured = np.flatnonzero(np.hypot(reference[:, 1], reference[:, 2]) >= COLOURED)
    lab = colour_errors(light, reference, grey).lab[..., coloured, :]
    wanted = xp.asarray(reference)[coloured]
    strength, of_reference = xp.hypot(lab[..., 1], lab[..., 2]), xp.hypot(wanted[:, 1], wanted[:, 2])
    ratio = strength / of_reference
    across = wanted[:, 1] * lab[..., 2] - lab[..., 1] * wanted[:, 2]
    along = wanted[:, 1] * lab[..., 1] + wanted[:, 2] * lab[..., 2]
    return Chroma(
        ratio,
        ratio * wanted[:, 0] / lab[..., 0],
        xp.degrees(xp.arctan2(across, along)),
        strength.mean(axis=-1) / of_reference.mean(),
    )


def measures(patches: PatchColours) -> tuple[Measure, ...]:
    """Chroma level and saturation of the whole, then chroma and hue shift of each coloured patch.

    Args:
        patches: as `lichtbild.quality.patch_colour.patch_colours` reads them.

    Raises:
        BadInput: no patch is coloured.
    """
    index = np.flatnonzero(np.hypot(patches.reference[:, 1], patches.reference[:, 2]) >= COLOURED)
    if not len(index):
        raise BadInput(f"chroma is measured on patches of chroma {COLOURED:g} or more, and there is none")
    draws = bootstrap.drawn(patches.light, patches.covariance)
    one, many = (chroma(light, patches.reference, patches.grey) for light in (patches.light, draws))
    whole = "coloured patches", None, f"of {len(index)} patches; {ADAPTATION}"
    noise = abs((many.hue_shift - one.hue_shift + 180) % 360 - 180)
    turned, turns = abs(one.hue_shift), abs(many.hue_shift)
    found = [
        _measure("chroma_level", "%", 100 * one.level, _size(100 * one.level, 100 * many.level), whole),
        _measure(
            "saturation",
            "%",
            100 * one.saturation.mean(),
            _size(100 * one.saturation.mean(), 100 * many.saturation.mean(axis=-1)),
            whole,
        ),
    ]
    for word, gathered in (("mean", np.mean), ("max", np.max)):
        value, draws_of, nothing = gathered(turned), gathered(turns, axis=-1), gathered(noise, axis=-1)
        ends = bootstrap.lifted(float(value), draws_of, nothing)
        found.append(_measure(f"hue_shift_{word}", "degree", value, ends, whole))
    for i, patch in enumerate(index):
        at = float(patches.at[patch, 0]), float(patches.at[patch, 1])
        place = f"patch {patches.names[patch]}", at, ADAPTATION
        ratio, ratios = 100 * one.ratio[i], 100 * many.ratio[:, i]
        shifts = bootstrap.percentiles(many.hue_shift[:, i])
        found += [
            _measure("chroma_ratio", "%", ratio, _size(ratio, ratios), place),
            _measure("hue_shift", "degree", one.hue_shift[i], shifts, place),
        ]
    return tuple(found)


def _size(value: Any, draws: Any) -> tuple[float, float]:
    return bootstrap.reflected(float(value), draws, 0.0)


def _measure(
    name: str,
    unit: str,
    value: Any,
    interval: tuple[float, float],
    place: tuple[str, tuple[float, float] | None, str],
) -> Measure:
    clause = _LEVEL if name == "chroma_level" else _CIELAB
    return Measure(name, float(value), unit, clause, METHOD, interval, *place)
