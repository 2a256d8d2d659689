"""Design: a search for a lens on all cores, kept as it goes, to be stopped and gone on with at any time.

Work comes in generations of small tasks: new starts, the best of them polished, and the best lenses varied.
A generation's tasks follow from the results of those before it and the seed alone, so that a search is the
same whatever the number of workers and however often it was interrupted; only how far it gets depends on the
time. Every result goes into a ledger beside the lens before anything else happens.
"""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from lichtbild import __version__
from lichtbild.io import ledger, search_ledger
from lichtbild.optics.search.candidate import Candidate, Failed
from lichtbild.optics.specification import Specification
from lichtbild.study.judge import ENVIRONMENT, Best, Judge, Question
from lichtbild.study.workers import Crew, Lost

STARTS = 16
"""New starts of a generation."""

POLISHED = 3
"""How many of the best starts that are not polished yet are in each generation."""

VARIED = (4, 3, 2, 1)
"""Variations of the best lenses, in order."""

PATIENCE = 0.05
"""Greatest merit beside the best one's, as a share of it, is its inverse: worse starts are not polished."""

STEPS = 60
"""Of least squares in each round of polishing."""


@dataclass(frozen=True)
class Task:
    """A piece of a search.

    Args:
        name: that it is known by in the ledger.
        wanted: the specification.
        seed: that all of its randomness comes from.
        candidate: to polish or to vary; none for a new start.
        vary: whether to vary.
    """

    name: str
    wanted: Specification
    seed: tuple[int, ...]
    candidate: Candidate | None = None
    vary: bool = False


@dataclass(frozen=True)
class Progress:
    """How far a search is.

    Args:
        seconds: that it took, those of earlier sessions too.
        tasks: done.
        lenses: that opened wholly.
        best: so far.
        is_new: whether that is better than at the last report.
    """

    seconds: float
    tasks: int
    lenses: int
    best: Best | None
    is_new: bool


def done(task: Task) -> Candidate | Failed:
    """A task's result; called in a worker."""
    from lichtbild.io.compiled import keep_compiled

    keep_compiled()
    from lichtbild.optics.search.growth import grown
    from lichtbild.optics.search.polish import polished
    from lichtbild.optics.search.vary import varied

    if task.candidate is None:
        return grown(task.wanted, (task.seed[0], task.seed[1]))
    if task.vary:
        return varied(task.wanted, task.candidate, task.seed, STEPS)
    return polished(task.wanted, task.candidate, STEPS) or task.candidate


def key_of(wanted: Specification, seed: int) -> str:
    """Digest of all that a search follows from."""
    return ledger.key([__version__, repr(replace(wanted, name="")), str(seed)])


class Search:
    """What a search has found: results by task, in the order of their tasks.

    Args:
        wanted: the specification.
        seed: of all randomness.
        path: of the lens; the ledger lies beside it.
    """

    def __init__(self, wanted: Specification, seed: int, path: Path) -> None:
        self.wanted, self.seed, self.path = wanted, seed, path
        self.ledger, self.key = search_ledger.ledger_of(path), key_of(wanted, seed)
        self.known = search_ledger.read(self.ledger, self.key)
        self.seconds = max((float(entry.get("seconds", 0.0)) for entry in self.known.values()), default=0.0)
        self.began = time.monotonic()
        self.lenses: list[Candidate] = []
        self.raw: list[Candidate] = []
        self.count = 0

    def tasks(self, generation: int) -> list[Task]:
        """The tasks of a generation, from the results of those before."""
        first = generation * STARTS
        tasks = [Task(f"start {first + i}", self.wanted, (self.seed, first + i)) for i in range(STARTS)]
        self.raw.sort(key=lambda each: each.merit)
        bound = self.raw[0].merit / PATIENCE if self.raw else 0.0
        chosen = [each for each in self.raw[:POLISHED] if each.merit <= bound]
        self.raw = self.raw[len(chosen) :]
        tasks += [
            Task(f"polish {generation}.{i}", self.wanted, (self.seed,), each) for i, each in enumerate(chosen)
        ]
        self.lenses.sort(key=self.score)
        del self.lenses[KEPT:]
        for rank, each in enumerate(self.lenses[: len(VARIED)]):
            tasks += [
                Task(
                    f"vary {generation}.{rank}.{i}", self.wanted, (self.seed, generation, rank, i), each, True
                )
                for i in range(VARIED[rank])
            ]
        return tasks

    def score(self, candidate: Candidate) -> float:
        """What lenses are compared by, mm."""
        from lichtbild.optics.search.polish import score

        return score(self.wanted, candidate)

    def elapsed(self) -> float:
        """Seconds of search, those of earlier sessions too."""
        return self.seconds + time.monotonic() - self.began

    def questions(self, task: Task, result: Candidate | Failed | None, seconds: float) -> Iterator[Question]:
        """Is a result the best lens? Not asked of starts, nor of what a task gave back as it was."""
        from lichtbild.optics.search.polish import greatest_spot

        if task.candidate is not None and isinstance(result, Candidate) and result != task.candidate:
            yield Question(self.wanted, result, greatest_spot(self.wanted, result), seconds, self.count)

    def noted(self, task: Task) -> float:
        """When a task of the ledger was done, s into the search."""
        return float(self.known.get(task.name, {}).get("seconds", self.seconds))

    def take(self, task: Task, result: Candidate | Failed | None) -> None:
        """Take a result in, for the generations to come."""
        self.count += 1
        if isinstance(result, Candidate):
            if task.candidate is None:
                self.raw.append(result)
            elif result != task.candidate:
                self.lenses.append(result)


