"""Scale of paired comparisons: the quality of each stimulus in just noticeable differences, from all answers.

Qualities have a normal prior about their mean whose spread is learned from the answers themselves: answers
that are unanimous, or stimuli that were hardly compared, get finite values, and scales come nearer to the
truth than those of greatest likelihood. ``spread=inf`` leaves the prior out.

The spread s and its prior are found by alternating (MacKay): with the qualities q of greatest posterior
density and their covariance C,

    s^2 = (sum q^2 + v s0^2) / (n - tr C / s^2 + v),    v = 1, s0 = 3 JND

Source: Thurstone (1927), Bradley and Terry (1952), see ``lichtbild.panel.scale.link``; D. J. C. MacKay,
Neural Computation 4 (1992) 415, equation 4.8.
"""

from dataclasses import dataclass, field, replace
from enum import Enum
from math import inf, isinf, nan
from typing import Final

import numpy as np
from jaxtyping import Float, Int

from lichtbild.core.errors import BadInput
from lichtbild.panel.comparisons import FIRST, SECOND, TIE, Comparisons
from lichtbild.panel.scale.likelihood import AnswerModel
from lichtbild.panel.scale.link import Link
from lichtbild.panel.scale.newton import Design, Solution, solved
from lichtbild.panel.scale.ties import Ties

SIDE_SPREAD: Final = 1.0
"""Standard deviation of the prior of a bias towards the first side, JND."""

USUAL_SPREAD: Final = 3.0
"""Of qualities, before any answer is known, JND."""

ROUNDS: Final = 60
"""Most of them in which the spread of the prior is learned."""

_SURE: Final = 1.0
_MOST_LAPSES: Final = 0.3
_LAPSE_SHAPE: Final = 20.0
_NORMAL_95: Final = 1.959963984540054


class Side(Enum):
    """Whose bias towards the first side is estimated."""

    NONE = "none"
    COMMON = "common"
    OBSERVER = "observer"


@dataclass(frozen=True)
class PairedModel:
    """How a scale is made of answers.

    Attributes:
        link: Thurstone's case V or Bradley and Terry.
        ties: what a tie is taken for.
        side: whose bias towards the first side, left or earlier, is estimated.
        lapse: share of answers given without looking, 0 to 0.5; learned where ``None``.
        spread: standard deviation of the prior of the qualities, JND; learned where ``None``, no prior where
            infinite.

    Raises:
        BadInput: Davidson's ties with Thurstone's link, a lapse rate or a spread out of range.
    """

    link: Link = Link.NORMAL
    ties: Ties = Ties.HALVES
    side: Side = Side.NONE
    lapse: float | None = 0.0
    spread: float | None = None

    def __post_init__(self) -> None:
        if self.ties is Ties.DAVIDSON and self.link is not Link.LOGISTIC:
            raise BadInput("Davidson's ties belong to Bradley and Terry's model; choose that, or thresholds")
        if self.lapse is not None and not 0 <= self.lapse < 0.5:
            raise BadInput(f"a lapse rate of {self.lapse:g} is not from 0 to below 0.5")
        if self.spread is not None and not self.spread > 0:
            raise BadInput(f"a prior's spread of {self.spread:g} JND is not above 0")


