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
    """The best lens so far, as a context in which more may be asked about."""

    def __init__(self) -> None:
        self.best: Best | None = None
        self._crew: Crew[Question, Proof | None] = Crew(proved, 1, ENVIRONMENT)
        self._open = 0

    def __enter__(self) -> Self:
        self._crew.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._crew.__exit__(*error)

    def ask(self, question: Question | None) -> bool:
        """Have a lens proved, unless its own spots are no less than those of a best one without a fault."""
        missed, least = self._standing()
        if question is None or (missed == 0.0 and question.spot >= least):
            return False
        self._crew.give(question)
        self._open += 1
        return True

    def told(self, wait: bool = False) -> Iterator[Best]:
        """Lenses that turned out to be the best by then.

        Args:
            wait: for all that was asked; else only for what is known at once.
        """
        while self._open and (wait or self._crew.has_answers):
            question, found = self._crew.next()
            self._open -= 1
            if found is None or isinstance(found, Lost) or found.standing >= self._standing():
                continue
            self.best = Best(found, question.seconds, question.tasks)
            yield self.best

    def _standing(self) -> tuple[float, float]:
        return (inf, inf) if self.best is None else self.best.proof.standing
