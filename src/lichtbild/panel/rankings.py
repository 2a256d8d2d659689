"""Rankings: stimuli put in order, all of them or some, or only the best one named.

A triplet of ISO 20462-2 is a ranking of three; best of n is a ranking that stops after its first place.
Source: after ISO 20462-2:2005, triplet comparison.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from jaxtyping import Bool, Int

from lichtbild.core.errors import BadInput
from lichtbild.panel.comparisons import FIRST, Comparisons

NOTHING = -1
"""Fills the rows of shorter rankings."""


@dataclass(frozen=True)
class Rankings:
    """Orders that observers gave, one a row.

    Attributes:
        observer: who ranked, 0 to ``n_observers`` - 1.
        items: stimuli from best to worst, 0 to ``n_items`` - 1; -1 behind the last of a shorter ranking.
        ranked: how many places of each row are in order; the rest of its stimuli were only there. 1 for
            "which of these is best"; the number of stimuli, or one less, for a whole ranking.
        n_items: number of stimuli.
        n_observers: number of observers.

    Raises:
        BadInput: rows that do not fit together, a stimulus or observer outside its range, one stimulus twice
            in a row, fewer than two in a row, or places ranked that are not there.
    """

    observer: Int[np.ndarray, " ranking"]
    items: Int[np.ndarray, "ranking place"]
    ranked: Int[np.ndarray, " ranking"]
    n_items: int
    n_observers: int

    def __post_init__(self) -> None:
        if not len(self.observer) == len(self.items) == len(self.ranked):
            raise BadInput("each ranking needs its observer, its stimuli and how many places are in order")
        if len(self) == 0:
            return
        if not 0 <= int(self.observer.min()) <= int(self.observer.max()) < self.n_observers:
            raise BadInput(f"observers of rankings are counted from 0 to {self.n_observers - 1}")
        if not NOTHING <= int(self.items.min()) <= int(self.items.max()) < self.n_items:
            raise BadInput(f"stimuli of rankings are counted from 0 to {self.n_items - 1}")
        there = self.items != NOTHING
        if (there[:, 1:] & ~there[:, :-1]).any() or (self.lengths < 2).any():
            raise BadInput("a ranking holds two stimuli or more, and -1 only behind its last one")
        if ((self.ranked < 1) | (self.ranked > self.lengths)).any():
            raise BadInput("a ranking has at least one place in order, and no more than stimuli")
        ordered = np.sort(np.where(there, self.items, -1 - np.arange(self.items.shape[1])), axis=1)
        if (np.diff(ordered, axis=1) == 0).any():
            raise BadInput("a ranking names a stimulus twice; each has one place")

    def __len__(self) -> int:
        return len(self.ranked)

    @property
    def lengths(self) -> Int[np.ndarray, " ranking"]:
        """Number of stimuli of each ranking."""
        return np.asarray((self.items != NOTHING).sum(axis=1))

    @classmethod
    def of_orders(
        cls, orders: Sequence[Sequence[int]], n_items: int, observer: Sequence[int] | None = None
    ) -> "Rankings":
        """Whole rankings.

        Args:
            orders: stimuli of each, best first; lengths may differ.
            n_items: number of stimuli.
            observer: who ranked; one observer for all unless given.
        """
        longest = max((len(order) for order in orders), default=0)
        items = np.full((len(orders), longest), NOTHING)
        for row, order in zip(items, orders, strict=True):
            row[: len(order)] = order
        who = np.zeros(len(orders), int) if observer is None else np.asarray(observer, int)
        ranked = np.array([len(order) for order in orders], int)
        return cls(who, items, ranked, n_items, int(who.max(initial=0)) + 1)

    @classmethod
    def of_choices(cls, choices: Sequence[tuple[int, Sequence[int]]], n_items: int) -> "Rankings":
        """Choices of the best: of each, the stimulus preferred and those it was preferred to.

        Args:
            choices: winner, and the others that were shown.
            n_items: number of stimuli.
        """
        whole = cls.of_orders([[winner, *losers] for winner, losers in choices], n_items)
        return replace(whole, ranked=np.ones_like(whole.ranked))

    def chosen(self, rows: Bool[np.ndarray, " ranking"] | Int[np.ndarray, " some"]) -> "Rankings":
        """Some of the rankings, by mask or by index; stimuli and observers keep their numbers."""
        return replace(self, observer=self.observer[rows], items=self.items[rows], ranked=self.ranked[rows])

    def comparisons(self) -> Comparisons:
        """Each pair that a ranking puts in order, as if it had been compared.

        Pairs of one ranking are not independent of one another; intervals by observers stay honest, those by
        curvature become too short.
        """
        places = list(combinations(range(self.items.shape[1]), 2))
        left, right = np.array(places, int).reshape(-1, 2).T
        told = (self.ranked[:, None] > left) & (self.items[:, right] != NOTHING)
        row, pair = np.nonzero(told)
        return Comparisons(
            self.observer[row],
            self.items[row, left[pair]],
            self.items[row, right[pair]],
            np.full(len(row), FIRST),
            self.n_items,
            self.n_observers,
        )
