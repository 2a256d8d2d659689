"""Vignette fit: the law of a look's vignette from what it is to be at some radii, in closed form.

The law ``ev = c r^n`` is a straight line between the logarithms of r and of ev. Its corner c is the target
at radius 1, where there is one; n, and c elsewhere, are those of least squares in logarithms, each weighed
by its own EV, which makes them nearly those of least squares in EV.
"""

import math
from collections.abc import Sequence
from typing import Final

from lichtbild.look.style import VIGNETTE
from lichtbild.look.targets import Aim
from lichtbild.look.vignette import Falloff

CORNER_EV: Final = -1.83
"""What the lens loses in its corners whose share a look keeps: cos^4 of a half field of 43 degrees."""


def fit_vignette(aims: Sequence[Aim], plain: Falloff | None) -> Falloff | None:
    """The vignette nearest to targets.

    The share of a lens's own fall-off is that which a lens of `CORNER_EV` needs for the same corner, unless
    the look says it. An exponent that the look says stays where it meets every target, and where no target
    asks for one.

    Args:
        aims: of the measure "vignette".
        plain: what the look has already; None for nothing.

    Returns:
        what the look has, where there is no target.
    """
    if not aims:
        return plain
    if plain is not None and _meets(law := _rounded(plain.keep, aims, plain.exponent), aims):
        return law
    corner, exponent = _law(aims, Falloff().exponent if plain is None else plain.exponent)
    keep = min(abs(corner / CORNER_EV), 1.0) if plain is None else plain.keep
    return Falloff(round(keep, 3), round(corner, 4), round(exponent, 3))


def _rounded(keep: float, aims: Sequence[Aim], exponent: float) -> Falloff:
    return Falloff(keep, round(_corner(aims, exponent), 4), exponent)


def _meets(law: Falloff, aims: Sequence[Aim]) -> bool:
    return all(aim.is_met(law.ev_at(aim.at)) for aim in aims)


def _law(aims: Sequence[Aim], exponent: float) -> tuple[float, float]:
    """EV in the corner and exponent; the exponent that is given where the targets tell none."""
    told = [aim for aim in aims if aim.at > 0 and aim.wanted < 0]
    weights = [aim.wanted**2 for aim in told]
    across, up = [math.log(aim.at) for aim in told], [math.log(-aim.wanted) for aim in told]
    corner = next((aim.wanted for aim in told if aim.at == 1), None)
    if corner is not None:
        middle, height = 0.0, math.log(-corner)
    elif told:
        middle, height = (_mean(values, weights) for values in (across, up))
    spread = sum(w * (x - middle) ** 2 for w, x in zip(weights, across, strict=True)) if told else 0.0
    if spread > 0:
        rise = sum(w * (x - middle) * (y - height) for w, x, y in zip(weights, across, up, strict=True))
        exponent = min(max(rise / spread, VIGNETTE["exponent"][0]), VIGNETTE["exponent"][1])
    return _corner(aims, exponent), exponent


def _corner(aims: Sequence[Aim], exponent: float) -> float:
    """EV in the corner: the target's there, or that of least squares of a law with this exponent."""
    at_corner = next((aim.wanted for aim in aims if aim.at == 1), None)
    if at_corner is None:
        powers = [aim.at**exponent for aim in aims]
        sums = sum(p * aim.wanted for p, aim in zip(powers, aims, strict=True)), sum(p * p for p in powers)
        at_corner = sums[0] / sums[1] if sums[1] else 0.0
    return min(max(at_corner, VIGNETTE["corner_ev"][0]), VIGNETTE["corner_ev"][1])


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    return sum(w * value for w, value in zip(weights, values, strict=True)) / sum(weights)
