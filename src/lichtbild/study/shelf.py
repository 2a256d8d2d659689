"""Shelf: what was made lately, up to so many bytes, each made once however many ask for it at once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Shelf(Generic[Key, Made]):
    """Things by their keys; those that were not asked for longest go first, but never the latest."""

    def __init__(self, most_bytes: int, size: Callable[[Made], int]) -> None:
        """Begin empty.

        Args:
            most_bytes: that all together may have.
            size: bytes of one.
        """
        self._most, self._size = most_bytes, size
        self._made: OrderedDict[Key, Future[Made]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Made]) -> Made:
        """The thing of a key; made here if it is not there, waited for if another is making it.

        An error of its making is that of all who wait, and is not kept.
        """
        with self._lock:
            known = self._made.get(key)
            if known is not None:
                self._made.move_to_end(key)
            else:
                mine: Future[Made] = Future()
                self._made[key] = mine
        if known is not None:
            return known.result()
        try:
            made = make()
        except BaseException as error:
            with self._lock:
                self._made.pop(key, None)
            mine.set_exception(error)
            raise
        mine.set_result(made)
        self._tidy()
        return made

    def kept(self, key: Key) -> Made | None:
        """The thing of a key, if it is there and made."""
        with self._lock:
            known = self._made.get(key)
            if known is None or not known.done() or known.exception():
                return None
            self._made.move_to_end(key)
            return known.result()

    def drop(self, unwanted: Callable[[Key], bool]) -> None:
        """Take away all whose key is unwanted."""
        with self._lock:
            for key in [key for key in self._made if unwanted(key)]:
                del self._made[key]

    def _tidy(self) -> None:
        with self._lock:
            ready = [(key, one) for key, one in self._made.items() if one.done() and not one.exception()]
            total = sum(self._size(one.result()) for _, one in ready)
            for key, one in ready[:-1]:
                if total <= self._most:
                    break
                total -= self._size(one.result())
                del self._made[key]
