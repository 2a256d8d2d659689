"""White balance: the colour that a camera gives to greys.

The offset is in CIELAB's a* and b* from what the chart's maker measured, after the exposure that fits the
greys' lightness best (both coordinates grow with exposure). The light that the greys seem to stand in, where
the picture's white is D65, gives the same in mired and tint.

Sources: CIE 15:2018 section 8.2.1; Robertson 1968 (see `lichtbild.colour.temperature`).
"""

from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour import cielab
from lichtbild.colour.spaces import D65_XY, SRGB_TO_XYZ, xyz_of
from lichtbild.colour.temperature import temperature_and_tint
from lichtbild.core.array import namespace
from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure
from lichtbild.quality import bootstrap
from lichtbild.quality.colour_error import checked_lit, colour_errors
from lichtbild.quality.finite import checked_finite
from lichtbild.quality.patch_colour import ADAPTATION, PatchColours

METHOD: Final = "white-balance 1"

_CLAUSE: Final = "CIE 15:2018, 8.2.1"


def offsets(light: Any, reference: Any) -> Any:
    """How far greys lie from their references in a* and b*, ``[..., patch, 2]``.

    Args:
        light: of the greys, linear light of sRGB's primaries, ``[..., patch, RGB]``, NumPy or JAX.
        reference: CIELAB under D65, ``[patch, 3]``.
    """
    lab = colour_errors(light, reference).lab
    return lab[..., 1:] - namespace(light).asarray(reference)[:, 1:]


def apparent_light(light: Any, reference: Any) -> Any:
    """CIE XYZ of the light that greys seem to stand in, ``[..., 3]``, with Y near 1.

    Mean over the greys of what a white would be, were it off by the same factors.

    Args:
        light: as of `offsets`.
        reference: as of `offsets`.

    Raises:
        BadInput: the greys are black or not finite.
    """
    checked_finite("the light of greys", light)
    xp = namespace(light)
    wanted = cielab.to_xyz(xp.asarray(reference))
    seen = light @ xp.asarray(SRGB_TO_XYZ.T, dtype=light.dtype)
    checked_lit(seen[..., 1])
    return xp.asarray(xyz_of(D65_XY)) * (seen.sum(axis=-2) / wanted.sum(axis=-2))


def measures(patches: PatchColours) -> tuple[Measure, ...]:
    """Offset of each grey, of their mean, and the light they seem to stand in.

    Args:
        patches: as `lichtbild.quality.patch_colour.patch_colours` reads them.

    Raises:
        BadInput: there is no grey.
    """
    greys = patches.of(np.flatnonzero(patches.grey).tolist())
    if not greys.names:
        raise BadInput("white balance is measured on greys, and none of the patches is one")
    draws = bootstrap.drawn(greys.light, greys.covariance)
    one, many = offsets(greys.light, greys.reference), offsets(draws, greys.reference)
    found: list[Measure] = []
    for i, name in enumerate(greys.names):
        place = f"patch {name}", (float(greys.at[i, 0]), float(greys.at[i, 1]))
        found += _offset("white_balance", one[i], many[:, i], *place)
    found += _offset(
        "white_balance_mean", one.mean(axis=0), many.mean(axis=1), "greys", count=len(greys.names)
    )
    return (*found, *_light(greys, draws))


def _offset(
    name: str,
    value: Float[np.ndarray, "2"],
    draws: Float[np.ndarray, "draw 2"],
    where: str,
    at: tuple[float, float] | None = None,
    count: int = 0,
) -> list[Measure]:
    """Offset in a*, in b*, and its length."""
    length = float(np.hypot(*value))
    rows = [
        (f"{name}_a", float(value[0]), bootstrap.percentiles(draws[:, 0])),
        (f"{name}_b", float(value[1]), bootstrap.percentiles(draws[:, 1])),
        (f"{name}_chroma", length, bootstrap.reflected(length, np.hypot(draws[:, 0], draws[:, 1]), 0.0)),
    ]
    note = f"of {count} greys; {ADAPTATION}" if count else ADAPTATION
    return [
        Measure(key, number, "", _CLAUSE, METHOD, interval, where, at, note) for key, number, interval in rows
    ]


def _light(greys: PatchColours, draws: Float[np.ndarray, "draw patch 3"]) -> tuple[Measure, ...]:
    """Error in mired and in tint, from D65."""
    first = np.array(_mired_and_tint(xyz_of(D65_XY)))
    value = np.array(_mired_and_tint(apparent_light(greys.light, greys.reference))) - first
    results = np.array([_mired_and_tint(xyz) for xyz in apparent_light(draws, greys.reference)]) - first
    note = "positive where greys are yellower than D65", "positive where greys are greener than D65"
    return tuple(
        Measure(
            f"white_balance_{unit}",
            float(value[i]),
            unit,
            "Robertson 1968",
            METHOD,
            bootstrap.percentiles(results[:, i]),
            "greys",
            None,
            f"of {len(greys.names)} greys; {note[i]}",
        )
        for i, unit in enumerate(("mired", "tint"))
    )


def _mired_and_tint(xyz: Float[np.ndarray, "3"]) -> tuple[float, float]:
    total = float(xyz.sum())
    temperature, tint = temperature_and_tint((float(xyz[0]) / total, float(xyz[1]) / total))
    return 1e6 / temperature, tint
