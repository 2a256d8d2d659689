"""Look meter for a pair: what lies between a picture before and after, where the picture can tell.

A pair holds the colours of its own scene only, and both pictures are noisy. What was done is therefore taken
as a Gaussian process over colours, with the prior of `lichtbild.look.look_prior`, that has been seen at the
picture's colours; it is asked for the meter's patches. How far each reading is known follows from draws of
the process, and what the picture does not hold is left out.

Light is read from small flat blocks, for a tone curve bends; colour from blocks as large as those in which a
JPEG keeps it, for only their mean survives the file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from jaxtyping import Float, Num

from lichtbild.image.picture import Picture
from lichtbild.look import meter
from lichtbild.look.look_prior import colour_covariance, light_covariance
from lichtbild.look.meter import HUES, Measured
from lichtbild.look.pair_cells import Cells, cells
from lichtbild.look.pair_samples import Samples, check, clipped_share, samples
from lichtbild.look.readings import Readings
from lichtbild.numerics.gaussian_process import GaussianProcess

Colours = Float[np.ndarray, "_ 3"]

TONE_ERROR: Final = 1.5
"""Standard error in L*, a* or b* of greys from which on nothing is told."""

CHROMA_ERROR: Final = 0.08
"""Standard error of a chroma ratio from which on nothing is told of a hue."""

DRAWS: Final = 100
"""Draws from which standard errors are taken: each is known to 7 % of itself."""

_FINE_BLOCK, _JPEG_BLOCK = (4, 2.0), (16, 6.0)
"""Side of a block in pixels, and codes of unevenness that take half its weight."""

_FLOORS: Final = (0.2, 0.5, 1.2)
"""Noise of a cell in CIELAB, beside that of its samples, of which the likeliest is taken."""

_RESTS: Final = (0.3, 1.5)
"""Sizes of the rest in CIELAB of which the likeliest is taken."""

_ROUNDS, _SURPRISING = 3, 3.5
"""Rounds of believing cells less, and standard deviations from which on they are."""

_JITTER: Final = 1e-6


def of_pair(before: Picture, after: Picture) -> Measured:
    """What was done to a finished picture.

    Args:
        before: the picture as it was.
        after: as it has become, pixel by pixel.

    Raises:
        BadInput: they are small, differ in size, or do not show the same things at the same places.
    """
    check(before, after)
    fine = samples(before, after, *_FINE_BLOCK)
    light_cells, colour_cells = cells(fine), cells(samples(before, after, *_JPEG_BLOCK))
    light = _Learned.light(light_cells)
    colour = _Learned.colour(colour_cells)
    asked, generator = meter.patches("finished"), np.random.default_rng(0)
    clipped = clipped_share(before, after)
    best = meter.read("finished", _lab(light.mean(asked), colour.mean(asked)), clipped)
    drawn = [
        meter.read("finished", _lab(*each), clipped)
        for each in zip(light.draws(asked, generator), colour.draws(asked, generator), strict=True)
    ]
    return replace(
        _with_errors(best, drawn),
        support=_support(colour_cells),
        scatter=_scatter(light, fine),
        primaries=(np.nan, np.nan, np.nan),
    )


@dataclass(frozen=True, eq=False)
class _Learned:
    """A change of colours that was seen at some: its process, those colours, and the covariance."""

    process: GaussianProcess
    seen: Colours
    covariance: Callable[[Colours, Colours, float], Any]
    rest: float
    given: Callable[[Colours], Any]
    floor: float

    @staticmethod
    def light(seen: Cells) -> "_Learned":
        """The change of L*."""
        change = seen.after[:, 0] - seen.before[:, 0]
        return _learned(seen.before, change, seen.noise[:, 0], light_covariance, lambda lab: lab[:, 0])

    @staticmethod
    def colour(seen: Cells) -> "_Learned":
        """The change of a* + i b*."""
        change = _complex(seen.after) - _complex(seen.before)
        return _learned(seen.before, change, seen.noise[:, 1], colour_covariance, _complex)

    def mean(self, asked: Colours) -> Num[np.ndarray, " n"]:
        """What is expected after, of colours before."""
        cross = self.covariance(asked, self.seen, self.rest)
        return np.asarray(self.given(asked) + self.process.mean(cross))

    def draws(self, asked: Colours, generator: np.random.Generator) -> Num[np.ndarray, "draws n"]:
        """What may be after, given what was seen."""
        own, cross = (self.covariance(asked, each, self.rest) for each in (asked, self.seen))
        spread = np.linalg.cholesky(self.process.left(own, cross) + _JITTER * np.eye(len(asked)))
        white = generator.standard_normal((2, len(asked), DRAWS))
        noise = (white[0] + 1j * white[1]) / np.sqrt(2) if np.iscomplexobj(own) else white[0]
        return np.asarray((self.mean(asked)[:, None] + spread @ noise).T)


def _learned(
    seen: Colours, change: Any, noise: Any, covariance: Callable[[Colours, Colours, float], Any], given: Any
) -> _Learned:
    """The likeliest of the processes that are tried; cells that surprise it are then believed less."""
    best: _Learned | None = None
    for rest in _RESTS:
        before = covariance(seen, seen, rest)
        for floor in _FLOORS:
            process = GaussianProcess.of(before, change, noise + floor**2)
            if best is None or process.evidence > best.process.evidence:
                best = _Learned(process, seen, covariance, rest, given, floor)
    assert best is not None
    before = covariance(seen, seen, best.rest)
    for _ in range(_ROUNDS):
        far = np.maximum(1.0, best.process.surprises() / _SURPRISING)
        noise = noise * far**2
        best = replace(best, process=GaussianProcess.of(before, change, noise + best.floor**2 * far**2))
    return best


def _with_errors(best: Measured, drawn: Sequence[Measured]) -> Measured:
    """The readings with the spread of the draws as their errors, and without those that are not known."""

    def of(get: Callable[[Measured], Readings], limit: float) -> Readings:
        held = get(best)
        error = np.std([get(each).value for each in drawn], axis=0)
        told = error < limit
        return Readings(held.at, np.where(told, held.value, np.nan), np.where(told, error, np.nan))

    chroma = of(lambda each: each.chroma, CHROMA_ERROR)
    turn, shade = of(lambda each: each.turn, np.inf), of(lambda each: each.shade, np.inf)
    tone = of(lambda each: each.tone, TONE_ERROR)
    return replace(
        best,
        tone=tone,
        exposure=of(lambda each: each.exposure, TONE_ERROR),
        tint=(of(lambda each: each.tint[0], TONE_ERROR), of(lambda each: each.tint[1], TONE_ERROR)),
        chroma=chroma,
        turn=turn.where(chroma.known),
        shade=shade.where(chroma.known),
    )


def _support(seen: Cells) -> Float[np.ndarray, "12"]:
    """Number of samples within 15 degrees of each hue, of chroma 10 to 45."""
    colour = _complex(seen.before)
    chroma, hue = np.abs(colour), np.degrees(np.angle(colour))
    counts = seen.count * ((chroma > 10) & (chroma < 45))
    nearest = np.round(hue / (HUES[1] - HUES[0])).astype(int) % len(HUES)
    return np.bincount(nearest, counts, minlength=len(HUES))


def _scatter(light: _Learned, pair: Samples) -> float:
    """Root mean square by which L* after differs from what its colour before lets expect."""
    flat = np.flatnonzero(pair.weight > 0.5)[:: max(1, int((pair.weight > 0.5).sum()) // 1000)]
    off = pair.after[flat, 0] - light.mean(pair.before[flat])
    return float(np.sqrt((off**2).mean())) if len(flat) else float("nan")


def _complex(lab: Colours) -> Num[np.ndarray, " n"]:
    return np.asarray(lab[:, 1] + 1j * lab[:, 2])


def _lab(light: Num[np.ndarray, " n"], colour: Num[np.ndarray, " n"]) -> Colours:
    return np.column_stack([light, colour.real, colour.imag])
