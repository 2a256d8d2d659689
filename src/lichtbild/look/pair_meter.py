"""Look meter for a pair: what lies between a picture before and after, where the picture can tell.

A pair holds the colours of its own scene only, and both pictures are noisy. So each reading is a regression
over the colours around it, weighted by how near they are and how flat the picture is where they lie:

::

    tone, tint           L*, a*, b* after  on L* (curved), a*, b* before     around each grey
    chroma, turn, shade  c after / c before  on hue (curved), chroma, L*     around each hue; c = a* + i b*

Neighbours in a picture are alike, so that standard errors are taken over its tiles. A reading whose colours
the picture does not hold, or whose error is large, is left out.
"""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Complex, Float, Int

from lichtbild.image.picture import Picture
from lichtbild.look.meter import (
    EXPOSURES,
    HUES,
    LIGHTNESS,
    MONOCHROME,
    Measured,
    natural_lightness,
    smoothness,
)
from lichtbild.look.pair_samples import Samples, samples
from lichtbild.look.readings import Readings
from lichtbild.numerics.local_regression import fitted

FEWEST: Final = 30.0
"""Least number of equally weighted samples behind a reading."""

TONE_ERROR: Final = 1.5
"""Standard error in L* from which on nothing is told."""

CHROMA_ERROR: Final = 0.1
"""Standard error of a chroma ratio from which on nothing is told."""

_LIGHT_WIDTH, _GREY_WIDTH, _HUE_WIDTH = 8.0, 18.0, 24.0
"""L*, C* and degrees up to which samples around a grey or a hue count."""

_CHROMA_RAMP: Final = ([8.0, 15.0, 35.0, 55.0], [0.0, 1.0, 1.0, 0.0])
_LEVEL_RAMP: Final = ([20.0, 40.0, 80.0, 95.0], [0.0, 1.0, 1.0, 0.0])
_CHROMA, _LEVEL = 25.0, 60.0
"""Where patches of the meter lie on average."""

_CHROMA_WIDTH, _LEVEL_WIDTH = 10.0, 20.0

_RIDGE: Final = 0.02


Triple = tuple[float, float, float]


class _Tone(NamedTuple):
    lightness: Readings
    tint: tuple[Readings, Readings]
    scatter: float


def of_pair(before: Picture, after: Picture) -> Measured:
    """What was done to a finished picture.

    Args:
        before: the picture as it was.
        after: as it has become, pixel by pixel.

    Raises:
        BadInput: they are small, differ in size, or do not show the same things at the same places.
    """
    pair = samples(before, after)
    tone = _tone(pair)
    chroma, turn, shade, support = _colours(pair, tone)
    lightness = natural_lightness(EXPOSURES)
    unknown = float("nan")
    return Measured(
        "finished",
        tone.lightness,
        Readings(
            EXPOSURES,
            np.interp(lightness, LIGHTNESS, tone.lightness.value),
            np.interp(lightness, LIGHTNESS, tone.lightness.error),
        ),
        tone.tint,
        chroma,
        turn,
        shade,
        support,
        (unknown, unknown, unknown),
        *smoothness(tone.lightness.value, tone.lightness.value),
        pair.clipped,
        tone.scatter,
    )


def _tone(pair: Samples) -> _Tone:
    """L*, a* and b* after, of the greys before."""
    light, a, b = pair.before.T
    nearly_grey = np.maximum(0.0, 1 - (a * a + b * b) / _GREY_WIDTH**2) ** 2
    value, error = np.full((3, len(LIGHTNESS)), np.nan), np.full((3, len(LIGHTNESS)), np.nan)
    scatter, count = 0.0, 0.0
    for place, level in enumerate(LIGHTNESS):
        away = (light - level) / _LIGHT_WIDTH
        weight = pair.weight * nearly_grey * np.maximum(0.0, 1 - np.abs(away))
        features = np.column_stack([away, away**2, a / _GREY_WIDTH, b / _GREY_WIDTH])
        fit = fitted(features, pair.after, weight, pair.tile, _RIDGE / 20)
        if fit is None or fit.count < FEWEST or fit.error.max() > TONE_ERROR:
            continue
        value[:, place], error[:, place] = fit.value, fit.error
        scatter, count = scatter + fit.count * float(fit.scatter[0]) ** 2, count + fit.count
    lightness, *tint = (Readings(LIGHTNESS, *each) for each in zip(value, error, strict=True))
    return _Tone(lightness, (tint[0], tint[1]), float(np.sqrt(scatter / count)) if count else float("nan"))


