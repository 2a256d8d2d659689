"""Tone fit: the view transform whose neutral tone comes nearest to a look's targets.

Every target of tone is a sum of lightnesses at a few neutral lights. Contrast, skew, grey and black are
fitted; a toe, a shoulder or both are added only where the curve misses too much without. The sum of sixth
powers of the misses, counted in tolerances, is least, so that the worst of them is nearly as small as it can
be (Lp norms approach the minimax as p grows: Rice and Usow, Mathematics of Computation 22, 118 (1968)).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.cielab import lightness
from lichtbild.core.errors import BadInput
from lichtbild.look.reached import natural_light, slope_ends
from lichtbild.look.targets import Aim
from lichtbild.look.view import GREY, ViewTransform

MEASURES: Final = ("tone", "black", "slope", "contrast", "toe_slope", "shoulder_slope")
"""The targets that the tone of neutral light decides."""

GOOD: Final = 0.6
"""Worst miss in tolerances with which a curve is taken, and no further bend is tried."""
NEARLY: Final = 1.2
"""A simpler curve is taken where it meets every target and misses only so many times as much."""

_SHAPES: Final = ((False, False), (False, True), (True, False), (True, True))
"""Whether a curve has a toe and a shoulder, the simplest first."""
_LOW: Final = (np.log(0.5), np.log(0.2), 25.0, 0.0, np.log(1e-4), np.log(1e-3))
_HIGH: Final = (np.log(4.0), np.log(5.0), 75.0, 18.0, np.log(0.5), np.log(3.0))
"""Of the logarithms of contrast and skew, L* of grey and black, and the logarithms of toe and shoulder."""
_STARTS: Final = ((1.0, 0.01, 0.3), (1.6, 0.03, 0.03))
"""Contrast, toe and shoulder from which the fit begins."""


def scipy_optimize() -> Any:
    """The module scipy.optimize, loaded when a look is solved.

    Raises:
        BadInput: it is not installed.
    """
    try:
        from scipy import optimize
    except ImportError as error:
        raise BadInput(
            "solving a look needs SciPy; install it with: pip install 'lichtbild[look]'"
        ) from error
    return optimize


def fit_view(aims: Sequence[Aim], plain: ViewTransform) -> ViewTransform:
    """The view transform nearest to the targets of tone.

    Args:
        aims: those of `MEASURES`; others are passed over.
        plain: what else the view transform is.

    Raises:
        BadInput: SciPy is not installed.
    """
    aims = [aim for aim in aims if aim.measure in MEASURES]
    if not aims:
        return plain
    light, sums = _sums(aims)
    found: list[tuple[float, ViewTransform]] = []
    for shape in _SHAPES:
        fits = [_fitted(aims, light, sums, plain, shape, start) for start in _STARTS]
        found.append(min(fits, key=lambda one: one[0]))
        if found[-1][0] <= GOOD:
            break
    least = min(miss for miss, _ in found)
    enough = max(GOOD, least, min(NEARLY * least, 0.95))
    return next(view for miss, view in found if miss <= enough)


def _fitted(
    aims: Sequence[Aim],
    light: Any,
    sums: Any,
    plain: ViewTransform,
    shape: tuple[bool, bool],
    start: tuple[float, float, float],
) -> tuple[float, ViewTransform]:
    """Worst miss, and the view transform, of a fit from one beginning."""

    def view(numbers: Any) -> ViewTransform:
        contrast, skew, toe, shoulder = np.exp(np.delete(numbers, [2, 3])).tolist()
        grey, black = _luminance(numbers[2]), _luminance(numbers[3])
        bends = {"toe": toe if shape[0] else 0.0, "shoulder": shoulder if shape[1] else 0.0}
        return replace(plain, contrast=contrast, skew=skew, grey=grey, black=black, **bends)

    def misses(numbers: Any) -> Any:
        tone = tone_of(view(numbers), light)
        return np.array([aim.miss(value) for aim, value in zip(aims, sums @ tone, strict=True)])

    grey = next((aim.wanted for aim in aims if aim.measure == "tone" and aim.at == 0), 50.0)
    black = next((aim.wanted for aim in aims if aim.measure == "black"), 0.5)
    first = np.array([np.log(start[0]), 0.0, grey, black, np.log(start[1]), np.log(start[2])])
    first = np.clip(first, np.array(_LOW) + 1e-6, np.array(_HIGH) - 1e-6)
    solved = scipy_optimize().least_squares(
        lambda numbers: _cubed(misses(numbers)), first, bounds=(_LOW, _HIGH), xtol=1e-7, ftol=1e-7
    )
    return float(np.abs(misses(solved.x)).max()), view(solved.x)


def _cubed(misses: Any) -> Any:
    return misses**3


def tone_of(view: ViewTransform, light: Float[np.ndarray, " light"]) -> Float[np.ndarray, " light"]:
    """L* of neutral light as a view transform shows it."""
    return np.asarray(lightness(view.black + (1 - view.black) * view.curve(view.bent(light))))


def _sums(aims: Sequence[Aim]) -> tuple[Float[np.ndarray, " light"], Float[np.ndarray, "aim light"]]:
    """Neutral lights, and each target as a sum of their lightnesses."""
    parts = [_parts(aim) for aim in aims]
    light = sorted({light for part in parts for light, _ in part})
    sums = np.zeros((len(aims), len(light)))
    for row, part in zip(sums, parts, strict=True):
        for one, weight in part:
            row[light.index(one)] += weight
    return np.array(light), sums


def _parts(aim: Aim) -> list[tuple[float, float]]:
    """Light and weight of each lightness in a target."""
    if aim.measure == "tone":
        return [(GREY * 2.0**aim.at, 1.0)]
    if aim.measure == "black":
        return [(0.0, 1.0)]
    if aim.measure == "slope":
        return [(GREY / 2, -0.5), (GREY * 2, 0.5)]
    low, high = slope_ends(aim.measure)
    return [(natural_light(low), -1 / (high - low)), (natural_light(high), 1 / (high - low))]


def _luminance(light: float) -> float:
    """Luminance of an L*."""
    root = (float(light) + 16) / 116
    return root**3 if root > 6 / 29 else float(light) * (3 / 29) ** 3
