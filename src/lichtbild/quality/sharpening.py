"""Sharpening: what an edge's profile and two kinds of response tell of contrast that was added.

A sharpened edge overshoots: next to it its bright side is brighter than far away, its dark side darker.

- overshoot = (greatest value - bright level) / (bright level - dark level), undershoot likewise, per cent;
- width of a halo: between the places where half of it is reached, px;
- rise: from 10 to 90 % of the step, px;
- excess of the edge's response over that of a sinusoidal star: by how much it is higher at most, and on
  average up to 0.5 cycles/px. Sharpening lifts edges of high contrast more than fine waves of low contrast,
  noise reduction lowers the waves alone: 0 for a linear camera, whatever its lens.

Source: by definition; after ISO 12233:2023, which compares e-SFR and s-SFR; Loebich et al., Proc. SPIE 6502
(2007).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.image.measure import Measure

METHOD: Final = "edge-halo 1"
CLAUSE: Final = "by definition, on the e-SFR edge profile"
CLAUSE_EXCESS: Final = "after ISO 12233:2023, e-SFR and s-SFR compared"

_FAR = 0.2
"""Part of the profile at either end that tells the levels."""
_LEAST_BINS = 20

Profile = Float[np.ndarray, " bin"]


@dataclass(frozen=True)
class Halo:
    """Both sides of an edge's profile.

    Attributes:
        overshoot: of the bright side, per cent of the step; may be below 0 by noise.
        undershoot: of the dark side.
        width: of the bright side's halo, px; 0 without one.
        dark_width: of the dark side's.
        rise: from 10 to 90 % of the step, px.
        error: standard error of both shoots, per cent of the step.
    """

    overshoot: float
    undershoot: float
    width: float
    dark_width: float
    rise: float
    error: float


@dataclass(frozen=True, eq=False)
class Response:
    """A response over frequency.

    Attributes:
        frequencies: growing, cycles/px.
        sfr: response.
        error: its standard error.
    """

    frequencies: Float[np.ndarray, " frequency"]
    sfr: Float[np.ndarray, " frequency"]
    error: Float[np.ndarray, " frequency"]

    def at(self, frequencies: Float[np.ndarray, " other"]) -> Float[np.ndarray, " other"]:
        """Response by straight lines."""
        return np.asarray(np.interp(frequencies, self.frequencies, self.sfr))


@dataclass(frozen=True)
class Excess:
    """An edge's response above a star's.

    Attributes:
        greatest: difference at most.
        frequency: where that is, cycles/px.
        mean: difference up to 0.5 cycles/px, on average.
        error: standard error of the mean, errors at all frequencies taken as one.
    """

    greatest: float
    frequency: float
    mean: float
    error: float


def halo(places: Profile, light: Profile) -> Halo:
    """Over- and undershoot of an edge's profile.

    The greatest of noisy values is too great. What noise alone would bring among as many values as a halo
    spans is taken off: with n of them, s sqrt(2 ln n).

    Args:
        places: along the edge's normal, growing, px; the edge is about in their middle.
        light: at the places, dark side first.

    Raises:
        BadInput: fewer than 20 places, or a profile that does not rise.
    """
    count = len(light)
    if count < _LEAST_BINS or count != len(places):
        raise BadInput(
            f"the edge's profile has {count} values; it needs {_LEAST_BINS} or more, one for each place"
        )
    far = max(int(_FAR * count), 3)
    dark, bright = float(np.median(light[:far])), float(np.median(light[-far:]))
    if not bright > dark:
        raise BadInput("the edge's profile does not rise from its first side to its last")
    step = bright - dark
    noise = float(np.hypot(_scatter(light[:far]), _scatter(light[-far:]))) / np.sqrt(2) / step
    middle = int(np.argmax(light >= (dark + bright) / 2))
    high = (light[middle:] - bright) / step
    low = (dark - light[:middle][::-1]) / step
    inside = max(count // 2 - far, 2)
    expected = noise * np.sqrt(2 * np.log(inside))
    shoots = [_shoot(side[:inside], expected) for side in (high, low)]
    spacing = float(np.mean(np.diff(places)))
    rise = _rise(places, (light - dark) / step, middle)
    return Halo(
        overshoot=100 * shoots[0][0],
        undershoot=100 * shoots[1][0],
        width=spacing * shoots[0][1],
        dark_width=spacing * shoots[1][1],
        rise=rise,
        error=100 * noise * float(np.sqrt(1 + 1.57 / far)),
    )


def _scatter(light: Profile) -> float:
    """Standard deviation of neighbours' differences: slow changes do not count."""
    return float(np.std(np.diff(light)) / np.sqrt(2))