@dataclass(frozen=True)
class PairedScale:
    """Qualities of stimuli.

    Attributes:
        value: of each stimulus, JND; their mean is 0, or that of the reference.
        covariance: of the errors of the values, by the curvature of the likelihood and the prior, JND^2.
        side: bias towards the first side of all observers, or of each; empty where not estimated, JND.
        width: half of the interval in which observers say tie, JND; Davidson's own parameter for his model;
            NaN where ties are halves.
        lapse: share of answers given without looking.
        spread: of the prior, JND; infinite for none.
        log_likelihood: of all answers, natural logarithm, without the prior.
        model: that was asked for.
    """

    value: Float[np.ndarray, " item"]
    covariance: Float[np.ndarray, "item item"]
    side: Float[np.ndarray, " group"] = field(default_factory=lambda: np.zeros(0))
    width: float = nan
    lapse: float = 0.0
    spread: float = inf
    log_likelihood: float = nan
    model: PairedModel = field(default_factory=PairedModel)

    @property
    def error(self) -> Float[np.ndarray, " item"]:
        """Standard error of each value, JND."""
        return np.asarray(np.sqrt(np.maximum(np.diag(self.covariance), 0.0)))

    @property
    def interval(self) -> Float[np.ndarray, "item 2"]:
        """Ends of the 95 % interval by the curvature, JND; bootstrap and profile are in ``intervals``."""
        return np.asarray(self.value[:, None] + _NORMAL_95 * np.outer(self.error, [-1, 1]))

    def difference_errors(self) -> Float[np.ndarray, "item item"]:
        """Standard error of the difference of each pair, JND."""
        variance = np.diag(self.covariance)
        return np.asarray(np.sqrt(np.maximum(variance[:, None] + variance - 2 * self.covariance, 0.0)))

    def against(self, item: int) -> "PairedScale":
        """The same scale with its zero at one stimulus, whose value then has no error."""
        shift = np.eye(len(self.value))
        shift[:, item] -= 1
        covariance = shift @ self.covariance @ shift.T
        return replace(self, value=self.value - self.value[item], covariance=covariance)


def groups_of(comparisons: Comparisons, side: Side) -> tuple[Int[np.ndarray, " answer"], int]:
    """Group of each answer whose bias is one, and the number of groups."""
    if side is Side.OBSERVER:
        return comparisons.observer, comparisons.n_observers
    return np.zeros(len(comparisons), int), int(side is Side.COMMON)


def rows_of(comparisons: Comparisons, model: PairedModel, spread: float) -> tuple[Design, np.ndarray]:
    """Rows of the likelihood, and the row of each answer."""
    group, n_groups = groups_of(comparisons, model.side)
    n = comparisons.n_items
    first, second = comparisons.first, comparisons.second
    keys, place = np.unique((group * n + first) * n + second, return_inverse=True)
    flat = isinf(spread)
    design = Design(
        keys // n % n,
        keys % n,
        keys // n**2,
        n,
        n_groups,
        weight=0.0 if flat else spread**-2,
        centre=1.0 if flat else 0.0,
        side_weight=SIDE_SPREAD**-2,
        tied=model.ties is not Ties.HALVES,
    )
    return design, place.reshape(-1)


def counted(
    comparisons: Comparisons, place: Int[np.ndarray, " answer"], n_rows: int
) -> Float[np.ndarray, "row 3"]:
    """Answers of each row: first, second, tie."""
    each = [np.bincount(place, comparisons.answer == one, n_rows) for one in (FIRST, SECOND, TIE)]
    return np.stack(each, -1).astype(float)


def scaled(comparisons: Comparisons, model: PairedModel | None = None) -> PairedScale:
    """The scale of greatest posterior density: of greatest likelihood where no prior is asked for.

    Args:
        comparisons: one answer or more.
        model: Thurstone's case V with a learned prior unless given.

    Raises:
        BadInput: no answers; or, without a prior, answers that leave the scale infinite: a group of stimuli
            that was never preferred to the others, or never compared with them.
    """
    model = model or PairedModel()
    if len(comparisons) == 0:
        raise BadInput("there are no answers to scale; one comparison at least is needed")
    if model.spread is not None and isinf(model.spread):
        _refuse_infinite(comparisons)
    if model.lapse is None:
        return _with_lapses(comparisons, model)
    return _with_spread(comparisons, model)


def _refuse_infinite(comparisons: Comparisons) -> None:
    from scipy.sparse.csgraph import connected_components  # of the extra "panel"

    count, _ = connected_components(comparisons.wins() > 0, connection="strong")
    if count > 1:
        raise BadInput(
            f"without a prior the scale is infinite: the stimuli fall into {count} groups of which one was "
            "always preferred to another, or never compared with it; use a prior"
        )


