"""Power: how many observers an experiment needs, told before it begins.

Paired comparisons. The information of the design, at the qualities expected, gives the error of a
difference; that observers have tastes of their own, with a standard deviation per stimulus, flattens the
scale by 1 / sqrt(1 + 2 t^2 / s^2) and adds 2 t^2 / n to the square of the error, which no number of
comparisons by the same observers takes away:

    var = a' H^-1 a + flat^2 2 t^2 / n - what single answers hold of it,
    power = P(|T| > t_(n-1)),  T noncentral Student

Ratings. Biases leave the difference of two stimuli that everyone rated; the rest is the observers'
inconsistency, rounding to grades and the stimuli's own appeal to each observer.

Source: G. Casella and R. L. Berger, "Statistical Inference" (2002), 8.3 (noncentral Student); P. J. Huber
(1967) (errors when observers differ); K. Brunnstrom and M. Barkowsky, J. Electron. Imaging 27 (2018) 053013.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.panel.scale.link import THURSTONE_SIGMA, Link, cdf, density

MOST_OBSERVERS: Final = 100_000
_FEW: Final = 200
_EXPERIMENTS: Final = 20_000
_SEED: Final = 20261123


@dataclass(frozen=True)
class PairedDesign:
    """An experiment of paired comparisons in which all pairs are shown equally often.

    Attributes:
        quality: of the stimuli as expected, JND; what is asked is whether the first two are told apart.
        comparisons: by each observer.
        taste: standard deviation of an observer's own quality of a stimulus, JND.
        link: Thurstone's or Bradley and Terry's.

    Raises:
        BadInput: fewer than two stimuli, no comparisons, or a taste below 0.
    """

    quality: tuple[float, ...]
    comparisons: int
    taste: float = 0.0
    link: Link = Link.NORMAL

    def __post_init__(self) -> None:
        if len(self.quality) < 2 or self.comparisons < 1 or not self.taste >= 0:
            raise BadInput(
                f"{len(self.quality)} stimuli, {self.comparisons} comparisons an observer and tastes of "
                f"{self.taste:g} JND are no design; it needs 2, 1 and 0 at least"
            )

    @classmethod
    def even(cls, step: float, stimuli: int, comparisons: int, taste: float = 0.0) -> "PairedDesign":
        """Stimuli of which the first two are ``step`` JND apart, the others half way between them."""
        quality = (step / 2, -step / 2) + (0.0,) * (stimuli - 2)
        return cls(quality, comparisons, taste)

    @property
    def flattening(self) -> float:
        """What tastes leave of the differences, as all answers together show them."""
        return float(1 / np.sqrt(1 + 2 * self.taste**2 / THURSTONE_SIGMA**2))

    def error(self, observers: int) -> float:
        """Standard error of the difference of the first two, JND."""
        n = len(self.quality)
        pairs = np.array(list(combinations(range(n), 2)))
        each = observers * self.comparisons / len(pairs)
        contrasts = np.eye(n)[pairs[:, 0]] - np.eye(n)[pairs[:, 1]]
        u = contrasts @ np.array(self.quality) * self.flattening * self.link.unit
        p, f = cdf(self.link, u), density(self.link, u)[0]
        told = f * f / (p * (1 - p)) * self.link.unit**2
        taste = 2 * (self.flattening * self.taste) ** 2
        information = each * (contrasts.T * told) @ contrasts
        # What tastes do to one answer is in its own chance already: only pairs of answers share them.
        own = each * (contrasts.T * told**2 * taste) @ contrasts
        first = np.linalg.pinv(information)[0] - np.linalg.pinv(information)[1]
        chance = float(first[0] - first[1] - first @ own @ first)
        return float(np.sqrt(chance + taste / observers))


@dataclass(frozen=True)
class RatingDesign:
    """An experiment in which every observer rates every stimulus.

    Attributes:
        step: by which two stimuli differ, points.
        inconsistency: standard deviation of an observer's error, points; the middle one of all observers.
        unlikeness: standard deviation of the natural logarithm of the inconsistencies.
        repetitions: ratings of one stimulus by each observer.
        taste: standard deviation of an observer's own score of a stimulus at all repetitions, points.
        grade: step of the scale that scores are rounded to, points; 0 for a continuous one.

    Raises:
        BadInput: an inconsistency not above 0, or another number below what it can be.
    """

    step: float
    inconsistency: float
    unlikeness: float = 0.0
    repetitions: int = 1
    taste: float = 0.0
    grade: float = 0.0

    def __post_init__(self) -> None:
        if not (self.inconsistency > 0 and self.repetitions >= 1):
            raise BadInput("a design of ratings has an inconsistency above 0 and one repetition at least")
        if not min(self.unlikeness, self.taste, self.grade) >= 0:
            raise BadInput("unlikeness, taste and grade of a design of ratings are not below 0")

    def variances(self, spread: Float[np.ndarray, "*any"]) -> Float[np.ndarray, "*any"]:
        """Of one observer's difference of two stimuli, points^2, by the observer's inconsistency."""
        own = (spread**2 + self.grade**2 / 12) / self.repetitions
        return np.asarray(2 * (own + self.taste**2))


def paired_power(design: PairedDesign, observers: int, level: float = 0.05) -> float:
    """Chance that the first two stimuli are told apart.

    Analysed by the scale with ``observer_covariance`` and Student's distribution, two-sided.

    Args:
        design: the experiment.
        observers: how many, 2 or more.
        level: of significance, of this one pair: divide by the number of pairs that are asked.
    """
    step = abs(design.quality[0] - design.quality[1]) * design.flattening
    return float(student_power(step / design.error(observers), observers - 1, level))


def rating_power(design: RatingDesign, observers: int, level: float = 0.05) -> float:
    """Chance that two stimuli are told apart by the mean of the observers' differences.

    Analysed by Student's paired test, two-sided: by its distribution, or, for up to 200 observers who are
    unlike, counted over 20,000 draws from a fixed seed, to 0.004. The subject model gives consistent
    observers more weight: its power where observers are unlike is not computed here.

    Args:
        design: the experiment.
        observers: how many, 2 or more.
        level: of significance, of this one pair: divide by the number of pairs that are asked.
    """
    if design.unlikeness > 0 and 2 <= observers <= _FEW:
        return _counted(design, observers, level)
    usual = np.array([design.inconsistency * np.exp(design.unlikeness**2)])
    shift = abs(design.step) / np.sqrt(design.variances(usual) / max(observers, 1))
    return float(student_power(shift, observers - 1, level)[0])


def _counted(design: RatingDesign, observers: int, level: float) -> float:
    """Power by counting: differences of few unlike observers are not normal, nor is their test Student's."""
    from scipy.special import stdtrit  # of the extra "panel"

    _refuse(observers - 1, level)
    generator = np.random.default_rng(_SEED)
    normal = generator.standard_normal((2, _EXPERIMENTS, observers))
    spread = design.inconsistency * np.exp(design.unlikeness * normal[0])
    step = design.step + np.sqrt(design.variances(spread)) * normal[1]
    error = step.std(1, ddof=1) / np.sqrt(observers)
    return float((np.abs(step.mean(1)) > stdtrit(observers - 1, 1 - level / 2) * error).mean())