def lenses_of(wanted: Specification, seed: int, path: Path) -> list[Candidate]:
    """All lenses that a search has polished or varied so far, best first.

    Args:
        wanted: the specification.
        seed: of the search.
        path: of the lens; the ledger lies beside it.
    """
    state = Search(wanted, seed, path)
    entries = (entry for name, entry in state.known.items() if not name.startswith("start"))
    found = [each for each in map(_known, entries) if isinstance(each, Candidate)]
    return sorted(dict.fromkeys(found), key=state.score)


KEPT = 24
"""Lenses that are kept to be varied."""


def search(
    wanted: Specification, seed: int, path: Path, workers: int, keep_on: Callable[[Progress], bool]
) -> Generator[Best, None, None]:
    """Lenses, each better than those before, until told to end.

    Args:
        wanted: the specification; checked.
        seed: of all randomness.
        path: of the lens; the ledger lies beside it.
        workers: processes at once.
        keep_on: is told of progress after each task and from time to time; False ends the search.
    """
    state = Search(wanted, seed, path)
    search_ledger.check(state.ledger)
    with Crew(done, workers, ENVIRONMENT) as crew, Judge() as judge:
        for generation in count():
            tasks = state.tasks(generation)
            results = {task.name: _known(state.known.get(task.name)) for task in tasks}
            for task in tasks:
                for question in state.questions(task, results[task.name], state.noted(task)):
                    judge.ask(question)
                    yield from judge.told()
            if not (yield from _worked(state, crew, judge, tasks, results, keep_on)):
                break
            for task in tasks:
                state.take(task, results[task.name])
        yield from judge.told(wait=True)


def _worked(
    state: Search,
    crew: "Crew[Task, Candidate | Failed]",
    judge: Judge,
    tasks: list[Task],
    results: dict[str, Candidate | Failed | None],
    keep_on: Callable[[Progress], bool],
) -> Generator[Best, None, bool]:
    """Do the tasks that have no result yet, and fill these in; False if told to end before."""

    def goes_on(is_new: bool) -> bool:
        known = sum(each is not None for each in results.values())
        return keep_on(Progress(state.elapsed(), state.count + known, len(state.lenses), judge.best, is_new))

    waiting = [task for task in tasks if results[task.name] is None]
    if waiting and not goes_on(False):
        return False
    for task in waiting:
        crew.give(task)
    for _ in waiting:
        task, answer = crew.next()
        result = Failed(0.0, 0) if isinstance(answer, Lost) else answer
        results[task.name], before, now = result, judge.best, state.elapsed()
        search_ledger.append(state.ledger, state.key, task.name, _entry(result, now))
        for question in state.questions(task, result, now):
            judge.ask(question)
        yield from judge.told()
        if not goes_on(judge.best is not before):
            return False
    return True


def _entry(result: Candidate | Failed, seconds: float) -> dict[str, Any]:
    kind = "lens" if isinstance(result, Candidate) else "failed"
    return {"kind": kind, "seconds": round(seconds, 2), **asdict(result)}


def _known(entry: dict[str, Any] | None) -> Candidate | Failed | None:
    """A result of the ledger; None if there is none, or if it cannot be understood."""
    if entry is None:
        return None
    try:
        values = {name: value for name, value in entry.items() if name not in ("kind", "seconds")}
        if entry["kind"] == "failed":
            return Failed(float(values["share"]), int(values["steps"]))
        rows = {
            name: tuple(float(each) for each in values[name])
            for name in ("curvature", "thickness", "widths", "radii")
        }
        even = tuple(tuple(float(each) for each in row) for row in values["even"])
        return Candidate(
            glasses=tuple(str(name) for name in values["glasses"]),
            even=even,
            merit=float(values["merit"]),
            steps=int(values["steps"]),
            origin=str(values["origin"]),
            **rows,
        )
    except (KeyError, TypeError, ValueError):
        return None
