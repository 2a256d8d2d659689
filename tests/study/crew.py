"""What the tests let workers do; a worker finds it by its module and name."""

import ctypes
import os
import signal
import time
from pathlib import Path


def double(number: int) -> int:
    return 2 * number


def double_or_die(number: int) -> int:
    """A fault inside native code at 3, a kill from outside at 4, an exit at 5."""
    if number == 3:
        ctypes.string_at(0)
    if number == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 5:
        os._exit(7)
    return 2 * number


def noisy(number: int) -> int:
    """What native code prints must not mix with the answers."""
    os.write(1, b"a decoder's own words\n" * 100)
    return number


def wait_with_draft(path: Path) -> None:
    """A long task that tidies up when it is broken off."""
    path.write_bytes(str(os.getpid()).encode())
    try:
        time.sleep(60)
    finally:
        path.unlink()
