"""Worker processes and their supervisor: a crash costs one task, never the batch.

Each worker is a new interpreter (`lichtbild.study.worker`) with a thread here that hands it one task at a
time and waits for the answer. When a worker dies, by a fault inside a decoder or by the system's hand, the
task that it had is lost with an explanation, and the next task begins a new worker. The pools of the standard
library lose all that is waiting instead.
"""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, BinaryIO, Generic, Self, TypeVar, cast

PATIENCE_S = 10.0
"""How long a worker that was asked to end may tidy up."""

_GLANCE_S = 0.5
"""How often a waiting supervisor lets signals in, on systems whose locks cannot be interrupted."""

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Lost:
    """What is known of a task whose worker died.

    Attributes:
        code: the worker's exit code; below zero, the number of the signal that killed it.
    """

    code: int

    @property
    def killed(self) -> bool:
        """Whether the worker was ended from outside at once, as a system without memory does."""
        return self.code == -getattr(signal, "SIGKILL", 9)

    def __str__(self) -> str:
        if self.code >= 0:
            return f"its process ended with exit code {self.code}"
        return f"its process was ended by {signal.Signals(-self.code).name}"


def each(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    count: int,
    environment: Mapping[str, str] | None = None,
) -> Generator[tuple[Task, Result | Lost], None, None]:
    """Each task with its result, in the order in which they are done.

    Closing the iterator ends the workers; they tidy up first.

    Args:
        function: what is called in the workers; found there by its module and name, as are the types of its
            tasks and results.
        tasks: what it is called on.
        count: number of workers.
        environment: variables of theirs beside our own.
    """
    with Crew(function, min(count, len(tasks)), environment) as crew:
        for task in tasks:
            crew.give(task)
        for _ in tasks:
            yield crew.next()


class Crew(Generic[Task, Result]):
    """Workers that are given tasks and asked for results, as a context; its end ends them.

    Args:
        function: as of `each`.
        count: number of workers.
        environment: variables of theirs beside our own.
    """

    def __init__(
        self, function: Callable[[Task], Result], count: int, environment: Mapping[str, str] | None = None
    ) -> None:
        self._waiting: SimpleQueue[tuple[Task] | None] = SimpleQueue()
        self._answers: SimpleQueue[tuple[Task, Result | Lost]] = SimpleQueue()
        self._workers = [_Worker[Task, Result](function, environment or {}) for _ in range(count)]
        self._threads = [
            Thread(target=worker.work, args=(self._waiting, self._answers), daemon=True)
            for worker in self._workers
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Dismiss the workers; what they had not begun is not done."""
        for worker in self._workers:
            worker.dismiss()
            self._waiting.put(None)
        for worker, thread in zip(self._workers, self._threads, strict=True):
            worker.wait()
            if thread.ident is not None:
                thread.join()
            worker.close()

    def give(self, task: Task) -> None:
        """Let one of the workers do a task when it is free."""
        self._waiting.put((task,))

    @property
    def has_answers(self) -> bool:
        """Whether `next` would not wait."""
        return not self._answers.empty()

    def next(self) -> tuple[Task, Result | Lost]:
        """The next task that is done, with its result."""
        while True:
            try:
                return self._answers.get(timeout=_GLANCE_S)
            except Empty:
                continue


class _Worker(Generic[Task, Result]):
    """One worker process at a time, begun when a task wants it and anew after it died."""

    def __init__(self, function: Callable[[Task], Result], environment: Mapping[str, str]) -> None:
        self._function = function
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._dismissed = False
        self._lock = Lock()

    def work(
        self, waiting: "SimpleQueue[tuple[Task] | None]", answers: "SimpleQueue[tuple[Task, Result | Lost]]"
    ) -> None:
        """Do waiting tasks until dismissed."""
        while not self._dismissed and (entry := waiting.get()) is not None:
            answers.put((entry[0], self._answer(entry[0])))

    def dismiss(self) -> None:
        """Ask the worker to end; its thread begins no other."""
        with self._lock:
            self._dismissed = True
            if self._process is not None:
                self._process.terminate()

    def wait(self) -> None:
        """Wait until the worker has tidied up and ended; in the end it is made to."""
        if self._process is None:
            return
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """Close the pipes to a worker that has ended."""
        for pipe in (self._process.stdin, self._process.stdout) if self._process else ():
            with suppress(OSError):
                cast(BinaryIO, pipe).close()

    def _answer(self, task: Task) -> Result | Lost:
        process = self._running()
        if process is None:
            return Lost(0)
        try:
            pickle.dump(task, cast(BinaryIO, process.stdin))
            cast(BinaryIO, process.stdin).flush()
            return cast(Result, pickle.load(cast(BinaryIO, process.stdout)))
        except (EOFError, OSError, pickle.UnpicklingError):
            return Lost(process.wait())

    def _running(self) -> subprocess.Popen[bytes] | None:
        """The worker, begun if there is none; None once it was dismissed."""
        with self._lock:
            if self._dismissed:
                return None
            if self._process is None or self._process.poll() is not None:
                self.close()
                self._process = _begun(self._function, self._environment)
            return self._process


def _begun(function: Callable[..., Any], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # -P: a file numpy.py that lies where the user stands is not NumPy.
    command = [sys.executable, "-P", "-m", "lichtbild.study.worker"]
    # A process group of its own: the terminal's Ctrl-C comes to the supervisor alone, who decides.
    apart: dict[str, Any] = (
        {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
        if sys.platform == "win32"
        else {"process_group": 0}
    )
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **environment}, **apart
    )
    pipe = cast(BinaryIO, process.stdin)
    with suppress(OSError):  # it died at once; whoever gives it a task will see that
        pickle.dump(sys.path, pipe)
        pickle.dump(function, pipe)
        pipe.flush()
    return process