def student_power(
    shift: Float[np.ndarray, "*any"] | float, freedom: int, level: float
) -> Float[np.ndarray, "*any"]:
    """Chance that Student's two-sided test finds a difference of so many standard errors.

    Raises:
        BadInput: fewer than two observers, or a level not between 0 and 1.
    """
    _refuse(freedom, level)
    from scipy.special import gammainc, nctdtr, stdtrit  # of the extra "panel"

    limit = stdtrit(freedom, 1 - level / 2)
    found = 1 - nctdtr(freedom, shift, limit) + nctdtr(freedom, shift, -limit)
    # Far out its series fails; there the difference is as good as known, only its error is not.
    sure = gammainc(freedom / 2, freedom / 2 * (shift / limit) ** 2)
    return np.asarray(np.where(np.isfinite(found), found, sure))


def _refuse(freedom: int, level: float) -> None:
    if freedom < 1 or not 0 < level < 1:
        raise BadInput(
            f"{freedom + 1} observers and a level of {level:g} make no test; 2 are the least, 0 to 1"
        )


def observers_needed(power: Callable[[int], float], wanted: float = 0.8, least: int = 2) -> int:
    """Fewest observers that give the power wanted.

    Args:
        power: by the number of observers, rising: ``lambda n: paired_power(design, n)``.
        wanted: power, above 0 and below 1.
        least: number of observers that may be the answer.

    Raises:
        BadInput: a power that 100,000 observers do not give.
    """
    if not 0 < wanted < 1:
        raise BadInput(f"a power of {wanted:g} is not between 0 and 1")
    high = least
    while power(high) < wanted:
        high *= 2
        if high > MOST_OBSERVERS:
            raise BadInput(
                f"{MOST_OBSERVERS} observers do not give a power of {wanted:g}; look for a greater difference"
            )
    low = max(high // 2, least - 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle) >= wanted else (middle, high)
    return high