def _colours(
    pair: Samples, tone: _Tone
) -> tuple[Readings, Readings, Readings, Float[np.ndarray, "12"]]:
    """Chroma ratio, shift of hue and of lightness by hue, and the samples behind each."""
    value, error = np.full((3, len(HUES)), np.nan), np.full((3, len(HUES)), np.nan)
    support = np.zeros(len(HUES))
    if tone.lightness.known.sum() >= 2:
        around = _around_hues(pair, tone)
        for place, hue in enumerate(HUES):
            value[:, place], error[:, place], support[place] = _at_hue(around, float(hue))
    coloured = value[0] >= MONOCHROME
    chroma, turn, shade = (Readings(HUES, *each) for each in zip(value, error, strict=True))
    turn = Readings(HUES, np.where(coloured, turn.value, np.nan), np.where(coloured, turn.error, np.nan))
    return chroma, turn, shade, support


class _Around(NamedTuple):
    """What a regression around a hue is made of: places, what was done there, and how far it counts."""

    hue: Float[np.ndarray, " n"]
    features: Float[np.ndarray, "n 2"]
    factor: Complex[np.ndarray, " n"]
    shade: Float[np.ndarray, " n"]
    weight: Float[np.ndarray, " n"]
    tile: Int[np.ndarray, " n"]


def _around_hues(pair: Samples, tone: _Tone) -> _Around:
    """All coloured samples, the tint taken off."""
    light = pair.before[:, 0]
    colour = pair.before[:, 1] + 1j * pair.before[:, 2]
    chroma = np.abs(colour)
    shown = tone.lightness
    order = np.argsort(shown.value[shown.known])
    levels = shown.value[shown.known][order]
    tint = [np.interp(pair.after[:, 0], levels, each.value[each.known][order]) for each in tone.tint]
    # A grey's factor has no meaning and no weight.
    factor = (pair.after[:, 1] - tint[0] + 1j * (pair.after[:, 2] - tint[1])) / np.where(chroma > 1, colour, 1)
    grey = np.interp(light, shown.at[shown.known], shown.value[shown.known])
    counts = np.interp(chroma, *_CHROMA_RAMP) * np.interp(light, *_LEVEL_RAMP) * (chroma / _CHROMA) ** 2
    return _Around(
        np.degrees(np.angle(colour)),
        np.column_stack([(chroma - _CHROMA) / _CHROMA_WIDTH, (light - _LEVEL) / _LEVEL_WIDTH]),
        factor,
        pair.after[:, 0] - grey,
        pair.inside * counts * pair.weight,
        pair.tile,
    )


def _at_hue(around: _Around, hue: float) -> tuple[Triple, Triple, float]:
    """Chroma ratio, shift of hue and of lightness at a hue, their standard errors, and the samples' number."""
    away = ((around.hue - hue + 180) % 360 - 180) / _HUE_WIDTH
    weight = around.weight * np.maximum(0.0, 1 - np.abs(away))
    features = np.column_stack([away, away**2, around.features])
    unknown = (np.nan, np.nan, np.nan)
    first = fitted(features, around.factor[:, None], weight, around.tile, _RIDGE)
    shade = fitted(features, around.shade[:, None], weight, around.tile, _RIDGE)
    if first is None or shade is None:
        return unknown, unknown, 0.0
    # Once more, along the factor and across: the one's error is that of the ratio, the other's of the hue.
    factor = complex(first.value[0])
    ratio = abs(factor)
    along = around.factor * (np.conj(factor) / max(ratio, 1e-9))
    fit = fitted(features, np.column_stack([along.real, along.imag]), weight, around.tile, _RIDGE)
    if fit is None or fit.count < FEWEST or fit.error[0] > CHROMA_ERROR:
        return unknown, unknown, 0.0 if fit is None else fit.count
    turn = float(np.degrees(np.angle(factor))), float(np.degrees(fit.error[1] / max(ratio, 1e-9)))
    return (
        (ratio, turn[0], float(shade.value[0])),
        (float(fit.error[0]), turn[1], float(shade.error[0])),
        fit.count,
    )
