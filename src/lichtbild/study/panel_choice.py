"""Which pair an observer sees next where the schedule is active: by all votes so far of its scene.

What is kept here can be told again from the votes at any time; no observer is remembered.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np

from lichtbild.io.score_table import read_scores
from lichtbild.io.votes import Votes as Store
from lichtbild.panel.experiment import Experiment, judged
from lichtbild.panel.posterior import Posterior
from lichtbild.panel.protocol import Schedule
from lichtbild.panel.schedule.active import Votes, checkpoint, fitted, hash_of, next_pairs, unknown
from lichtbild.panel.schedule.many import next_pairs_of_many, sketched
from lichtbild.panel.schedule.prior import Measure
from lichtbild.panel.session import Shown
from lichtbild.panel.stimulus import Stimulus
from lichtbild.panel.trial import Trial
from lichtbild.panel.vote import Vote, judgement

MOST_DENSE: Final = 250
"""Conditions of a scene up to which the covariance of all is kept; beyond, pairs are chosen in batches."""

LOOKED_AT_S: Final = 180.0
"""After so long a pair that was handed out is not expected to be answered any more."""

_SEED: Final = 0x6C69

Pair = tuple[int, int]


class SceneChoice:
    """The next pair of one scene."""

    def __init__(self, conditions: Sequence[str], measure: Measure | None) -> None:
        """Begin without votes.

        Args:
            conditions: that are judged.
            measure: an objective measure of them.
        """
        self.conditions = tuple(conditions)
        self._places = {name: place for place, name in enumerate(conditions)}
        self._measure = measure
        self._votes: list[tuple[int, int, int]] = []
        self._left: Counter[int] = Counter()
        self._fitted = 0
        dense = len(conditions) if len(conditions) <= MOST_DENSE else 2
        self._known = unknown(dense, measure if dense == len(conditions) else None)
        self._coming: Posterior | None = None
        self._coming_of = 0
        self._pairs = np.stack(np.triu_indices(dense, 1), axis=-1)
        self._codes = self._pairs @ (len(conditions), 1)
        self._waiting: list[tuple[float, Pair]] = []
        self._batch: list[Pair] = []

    def add(self, shown: tuple[str, ...], answer: float) -> None:
        """Take in a vote."""
        first, second = (self._places[name] for name in shown)
        self._votes.append((first, second, int(answer)))
        self._left.update({first: 1, second: -1})
        pair = (min(first, second), max(first, second))
        self._waiting = _without(self._waiting, pair)
        if len(self.conditions) <= MOST_DENSE:
            self._known = self._known.after(first, second, int(answer))
        if self._coming is not None:
            self._coming = self._coming.after(first, second, int(answer))

    def next(self, seen: Collection[tuple[str, ...]], now: float) -> tuple[str, ...]:
        """The pair to show, left one first.

        Args:
            seen: pairs of this scene that the observer answered, shown again only when all were.
            now: time, s, by which pairs that were handed out are forgotten.
        """
        self._waiting = [each for each in self._waiting if now - each[0] < LOOKED_AT_S]
        step = len(self._votes) + len(self._waiting)
        places = [[self._places[name] for name in pair] for pair in seen]
        done = {(min(pair), max(pair)) for pair in places}
        dense = len(self.conditions) <= MOST_DENSE
        low, high = self._best(done, step) if dense else self._of_batch(done, step)
        self._waiting.append((now, (low, high)))
        swap = self._left[low] - self._left[high]
        if swap > 0 or (swap == 0 and hash_of(_SEED, step) % 2):
            low, high = high, low
        return self.conditions[low], self.conditions[high]

    def due(self) -> Votes | None:
        """Votes that a full fit shall take in: those up to the last checkpoint, where none has yet."""
        whole = checkpoint(len(self._votes), len(self.conditions))
        if whole <= self._fitted or len(self.conditions) > MOST_DENSE:
            return None
        self._fitted = whole
        return self._table().between(0, whole)

    def fit(self, votes: Votes) -> Posterior:
        """The full fit of votes; changes nothing here, so that others may choose meanwhile."""
        return fitted(votes, self._measure).known

    def adopt(self, known: Posterior, count: int) -> None:
        """Go on from the fit of the first votes at once; those since are added one by one."""
        self.prepare(known, count)
        self.turn(count)

    def prepare(self, known: Posterior, count: int) -> None:
        """Keep the fit of the first votes beside what is known until the turn to it."""
        for first, second, answer in self._votes[count:]:
            known = known.after(first, second, answer)
        self._coming, self._coming_of = known, count

    def turn(self, count: int) -> None:
        """Go on from the fit of the first votes, made now if it was not prepared."""
        if count and (self._coming is None or self._coming_of != count):
            self.prepare(self.fit(self._table().between(0, count)), count)
        if count and self._coming is not None:
            self._known = self._coming
        self._coming = None

    def _best(self, done: Collection[Pair], step: int) -> Pair:
        n = len(self.conditions)
        fresh = ~np.isin(self._codes, [low * n + high for low, high in done])
        waiting = np.array([pair for _, pair in self._waiting], int).reshape(-1, 2)
        chosen = self._pairs[fresh] if fresh.any() else self._pairs
        low, high = next_pairs(self._known, 1, hash_of(_SEED, step), waiting, chosen)[0]
        return int(low), int(high)

    def _of_batch(self, done: Collection[Pair], step: int) -> Pair:
        """From a batch that is chosen together, for one choice among so many pictures takes seconds."""
        if not self._batch:
            seed, n = hash_of(_SEED, step), len(self.conditions)
            found = next_pairs_of_many(sketched(self._table(), seed, self._measure), max(n // 2, 1), seed)
            self._batch = [(int(low), int(high)) for low, high in found]
        place = next((k for k, pair in enumerate(self._batch) if pair not in done), 0)
        return self._batch.pop(place)

    def _table(self) -> Votes:
        first, second, answer = np.array(self._votes, int).reshape(-1, 3).T
        return Votes(first, second, answer, len(self.conditions))


class Choice:
    """The next pair of every scene, for many observers at once."""

    def __init__(
        self,
        experiment: Experiment,
        stimuli: Sequence[Stimulus],
        measure: Mapping[Stimulus, float] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin without votes.

        Args:
            experiment: with comparisons.
            stimuli: all its pictures.
            measure: an objective measure of them.
            clock: time, s.
        """
        self._judged, self._jnd = judged(experiment, stimuli), experiment.prior.in_jnd
        self._measure, self._clock = measure, clock
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget all votes."""
        self._scenes = {scene: self._scene(scene, names) for scene, names in self._judged.items()}

    def _scene(self, scene: str, conditions: Sequence[str]) -> SceneChoice:
        if self._measure is None:
            return SceneChoice(conditions, None)
        values = np.array([self._measure[Stimulus(scene, each)] for each in conditions])
        return SceneChoice(conditions, Measure(values, self._jnd))

    def add(self, votes: Iterable[Vote]) -> None:
        """Take in votes; those that count for no scale are passed over."""
        for vote in votes:
            if judgement(vote.trial):
                self._scenes[vote.trial.scene].add(vote.trial.shown, vote.answer[0])

    def __call__(self, trial: Trial, answered: Collection[Shown]) -> Shown:
        """What a trial shows: a pair of its scene."""
        with self._lock:
            self.refresh()
            scene = self._scenes[trial.scene]
            self.learn(scene)
            seen = [shown for name, shown in answered if name == trial.scene]
            return trial.scene, scene.next(seen, self._clock())

    def refresh(self) -> None:
        """Take in what came since; here votes are given by hand."""

    def learn(self, scene: SceneChoice) -> None:
        """Make the full fit that is due, at once."""
        votes = scene.due()
        if votes is not None:
            scene.adopt(scene.fit(votes), len(votes))


class StoredChoice(Choice):
    """The same by the votes of a store, with full fits made beside the choosing.

    The fit of a checkpoint is begun there and used from the next checkpoint on, whenever it was ready: what
    is chosen follows from the votes, not from how fast the machine is.
    """

    def __init__(
        self,
        experiment: Experiment,
        stimuli: Sequence[Stimulus],
        store: Store,
        measure: Mapping[Stimulus, float] | None = None,
    ) -> None:
        """Begin with the votes that are there.

        Args:
            experiment: with comparisons.
            stimuli: all its pictures.
            store: of its votes.
            measure: an objective measure of the pictures.
        """
        super().__init__(experiment, stimuli, measure)
        self._store, self._last, self._erasures = store, 0, 0
        self._fitter = ThreadPoolExecutor(1, "panel-fit")
        self._fits = dict[SceneChoice, tuple[int, Future[Posterior]]]()
        self.refresh()
        for scene in self._scenes.values():
            self.learn(scene)

    def refresh(self) -> None:
        """Take in the votes that came since; all again where an observer was forgotten."""
        erasures = self._store.erasures()
        if erasures != self._erasures:
            self._erasures, self._last = erasures, 0
            self._fits.clear()
            self.clear()
        new = list(self._store.all_votes(self._last))
        if new:
            self._last = new[-1][0]
            self.add(vote for _, vote in new)

    def learn(self, scene: SceneChoice) -> None:
        """Begin the full fit of a checkpoint that was reached, and turn to that of the one before."""
        due = scene.due()
        count, begun = self._fits.get(scene, (0, None))
        if begun is not None and (due is not None or begun.done()):
            scene.prepare(begun.result(), count)
            del self._fits[scene]
        if due is None:
            return
        scene.turn(checkpoint(len(due) - 1, len(scene.conditions)))
        self._fits[scene] = len(due), self._fitter.submit(scene.fit, due)


def choice_of(
    experiment: Experiment, base: Path, stimuli: Sequence[Stimulus], store: Store
) -> StoredChoice | None:
    """What decides the next pair; None where the experiment deals out all in advance.

    Raises:
        BadFile: the objective measure that the experiment names cannot be read, or lacks a picture.
    """
    if experiment.schedule is not Schedule.ACTIVE:
        return None
    return StoredChoice(experiment, stimuli, store, measure_of(experiment, base, stimuli))


def measure_of(
    experiment: Experiment, base: Path, stimuli: Sequence[Stimulus]
) -> dict[Stimulus, float] | None:
    """The objective measure of the pictures that the experiment names; None for none.

    Raises:
        BadFile: it cannot be read, or lacks a picture.
    """
    prior = experiment.prior
    return read_scores(base / prior.file, stimuli) if prior.file else None


def _without(waiting: Sequence[tuple[float, Pair]], pair: Pair) -> list[tuple[float, Pair]]:
    """All but the first that waits for a pair's answer."""
    place = next((k for k, (_, each) in enumerate(waiting) if each == pair), None)
    return [each for k, each in enumerate(waiting) if k != place]
