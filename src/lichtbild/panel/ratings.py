"""Ratings: the scores that observers gave, one stimulus at a time."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from lichtbild.core.errors import BadInput


@dataclass(frozen=True)
class Ratings:
    """Scores, in the order in which they were given.

    Attributes:
        observer: who rated, 0 to ``n_observers`` - 1.
        stimulus: what was rated, 0 to ``n_stimuli`` - 1.
        repetition: 0 for the first time that this observer rated this stimulus, 1 for the next.
        score: points, of any scale; more is better.
        n_observers: number of observers.
        n_stimuli: number of stimuli, rated or not.
        reference: of each stimulus, the stimulus that is its hidden reference (itself where it is one), or
            -1 where it has none; ``None`` where there are no references at all.

    Raises:
        BadInput: columns of unequal length, an index outside its range, a score that is no number, one rated
            twice under one repetition, or a reference that is no stimulus.
    """

    observer: Int[np.ndarray, " rating"]
    stimulus: Int[np.ndarray, " rating"]
    repetition: Int[np.ndarray, " rating"]
    score: Float[np.ndarray, " rating"]
    n_observers: int
    n_stimuli: int
    reference: Int[np.ndarray, " stimulus"] | None = None

    def __post_init__(self) -> None:
        columns = {"observer": self.observer, "stimulus": self.stimulus, "repetition": self.repetition}
        if len({len(column) for column in (*columns.values(), self.score)}) != 1:
            raise BadInput("the columns of a table of ratings differ in length; each rating needs all four")
        limits = {"observer": self.n_observers, "stimulus": self.n_stimuli, "repetition": None}
        for name, column in columns.items():
            limit = limits[name]
            if len(column) and (int(column.min()) < 0 or (limit is not None and int(column.max()) >= limit)):
                raise BadInput(
                    f"ratings name {name} {int(column.min())} to {int(column.max())}; it is counted from 0"
                    + ("" if limit is None else f" to {limit - 1}")
                )
        if not np.isfinite(self.score).all():
            raise BadInput("a score is a finite number; leave out what was not rated")
        if len(np.unique(np.stack(list(columns.values())), axis=1).T) != len(self.score):
            raise BadInput("one observer rated a stimulus twice under one repetition; number repetitions")
        if self.reference is not None and not (
            len(self.reference) == self.n_stimuli
            and ((self.reference >= -1) & (self.reference < self.n_stimuli)).all()
        ):
            raise BadInput(
                f"each of {self.n_stimuli} stimuli needs the number of its hidden reference, or -1 for none"
            )

    def __len__(self) -> int:
        return len(self.score)

    @classmethod
    def of_table(
        cls,
        table: Float[np.ndarray, "observer stimulus repetition"] | Float[np.ndarray, "observer stimulus"],
        reference: Int[np.ndarray, " stimulus"] | None = None,
    ) -> "Ratings":
        """Ratings of a table of scores, NaN where there is none.

        Args:
            table: scores by observer and stimulus, and by repetition where there are any.
            reference: hidden reference of each stimulus, as the attribute.
        """
        full = table if table.ndim == 3 else table[:, :, None]
        observer, stimulus, repetition = np.nonzero(~np.isnan(full))
        scores = full[observer, stimulus, repetition].astype(float)
        return cls(observer, stimulus, repetition, scores, full.shape[0], full.shape[1], reference)

    @property
    def n_repetitions(self) -> int:
        """Most repetitions of one stimulus by one observer, at least 1."""
        return int(self.repetition.max()) + 1 if len(self) else 1

    def table(self) -> Float[np.ndarray, "observer stimulus repetition"]:
        """Scores by observer, stimulus and repetition; NaN where there is none."""
        scores = np.full((self.n_observers, self.n_stimuli, self.n_repetitions), np.nan)
        scores[self.observer, self.stimulus, self.repetition] = self.score
        return scores

    def chosen(self, rows: Bool[np.ndarray, " rating"] | Int[np.ndarray, " some"]) -> "Ratings":
        """Some of the ratings, by mask or by index; stimuli and observers keep their numbers."""
        return replace(
            self,
            observer=self.observer[rows],
            stimulus=self.stimulus[rows],
            repetition=self.repetition[rows],
            score=self.score[rows],
        )

    def without(self, observer: int) -> "Ratings":
        """Ratings of all others."""
        return self.chosen(self.observer != observer)
