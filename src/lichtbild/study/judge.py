"""Judge: what a search finds is proved beside it, in a process of its own; the best is the best by proof.

The search goes on meanwhile. Its own numbers come from few rays; those that count are the lens room's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Self

from lichtbild.core.errors import BadInput
from lichtbild.optics.search.candidate import Candidate
from lichtbild.optics.specification import Specification
from lichtbild.study.workers import Crew, Lost

if TYPE_CHECKING:
    from lichtbild.optics.search.result import Proof

ENVIRONMENT = {
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false --xla_backend_optimization_level=1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""Each worker keeps to one core; what is compiled so is ready in half the time, and as fast."""


@dataclass(frozen=True)
class Question:
    """A lens that may be the best.

    Args:
        wanted: the specification.
        candidate: the lens.
        spot: its greatest RMS radius as the search knows it, mm.
        seconds: into the search.
        tasks: done by then.
    """

    wanted: Specification
    candidate: Candidate
    spot: float
    seconds: float
    tasks: int


@dataclass(frozen=True)
class Best:
    """A lens better than all before it, by the tracer whose intersections are proved.

    Args:
        proof: the lens, and what it reaches.
        seconds: into the search, when it was found; those of earlier sessions too.
        tasks: done by then.
    """

    proof: "Proof"
    seconds: float
    tasks: int


def proved(question: Question) -> "Proof | None":
    """A candidate's proof; None if it is no lens. Called in a worker."""
    from lichtbild.io.compiled import keep_compiled

    keep_compiled()
    from lichtbild.optics.search.result import proof

    try:
        return proof(question.wanted, question.candidate)
    except BadInput:
        return None


class Judge:
    """The best lens so far, as a context in which more may be asked about.

    One lens is proved at a time, of those that wait the one with the least spot; those that can be no better
    than the best one by then are passed over.
    """

    def __init__(self) -> None:
        self.best: Best | None = None
        self._crew: Crew[Question, Proof | None] = Crew(proved, 1, ENVIRONMENT)
        self._waiting: list[Question] = []
        self._is_busy = False

    def __enter__(self) -> Self:
        self._crew.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._crew.__exit__(*error)

    def ask(self, question: Question) -> None:
        """Have a lens proved when its turn comes."""
        self._waiting.append(question)
        self._go_on()

    def told(self, wait: bool = False) -> Iterator[Best]:
        """Lenses that turned out to be the best by then.

        Args:
            wait: until none is left to be proved; else only for what is known at once.
        """
        while self._is_busy and (wait or self._crew.has_answers):
            question, found = self._crew.next()
            self._is_busy = False
            if found is not None and not isinstance(found, Lost) and found.standing < self._standing():
                self.best = Best(found, question.seconds, question.tasks)
                yield self.best
            self._go_on()

    def _go_on(self) -> None:
        """Give the prover, if it has nothing to do, the most promising lens."""
        missed, least = self._standing()
        if missed == 0.0:
            self._waiting = [each for each in self._waiting if each.spot < least]
        if self._waiting and not self._is_busy:
            first = min(self._waiting, key=lambda each: each.spot)
            self._waiting.remove(first)
            self._crew.give(first)
            self._is_busy = True

    def _standing(self) -> tuple[float, float]:
        return (inf, inf) if self.best is None else self.best.proof.standing
