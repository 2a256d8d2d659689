"""Intervals of a paired scale: by drawing observers anew, and by the profile of the likelihood.

The curvature (``PairedScale.interval``) takes every answer for independent. Observers differ: drawing whole
observers with repetition carries that into the interval. The profile allows for a likelihood that is not
symmetric, as where a stimulus lost nearly always.

Source: B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993); M. Perez-Ortiz and R. K.
Mantiuk (2017), section 6; G. Papandreou and A. L. Yuille, ICCV (2011) (draws of the prior); D. J. Venzon and
S. H. Moolgavkar, Appl. Stat. 37 (1988) 87; P. J. Huber, Proc. 5th Berkeley Symp. 1 (1967) 221.
"""

from dataclasses import dataclass
from math import isinf
from typing import Final

import numpy as np
from jaxtyping import Float

from lichtbild.core.errors import BadInput
from lichtbild.panel.comparisons import FIRST, SECOND, TIE, Comparisons
from lichtbild.panel.scale.likelihood import AnswerModel
from lichtbild.panel.scale.newton import Design, solved
from lichtbild.panel.scale.paired import PairedScale, counted, rows_of
from lichtbild.panel.scale.ties import Ties

DRAWS: Final = 500
_SEED: Final = 20261123
_AT_ONCE: Final = 4_000_000
_DROP_95: Final = 3.841458820694124
"""95 % of chi-squared of one degree of freedom."""
_WIDEST: Final = 30.0
_TURNS: Final = 30
_CLOSE: Final = 1e-5


@dataclass(frozen=True)
class Bootstrap:
    """Scales of observers drawn with repetition.

    Attributes:
        values: of each draw, JND, mean 0.
        value: of the scale itself.
        n_observers: who answered.
    """

    values: Float[np.ndarray, "draw item"]
    value: Float[np.ndarray, " item"]
    n_observers: int

    @property
    def covariance(self) -> Float[np.ndarray, "item item"]:
        """Of the errors of the values; times n / (n - 1), which drawing n of n observers loses."""
        n = self.n_observers
        return np.atleast_2d(np.cov(self.values.T)) * n / (n - 1)

    @property
    def interval(self) -> Float[np.ndarray, "item 2"]:
        """Ends of the 95 % interval: Student's, of as many degrees as there are observers less one, JND."""
        from scipy.special import stdtrit  # of the extra "panel"

        reach = stdtrit(self.n_observers - 1, 0.975) * np.sqrt(np.diag(self.covariance))
        return np.asarray(self.value[:, None] + np.outer(reach, [-1, 1]))

    @property
    def percentiles(self) -> Float[np.ndarray, "item 2"]:
        """Ends of the 95 % interval as pwcmp has it: 2.5 and 97.5 of 100 draws, JND; a little short."""
        return np.asarray(np.quantile(self.values, [0.025, 0.975], axis=0).T)


