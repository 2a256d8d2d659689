"""Comparisons: which of two stimuli an observer preferred, answer by answer.

The order tells what was shown: the first stimulus stood on the left, or came first in time. A bias of the
observer towards a side can be told from that.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int

from lichtbild.core.errors import BadInput

FIRST: Final = 1
SECOND: Final = -1
TIE: Final = 0


@dataclass(frozen=True)
class Tally:
    """Answers counted by pair and by order: what a scale needs of them when observers do not differ.

    Attributes:
        first: stimulus shown on the left, or first.
        second: the other one; a pair shown in both orders has two rows.
        first_wins: how often the first was preferred.
        second_wins: how often the second was.
        ties: how often neither was.
        n_items: number of stimuli.
    """

    first: Int[np.ndarray, " pair"]
    second: Int[np.ndarray, " pair"]
    first_wins: Float[np.ndarray, " pair"]
    second_wins: Float[np.ndarray, " pair"]
    ties: Float[np.ndarray, " pair"]
    n_items: int


@dataclass(frozen=True)
class Comparisons:
    """Answers to paired comparisons, in the order in which they were given.

    Attributes:
        observer: who answered, 0 to ``n_observers`` - 1.
        first: stimulus on the left, or shown first, 0 to ``n_items`` - 1.
        second: the other one.
        answer: +1 the first was preferred, -1 the second, 0 neither.
        n_items: number of stimuli, answered or not.
        n_observers: number of observers.

    Raises:
        BadInput: columns of unequal length, an index outside its range, a stimulus beside itself, or another
            answer than these three.
    """

    observer: Int[np.ndarray, " answer"]
    first: Int[np.ndarray, " answer"]
    second: Int[np.ndarray, " answer"]
    answer: Int[np.ndarray, " answer"]
    n_items: int
    n_observers: int

    def __post_init__(self) -> None:
        columns = {"observer": self.observer, "first": self.first, "second": self.second}
        if len({len(column) for column in (*columns.values(), self.answer)}) != 1:
            raise BadInput("the columns of a table of comparisons differ in length; an answer needs all four")
        for name, column in columns.items():
            limit = self.n_observers if name == "observer" else self.n_items
            if len(column) and not 0 <= int(column.min()) <= int(column.max()) < limit:
                raise BadInput(
                    f"comparisons name {name} {int(column.min())} to {int(column.max())}; "
                    f"with {limit} of them, they are counted from 0 to {limit - 1}"
                )
        if (self.first == self.second).any():
            row = int(np.flatnonzero(self.first == self.second)[0])
            raise BadInput(f"answer {row} compares stimulus {self.first[row]} with itself; leave it out")
        if not np.isin(self.answer, (FIRST, SECOND, TIE)).all():
            raise BadInput("an answer is 1 for the first stimulus, -1 for the second, 0 for neither")

    def __len__(self) -> int:
        return len(self.answer)

    @classmethod
    def of_wins(cls, wins: Float[np.ndarray, "item item"] | Int[np.ndarray, "item item"]) -> "Comparisons":
        """Answers of one observer that give a matrix of counts.

        Args:
            wins: row i, column j: how often stimulus i was preferred to j; whole numbers.

        Raises:
            BadInput: counts that are negative or no whole numbers.
        """
        counts = np.asarray(wins)
        if (counts < 0).any() or (counts != np.rint(counts)).any():
            raise BadInput("wins are counted: each must be a whole number, at least 0")
        first, second = (index.repeat(counts[counts > 0].astype(int)) for index in np.nonzero(counts > 0))
        zeros = np.zeros(len(first), int)
        return cls(zeros, first, second, zeros + FIRST, len(counts), 1)

    def chosen(self, rows: Bool[np.ndarray, " answer"] | Int[np.ndarray, " some"]) -> "Comparisons":
        """Some of the answers, by mask or by index; stimuli and observers keep their numbers."""
        return replace(
            self,
            observer=self.observer[rows],
            first=self.first[rows],
            second=self.second[rows],
            answer=self.answer[rows],
        )

    def without(self, observer: int) -> "Comparisons":
        """Answers of all others."""
        return self.chosen(self.observer != observer)

    def wins(
        self, weight: Float[np.ndarray, " observer"] | None = None, *, ties_half: bool = True
    ) -> Float[np.ndarray, "item item"]:
        """How often the stimulus of the row was preferred to that of the column.

        Args:
            weight: of each observer's answers; 1 unless given.
            ties_half: a tie counts half a win for each of the two; else it counts nothing.
        """
        share = np.ones(len(self)) if weight is None else weight[self.observer]
        counts = np.zeros((self.n_items, self.n_items))
        won, lost = self.answer == FIRST, self.answer == SECOND
        np.add.at(counts, (self.first[won], self.second[won]), share[won])
        np.add.at(counts, (self.second[lost], self.first[lost]), share[lost])
        return counts + self.ties(weight) / 2 if ties_half else counts

    def ties(self, weight: Float[np.ndarray, " observer"] | None = None) -> Float[np.ndarray, "item item"]:
        """How often neither of two was preferred: symmetric.

        Args:
            weight: of each observer's answers; 1 unless given.
        """
        share = np.ones(len(self)) if weight is None else weight[self.observer]
        counts = np.zeros((self.n_items, self.n_items))
        tied = self.answer == TIE
        np.add.at(counts, (self.first[tied], self.second[tied]), share[tied])
        return counts + counts.T

    def pairs(self) -> tuple[Int[np.ndarray, " pair"], Int[np.ndarray, " answer"]]:
        """Pairs that were shown, told apart by order, and the pair of each answer.

        A pair is one number: first x ``n_items`` + second.
        """
        keys, place = np.unique(self.first * self.n_items + self.second, return_inverse=True)
        return keys, place.reshape(-1)

    def tally(self, weight: Float[np.ndarray, " observer"] | None = None) -> Tally:
        """Answers counted by pair and order; memory grows with the pairs shown, not with all there could be.

        Args:
            weight: of each observer's answers; 1 unless given.
        """
        keys, place = self.pairs()
        share = np.ones(len(self)) if weight is None else weight[self.observer]
        first, second, tied = (
            np.bincount(place, share * (self.answer == one), len(keys)).astype(float)
            for one in (FIRST, SECOND, TIE)
        )
        left, right = np.divmod(keys, self.n_items)
        return Tally(left, right, first, second, tied, self.n_items)
