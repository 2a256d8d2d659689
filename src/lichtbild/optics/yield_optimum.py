"""Yield optimum: the lens of which most builds are good.

A build is as good as its worst field, so that the least sum of spots, even of spots as they are made
(`lichtbild.optics.desensitise`), is not the greatest yield. Here the weights of the fields follow what
limits the lens: they double where builds fail, the lens is refined again from where it was, and so on; after
a turn that does not help they grow by half as much. The best lens as drawn is found likewise, with another
refinement and another judge::

    made = yield_optimum(lens, budget, variables, kept(lens))
    drawn = followed(lens, lambda at: refine_spots(at, variables, kept(lens)).lens, as_drawn(budget))
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lichtbild.core.errors import BadInput
from lichtbild.optics.desensitise import desensitised
from lichtbild.optics.lens import Lens
from lichtbild.optics.merit.operands import Operand
from lichtbild.optics.refine import Bounds
from lichtbild.optics.refine_spots import USUAL, Sampling
from lichtbild.optics.tolerance.budget import Budget
from lichtbild.optics.tolerance.prepared import prepared
from lichtbild.optics.tolerance.yield_rate import field_margins

NEAR = 0.2
"""Distance in field from one that limits the lens within which weights grow."""

TURNS = 8
"""Most refinements with new weights."""

LEAST = 0.2
"""Growth of a weight below which another turn would change little."""


@dataclass(frozen=True)
class Judgement:
    """How good a lens is, and what limits it.

    Args:
        score: the more the better.
        limiting: share of the outermost field.
    """

    score: float
    limiting: float


Judge = Callable[[Lens], Judgement]
Refinement = Callable[[Lens], Lens]


@dataclass(frozen=True)
class Followed:
    """A lens whose fields are weighted by what limits it.

    Args:
        lens: the best.
        history: what was thought of it at the start and after each turn, also of those that did not help.
    """

    lens: Lens
    history: tuple[Judgement, ...]

    @property
    def score(self) -> float:
        """Of the lens."""
        return max(each.score for each in self.history)


def yield_optimum(  # noqa: PLR0913  those of `desensitised`, and of the builds that judge
    lens: Lens,
    budget: Budget,
    variables: Bounds,
    operands: tuple[Operand, ...] = (),
    *,
    count: int = 2000,
    seed: int = 0,
    turns: int = TURNS,
    growth: float = 1.0,
    steps: int = 200,
    gain: float = 1e-6,
    sampling: Sampling = USUAL,
) -> Followed:
    """The lens nearby of which most builds keep a budget's limits of contrast.

    Args:
        lens: as of `refine_spots`; its fields' weights are to begin with.
        budget: limits of errors and of contrast, and what is adjusted.
        variables: as of `refine_spots`.
        operands: what else is wanted, as `lichtbild.optics.desensitise.kept`.
        count: builds that each lens is judged by, always with the same draws.
        seed: of their draws; ask for the yield with another one.
        turns: most refinements after the first.
        growth: weight of what errors add to the spots.
        steps: most steps of a refinement.
        gain: as of `refine_spots`.
        sampling: as of `refine_spots`.

    Raises:
        BadInput: as of `desensitised` and `lichtbild.optics.tolerance.prepared.prepared`.
    """
    settings = {"growth": growth, "steps": steps, "gain": gain, "sampling": sampling}

    def refined(at: Lens) -> Lens:
        return desensitised(at, budget, variables, operands, **settings).lens  # type: ignore[arg-type]

    return followed(refined(lens), refined, as_made(budget, count, seed), turns)


def followed(lens: Lens, refined: Refinement, judge: Judge, turns: int = TURNS) -> Followed:
    """A lens refined on with weights that follow what limits it.

    A turn that loses the light counts as one that does not help.

    Args:
        lens: refined already.
        refined: the lens refined with the weights of its fields.
        judge: of lenses.
        turns: most.
    """
    history = [judge(lens)]
    best, now, growth = lens, history[0], 1.0
    for _ in range(turns):
        if growth < LEAST:
            break
        try:
            other = refined(reweighted(best, now.limiting, growth))
            there = judge(other)
        except BadInput:
            growth /= 2
            continue
        history.append(there)
        if there.score > now.score:
            best, now = other, there
        else:
            growth /= 2
    return Followed(best, tuple(history))


def reweighted(lens: Lens, limiting: float, growth: float = 1.0) -> Lens:
    """The lens with weights that grow by a share of themselves at one place in the field, by less nearby."""
    heights = np.array([float(np.hypot(float(point.x), float(point.y))) for point in lens.fields])
    apart = np.abs(heights / max(float(heights.max()), 1e-300) - limiting)
    near = growth * np.maximum(0.0, 1 - (apart - apart.min()) / NEAR)
    pairs = zip(lens.fields, near, strict=True)
    return replace(lens, fields=tuple(replace(p, weight=float(p.weight * (1 + n))) for p, n in pairs))


def as_drawn(budget: Budget) -> Judge:
    """Lenses by their least contrast above the budget's limits, without errors but compensated."""

    def judge(lens: Lens) -> Judgement:
        ready = prepared(lens, budget)
        (margins,) = field_margins(ready.nominal, budget, ready.share)
        return Judgement(float(margins.min()), budget.shares[int(margins.argmin())])

    return judge


def as_made(budget: Budget, count: int, seed: int) -> Judge:
    """Lenses by their share of good builds; limited by the field at which most of the others are worst."""

    def judge(lens: Lens) -> Judgement:
        ready = prepared(lens, budget)
        margins = field_margins(ready.predicted(ready.errors(count, seed)), budget, ready.share)
        good = np.all(margins >= 0, axis=1)
        worst = np.bincount(margins[~good].argmin(axis=1), minlength=1)
        return Judgement(float(np.mean(good)), budget.shares[int(worst.argmax())])

    return judge
