"""Interrupt: a signal to end, as an exception that no library takes for one of its own."""

from types import FrameType


class Interruption(BaseException):
    """Ctrl-C, or the wish of the system that we end.

    Attributes:
        number: of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def interrupt(number: int, frame: FrameType | None) -> None:
    """Handler of such signals."""
    raise Interruption(number)
