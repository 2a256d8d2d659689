"""Style fit: the numbers of a look that come nearest to a learned change of colours.

Tone, purity, the mix of colours by hue and the tint by lightness are found together, or, where no hue is
left, tone, the weights of the one grey and the tint: by Gauss and Newton's method with Marquardt's damping,
every number within what a look's file may hold. Misses are counted by the CIE94 metric around the wanted
colour, and every number is drawn to that of `natural`, nodes to their neighbours, more firmly than the misses
alone would ask: a style that bends colours strongly leaves its residual table too few nodes where it presses
them together. For the same reason purity is lowered by ``outset``, which does so evenly, is never raised by
it, and the mix stays above the ratio at which its fading near grey would fold.

Sources: Marquardt, "An algorithm for least-squares estimation of nonlinear parameters" (1963); CIE 116-1995
(the CIE94 metric).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from lichtbild.colour.spaces import REC2020_TO_XYZ
from lichtbild.image.picture import ColourSpace
from lichtbild.look import colour_mix, tone_bath
from lichtbild.look.bake import encoded
from lichtbild.look.colour_mix import ColourMix
from lichtbild.look.filter import Filter
from lichtbild.look.learn.display_colour import to_cielab
from lichtbild.look.monochrome import Monochrome
from lichtbild.look.style import COLOUR_MIX, MONOCHROME, TONE_BATH, VIEW, Style, style
from lichtbild.look.tone_bath import ToneBath

Colours = Float[np.ndarray, "n 3"]

MISS: Final = (1.0, 16.0)
"""Least and most CIE94 by which a style is taken to miss each colour; the more, the firmer its numbers hold
to natural."""
_NEAR: Final = 1.5
"""Root mean square CIE94 below which a look is one that a style can say, and its numbers are held less."""
_INDEPENDENT: Final = 120.0
"""Colours that tell different things of a look, however many are given."""
_LITTLE: Final = 0.02
"""Toe and shoulder grow from 0 by a factor once they are well beyond this."""
_SCATTER: Final = {
    "contrast": 0.7,
    "skew": 0.8,
    "grey": 0.7,
    "black": 0.012,
    "toe": 0.6,
    "shoulder": 0.6,
    "preserve_hue": 1.0,
    "outset": 0.8,
}
"""Standard deviation of each number of the view in looks; of logarithms but for black and the keeping of
hue."""
_GEOMETRIC: Final = ("contrast", "skew", "grey", "outset")
_BENDS: Final = ("toe", "shoulder")
_CHROMA, _HUE, _TINT, _WEIGHT = 0.3, 12.0, 12.0, 0.6
_LUMINANCE: Final = tuple(REC2020_TO_XYZ[1, [0, 2]].tolist())
"""Weights of red and blue with which a grey begins."""
_LEAST_CHROMA: Final = 0.75
_BY_NEIGHBOURS: Final = (1.4, 2.0)
"""How firmly nodes of the mix, and of the tint, hold to their neighbours."""
_ENDS: Final = 5.0
"""How much more firmly the tint holds to none at black and at white, where there is no room for any."""
_STEP: Final = 0.01
_ROUNDS: Final = 6
_ENOUGH: Final = 0.03
"""Share of the cost below which another round is not worth its time."""


def shown(look: Style, colours: Colours) -> Colours:
    """Encoded sRGB after the filter of a style, for encoded sRGB."""
    made = Filter.of(look, ColourSpace.SRGB, ColourSpace.SRGB)
    found = encoded(made, np.asarray(colours, np.float32)[None], ColourSpace.SRGB)[0]
    return np.asarray(found, np.float64)


def fit_style(before: Colours, after: Colours, weight: Float[np.ndarray, " n"], *, has_hues: bool) -> Style:
    """The style whose filter brings colours nearest to what they are to become.

    Args:
        before: encoded sRGB.
        after: what they are to become.
        weight: how much each counts.
        has_hues: whether colours of different hue differ afterwards; otherwise one grey is made of them.
    """
    numbers = _Numbers(has_hues)
    wanted = to_cielab(after)
    metric = _metric(wanted) * np.sqrt(weight / weight.sum())[:, None, None]

    def missed(point: np.ndarray) -> np.ndarray:
        apart = to_cielab(shown(numbers.style(point), before)) - wanted
        return np.asarray(np.einsum("nij,nj->ni", metric, apart)).ravel()

    def held(miss: float) -> Callable[[np.ndarray], np.ndarray]:
        factor = np.sqrt(_INDEPENDENT) / miss
        return lambda point: np.concatenate([factor * missed(point), numbers.away(point)])

    limits = numbers.low, numbers.high
    point = _least_squares(held(MISS[1]), limits, np.zeros(len(numbers.low)))
    if np.linalg.norm(missed(point)) < _NEAR:
        point = _least_squares(held(MISS[0]), limits, point)
    return numbers.style(point)


@dataclass(frozen=True)
class _Numbers:
    """The numbers that are fitted, as a point: natural's lie at 0, and 1 is how far looks usually are."""

    has_hues: bool

    @property
    def _view(self) -> list[str]:
        return [key for key in _SCATTER if self.has_hues or key not in ("outset", "preserve_hue")]

    @property
    def low(self) -> Float[np.ndarray, " numbers"]:
        """The least that each may be."""
        return self._limits(0)

    @property
    def high(self) -> Float[np.ndarray, " numbers"]:
        """The most that each may be."""
        return self._limits(1)

    def style(self, point: Float[np.ndarray, " numbers"]) -> Style:
        """The style at a point."""
        natural = style("natural")
        view = {key: _put_back(key, value) for key, value in zip(self._view, point, strict=False)}
        rest = point[len(view) :]
        tint = (_TINT * rest[-2 * tone_bath.NODES :]).reshape(2, -1).tolist()
        found = replace(
            natural, view=replace(natural.view, **view), tone_bath=ToneBath(tuple(tint[0]), tuple(tint[1]))
        )
        if not self.has_hues:
            red, blue = (np.array(_LUMINANCE) + _WEIGHT * rest[:2]).tolist()
            return replace(found, monochrome=Monochrome((red, 1 - red - blue, blue)))
        chroma, hue = rest[: 2 * colour_mix.NODES].reshape(2, -1)
        mix = ColourMix(tuple((1 + _CHROMA * chroma).tolist()), tuple((_HUE * hue).tolist()))
        return replace(found, colour_mix=mix)

    def away(self, point: Float[np.ndarray, " numbers"]) -> Float[np.ndarray, " more"]:
        """How far the numbers are from natural's, and nodes from their neighbours."""
        tint = point[-2 * tone_bath.NODES :].reshape(2, -1)
        parts = [point, (_ENDS * tint[:, [0, -1]]).ravel()]
        parts.append(_BY_NEIGHBOURS[1] * np.diff(tint, 2, axis=1).ravel())
        if self.has_hues:
            mix = point[len(self._view) : -2 * tone_bath.NODES].reshape(2, -1)
            means = (np.roll(mix, 1, axis=1) + np.roll(mix, -1, axis=1)) / 2
            parts.append(_BY_NEIGHBOURS[0] * (mix - means).ravel())
        return np.concatenate(parts)

    def _limits(self, end: int) -> Float[np.ndarray, " numbers"]:
        limits = [_place(key, _range(key)[end]) for key in self._view]
        if self.has_hues:
            chroma = (_LEAST_CHROMA, COLOUR_MIX["chroma"][1])[end]
            limits += [(chroma - 1) / _CHROMA] * colour_mix.NODES
            limits += [COLOUR_MIX["hue_deg"][end] / _HUE] * colour_mix.NODES
        else:
            limits += [(MONOCHROME["weights"][end] / 3 - luminance) / _WEIGHT for luminance in _LUMINANCE]
        return np.array([*limits, *[TONE_BATH["a"][end] / _TINT] * (2 * tone_bath.NODES)])


