"""What was made lately."""

from threading import Barrier, Event, Thread

import pytest

from lichtbild.study.shelf import Shelf


def test_what_was_not_asked_for_longest_goes_first_but_never_the_latest() -> None:
    shelf: Shelf[str, int] = Shelf(10, lambda size: size)
    for name, size in (("a", 4), ("b", 4)):
        shelf.get(name, lambda size=size: size)
    shelf.get("a", lambda: 0)
    shelf.get("c", lambda: 4)
    assert [shelf.kept(name) for name in "abc"] == [4, None, 4]
    assert shelf.get("large", lambda: 99) == 99
    assert [shelf.kept(name) for name in ("a", "c", "large")] == [None, None, 99]


def test_a_thing_is_made_once_however_many_ask_at_once() -> None:
    shelf: Shelf[str, object] = Shelf(10, lambda _: 1)
    made, begun, found = [], Barrier(4), []

    def make() -> object:
        made.append(1)
        Event().wait(0.05)
        return object()

    def ask() -> None:
        begun.wait()
        found.append(shelf.get("a", make))

    threads = [Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(made) == 1 and len(set(map(id, found))) == 1


def test_an_error_is_not_kept() -> None:
    shelf: Shelf[str, int] = Shelf(10, lambda _: 1)

    def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        shelf.get("a", fail)
    assert shelf.kept("a") is None
    assert shelf.get("a", lambda: 3) == 3


def test_what_is_unwanted_is_dropped() -> None:
    shelf: Shelf[tuple[str, int], int] = Shelf(10, lambda _: 1)
    for number in range(3):
        shelf.get(("a", number), lambda: 1)
    shelf.drop(lambda key: key[1] < 2)
    assert [shelf.kept(("a", number)) for number in range(3)] == [None, None, 1]