def bootstrap(
    comparisons: Comparisons, scale: PairedScale, draws: int = DRAWS, seed: int = _SEED
) -> Bootstrap:
    """Scales of observers drawn with repetition, all found together.

    Where the scale has a prior, its centre is drawn too: otherwise intervals would be of the pulled
    values, not of the truth. Where it has none, draws get one of 30 JND, which keeps them finite.

    Args:
        comparisons: that the scale was made of.
        scale: their scale; its spread and its lapse rate are kept.
        draws: how many.
        seed: of the draws.

    Raises:
        BadInput: answers of one observer only.
    """
    who = np.unique(comparisons.observer)
    if len(who) < 2:
        raise BadInput("a bootstrap draws observers; with answers of one only, take the scale's own interval")
    # Some draws are unanimous where the answers were not.
    spread = min(scale.spread, _WIDEST)
    design, place = rows_of(comparisons, scale.model, spread)
    n_rows = len(design.first)
    index = np.searchsorted(who, comparisons.observer) * n_rows + place
    each = np.stack(
        [np.bincount(index, comparisons.answer == one, len(who) * n_rows) for one in (FIRST, SECOND, TIE)], -1
    ).reshape(len(who), n_rows * 3)
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(len(who), np.full(len(who), 1 / len(who)), draws).astype(float)
    about = np.zeros((draws, design.size))
    if not isinf(scale.spread):
        about[:, : design.n_items] = generator.normal(0, scale.spread, (draws, design.n_items))
    start, model = _start(design, scale)
    size = max(1, _AT_ONCE // max(design.size**2, 3 * n_rows))
    found = []
    for begin in range(0, draws, size):
        part = slice(begin, begin + size)
        counts = (drawn[part] @ each).reshape(-1, n_rows, 3)
        first = np.repeat(start[None], len(counts), 0)
        found.append(solved(design, model, counts, first, about=about[part]).theta[:, : design.n_items])
    values = np.concatenate(found)
    return Bootstrap(values - values.mean(1, keepdims=True), scale.value, len(who))


def observer_covariance(comparisons: Comparisons, scale: PairedScale) -> Float[np.ndarray, "item item"]:
    """Covariance of the values when observers differ, JND^2: the bootstrap's, without drawing.

    H^-1 (sum_o s_o s_o' n / (n - 1) + prior) H^-1, with s_o what observer o's answers pull at the qualities.
    Intervals from it are Student's, of as many degrees as there are observers less one.

    Args:
        comparisons: that the scale was made of.
        scale: their scale; what is not a quality in it is taken for known.

    Raises:
        BadInput: answers of one observer only.
    """
    who = np.unique(comparisons.observer)
    if len(who) < 2:
        raise BadInput("one observer's answers do not tell how observers differ; take the scale's covariance")
    design, place = rows_of(comparisons, scale.model, scale.spread)
    start, model = _start(design, scale)
    n, first, second = design.n_items, comparisons.first, comparisons.second
    d = scale.value[first] - scale.value[second]
    if design.n_groups:
        d = d + scale.side[design.group[place]]
    counts = np.stack([comparisons.answer == one for one in (FIRST, SECOND, TIE)], -1).astype(float)
    slope = np.broadcast_to(model.slopes(d, start[-1:], counts).d, d.shape)
    pull = np.zeros((len(who), n))
    index = np.searchsorted(who, comparisons.observer)
    np.add.at(pull, (index, first), slope)
    np.add.at(pull, (index, second), -slope)
    middle = pull.T @ pull * len(who) / (len(who) - 1)
    if not isinf(scale.spread):
        middle = middle + np.eye(n) / scale.spread**2
    return np.asarray(scale.covariance @ middle @ scale.covariance)


def _start(design: Design, scale: PairedScale) -> tuple[Float[np.ndarray, " parameter"], AnswerModel]:
    start = np.zeros(design.size)
    start[: design.n_items] = scale.value
    start[design.n_items : design.n_items + design.n_groups] = scale.side
    if design.tied:
        unit = scale.model.link.unit if scale.model.ties is Ties.THRESHOLD else 1.0
        start[-1] = np.log(scale.width * unit)
    return start, AnswerModel(scale.model.link, scale.model.ties, scale.lapse)


def profile(
    comparisons: Comparisons, scale: PairedScale, against: int | None = None
) -> Float[np.ndarray, "item 2"]:
    """Ends of the 95 % interval of each value, where the likelihood with the prior falls by 1.92.

    Args:
        comparisons: that the scale was made of.
        scale: their scale; its spread and its lapse rate are kept.
        against: the stimulus at 0, whose own interval is 0 to 0; the mean of all unless given.

    Raises:
        BadInput: a likelihood that falls so far in no distance that counts, as without a prior and with
            unanimous answers.
    """
    design, place = rows_of(comparisons, scale.model, scale.spread)
    counts = counted(comparisons, place, len(design.first))
    start, model = _start(design, scale)
    best = solved(design, model, counts[None], start[None])
    n = design.n_items
    items = np.array([i for i in range(n) if i != against])
    contrast = np.zeros((len(items), design.size))
    contrast[np.arange(len(items)), items] = 1.0
    contrast[:, :n] -= 1 / n if against is None else np.eye(n)[against]
    along = np.linalg.solve(best.curvature[0], contrast.T).T
    along /= (contrast * along).sum(1, keepdims=True)
    error = np.einsum("ip,pq,iq->i", along, best.curvature[0], along) ** -0.5
    value = best.theta[0, :n]
    middle = value - (value.mean() if against is None else value[against])
    ends = np.stack([middle, middle], -1)
    far = np.outer(error, [-1.96, 1.96]).ravel()
    theta = best.theta + far[:, None] * np.repeat(along, 2, 0)
    for _ in range(_TURNS):
        at = solved(design, model, np.repeat(counts[None], len(theta), 0), theta, np.repeat(contrast, 2, 0))
        drop = np.maximum(2 * (best.objective - at.objective), 1e-12)
        # The root of the fall is nearly straight in the distance.
        ratio = np.clip(np.sqrt(_DROP_95 / drop), 0.5, 2.0)
        theta = at.theta + ((ratio - 1) * far)[:, None] * np.repeat(along, 2, 0)
        far = far * ratio
        if (np.abs(ratio - 1) < _CLOSE).all():
            break
    else:
        raise BadInput("the likelihood does not end on one side: unanimous answers need a prior")
    ends[items] += far.reshape(-1, 2)
    return ends