def _range(key: str) -> tuple[float, float]:
    """What a number of the view may be; purity not above natural's."""
    low, high = VIEW[key]
    return low, (min(high, style("natural").view.outset) if key == "outset" else high)


def _place(key: str, value: float) -> float:
    """Where a number of the view lies: the inverse of `_put_back`."""
    natural = getattr(style("natural").view, key)
    if key in _GEOMETRIC:
        apart = np.log(value / natural)
    elif key in _BENDS:
        apart = np.log((value + _LITTLE) / (natural + _LITTLE))
    else:
        apart = value - natural
    return float(apart) / _SCATTER[key]


def _put_back(key: str, place: float) -> float:
    natural, apart = getattr(style("natural").view, key), _SCATTER[key] * place
    if key in _GEOMETRIC:
        value = natural * np.exp(apart)
    elif key in _BENDS:
        value = (natural + _LITTLE) * np.exp(apart) - _LITTLE
    else:
        value = natural + apart
    return float(np.clip(value, *VIEW[key]))


def _metric(lab: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "n 3 3"]:
    """The matrix by which small differences from a colour become lightness, chroma and hue of CIE94."""
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    cosine, sine = (np.where(chroma > 1e-6, lab[:, k] / np.maximum(chroma, 1e-6), 2.0 - k) for k in (1, 2))
    matrix = np.zeros((len(lab), 3, 3))
    matrix[:, 0, 0] = 1.0
    matrix[:, 1, 1:] = np.stack([cosine, sine], axis=-1) / (1 + 0.045 * chroma)[:, None]
    matrix[:, 2, 1:] = np.stack([-sine, cosine], axis=-1) / (1 + 0.015 * chroma)[:, None]
    return matrix


def _least_squares(
    misses: Callable[[Any], Any], limits: tuple[Any, Any], start: Float[np.ndarray, " k"]
) -> Float[np.ndarray, " k"]:
    """The point within limits, found from another, at which the sum of squared misses is least."""
    point, damping = start, 0.01
    missed = misses(point)
    for _ in range(_ROUNDS):
        slopes = _slopes(misses, point, missed, limits[1])
        cost = float(missed @ missed)
        for _ in range(4):
            tried = _stepped(point, slopes, missed, limits, damping)
            found = misses(tried)
            if found @ found < cost:
                break
            damping *= 8
        else:
            return point
        point, missed, damping = tried, found, damping / 5
        if cost - float(missed @ missed) < _ENOUGH * cost:
            break
    return point


def _slopes(misses: Callable[[Any], Any], point: Any, missed: Any, high: Any) -> Float[np.ndarray, "n k"]:
    """The derivatives, by differences that stay within the limits."""
    steps = np.where(point + _STEP <= high, _STEP, -_STEP)
    return np.stack([(misses(point + step) - missed) / step.sum() for step in np.diag(steps)], axis=-1)


def _stepped(point: Any, slopes: Any, missed: Any, limits: Any, damping: float) -> Any:
    """The next point; a number that pushes against its limit is held there."""
    falls = slopes.T @ missed
    free = ~(((point <= limits[0]) & (falls > 0)) | ((point >= limits[1]) & (falls < 0)))
    square = slopes[:, free].T @ slopes[:, free]
    square[np.diag_indices_from(square)] *= 1 + damping
    tried = point.copy()
    tried[free] -= np.linalg.solve(square, falls[free])
    return np.clip(tried, *limits)
