"""Findings: what the votes of an experiment say, in numbers that a page shows and a program reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

SCHEMA: Final = 1
"""Version of the JSON."""


@dataclass(frozen=True)
class Place:
    """Where a condition stands.

    Attributes:
        condition: its name.
        value: in the findings' unit; NaN where nobody judged it.
        low: lower end of its 95 % interval; NaN for none.
        high: upper end.
        count: answers about it.
    """

    condition: str
    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Difference:
    """Two conditions held against each other.

    Attributes:
        first: the one.
        second: the other.
        value: of the first less that of the second.
        low: lower end of its 95 % interval, of this one pair.
        high: upper end.
        p: chance of one as great where there is none, two-sided.
        adjusted: the same for all pairs of this scale together, by Holm.
    """

    first: str
    second: str
    value: float
    low: float
    high: float
    p: float
    adjusted: float


@dataclass(frozen=True)
class Fit:
    """Whether the scale explains the answers.

    Attributes:
        name: of the number.
        value: the number.
        freedom: degrees of freedom; 0 where there are none.
        p: its chance if the scale is right; NaN where none is told.
        told: what it means.
    """

    name: str
    value: float
    freedom: int = 0
    p: float = float("nan")
    told: str = ""


@dataclass(frozen=True)
class Scaling:
    """A scale of conditions.

    Attributes:
        scene: whose; empty for all scenes together.
        places: of the conditions, in their order.
        differences: of all pairs.
        interval: how the intervals are made.
        observers: who answered.
        answers: how many.
        others: what other models say of each condition: value, low, high.
        fit: whether the scale explains the answers.
        notes: what has to be known of it.
    """

    scene: str
    places: tuple[Place, ...]
    differences: tuple[Difference, ...]
    interval: str
    observers: int
    answers: int
    others: Mapping[str, tuple[tuple[float, float, float], ...]] = field(default_factory=dict)
    fit: tuple[Fit, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Numbers:
    """A number of each observer.

    Attributes:
        name: what it is, with its unit.
        values: by observer, NaN where there is none.
    """

    name: str
    values: Mapping[str, float]


@dataclass(frozen=True)
class Findings:
    """What the votes say.

    Attributes:
        quantity: that is on the scale.
        unit: of it.
        zero: where the scale has its zero; empty where that is the scale's own.
        model: how values are made of answers.
        clause: what the method follows.
        scalings: that of all scenes together first, where there is one.
        consistency: numbers of the observers who count.
        notes: what has to be known of all.
    """

    quantity: str
    unit: str
    zero: str
    model: str
    clause: str
    scalings: tuple[Scaling, ...]
    consistency: tuple[Numbers, ...] = ()
    notes: tuple[str, ...] = ()
