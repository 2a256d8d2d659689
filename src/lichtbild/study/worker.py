"""A worker: a process that calls one function on one task after the other, as its supervisor asks.

It speaks over the pipes that were its standard input and output: tasks come in, results go out, both
pickled. It ends when its input ends, so that none is left behind when the supervisor dies; a task that is
being done then is broken off as an interrupt would, so that its draft is removed.
"""

import os
import pickle
import signal
import sys
from _thread import interrupt_main
from queue import SimpleQueue
from threading import Thread, main_thread
from types import FrameType
from typing import Any, BinaryIO


class _Ended(BaseException):
    """The supervisor wants no more, or is gone."""


def serve() -> None:
    """Answer tasks until there are no more; the first message is the way to modules and the function."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # only the supervisor decides when to stop
    signal.signal(signal.SIGTERM, _end)
    try:
        asked, answers = _pipes()
        sys.path[:] = pickle.load(asked)
        function = pickle.load(asked)
        tasks: SimpleQueue[tuple[Any] | None] = SimpleQueue()
        Thread(target=_listen, args=(asked, tasks), daemon=True).start()
        while (task := tasks.get()) is not None:
            pickle.dump(function(*task), answers)
            answers.flush()
    except (_Ended, BrokenPipeError, EOFError):
        os._exit(0)  # the listening thread may wait in a read that nothing will end


def _end(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: what is being tidied up is let finish
    raise _Ended


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output, the latter for our own use: what a decoder prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, answers


def _listen(asked: BinaryIO, tasks: "SimpleQueue[tuple[Any] | None]") -> None:
    """Pass tasks on; at the end wake the main thread, whether it waits or works."""
    try:
        while True:
            tasks.put((pickle.load(asked),))
    except (EOFError, OSError, pickle.UnpicklingError):
        tasks.put(None)
        if hasattr(signal, "pthread_kill"):  # a signal of its own also ends a wait inside the system
            signal.pthread_kill(main_thread().ident or 0, signal.SIGTERM)
        else:
            interrupt_main(signal.SIGTERM)


if __name__ == "__main__":
    serve()