def _with_lapses(comparisons: Comparisons, model: PairedModel) -> PairedScale:
    from scipy.optimize import minimize_scalar  # of the extra "panel"

    known = _with_spread(comparisons, replace(model, lapse=0.0))
    fixed = replace(model, spread=known.spread)

    def loss(lapse: float) -> float:
        scale = _with_spread(comparisons, replace(fixed, lapse=float(lapse)))
        pulled = 0.0 if isinf(scale.spread) else float((scale.value**2).sum()) / scale.spread**2 / 2
        return pulled - scale.log_likelihood - _LAPSE_SHAPE * float(np.log1p(-lapse))

    found = minimize_scalar(loss, bounds=(0.0, _MOST_LAPSES), method="bounded", options={"xatol": 1e-4})
    lapse = float(found.x) if found.fun < loss(0.0) else 0.0
    return replace(_with_spread(comparisons, replace(model, lapse=lapse)), model=model)


def _with_spread(comparisons: Comparisons, model: PairedModel) -> PairedScale:
    answer_model = AnswerModel(model.link, model.ties, model.lapse or 0.0)
    spread = USUAL_SPREAD if model.spread is None else model.spread
    design, place = rows_of(comparisons, model, spread)
    counts = counted(comparisons, place, len(design.first))[None]
    theta = np.zeros((1, design.size))
    n = design.n_items
    close = closeness(n)
    for _ in range(ROUNDS):
        solution = solved(design, answer_model, counts, theta)
        theta = solution.theta
        if model.spread is not None:
            break
        learned = learned_spread(theta[0, :n], solution.curvature[0], spread)
        if abs(learned / spread - 1) < close:
            break
        spread = learned
        design = replace(design, weight=spread**-2)
    return _scale(solution, design, replace(model, spread=model.spread), spread)


def inverse(matrix: Float[np.ndarray, "n n"]) -> Float[np.ndarray, "n n"]:
    """Inverse of a positive definite matrix, by Cholesky: half the work of a general one.

    Raises:
        BadInput: a matrix that is not: the answers leave something free.
    """
    from scipy.linalg.lapack import dpotrf, dpotri  # of the extra "panel"

    factor, wrong = dpotrf(matrix, lower=1)
    if wrong:
        raise BadInput("the answers leave the scale free in some direction; use a prior")
    lower = np.tril(dpotri(factor, lower=1)[0])
    return np.asarray(lower + np.tril(lower, -1).T)


def closeness(n_items: int) -> float:
    """To which part the spread of the prior is learned: large scales take long, and need it less."""
    return 1e-6 if n_items <= 100 else 5e-3


def learned_spread(
    q: Float[np.ndarray, " item"], curvature: Float[np.ndarray, "parameter parameter"], spread: float
) -> float:
    """Spread of the prior that the qualities found with another spread ask for, JND: one of MacKay's rounds.

    Args:
        q: qualities of greatest posterior density, mean 0.
        curvature: of the penalised likelihood there, the qualities before all other parameters.
        spread: of the prior that they were found with.
    """
    n = len(q)
    known = n - float(np.trace(inverse(curvature)[:n, :n])) / spread**2
    square = (float(q @ q) + _SURE * USUAL_SPREAD**2) / (max(known, 0.0) + _SURE)
    return float(np.sqrt(square))


def _scale(solution: Solution, design: Design, model: PairedModel, spread: float) -> PairedScale:
    n, theta = design.n_items, solution.theta[0]
    covariance = inverse(solution.curvature[0])[:n, :n]
    covariance = covariance - covariance.mean(0)
    covariance = covariance - covariance.mean(1, keepdims=True)
    width = nan
    if design.tied:
        inner = float(np.exp(theta[-1]))
        width = inner / model.link.unit if model.ties is Ties.THRESHOLD else inner
    return PairedScale(
        theta[:n] - theta[:n].mean(),
        covariance,
        theta[n : n + design.n_groups],
        width,
        model.lapse or 0.0,
        spread,
        float(solution.log_likelihood[0]),
        model,
    )