def _shoot(side: Profile, expected: float) -> tuple[float, float]:
    """Height of a side's halo less what noise brings, and the bins that it is half as high or more."""
    top = int(side.argmax())
    height = _peak(side, top) - expected
    if height <= 2 * expected + 1e-9:
        return height, 0.0
    begin, end = top, top
    while begin > 0 and side[begin - 1] > side[top] / 2:
        begin -= 1
    while end < len(side) - 1 and side[end + 1] > side[top] / 2:
        end += 1
    return height, float(_half(side, begin, begin - 1, top) + _half(side, end, end + 1, top) + end - begin)


def _peak(side: Profile, top: int) -> float:
    """Greatest value of the parabola through the greatest bin and its neighbours."""
    if not 0 < top < len(side) - 1:
        return float(side[top])
    before, at, after = (float(value) for value in side[top - 1 : top + 2])
    bend = before - 2 * at + after
    return at - (after - before) ** 2 / (8 * bend) if bend < 0 else at


def _half(side: Profile, inside: int, outside: int, top: int) -> float:
    """Part of a bin from ``inside`` to where a straight line to ``outside`` passes half the top."""
    if not 0 <= outside < len(side):
        return 0.5
    fall = float(side[inside] - side[outside])
    return float(np.clip((side[inside] - side[top] / 2) / max(fall, 1e-300), 0, 1))


def _rise(places: Profile, share: Profile, middle: int) -> float:
    """Distance from the last place below 10 % to the first one above 90 %, by straight lines between."""
    before = np.flatnonzero(share[: middle + 1] < 0.1)
    after = np.flatnonzero(share[middle:] > 0.9)
    if not len(before) or not len(after):
        return float("nan")
    i, j = int(before[-1]), middle + int(after[0])
    start = np.interp(0.1, share[i : i + 2], places[i : i + 2])
    end = np.interp(0.9, share[j - 1 : j + 1], places[j - 1 : j + 1])
    return float(end - start)


def excess(edge: Response, star: Response, limit: float = 0.5) -> Excess:
    """An edge's response above a star's, over the frequencies that both have.

    Args:
        edge: response of the edge.
        star: response of the star, normalised by its known contrast.
        limit: highest frequency, cycles/px.

    Raises:
        BadInput: no frequencies in common.
    """
    begin = max(edge.frequencies[0], star.frequencies[0])
    end = min(edge.frequencies[-1], star.frequencies[-1], limit)
    if not end > begin:
        raise BadInput("the responses of edge and star have no frequencies in common")
    f = np.linspace(begin, end, 200)
    apart = edge.at(f) - star.at(f)
    variance = sum(float(np.interp(f, one.frequencies, one.error).mean()) ** 2 for one in (edge, star))
    top = int(apart.argmax())
    return Excess(float(apart[top]), float(f[top]), float(apart.mean()), float(np.sqrt(variance)))


def measures(
    found: Halo, over: Excess | None = None, where: str = "", at: tuple[float, float] | None = None
) -> tuple[Measure, ...]:
    """What the laboratory notes of sharpening at an edge, and of its excess over a star if there is one."""
    rows = []
    reach = 1.96 * found.error
    for name, value in (("overshoot", found.overshoot), ("undershoot", found.undershoot)):
        rows.append(Measure(name, value, "%", CLAUSE, METHOD, (value - reach, value + reach), where, at))
    for name, value in (
        ("halo_width", found.width),
        ("dark_halo_width", found.dark_width),
        ("rise", found.rise),
    ):
        note = (
            "no interval" if np.isfinite(value) else "the profile does not reach from 10 to 90 % of its step"
        )
        rows.append(Measure(name, value, "px", CLAUSE, METHOD, None, where, at, note))
    if over is not None:
        reach = 1.96 * over.error
        note = f"greatest {over.greatest:.3f} at {over.frequency:.3f} cycles/px"
        ends = (over.mean - reach, over.mean + reach)
        rows.append(Measure("sharpening_excess", over.mean, "", CLAUSE_EXCESS, METHOD, ends, where, at, note))
    return tuple(rows)
