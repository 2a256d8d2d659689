"""Quality ruler: stimuli matched with, or compared to, pictures of known quality.

A ruler is a row of pictures whose qualities are known in just noticeable differences. An observer either
moves along it until stimulus and ruler look alike, which gives a position, or says of a ruler picture
whether the stimulus is better. The first is a rating on a scale of JND, the second a paired comparison of
which one side is known:

    P(stimulus better than the ruler at r) = F(q_j + b_i - r)

with b_i a bias of the observer, normal about 0.

Source: after ISO 20462-3:2012; B. W. Keelan, Handbook of Image Quality (2002), chapters 8 and 9; B. W. Keelan
and H. Urabe, Proc. SPIE 5294 (2004) 181.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.errors import BadInput
from lichtbild.panel.ratings import Ratings
from lichtbild.panel.scale.link import Link, log_slopes
from lichtbild.panel.scale.subject_model import DRAWS, SubjectModel, subject_model

BIAS_SPREAD: Final = 1.0
"""Standard deviation of observers' biases against the ruler before any answer is known, JND."""

_QUALITY_SPREAD: Final = 30.0
_ROUNDS: Final = 200
_STEPS: Final = 100
_CLOSE: Final = 1e-10
_LONGEST: Final = 4.0


def matched(
    positions: Ratings, ruler: Float[np.ndarray, " step"], *, between: bool = False, draws: int = DRAWS
) -> SubjectModel:
    """Qualities of stimuli that were matched with a ruler, JND, with biases of observers.

    Args:
        positions: scores are places on the ruler, counted from 0; halves and other parts lie between.
        ruler: quality of each of its pictures, JND, rising or falling all the way.
        between: places between the pictures could be given; else observers rounded to the nearest picture,
            and those past the ends gave the ends.
        draws: as in ``subject_model``.

    Raises:
        BadInput: a ruler that turns, a place off it, or what ``subject_model`` refuses.
    """
    steps = np.diff(ruler)
    if len(ruler) < 2 or not ((steps > 0).all() or (steps < 0).all()):
        raise BadInput("a ruler has two pictures or more, each better than the one before or each worse")
    if len(positions) and not 0 <= positions.score.min() <= positions.score.max() <= len(ruler) - 1:
        raise BadInput(f"places on this ruler go from 0 to {len(ruler) - 1}; one lies beyond them")
    quality = np.interp(positions.score, np.arange(len(ruler)), ruler)
    grades = None if between else tuple(float(one) for one in np.sort(ruler))
    return subject_model(replace(positions, score=quality), grades, draws=draws)


@dataclass(frozen=True)
class RulerAnswers:
    """Comparisons of stimuli with pictures of a ruler.

    Attributes:
        observer: who answered, 0 to ``n_observers`` - 1.
        stimulus: what was judged, 0 to ``n_stimuli`` - 1.
        ruler: quality of the ruler's picture beside it, JND.
        better: 1 where the stimulus was better, 0 where the ruler was.
        n_observers: number of observers.
        n_stimuli: number of stimuli.

    Raises:
        BadInput: columns of unequal length, an index out of range, or another answer.
    """

    observer: Int[np.ndarray, " answer"]
    stimulus: Int[np.ndarray, " answer"]
    ruler: Float[np.ndarray, " answer"]
    better: Int[np.ndarray, " answer"]
    n_observers: int
    n_stimuli: int

    def __post_init__(self) -> None:
        if len({len(self.observer), len(self.stimulus), len(self.ruler), len(self.better)}) != 1:
            raise BadInput("the columns of a table of ruler answers differ in length; each needs all four")
        for name, column, limit in (
            ("observer", self.observer, self.n_observers),
            ("stimulus", self.stimulus, self.n_stimuli),
        ):
            if len(column) and not 0 <= int(column.min()) <= int(column.max()) < limit:
                raise BadInput(f"a ruler answer names a {name} that is not from 0 to {limit - 1}")
        if not (np.isin(self.better, (0, 1)).all() and np.isfinite(self.ruler).all()):
            raise BadInput("a ruler answer is 1 for the stimulus or 0 for the ruler, whose JND are finite")


@dataclass(frozen=True)
class RulerScale:
    """Qualities on the ruler's own scale.

    Attributes:
        value: of each stimulus, JND.
        covariance: of their errors, JND^2, the biases' included.
        bias: of each observer: positive for one who finds stimuli better against the ruler than others do.
        bias_spread: standard deviation of biases, learned, JND.
    """

    value: Float[np.ndarray, " stimulus"]
    covariance: Float[np.ndarray, "stimulus stimulus"]
    bias: Float[np.ndarray, " observer"]
    bias_spread: float

    @property
    def interval(self) -> Float[np.ndarray, "stimulus 2"]:
        """Ends of the 95 % interval, JND: Student's, of as many degrees as observers less one."""
        from scipy.special import stdtrit  # of the extra "panel"

        reach = stdtrit(max(len(self.bias) - 1, 1), 0.975) * np.sqrt(np.diag(self.covariance))
        return np.asarray(self.value[:, None] + np.outer(reach, [-1, 1]))


def compared(answers: RulerAnswers, link: Link = Link.NORMAL) -> RulerScale:
    """Qualities of stimuli that were compared with a ruler.

    Args:
        answers: one or more; a stimulus always better than the ruler gets a finite value far above it.
        link: Thurstone's or Bradley and Terry's.

    Raises:
        BadInput: no answers.
    """
    if len(answers.better) == 0:
        raise BadInput("there are no answers to scale; one comparison with the ruler at least is needed")
    n, m = answers.n_stimuli, answers.n_observers
    theta = np.concatenate([np.full(n, float(answers.ruler.mean())), np.zeros(m)])
    spread = BIAS_SPREAD
    for _ in range(_ROUNDS):
        theta, curvature = _solved(answers, link, theta, spread)
        inverse = np.linalg.inv(curvature)
        known = m - float(np.trace(inverse[n:, n:])) / spread**2
        learned = float(np.sqrt((theta[n:] @ theta[n:] + BIAS_SPREAD**2) / (max(known, 0.0) + 1)))
        if abs(learned / spread - 1) < 1e-6:
            break
        spread = learned
    return RulerScale(theta[:n], inverse[:n, :n], theta[n:], spread)


def _solved(
    answers: RulerAnswers, link: Link, theta: Float[np.ndarray, " parameter"], spread: float
) -> tuple[Float[np.ndarray, " parameter"], Float[np.ndarray, "parameter parameter"]]:
    n, size = answers.n_stimuli, len(theta)
    middle = float(answers.ruler.mean())
    about = np.concatenate([np.full(n, middle), np.zeros(size - n)])
    weight = np.concatenate([np.full(n, _QUALITY_SPREAD**-2), np.full(size - n, spread**-2)])
    who, sign = n + answers.observer, np.where(answers.better == 1, 1.0, -1.0)
    curvature = np.diag(weight)
    for _ in range(_STEPS):
        u = sign * (theta[answers.stimulus] + theta[who] - answers.ruler) * link.unit
        _, first, second = log_slopes(link, u)
        pull, bend = sign * first * link.unit, -second * link.unit**2
        gradient = -weight * (theta - about)
        curvature = np.diag(weight)
        for i in (answers.stimulus, who):
            gradient += np.bincount(i, pull, size)
            for j in (answers.stimulus, who):
                np.add.at(curvature, (i, j), bend)
        step = np.linalg.solve(curvature, gradient)
        theta = theta + step * min(1.0, _LONGEST / max(float(np.abs(step).max()), _CLOSE))
        if np.abs(step).max() < _CLOSE:
            break
    return theta, curvature
